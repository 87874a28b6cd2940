"""The plan of a live run: the scenario drawn once, with more callers if asked, and cut to its stretch."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from secrets import token_hex

from simulator.demand.attendance import draw_staffing
from simulator.demand.draw import draw_calls
from simulator.live.load.request import ScenarioOptions, Stretch
from simulator.live.load.scaled import scaled
from simulator.live.load.stretch import cut, duty
from simulator.scenario.errors import BadInput, Fault
from simulator.scenario.model import Scenario
from simulator.scenario.units import duration_text
from simulator.study.experiment import Experiment
from simulator.tables.plan import Plan, Settings


@dataclass(frozen=True, slots=True)
class Drawn:
    """What is played, and the experiment (policy, staffing, targets) that it was drawn from."""

    experiment: Experiment
    stretch: Stretch
    plan: Plan


def drawable(options: ScenarioOptions, stretch: Stretch, trunks: int | None = None) -> Scenario:
    """What `draw` would draw from, unscaled; raises BadInput where it would. Nothing is drawn."""
    scenario = _experiment(options, trunks).scenario
    _within(stretch, scenario)
    return scenario


def draw(options: ScenarioOptions, stretch: Stretch, trunks: int | None = None) -> Drawn:
    """The plan of this stretch; raises BadInput.

    Unscaled, its calls are those of the first replication of ``siaga run`` with the same seed.
    """
    experiment = _experiment(options, trunks)
    stretch = _within(stretch, experiment.scenario)
    assert stretch.length
    scenario = experiment.scenario
    if stretch.scale != 1:
        # Nobody ran these calls before: those behind the stretch need not be drawn.
        shorter = scenario.model_copy(update={"length": stretch.begin + stretch.length})
        scenario = scaled(shorter, stretch.scale, options.loaded.path.parent)
    calls = cut(draw_calls(scenario, options.seed), stretch.begin, stretch.length)
    return Drawn(
        experiment,
        stretch,
        Plan(
            calls=calls,
            staffing=duty(draw_staffing(experiment.scenario, options.seed), stretch.begin),
            floor=scenario.floor,
            policy=scenario.policy,
            settings=settings_of(options, scenario, stretch),
        ),
    )


def settings_of(options: ScenarioOptions, scenario: Scenario, stretch: Stretch) -> Settings:
    """What was asked for, as the plan says it; the name of the run is new each time."""
    start = scenario.start + timedelta(microseconds=stretch.begin)
    return Settings(
        run=token_hex(4),
        title=scenario.title,
        scenario=options.loaded.path.stem,
        start=start.isoformat(),
        seed=options.seed,
        begin=stretch.begin,
        speed=stretch.speed,
        scale=stretch.scale,
    )


def _experiment(options: ScenarioOptions, trunks: int | None) -> Experiment:
    experiment = options.experiment()
    if trunks is None:
        return experiment
    floor = experiment.scenario.floor.model_copy(update={"trunks": trunks})
    return replace(experiment, scenario=experiment.scenario.model_copy(update={"floor": floor}))


def _within(stretch: Stretch, scenario: Scenario) -> Stretch:
    """The stretch with its length; raises BadInput where the scenario does not have it."""
    left = scenario.length - stretch.begin
    has = f"within the scenario's length, {duration_text(scenario.length)}"
    if left <= 0:
        raise BadInput(
            [Fault(f"a time {has}", duration_text(stretch.begin), "--from", hint="begin earlier: --from 0 h")]
        )
    if stretch.length is not None and stretch.length > left:
        given = f"{duration_text(stretch.length)} from {duration_text(stretch.begin)} on"
        hint = f"{duration_text(left)} are left: --for '{duration_text(left)}', or leave --for out"
        raise BadInput([Fault(f"a stretch {has}", given, "--for", hint=hint)])
    return replace(stretch, length=stretch.length or left)


def played(settings: Settings, length: int) -> Mapping[str, str | float]:
    """The stretch in words of its options, for manifests and documents."""
    return {
        "from": duration_text(settings.begin),
        "for": duration_text(length),
        "speed": settings.speed,
        "scale": settings.scale,
    }


def write_plan(options: ScenarioOptions, stretch: Stretch, trunks: int | None, path: Path) -> str:
    """Draw the plan into a file; what is in it, in a sentence."""
    plan = draw(options, stretch, trunks).plan
    try:
        plan.write(path)
    except OSError as error:
        given = f"{path} ({error.strerror})"
        hint = "name a file in another folder: siaga draw SCENARIO plan.siaga"
        raise BadInput([Fault("a file in a folder that can be written to", given, "PLAN", hint=hint)]) from error
    persons = len(set(plan.staffing.person.tolist()))
    return (
        f"{len(plan.calls):,} calls of {duration_text(plan.calls.length)} and {persons:,} call-takers in {path}; "
        f"play it: locust -f locustfiles/dispatch.py --plan {path}"
    )
