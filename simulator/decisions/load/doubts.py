"""What a reader of a live run's figures should know."""

from collections.abc import Iterator

from simulator.decisions.load.collect import Happened
from simulator.decisions.load.draw import Drawn
from simulator.decisions.load.locust import Played
from simulator.decisions.order import Order
from simulator.decisions.tune.steps import duration_text


def doubts_of(order: Order, drawn: Drawn, told: Played, run: Happened) -> tuple[str, ...]:
    """Sentences, the gravest first."""
    return (*_of_the_run(told, run), *_of_the_stretch(drawn), *_of_the_floor(drawn), *order.loaded.warnings)


def _of_the_run(told: Played, run: Happened) -> Iterator[str]:
    for row in told.troubles("check"):
        yield f"before the first call the target said: {row['example'] or row['trouble']}"
    if told.interrupted:
        yield f"stopped: {len(run.calls):,} of {run.planned:,} calls were made; those in progress count as open"
    elif run.never_made:
        yield f"{run.never_made:,} of {run.planned:,} calls were never made: Locust ended with code {told.code}"
    elif not told.summary:
        yield f"Locust ended with code {told.code} and left no summary: whether it kept up is not known"
    yield "one live run: it tells what happened, not how much chance was in it; another --seed has other callers"


def _of_the_stretch(drawn: Drawn) -> Iterator[str]:
    settings, blocklist = drawn.plan.settings, drawn.experiment.scenario.floor.blocklist
    if settings.speed > 1:
        yield (
            f"at speed {settings.speed:g} a millisecond of the target's is {settings.speed:g} ms of its callers': "
            "their waits include that"
        )
    if settings.begin:
        yield f"what happened before {duration_text(settings.begin)} is not played: floor and blocklist begin empty"
    elif blocklist.warmed:
        yield "the past of the warmed blocklist is not played: the blocklist is as the target has it"
    if len(drawn.plan.calls.listed):
        yield "the numbers listed at the start are not written to the target's blocklist"


def _of_the_floor(drawn: Drawn) -> Iterator[str]:
    floor = drawn.plan.floor
    if floor.end_of_shift == "hand_over":
        yield "calls are not handed over at the end of a shift: who has one finishes it"
    if floor.silent_procedure and floor.silent_procedure.machine:
        yield "no machine takes over silent calls: call-takers listen, and the call ends"
