"""What a live run left, as tables and measures: the same as of a simulation, from the log of its rows."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from simulator.live.load.judged import LiveVerdict, in_this_run
from simulator.live.load.kept import as_kept, by_intent, joined, not_kept
from simulator.live.load.replies import Replies, replies
from simulator.live.load.stretch import only
from simulator.live.load.why import with_reasons
from simulator.metrics.count import count_by_day, count_for, thresholds_for
from simulator.metrics.counts import Counts
from simulator.scenario.target import Target
from simulator.study.answer import Answer, answer_of
from simulator.tables.calls import Calls
from simulator.tables.exchanges import Exchanges
from simulator.tables.outcomes import Outcomes
from simulator.tables.plan import Plan
from simulator.tables.row_log import read_log
from simulator.tables.staffing import Staffing


@dataclass(frozen=True, slots=True)
class Happened:
    """The calls of a plan that were made, and what became of them.

    planned  how many calls the plan has; those that were never made are not among ``calls``
    """

    planned: int
    calls: Calls
    staffing: Staffing
    outcomes: Outcomes
    exchanges: Exchanges

    @property
    def never_made(self) -> int:
        """Calls of the plan that the generator did not come to."""
        return self.planned - len(self.calls)

    @property
    def kept(self) -> Outcomes:
        """The outcomes as the API kept them: see `kept.py`."""
        return as_kept(self.outcomes, self.exchanges)

    @property
    def not_kept(self) -> tuple[int, ...]:
        """Of each intent, the callers who were answered and whose verdict the API did not keep."""
        return by_intent(self.calls, not_kept(self.calls, self.outcomes, self.exchanges))


@dataclass(frozen=True, slots=True)
class Found:
    """A live run in numbers."""

    counts: Counts
    replies: tuple[Replies, ...]
    answer: Answer
    verdicts: tuple[LiveVerdict, ...]


def happened(plan: Plan, rows: Path) -> Happened | None:
    """What the log says of the plan; None where no call was made.

    Of a run that was stopped, or broke off, the stretch ends where its last row does.
    """
    outcomes, exchanges = read_log(rows) if rows.exists() else (None, None)
    if outcomes is None or exchanges is None:
        return None
    made = np.zeros(len(plan.calls), dtype=np.bool_)
    made[outcomes.call[outcomes.attempt == 1]] = True
    if not made.any():
        return None
    whole = made[outcomes.call]  # a redial whose first attempt no line tells of
    calls = plan.calls if made.all() else only(plan.calls, made)
    place = np.cumsum(made) - 1
    outcomes = _rows(outcomes, whole)
    outcomes = with_reasons(calls, replace(outcomes, call=place[outcomes.call]), plan.policy)
    if not made.all():
        last = max(int(getattr(outcomes, name).max()) for name in ("arrival", "answered", "talk_end", "left"))
        calls = replace(calls, length=min(calls.length, last + 1))
    return Happened(len(plan.calls), calls, plan.staffing, outcomes, _rows_of(exchanges, whole))


def found(run: Happened, targets: Sequence[Target], warnings: Sequence[str] = ()) -> Found:
    """Measures, replies, and targets judged."""

    def counted(outcomes: Outcomes) -> tuple[Counts, list[Counts]]:
        tables = run.calls, outcomes, run.staffing
        return count_for(targets, *tables), count_by_day(*tables, thresholds_for(targets))

    counts, days = counted(run.outcomes)
    if any(lost := run.not_kept):
        all_kept, days_kept = counted(run.kept)
        [counts], days = joined([counts], [all_kept]), joined(days, days_kept)
    answer = answer_of((counts,), days)
    verdicts = in_this_run(targets, counts, lost)
    answer = replace(answer, verdicts=verdicts, warnings=tuple(warnings))
    return Found(counts, tuple(replies(run.calls, run.outcomes, run.exchanges)), answer, verdicts)


def _rows(outcomes: Outcomes, kept: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Outcomes:
    return Outcomes.of(**{name: column[kept] for name, column in outcomes.columns().items()})


def _rows_of(exchanges: Exchanges, kept: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Exchanges:
    return Exchanges.of(**{name: column[kept] for name, column in exchanges.columns().items()})
