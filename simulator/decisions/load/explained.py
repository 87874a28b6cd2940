"""Why the target did not take calls, in a sentence each: what `metrics/refusals.py` makes of when it did not."""

import numpy as np

from simulator.decisions.load.collect import Happened
from simulator.decisions.load.locust import Played
from simulator.metrics.refusals import Tries, explain
from simulator.tables.exchanges import Trouble
from simulator.tables.outcomes import Ending


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
    return explain(tries, _retry_after(told)) if len(tries.at) else []


def _retry_after(told: Played) -> str:
    """What the target said, with a 429, about when to come back."""
    rows = (row for row in told.summary.get("troubles", ()) if row["trouble"] == Trouble.RATE)
    said = (str(row.get("example") or "").split(" ")[-1] for row in rows)
    return next((text for text in said if text.isdecimal()), "")
