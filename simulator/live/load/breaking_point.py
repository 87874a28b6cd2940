"""``siaga breaking-point``: how many times the scenario's callers an API bears, and what breaks first."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from secrets import token_hex
from typing import Any

from simulator.engines.simulate import simulate
from simulator.live.apis.hosts import without_secrets
from simulator.live.load.broke import (
    BROKE_OFF,
    GENERATOR,
    LATENCY,
    NOT_KEPT,
    SLOW,
    Broke,
    broke,
    failures,
    not_kept,
)
from simulator.live.load.draw import draw
from simulator.live.load.judged import LiveVerdict, in_this_run
from simulator.live.load.load import Load, LoadRequest, answering, known, opened, play_drawn
from simulator.live.load.locust import Watch, program
from simulator.live.load.request import MOST_SCALE
from simulator.live.load.search import Bounds, Search
from simulator.metrics.count import count_for
from simulator.scenario.errors import BadInput, Fault, Interrupted, ProcessLost
from simulator.study.options import check_targets
from simulator.study.runs.executors import engine_for
from simulator.tables.live_store import LiveStore

OWN_STAND_IN = "a new one at each step"
FEW = 30
"""With fewer callers whether a target is met is mostly chance."""


@dataclass(frozen=True, slots=True)
class Step:
    """One run of the search, and what broke in it.

    saturated   its figures do not count: the generator fell behind, or broke off
    simulated   the share in time of the same calls in the model; None for an API without a queue: no call-takers play
    """

    scale: float
    seed: int
    calls: int
    callers: int
    verdict: LiveVerdict
    simulated: float | None
    saturated: bool
    broke: Broke | None
    folder: str

    @property
    def judged(self) -> bool:
        """Whether anybody called whom a target is about."""
        return self.verdict.offered > 0

    @property
    def holds(self) -> bool:
        """Nothing broke."""
        return self.broke is None

    def holds_with(self, other: "Step") -> bool:
        """Whether the target is met by the callers of both; a generator that fell behind counts for nothing.

        A verdict of a genuine caller that was not kept is no matter of chance.
        """
        if (
            self.saturated
            or other.saturated
            or any(each.broke and each.broke.what == NOT_KEPT for each in (self, other))
        ):
            return False
        pairs = [(each.verdict.estimate.value, each.callers) for each in (self, other) if each.callers]
        callers = sum(many for _, many in pairs)
        return not callers or sum(value * many for value, many in pairs) / callers >= self.verdict.target.share


@dataclass(frozen=True, slots=True)
class BreakingPoint:
    """What was asked, the bounds, and where they are kept."""

    request: LoadRequest
    bounds: Bounds[Step]
    warnings: tuple[str, ...]
    document: dict[str, Any]
    folder: Path


Told = Callable[[Step], None]


def find_breaking_point(
    request: LoadRequest, watch: Watch = lambda _: None, told: Told = lambda _: None
) -> BreakingPoint:
    """Search, with a new stand-in at each step where no host is given; raises BadInput, Interrupted."""
    program()
    request = answering(known(request))
    name = request.options.loaded.path.stem
    folder = request.options.out / name / f"breaking-point-{token_hex(4)}"

    def once(scale: float, draw_number: int) -> Step | None:
        number = sum(1 for _ in folder.glob("step-*")) + 1
        played = _step(request, scale, draw_number, folder / f"step-{number:02d}", watch)
        if played is not None:
            told(played)
        return played

    def step(scale: float, draw_number: int) -> Step | None:
        played = once(scale, draw_number)
        # Whatever else this machine had to do for a moment is not believed at once.
        return once(scale, draw_number) if played is not None and played.saturated else played

    search = Search(step, request.stretch.scale)
    try:
        return _kept(request, search.run(), folder)
    except (Interrupted, BadInput, ProcessLost):
        if search.steps:
            _kept(request, search.found(), folder, interrupted=True)
        raise


def _kept(request: LoadRequest, bounds: Bounds[Step], folder: Path, *, interrupted: bool = False) -> BreakingPoint:
    warnings = (*request.warnings, *_warnings(bounds, request.stretch.speed, fresh=not request.api.host))
    host = without_secrets(request.api.host) or OWN_STAND_IN
    document = {**document_of(request, host, bounds, warnings), "interrupted": interrupted}
    LiveStore(folder).document("breaking-point", document)
    return BreakingPoint(request, bounds, warnings, document, folder)


def _step(request: LoadRequest, scale: float, draw_number: int, folder: Path, watch: Watch) -> Step | None:
    """Play one step, and say what broke in it; None at a scale not asked for where nobody calls, or too many."""
    options = replace(request.options, seed=request.options.seed + draw_number)
    asked = replace(request, options=options, stretch=replace(request.stretch, scale=scale))
    try:
        if scale > MOST_SCALE:
            raise BadInput([Fault(f"at most {MOST_SCALE:,}", f"{scale:g}", "--scale")])
        drawn = draw(asked.options, asked.stretch, asked.trunks)
    except BadInput:
        if scale <= request.stretch.scale:
            raise
        return None  # more than can be drawn: the top of the search
    if not drawn.experiment.scenario.targets:
        hint = "say one: --target '90 % of genuine within 15 s'"
        raise BadInput([Fault("a target to hold the API against", "a scenario without any", "targets", hint=hint)])
    check_targets(drawn.experiment.scenario, "targets")
    if not len(drawn.plan.calls) and scale != request.stretch.scale:
        return None
    with opened(asked) as there:
        live = play_drawn(there, drawn, folder, watch)
    if live.played.interrupted:
        raise Interrupted(f"interrupted: the steps until then are kept in {folder.parent}")
    return step_of(live)


def step_of(live: Load) -> Step:
    """A run as a step: the target that fell furthest short, and why."""
    verdict = min(live.found.verdicts, key=_margin)
    model = _simulated(live, verdict) if live.has_queue else None
    why = None
    if not live.counts:
        why = Broke(BROKE_OFF if live.broke_off else GENERATOR, 0, 0)
    elif live.all_failed:
        why = failures(live.run)
    elif live.not_kept:
        why = not_kept(live.run)
    elif verdict.state == "missed":
        why = broke(live.run, verdict.target, model or 0.0, has_queue=live.has_queue)
    counts = live.found.counts.sums["offered"]
    of = verdict.target.intent
    return Step(
        scale=live.drawn.stretch.scale,
        seed=live.request.options.seed,
        calls=len(live.run.calls),
        callers=int(counts.sum() if of < 0 else counts[of].sum()),
        verdict=verdict,
        simulated=model,
        saturated=not live.counts,
        broke=why,
        folder=str(live.folder),
    )


def _margin(verdict: LiveVerdict) -> float:
    if verdict.not_kept:
        return -1.0
    return 1.0 if verdict.state == "no callers" else verdict.estimate.value - verdict.target.share


def _simulated(live: Load, verdict: LiveVerdict) -> float:
    """The same target's share, of the same calls in the model."""
    run, plan = live.run, live.drawn.plan
    outcomes = simulate(run.calls, run.staffing, plan.floor, plan.policy, engine_for(len(run.calls)))
    counts = count_for([verdict.target], run.calls, outcomes, run.staffing)
    return in_this_run([verdict.target], counts)[0].estimate.value


def _warnings(bounds: Bounds[Step], speed: float, *, fresh: bool) -> Iterator[str]:
    ends = [step for step in (bounds.good, bounds.bad) if step is not None]
    if any(step.callers < FEW for step in ends):
        least = min(step.callers for step in ends)
        decide = "caller decides" if least == 1 else "callers decide"
        yield f"only {least} {decide} at the bound: whether a target is met is mostly chance; a longer --for"
    if not fresh:
        yield "the API keeps what earlier steps left in it, such as its blocklist: start it anew between runs"
    if bounds.good and not bounds.confirmed:
        yield "chance decides at the bound: with other callers the last scale that held did not"
    if bounds.bad and bounds.bad.broke and bounds.bad.broke.what in {LATENCY, SLOW} and speed > 1:
        yield f"at speed {speed:g} latency counts {speed:g} times over: a lower --speed tells the API from the speed"
    if bounds.bad is None and bounds.good is not None:
        yield f"nothing failed up to {bounds.good.scale:g} times the callers, the most that was, or can be, tried"


def document_of(request: LoadRequest, host: str, bounds: Bounds[Step], warnings: Sequence[str]) -> dict[str, Any]:
    """The search as JSON."""
    failed = failing(bounds)
    return {
        "scenario": request.options.loaded.path.stem,
        "api": request.api.name,
        "host": host,
        "speed": request.stretch.speed,
        "confirmed": bounds.confirmed,
        "holds_at": bounds.good.scale if bounds.good else None,
        "fails_at": failed.scale if failed else None,
        "broke": asdict(failed.broke) if failed and failed.broke else None,
        "generator_fell_behind_at": bounds.bad.scale if bounds.bad and bounds.bad.saturated else None,
        "steps": [
            {
                "scale": step.scale,
                "seed": step.seed,
                "calls": step.calls,
                "holds": step.holds,
                "target": str(step.verdict.target),
                "callers": step.callers,
                "in_time": step.verdict.in_time,
                "offered": step.verdict.offered,
                "not_kept": step.verdict.not_kept,
                "live": _plain(step.verdict.estimate.value),
                "simulated": _plain(step.simulated),
                "saturated": step.saturated,
                "broke": asdict(step.broke) if step.broke else None,
                "folder": step.folder,
            }
            for step in bounds.steps
        ],
        "warnings": list(warnings),
    }


def failing(bounds: Bounds[Step]) -> Step | None:
    """The smallest scale at which the API itself failed: where the generator fell behind, that is not known."""
    good = bounds.good.scale if bounds.good else 0.0
    own = [step for step in bounds.steps if step.broke and not step.saturated and step.scale >= good]
    return min(own, key=lambda step: step.scale, default=None)


def _plain(value: float | None) -> float | None:
    return None if value is None or value != value else value  # noqa: PLR0124  (not a number)
