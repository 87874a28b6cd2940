"""Laws of the floor: trunks, queue, call-takers, and how long everything lasts."""

import numpy as np

from simulator.scenario.policy import NUISANCE, Intent
from simulator.tables.calls import Bool, Int64, chance
from simulator.tables.law_run import Run
from simulator.tables.outcomes import Ending
from simulator.tables.staffing import Staffing

FOREVER = np.iinfo(np.int64).max


def times_in_order(run: Run) -> Int64:
    """Arrival, queue, answer, end of talk and free follow one another: no wait is below zero."""
    o, done = run.outcomes, run.answered
    wrong = run.on_a_trunk & ~run.hears & (o.queued != o.arrival)
    wrong |= run.taken & ((o.queued < o.arrival) | (o.answered < o.queued))
    wrong |= (o.waited_over < 0) | ((o.handovers == 0) & (o.waited_over != 0))
    wrong |= done & ((o.talk_end < o.answered + o.waited_over) | (o.left != o.talk_end))
    # Of a call left to a machine, the call-taker was free before its end.
    early = np.where(run.left_to_machine, o.answered, o.talk_end)
    wrong |= done & (o.free != -1) & (o.free < early)
    return np.flatnonzero(wrong)


def durations_as_drawn(run: Run) -> Int64:
    """Talk, wrap-up (or until acceptance, attended), listening, the machine and calling back last their time."""
    o, calls = run.outcomes, run.calls
    talked = np.where(run.left_to_machine, o.free, o.talk_end) - o.answered - o.waited_over
    wrong = ~_lasts_as_drawn(run, talked)
    silent = run.floor.silent_procedure
    if silent and silent.machine:
        wrong |= run.left_to_machine & (o.talk_end - o.free != silent.machine.length)
        wrong |= run.pressed & ((o.handovers == 0) | (o.waited_over < silent.machine.length))
    attended = run.floor.attended & (o.verdict == Intent.GENUINE)
    wrap = calls.wrap[run.row] + _call_back(run)
    due = np.where(attended, np.maximum(wrap, calls.accept[run.row]), wrap)
    ends = (o.free != -1) & ~run.left_to_machine
    return np.flatnonzero(run.answered & (wrong | (ends & (o.free - o.talk_end != due))))


def _lasts_as_drawn(run: Run, talked: Int64) -> Bool:
    """Whether talk lasted its draw, or a duplicate's of a known incident; where nobody speaks, listening (and that)."""
    calls, row = run.calls, run.row
    silent = run.floor.silent_procedure
    listened = talked - (run.listened * silent.listen if silent else 0)
    as_drawn = (listened == calls.talk[row]) | (
        (listened == calls.duplicate[row]) & (calls.incident[run.outcomes.call] >= 0)
    )
    return np.asarray(np.where(run.listened & ~run.pressed, listened == 0, as_drawn))


def _call_back(run: Run) -> Int64:
    """What calling back takes, of silent calls that are called back."""
    silent, o = run.floor.silent_procedure, run.outcomes
    if not (silent and silent.call_back):
        return np.zeros(len(o), dtype=np.int64)
    drawn = run.calls.press55[run.row] < chance(silent.call_back.share)
    return np.asarray((run.listened & drawn & (o.number >= 0)) * silent.call_back.takes)


def patience_kept(run: Run) -> Int64:
    """Who abandons leaves when patience ends, or a warning; nobody is answered, or still waits, after that."""
    o, patience = run.outcomes, run.calls.patience[run.row]
    lasted = o.left - o.arrival
    may_leave = run.under(lambda has: has.plays_message and not has.wants_key)
    warned = may_leave & (lasted == run.message) & (lasted < patience) & (o.queued == -1)
    wrong = (o.ending == Ending.ABANDONED) & (lasted != patience) & ~warned
    wrong |= run.taken & (o.answered - o.arrival > patience)
    return np.flatnonzero(wrong | ((o.ending == Ending.OPEN) & ~run.taken & (o.arrival + patience < run.calls.cut)))


def one_call_at_a_time(run: Run) -> Int64:
    """No call-taker serves two calls at once, and each is on duty when taking one (calls handed over aside)."""
    o = run.outcomes
    mine = np.flatnonzero(run.taken & (o.handovers == 0))
    until = np.where(o.free == -1, FOREVER, o.free)
    order = mine[np.lexsort((until[mine], o.answered[mine], o.call_taker[mine]))]
    now, before = order[1:], order[:-1]
    same = o.call_taker[now] == o.call_taker[before]
    on_duty = _on_duty(run.staffing, o.call_taker[mine].astype(np.int64), o.answered[mine])
    return np.concatenate([now[same & (o.answered[now] < until[before])], mine[~on_duty]])


def _on_duty(staff: Staffing, person: Int64, at: Int64) -> Bool:
    """Whether each person is on duty at each time."""
    if not len(staff.on):
        return np.zeros(len(person), dtype=bool)
    times, rank = np.unique(np.concatenate([staff.on, at]), return_inverse=True)
    on, when = rank[: len(staff.on)], rank[len(staff.on) :]
    key = staff.person.astype(np.int64) * len(times) + on
    order = np.argsort(key)
    place = np.searchsorted(key[order], person * len(times) + when, side="right") - 1
    found = order[np.maximum(place, 0)]
    mine = (place >= 0) & (staff.person[found] == person)
    return np.asarray(mine & (at < staff.off[found]))


def trunks_kept(run: Run) -> Int64:
    """Never more attempts on trunks, messages and machines included, than there are trunks."""
    o = run.outcomes
    on = np.flatnonzero(run.on_a_trunk)
    off = np.where(o.left[on] == -1, FOREVER, o.left[on])
    # At one instant trunks are freed before others are taken; an attempt of no duration counts for none.
    when = np.concatenate([o.arrival[on], off])
    change = np.concatenate([np.ones(len(on)), -np.ones(len(on))])
    order = np.lexsort((change, when))
    return on[order[np.cumsum(change[order]) > run.floor.trunks] % max(len(on), 1)]


def first_come_first_served(run: Run) -> Int64:
    """Of attempts alike in rank, one that joined the queue earlier is answered no later."""
    o, wrong = run.outcomes, []
    # Of one instant, those behind a message come first, by their arrival, call and attempt; others as they arrived.
    behind = o.queued > o.arrival
    order = np.lexsort((np.where(behind, o.attempt, 0), np.where(behind, o.call, 0), o.arrival, o.queued))
    order = order[run.taken[order]]
    for demoted in (False, True):
        mine = order[run.under(lambda has: has.delays)[order] == demoted]
        wrong.append(mine[1:][np.diff(o.answered[mine]) < 0])
    return np.concatenate(wrong)


def verdicts_as_drawn(run: Run) -> Int64:
    """A verdict is the intent, silent where nobody speaks, the drawn mistake, or genuine where a prank deceives."""
    o, calls, row = run.outcomes, run.calls, run.row
    speaks = ~calls.voiceless[o.call] | run.pressed
    errs = calls.doubt[row] < calls.tendency[o.call]
    verdict = np.where(errs, calls.verdict[row], np.where(speaks, calls.intent[o.call], Intent.SILENT))
    verdict = np.where(calls.deceives[o.call] & speaks, Intent.GENUINE, verdict)
    dismissed = run.answered & np.isin(o.verdict, NUISANCE) & run.honest
    wrong = np.where(run.answered, o.verdict != verdict, o.verdict != -1)
    return np.flatnonzero(wrong | (o.dismissed != dismissed))
