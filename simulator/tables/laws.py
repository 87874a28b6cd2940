"""What must hold for any outcomes, whatever engine wrote them: a law is a function that returns rows it finds wrong.

`broken_laws` runs them all; every test of an engine does, and `siaga run --check`.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from simulator.scenario.policy import NUISANCE, Intent
from simulator.tables.calls import Bool, Calls, Int64
from simulator.tables.outcomes import REDIAL_BITS, Action, Cause, Ending, Outcomes
from simulator.tables.staffing import Staffing


@dataclass(frozen=True, slots=True)
class Run:
    """A run under its laws: the plan, what happened, and the floor's number of trunks and way of acceptance."""

    calls: Calls
    staffing: Staffing
    outcomes: Outcomes
    trunks: int
    attended: bool

    @property
    def row(self) -> Int64:
        """Rows of the attempt columns of Calls."""
        return self.calls.row(self.outcomes.call.astype(np.int64), self.outcomes.attempt.astype(np.int64))

    @property
    def answered(self) -> Bool:
        """Attempts answered and talked to the end."""
        return np.asarray(self.outcomes.ending == Ending.ANSWERED)

    @property
    def taken(self) -> Bool:
        """Attempts that a call-taker took, those cut off while they talked included."""
        return np.asarray(self.outcomes.call_taker >= 0)


def every_attempt_once(run: Run) -> Int64:
    """Every call has attempts 1, 2, ... k, each in one row, and every call has a first."""
    o = run.outcomes
    order = np.lexsort((o.attempt, o.call))
    call, attempt = o.call[order].astype(np.int64), o.attempt[order]
    begins = np.concatenate([[True], call[1:] != call[:-1]])[: len(call)]
    follows = np.concatenate([[0], attempt[:-1]])[: len(call)] + 1
    wrong = np.where(begins, attempt != 1, attempt != follows)
    missing = np.setdiff1d(np.arange(len(run.calls)), call)
    return np.concatenate([order[wrong], -1 - missing])


def attempts_in_order(run: Run) -> Int64:
    """A redial comes its drawn delay after the ending before it, and only after an ending that may be redialled."""
    o, calls = run.outcomes, run.calls
    order = np.lexsort((o.attempt, o.call))
    now, before = order[1:], order[:-1]
    pairs = o.call[now] == o.call[before]
    now, before = now[pairs], before[pairs]
    may, due = _redial(run, before)
    allowed = o.attempt[now] <= calls.attempts[calls.group[o.call[now]]]
    first_late = (o.attempt == 1) & ((o.arrival != calls.arrival[o.call]) | (o.cause != Cause.FIRST))
    return np.concatenate([now[(o.arrival[now] != due) | ~may | ~allowed], np.flatnonzero(first_late)])


def redials_made(run: Run) -> Int64:
    """A call's last attempt is one after which nobody redials, the last one allowed, or due only after the cut."""
    o, calls = run.outcomes, run.calls
    order = np.lexsort((o.attempt, o.call))
    last = order[np.append(np.diff(o.call[order]) != 0, True)] if len(order) else order
    may, due = _redial(run, last)
    more = o.attempt[last] < calls.attempts[calls.group[o.call[last]]]
    return np.asarray(last[may & more & (o.left[last] != -1) & (due < calls.cut)])


def _redial(run: Run, rows: Int64) -> tuple[Bool, Int64]:
    """Whether these attempts are redialled after their endings, and when."""
    o, calls, row = run.outcomes, run.calls, run.row[rows]
    bit = np.where(o.dismissed[rows], REDIAL_BITS["dismissed"], o.ending[rows])
    never = np.isin(o.ending[rows], (Ending.DETERRED, Ending.OPEN)) | (bit == Ending.ANSWERED)
    return ~never & ((calls.redial[row] >> bit) & 1 == 1), o.left[rows] + calls.redial_delay[row]


def times_in_order(run: Run) -> Int64:
    """Arrival, queue, answer, end of talk and free follow one another: no wait is below zero."""
    o, taken, done = run.outcomes, run.taken, run.answered
    wrong = taken & ((o.queued != o.arrival) | (o.answered < o.queued))
    wrong |= done & ((o.talk_end < o.answered + o.waited_over) | (o.left != o.talk_end))
    wrong |= done & (o.free != -1) & (o.free < o.talk_end)
    return np.flatnonzero(wrong)


def durations_as_drawn(run: Run) -> Int64:
    """Talk lasts its draw (a duplicate's, of a known incident); so does wrap-up, or until acceptance if attended."""
    o, calls, row = run.outcomes, run.calls, run.row
    talk, wrap = o.talk_end - o.answered - o.waited_over, o.free - o.talk_end
    wrong = (talk != calls.talk[row]) & ((talk != calls.duplicate[row]) | (calls.incident[o.call] < 0))
    attended = run.attended & (o.verdict == Intent.GENUINE)
    due = np.where(attended, np.maximum(calls.wrap[row], calls.accept[row]), calls.wrap[row])
    return np.flatnonzero(run.answered & (wrong | ((o.free != -1) & (wrap != due))))


def patience_kept(run: Run) -> Int64:
    """Who abandons leaves just when patience ends; nobody is answered after that."""
    o, patience = run.outcomes, run.calls.patience[run.row]
    left = o.ending == Ending.ABANDONED
    return np.flatnonzero((left & (o.left - o.arrival != patience)) | (run.taken & (o.answered - o.arrival > patience)))


def turned_away_at_once(run: Run) -> Int64:
    """Busy, blocked, diverted and deterred attempts end as they arrive, take no trunk and no call-taker."""
    o = run.outcomes
    away = np.isin(o.ending, (Ending.BUSY, Ending.BLOCKED, Ending.DIVERTED, Ending.DETERRED))
    touched = (o.left != o.arrival) | (o.queued != -1) | (o.call_taker != -1) | (o.verdict != -1)
    blocked = (o.ending == Ending.BLOCKED) != (o.action == Action.BLOCK)
    return np.flatnonzero((away & touched) | blocked)


def one_call_at_a_time(run: Run) -> Int64:
    """No call-taker serves two calls at once, and each is on duty when taking one (calls handed over aside)."""
    o = run.outcomes
    mine = np.flatnonzero(run.taken & (o.handovers == 0))
    until = np.where(o.free == -1, np.iinfo(np.int64).max, o.free)
    order = mine[np.lexsort((until[mine], o.answered[mine], o.call_taker[mine]))]
    now, before = order[1:], order[:-1]
    same = o.call_taker[now] == o.call_taker[before]
    return np.concatenate([now[same & (o.answered[now] < until[before])], mine[~_on_duty(run, mine)]])


def _on_duty(run: Run, rows: Int64) -> Bool:
    o, staff = run.outcomes, run.staffing
    if not len(staff.on):
        return np.zeros(len(rows), dtype=bool)
    times, rank = np.unique(np.concatenate([staff.on, o.answered[rows]]), return_inverse=True)
    on, when = rank[: len(staff.on)], rank[len(staff.on) :]
    key = staff.person.astype(np.int64) * len(times) + on
    order = np.argsort(key)
    at = np.searchsorted(key[order], o.call_taker[rows].astype(np.int64) * len(times) + when, side="right") - 1
    found = order[np.maximum(at, 0)]
    mine = (at >= 0) & (staff.person[found] == o.call_taker[rows])
    return np.asarray(mine & (o.answered[rows] < staff.off[found]))


def trunks_kept(run: Run) -> Int64:
    """Never more attempts on trunks than there are trunks."""
    o = run.outcomes
    on = np.flatnonzero(o.queued != -1)
    last = np.iinfo(np.int64).max
    off = np.where(o.left[on] == -1, last, o.left[on])
    # At one instant trunks are freed before others are taken; an attempt of no duration counts for none.
    when = np.concatenate([o.arrival[on], off])
    change = np.concatenate([np.ones(len(on)), -np.ones(len(on))])
    order = np.lexsort((change, when))
    return on[order[np.cumsum(change[order]) > run.trunks] % max(len(on), 1)]


def first_come_first_served(run: Run) -> Int64:
    """Of attempts alike in rank, one that joined the queue earlier is answered no later."""
    o, wrong = run.outcomes, []
    for demoted in (False, True):
        mine = np.flatnonzero(run.taken & ((o.action == Action.DEMOTE) == demoted))
        mine = mine[np.argsort(o.queued[mine], kind="stable")]
        # Rows stand in the order of arrival, so a stable sort keeps the order of one instant.
        wrong.append(mine[1:][np.diff(o.answered[mine]) < 0])
    return np.concatenate(wrong)


def verdicts_as_drawn(run: Run) -> Int64:
    """A verdict is the intent, the drawn mistake where doubt is below tendency, genuine where a prank deceives."""
    o, calls, row = run.outcomes, run.calls, run.row
    errs = calls.doubt[row] < calls.tendency[o.call]
    verdict = np.where(errs, calls.verdict[row], calls.intent[o.call])
    verdict = np.where(calls.deceives[o.call], Intent.GENUINE, verdict)
    dismissed = run.answered & np.isin(o.verdict, NUISANCE) & ~np.isin(calls.intent[o.call], NUISANCE)
    wrong = np.where(run.answered, o.verdict != verdict, o.verdict != -1)
    return np.flatnonzero(wrong | (o.dismissed != dismissed))


def rows_in_order(run: Run) -> Int64:
    """Rows stand in the order in which attempts were made."""
    return np.flatnonzero(np.diff(run.outcomes.arrival) < 0)


LAWS: tuple[Callable[[Run], Int64], ...] = (
    *(
        every_attempt_once,
        attempts_in_order,
        redials_made,
        times_in_order,
        durations_as_drawn,
        patience_kept,
        turned_away_at_once,
    ),
    *(one_call_at_a_time, trunks_kept, first_come_first_served, verdicts_as_drawn, rows_in_order),
)


def broken_laws(
    calls: Calls, staffing: Staffing, outcomes: Outcomes, trunks: int, *, attended: bool = False
) -> tuple[str, ...]:
    """One line for each law that the outcomes break, with the first rows that break it; empty when all hold."""
    run = Run(calls, staffing, outcomes, trunks, attended)
    found = ((law, law(run)) for law in LAWS)
    return tuple(
        f"{law.__doc__ or law.__name__} Broken by rows {rows[:5].tolist()}." for law, rows in found if len(rows)
    )
