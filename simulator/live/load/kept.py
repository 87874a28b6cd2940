"""Calls whose verdict the API did not keep: somebody answered, and nothing is left of what the caller said.

Whoever called believes that help comes. So such a call is not taken in time, however soon it was answered: for targets,
classes of callers and incidents it is a call that the line itself failed, and its incident is not reported. Waits,
attempts and call-takers' time are what they were.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from simulator.metrics.callers import Lot
from simulator.metrics.counts import TO_REPORT, Counts, Stack, at, names_of
from simulator.scenario.policy import INTENTS
from simulator.tables.calls import Bool, Calls
from simulator.tables.exchanges import Exchanges
from simulator.tables.outcomes import Ending, Outcomes

KEPT, NOT_KEPT = 1, 0
OF_CALLERS = (
    "answered_well",
    *names_of(Lot),
    *("incidents_reported", "incidents_unreported", "to_accepted_report"),
)
"""Sums that go by whether the API kept a call; so do callers answered in time."""


def not_kept(calls: Calls, outcomes: Outcomes, exchanges: Exchanges) -> Bool:
    """Whether of each call a verdict was not kept, and none on a later attempt that was heard, either."""
    lost, kept = (np.zeros(len(calls), dtype=np.bool_) for _ in range(2))
    lost[outcomes.call[exchanges.kept == NOT_KEPT]] = True
    kept[outcomes.call[(exchanges.kept == KEPT) & ~outcomes.dismissed]] = True
    return lost & ~kept


def by_intent(calls: Calls, lost: Bool) -> tuple[int, ...]:
    """How many of these calls are of each intent."""
    return tuple(np.bincount(calls.intent[lost], minlength=len(INTENTS)).tolist())


def as_kept(outcomes: Outcomes, exchanges: Exchanges) -> Outcomes:
    """The outcomes as the API has them: an attempt whose verdict it did not keep is one that it failed."""
    lost = exchanges.kept == NOT_KEPT
    if not lost.any():
        return outcomes
    changed = {"ending": int(Ending.FAILED), "answered": -1, "talk_end": -1, "verdict": -1, "dismissed": False}
    columns = {name: np.where(lost, value, getattr(outcomes, name)) for name, value in changed.items()}
    return replace(outcomes, **{name: column.astype(getattr(outcomes, name).dtype) for name, column in columns.items()})


def joined(made: Sequence[Counts], kept: Sequence[Counts]) -> list[Counts]:
    """Counts of the attempts as they were made, with those of callers as the API kept them."""
    return [_joined(one, other) for one, other in zip(made, kept, strict=True)]


def _joined(made: Counts, kept: Counts) -> Counts:
    names = {*OF_CALLERS, *(at("in_time", threshold) for threshold in made.thresholds)}
    return replace(
        made,
        sums=Stack.of({name: (kept if name in names else made).sums[name] for name in made.sums}),
        clock=kept.clock,
        durations={**made.durations, TO_REPORT: kept.durations[TO_REPORT]},
    )
