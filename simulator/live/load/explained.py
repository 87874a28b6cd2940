"""Why the API did not take calls, in a sentence each: what `metrics/refusals.py` makes of when it did not."""

from datetime import datetime

import numpy as np

from simulator.live.load.collect import Happened
from simulator.live.load.locust import Played
from simulator.metrics.freezes import Rings, freezes
from simulator.metrics.refusals import NO_REPLY, Tries, explain
from simulator.scenario.units import SECOND
from simulator.tables.exchanges import TROUBLES, Trouble
from simulator.tables.outcomes import Ending

MOST_TOLD = 5
"""Freezes that are told one by one."""


def explained(told: Played, run: Happened, speed: float) -> list[str]:
    """The troubles of a run and their likely causes; nothing where there was none."""
    rang = run.outcomes.ending != Ending.DETERRED
    sent = np.where(run.exchanges.sent >= 0, run.exchanges.sent, run.outcomes.arrival)
    tries = Tries(
        at=np.rint(sent[rang] / speed).astype(np.int64),
        trouble=run.exchanges.trouble[rang],
        intent=run.calls.intent[run.outcomes.call[rang]],
        accepted=run.outcomes.ending[rang] != Ending.FAILED,
    )
    failures = explain(tries, _retry_after(told)) if len(tries.at) else []
    return [*failures, *_frozen(told, run, speed)]


def _frozen(told: Played, run: Happened, speed: float) -> list[str]:
    """Stretches in which nothing was answered, by the clock on the wall where its beginning is known."""
    exchanges, ending = run.exchanges, run.outcomes.ending
    silent = np.isin(exchanges.trouble, [TROUBLES.index(each) for each in NO_REPLY]) & (ending == Ending.FAILED)
    answered = (exchanges.sent >= 0) & (exchanges.acknowledged >= 0) & ~silent
    times = (np.rint(each[answered] / speed).astype(np.int64) for each in (exchanges.sent, exchanges.acknowledged))
    epoch, first = told.summary.get("epoch"), int(run.outcomes.arrival.min() / speed)

    def when(at: int) -> str:
        if epoch:
            return f"{datetime.fromtimestamp(epoch + at / SECOND).astimezone():%H:%M:%S}"
        return f"{max(at - first, 0) / SECOND:.1f} s"

    behind = ", by this machine's clock" if epoch else ", from the first call on"
    found = [each.sentence(when) for each in freezes(Rings(*times))]
    more = [f"{len(found) - MOST_TOLD} more such stretches"] if len(found) > MOST_TOLD else []
    return [f"{sentence}{behind}" for sentence in found[:MOST_TOLD]] + more


def _retry_after(told: Played) -> str:
    """What the API said, with a 429, about when to come back."""
    rows = (row for row in told.summary.get("troubles", ()) if row["trouble"] == Trouble.RATE)
    said = (str(row.get("example") or "").split(" ")[-1] for row in rows)
    return next((text for text in said if text.isdecimal()), "")
