"""Laws of attempts: which are made, when, by whom, from which number."""

import numpy as np

from simulator.tables.calls import Bool, Int64
from simulator.tables.law_run import Run, earlier_of
from simulator.tables.outcomes import REDIAL_BITS, Action, Cause, Ending


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
    now, before = _pairs(run)
    now, before = now[~run.passed_back[now]], before[~run.passed_back[now]]
    may, due = _redial(run, before)
    allowed = o.attempt[now] <= calls.attempts[calls.group[o.call[now]]]
    wrong = (o.arrival[now] != due) | ~may | ~allowed | (o.cause[now] != Cause.REDIAL)
    first_late = (o.attempt == 1) & ((o.arrival != calls.arrival[o.call]) | (o.cause != Cause.FIRST))
    return np.concatenate([now[wrong], np.flatnonzero(first_late)])


def redials_made(run: Run) -> Int64:
    """A call's last attempt is one after which nobody redials, the last one allowed, or due only after the cut."""
    o, calls = run.outcomes, run.calls
    order = np.lexsort((o.attempt, o.call))
    last = order[np.append(np.diff(o.call[order]) != 0, True)] if len(order) else order
    may, due = _redial(run, last)
    more = o.attempt[last] < calls.attempts[calls.group[o.call[last]]]
    return np.asarray(last[may & more & (due < calls.cut)])


def _pairs(run: Run) -> tuple[Int64, Int64]:
    """Rows of later attempts, and of the attempts before them."""
    o = run.outcomes
    order = np.lexsort((o.attempt, o.call))
    now, before = order[1:], order[:-1]
    pairs = o.call[now] == o.call[before]
    return now[pairs], before[pairs]


def _redial(run: Run, rows: Int64) -> tuple[Bool, Int64]:
    """Whether these attempts are redialled after their endings, and when."""
    o, calls, row = run.outcomes, run.calls, run.row[rows]
    bit = np.where(o.dismissed[rows], REDIAL_BITS["dismissed"], o.ending[rows])
    bit = np.where(bit == Ending.FAILED, REDIAL_BITS["busy"], bit)
    never = np.isin(o.ending[rows], (Ending.DETERRED, Ending.OPEN)) | (bit == Ending.ANSWERED)
    never |= _to_pass_back(run)[rows]
    return ~never & ((calls.redial[row] >> bit) & 1 == 1), o.left[rows] + calls.redial_delay[row]


def _to_pass_back(run: Run) -> Bool:
    """Diverted attempts that the other line answers and passes back: as drawn, once a call."""
    o = run.outcomes
    diverted = (o.ending == Ending.DIVERTED) & (run.delay <= run.calls.patience[run.row])
    first = earlier_of(o.call.astype(np.int64), run.passed_back) == 0
    return np.asarray(diverted & run.comes_back & first)


def passed_back_as_drawn(run: Run) -> Int64:
    """A diverted call that is passed back makes one more attempt at once, past the policy; no other does."""
    o = run.outcomes
    now, before = _pairs(run)
    follows = run.passed_back[now] & _to_pass_back(run)[before] & (o.arrival[now] == o.left[before])
    good = np.zeros(len(o), dtype=bool)
    good[now[follows]] = True
    untouched = (o.action == Action.ACCEPT) & (o.rule == -1)
    lost = _to_pass_back(run)
    lost[before[follows]] = False
    return np.flatnonzero((run.passed_back & ~(good & untouched)) | lost)


def given_up_for_good(run: Run) -> Int64:
    """Who gave up because of a block makes no call afterwards, and nobody else is deterred without a warning by SMS."""
    o, calls = run.outcomes, run.calls
    person = calls.person[o.call].astype(np.int64)
    gave_up = earlier_of(person, (o.ending == Ending.BLOCKED) & calls.quit[run.row]) > 0
    stays_away = (o.ending == Ending.DETERRED) & (o.action == Action.ACCEPT)
    return np.flatnonzero(stays_away != (gave_up & ~run.passed_back))


def numbers_shown(run: Run) -> Int64:
    """Each attempt shows its call's number, or the one that its person has rotated to after blocks."""
    o, calls = run.outcomes, run.calls
    person, row = calls.person[o.call].astype(np.int64), run.row
    turns = earlier_of(person, (o.ending == Ending.BLOCKED) & calls.rotate[row] & ~calls.quit[row])
    rotated = calls.own[o.call] + turns % calls.sims[calls.group[o.call]]
    shown = np.where((calls.number[o.call] >= 0) & (turns > 0), rotated, calls.number[o.call])
    return np.flatnonzero(o.number != shown)


def rows_in_order(run: Run) -> Int64:
    """Rows stand in the order in which attempts were made."""
    return np.flatnonzero(np.diff(run.outcomes.arrival) < 0)
