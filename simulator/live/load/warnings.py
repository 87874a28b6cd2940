"""What a reader of a live run's figures should know; what is not played at all, `live/unplayed.py` says."""

from collections.abc import Iterator

from simulator.live.load.collect import Happened
from simulator.live.load.draw import Drawn
from simulator.live.load.locust import Played
from simulator.live.load.request import ScenarioOptions
from simulator.scenario.units import duration_text
from simulator.study.options import warnings_of


def load_warnings(options: ScenarioOptions, drawn: Drawn, told: Played, run: Happened) -> tuple[str, ...]:
    """Sentences, the gravest first."""
    return (*_of_the_run(told, run), *_of_the_stretch(drawn), *warnings_of(options.loaded, drawn.experiment))


def _of_the_run(told: Played, run: Happened) -> Iterator[str]:
    for row in told.troubles("check"):
        yield f"before the first call the API said: {row['example'] or row['trouble']}"
    yield from _of_strangers(told)
    if told.interrupted:
        yield f"stopped: {len(run.calls):,} of {run.planned:,} calls were made; those in progress count as open"
    elif run.never_made:
        yield f"{run.never_made:,} of {run.planned:,} calls were never made: Locust ended with code {told.code}"
    elif not told.summary:
        yield f"Locust ended with code {told.code} and left no summary: whether it kept up is not known"
    yield "one live run: it tells what happened, not how much chance was in it; another --seed has other callers"


def _of_strangers(told: Played) -> Iterator[str]:
    """Calls that the API handed out and that this run did not make; desks that another client sits at, too."""
    rows = told.summary.get("latency", ())
    strange = sum(row["count"] for row in rows if row["milestone"] == "verdict" and not row["intent"])
    if strange:
        calls = f"{strange:,} calls in the queue were" if strange > 1 else "a call in the queue was"
        yield (f"{calls} not of this run: another client's, or left over; figures are mixed")
    asked = sum(row["count"] for row in told.troubles("next call") if "asked anew elsewhere" in str(row.get("example")))
    if asked:
        yield f"another client asked for calls at the same desks ({asked:,} x); figures are mixed"


def _of_the_stretch(drawn: Drawn) -> Iterator[str]:
    settings = drawn.plan.settings
    if settings.speed > 1:
        yield (
            f"at speed {settings.speed:g} a millisecond of the API's is {settings.speed:g} ms of its callers': "
            "their waits include that"
        )
    if settings.begin:
        yield f"what happened before {duration_text(settings.begin)} is not played: floor and blocklist begin empty"
