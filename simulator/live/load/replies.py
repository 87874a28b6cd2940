"""What the API replied to the rings, by intent: the first thing to know of an emergency line under load."""

from collections import Counter
from dataclasses import dataclass

import numpy as np

from simulator.live.load.kept import by_intent, not_kept
from simulator.scenario.policy import INTENTS
from simulator.tables.calls import Calls
from simulator.tables.exchanges import TROUBLES, Exchanges
from simulator.tables.outcomes import Ending, Outcomes

BY_POLICY = (Ending.BLOCKED, Ending.DIVERTED, Ending.SCREENED)


@dataclass(frozen=True, slots=True)
class Replies:
    """The attempts of one intent, and how many of them were refused by whom.

    callers    who called; ``rang`` attempts that reached the API
    policy     refused by its blocklist: blocked, diverted, screened
    busy       no trunk was free
    failed     the API itself failed, by kind of trouble
    troubled   attempts that went on after a step of theirs had failed (a verdict given twice), by kind
    open       still in the system at the end
    not_kept   callers who were answered, and whose verdict the API did not keep
    """

    intent: str
    callers: int
    rang: int
    policy: int
    busy: int
    failed: dict[str, int]
    troubled: dict[str, int]
    open: int
    not_kept: int

    @property
    def refused(self) -> int:
        """Attempts that did not come to a call-taker's queue."""
        return self.policy + self.busy + sum(self.failed.values())


def replies(calls: Calls, outcomes: Outcomes, exchanges: Exchanges) -> list[Replies]:
    """One for each intent that anybody called with, in their order."""
    intent = calls.intent[outcomes.call]
    lost = by_intent(calls, not_kept(calls, outcomes, exchanges))
    return [
        _of(name, int((calls.intent == number).sum()), intent == number, outcomes, exchanges, lost[number])
        for number, name in enumerate(INTENTS)
        if (calls.intent == number).any()
    ]


def _of(name: str, callers: int, mine: np.ndarray, outcomes: Outcomes, exchanges: Exchanges, lost: int) -> Replies:
    ending, trouble = outcomes.ending[mine], exchanges.trouble[mine]
    failed = ending == Ending.FAILED
    return Replies(
        intent=name,
        callers=callers,
        rang=int((ending != Ending.DETERRED).sum()),
        policy=int(np.isin(ending, BY_POLICY).sum()),
        busy=int((ending == Ending.BUSY).sum()),
        failed=_kinds(trouble[failed]),
        troubled=_kinds(trouble[~failed & (trouble > 0)]),
        open=int((ending == Ending.OPEN).sum()),
        not_kept=lost,
    )


def _kinds(troubles: np.ndarray) -> dict[str, int]:
    """How many there are of each kind, the most frequent first."""
    found = Counter(troubles.tolist())
    return {str(TROUBLES[kind]) or "unknown": many for kind, many in found.most_common()}
