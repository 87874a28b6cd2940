"""What broke: of the callers whom a missed target is about, to what most were lost that should not have been."""

from dataclasses import dataclass

import numpy as np

from simulator.decisions.load.collect import Happened
from simulator.metrics.callers import Lot, follow, lots
from simulator.scenario.target import Target
from simulator.tables.exchanges import TROUBLES, Trouble
from simulator.tables.outcomes import Ending

Mask = np.ndarray[tuple[int], np.dtype[np.bool_]]
GENERATOR = "the generator could not keep up: not the target's limit, but this machine's"


@dataclass(frozen=True, slots=True)
class Broke:
    """What most of the lost callers were lost to, in words, and how many of how many lost ones."""

    words: str
    callers: int
    lost: int


def broke(run: Happened, target: Target, simulated: float) -> Broke:
    """Of callers not answered in time; ``simulated``: the share that the model answers in time, of the same calls."""
    lot, ending, trouble, mine = _fates(run, target)
    lost = mine & (lot != Lot.IN_TIME_AND_WELL)
    parts = {
        _failure(trouble[lost & (lot == Lot.FAILURE)]): lost & (lot == Lot.FAILURE),
        "the blocklist: callers refused by it": lost & (lot == Lot.POLICY),
        "trunks: every line was taken": lost & (lot == Lot.CAPACITY) & (ending == Ending.BUSY),
        _waiting(simulated >= target.share): lost & (lot == Lot.CAPACITY) & (ending != Ending.BUSY),
        "nobody was on duty": lost & (lot == Lot.NOBODY_ON_DUTY),
        "misjudgement: callers taken for a nuisance": lost & (lot == Lot.MISJUDGEMENT),
    }
    words, callers = max(parts.items(), key=lambda part: int(part[1].sum()))
    return Broke(words, int(callers.sum()), int(lost.sum()))


def _fates(run: Happened, target: Target) -> tuple[np.ndarray, np.ndarray, np.ndarray, Mask]:
    """Of each caller: the class, ending and trouble of the attempt that decides, whether the target is theirs."""
    callers = follow(run.calls, run.outcomes, 0, len(run.calls))
    decides = np.where(callers.well >= 0, callers.first, callers.last)
    mine = np.ones(len(run.calls), dtype=np.bool_) if target.intent < 0 else run.calls.intent == target.intent
    lot = lots(callers, run.staffing, target.within)
    return lot, run.outcomes.ending[decides], run.exchanges.trouble[decides], np.asarray(mine)


def _failure(troubles: np.ndarray) -> str:
    """The API's failures, by the kind that most of them are."""
    kinds = np.bincount(troubles, minlength=len(TROUBLES))
    kind = TROUBLES[int(kinds.argmax())] if len(troubles) else Trouble.NONE
    return f"the API failed: {kind or 'no reason given'}"


def _waiting(model_holds: bool) -> str:
    """The people were too few where the model says so, too; else the API was slow."""
    if model_holds:
        return "the API's latency: callers waited longer than the call-takers account for"
    return "call-takers: callers waited too long for one to be free"
