"""What broke: of the callers whom a missed target is about, to what most were lost that should not have been."""

from dataclasses import dataclass

import numpy as np

from simulator.live.load.collect import Happened
from simulator.metrics.callers import Lot, follow, lots
from simulator.scenario.policy import Intent
from simulator.scenario.target import Target
from simulator.tables.exchanges import TROUBLES, Trouble
from simulator.tables.outcomes import Ending

Mask = np.ndarray[tuple[int], np.dtype[np.bool_]]
BROKE_OFF = "the run broke off"
NOT_KEPT = "the API kept no verdict"
GENERATOR, BLOCKLIST, TRUNKS, NOBODY = "the generator", "the blocklist", "trunks", "nobody on duty"
LATENCY, CALL_TAKERS, MISJUDGED = "the API's latency", "call-takers", "misjudgement"
SLOW = "the API's slow replies"
"""Of an API without a queue."""
MEANS = {
    GENERATOR: "it could not keep up, which is this machine's limit and not the API's",
    NOT_KEPT: "genuine callers were answered, and their incidents are lost",
    BROKE_OFF: "Locust, or a worker of it, was lost, which is not the API's doing",
    BLOCKLIST: "callers were refused by it",
    TRUNKS: "every line was taken",
    NOBODY: "callers waited while nobody was",
    LATENCY: "callers waited longer than the call-takers account for",
    SLOW: "callers waited for its reply",
    CALL_TAKERS: "callers waited too long for one to be free",
    MISJUDGED: "callers were taken for a nuisance",
}
"""What can break, and what that says; what the API fails with says itself."""


@dataclass(frozen=True, slots=True)
class Broke:
    """What most of the lost callers were lost to, and how many of how many lost ones."""

    what: str
    callers: int
    lost: int

    @property
    def means(self) -> str:
        """The same with what it says."""
        return f"{self.what}: {MEANS[self.what]}" if self.what in MEANS else self.what


def broke(run: Happened, target: Target, simulated: float, *, has_queue: bool = True) -> Broke:
    """Of callers not answered in time; ``simulated``: the share that the model answers in time, of the same calls.

    Where the API has no queue nobody waits for a call-taker: who is late, or lost, is so by the API.
    """
    lot, ending, trouble, lost = _fates(run, target)
    if not has_queue:
        lot = np.where(lot == Lot.NOBODY_ON_DUTY, Lot.CAPACITY, lot)
    parts = {
        _failure(trouble[lost & (lot == Lot.FAILURE)]): lost & (lot == Lot.FAILURE),
        BLOCKLIST: lost & (lot == Lot.POLICY),
        TRUNKS: lost & (lot == Lot.CAPACITY) & (ending == Ending.BUSY),
        _waited(target, simulated, has_queue=has_queue): lost & (lot == Lot.CAPACITY) & (ending != Ending.BUSY),
        NOBODY: lost & (lot == Lot.NOBODY_ON_DUTY),
        MISJUDGED: lost & (lot == Lot.MISJUDGEMENT),
    }
    what, callers = max(parts.items(), key=lambda part: int(part[1].sum()))
    return Broke(what, int(callers.sum()), int(lost.sum()))


def not_kept(run: Happened) -> Broke:
    """Of an API that kept no verdict of some genuine callers."""
    lost = run.not_kept[Intent.GENUINE]
    return Broke(NOT_KEPT, lost, lost)


def failures(run: Happened) -> Broke:
    """Of an API that took no call."""
    return Broke(_failure(run.exchanges.trouble), len(run.calls), len(run.calls))


def _waited(target: Target, simulated: float, *, has_queue: bool) -> str:
    """What those waited for who were answered late, or gave up."""
    if not has_queue:
        return SLOW
    return LATENCY if simulated >= target.share else CALL_TAKERS


def _fates(run: Happened, target: Target) -> tuple[np.ndarray, np.ndarray, np.ndarray, Mask]:
    """Of each caller: the class, ending and trouble of the attempt that decides, whether it was lost to the target."""
    outcomes = run.kept
    callers = follow(run.calls, outcomes, 0, len(run.calls))
    decides = np.where(callers.well >= 0, callers.first, callers.last)
    mine = np.ones(len(run.calls), dtype=np.bool_) if target.intent < 0 else run.calls.intent == target.intent
    lot = lots(callers, run.staffing, target.within)
    lost = mine & ~callers.within(callers.answered, target.within)
    return lot, outcomes.ending[decides], run.exchanges.trouble[decides], np.asarray(lost)


def _failure(troubles: np.ndarray) -> str:
    """The API's failures, by the kind that most of them are."""
    kinds = np.bincount(troubles, minlength=len(TROUBLES))
    kind = TROUBLES[int(kinds.argmax())] if len(troubles) else Trouble.NONE
    return f"the API failed: {kind or 'no reason given'}"
