"""``siaga twin``: the very same calls through the model and through an API, side by side."""

from dataclasses import asdict, dataclass
from typing import Any

from simulator.engines.simulate import Engine, play
from simulator.live.load.difference import Difference, difference
from simulator.live.load.document import targets_of
from simulator.live.load.draw import draw
from simulator.live.load.judged import LiveVerdict, in_this_run
from simulator.live.load.load import Load, LoadRequest, answering, known, opened, play_drawn
from simulator.live.load.locust import Watch, program
from simulator.metrics.count import count_by_day, count_for, thresholds_for
from simulator.study.answer import Answer, answer_of
from simulator.study.runs.executors import engine_for
from simulator.tables.live_store import LiveStore


@dataclass(frozen=True, slots=True)
class Twin:
    """Both sides, and how they differ."""

    live: Load
    engine: Engine
    simulated: Answer
    verdicts: tuple[LiveVerdict, ...]
    """The scenario's targets, held against the same callers in the model."""
    difference: Difference
    document: dict[str, Any]

    @property
    def held(self) -> bool:
        """Whether the API does what the model says."""
        return self.difference.held


def run_twin(request: LoadRequest, within: int, watch: Watch = lambda _: None) -> Twin:
    """Play a stretch at the API, or at a new stand-in, and simulate the same.

    ``within`` (µs on the wall): waits that near, and races that close, are alike.
    """
    program()
    request = answering(known(request))
    drawn = draw(request.options, request.stretch, request.trunks)
    folder = request.options.out / drawn.plan.settings.scenario / f"twin-{drawn.plan.settings.run}"
    with opened(request) as there:
        live = play_drawn(there, drawn, folder, watch)
    return held_against_the_model(live, round(within * request.stretch.speed))


def held_against_the_model(live: Load, within: int) -> Twin:
    """Simulate the calls that were made, and hold both beside each other; ``within``: µs of simulated time."""
    run, plan = live.run, live.drawn.plan
    engine = engine_for(len(run.calls))
    simulated = play(run.calls, run.staffing, plan.floor, plan.policy, engine)
    targets = live.drawn.experiment.scenario.targets
    tables = run.calls, simulated[0], run.staffing
    counts = count_for(targets, *tables)
    answer, verdicts = (
        answer_of((counts,), count_by_day(*tables, thresholds_for(targets))),
        in_this_run(targets, counts),
    )
    cut = live.played.interrupted or bool(run.never_made)
    unlike = difference(run, simulated, plan.floor.trunks, plan.settings.speed, within, cut=cut)
    document = {
        **live.document,
        "held": unlike.held,
        "enough": unlike.enough,
        "difference": asdict(unlike),
        "simulated": [asdict(measured) for measured in answer.measures],
        "simulated_targets": targets_of(verdicts),
    }
    LiveStore(live.folder).document("twin", document)
    return Twin(live, engine, answer, verdicts, unlike, document)
