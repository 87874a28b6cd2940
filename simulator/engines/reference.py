"""The call floor as a model to read and to extend: each kind of event is one method, named in the field's words.

The methods stand in the order in which events of one instant happen (see `agenda.py`). After each event free
call-takers take from the queue. docs/model.md tells the same floor in prose.
"""

from types import SimpleNamespace
from typing import Any

from simulator.engines.agenda import (
    CALL_TAKER_FREE,
    END_OF_MESSAGE,
    END_OF_PATIENCE,
    END_OF_TALK,
    FIRST_ATTEMPT,
    PASS_BACK,
    REDIAL,
    SHIFT_COMES,
    SHIFT_LEAVES,
    STRIKE_EFFECTIVE,
    Agenda,
    Do,
    Happening,
    rank,
)
from simulator.engines.attempt import Attempt, Row, outcomes_of, row_of
from simulator.engines.desks import (
    ABANDONED,
    ANSWERED,
    BUSY,
    DETERRED,
    DIVERTED,
    Desks,
)
from simulator.engines.gate import GENUINE, NUISANCES, SILENT, Gate
from simulator.engines.lines import Messages, OtherLine, Silence
from simulator.engines.rules import Due
from simulator.scenario.actions import actions_that
from simulator.scenario.model import Floor
from simulator.scenario.policy import Policy
from simulator.scenario.units import NEVER
from simulator.tables.calls import Calls
from simulator.tables.outcomes import DISMISSED_BIT, Action, Cause, Ending, Outcomes
from simulator.tables.sanctions import Sanctions
from simulator.tables.staffing import Staffing

NEVER_AGAIN, DISMISSED = 0, 1 << DISMISSED_BIT
# Plain numbers, as in `desks.py`.
PLAYS_MESSAGE, DIVERTS, DELAYS = (
    frozenset(map(int, actions_that(have)))
    for have in (lambda has: has.plays_message, lambda has: has.diverts, lambda has: has.delays)
)
LOST_BY = {int(action): int(Ending[action.traits.ending.upper()]) for action in Action if action.traits.ending}
"""How an attempt ends that an action keeps from the queue."""
MADE_FIRST, MADE_AGAIN, PASSED_BACK = map(int, Cause)


class CallFloor(Desks):
    """Trunks, queue, call-takers and blocklist, moved on by events."""

    def __init__(self, calls: Calls, staffing: Staffing, floor: Floor, policy: Policy) -> None:
        # Lists of Python's own numbers: indexing an array costs several times more.
        plan: Any = SimpleNamespace(**{name: column.tolist() for name, column in calls.columns().items()})
        begin = min([0, *plan.arrival[:1], *staffing.on[:1].tolist()])
        silence = Silence(plan, floor.silent_procedure)
        super().__init__(plan, staffing, Agenda(begin, self._what_happens()), silence, calls.incidents)
        self.end = calls.cut
        self.trunks_free = floor.trunks
        self.hands_over = floor.end_of_shift == "hand_over"
        self.attended = floor.attended
        self.gate, self.messages = Gate(calls, plan, policy), Messages(plan, policy)
        self.other_line = OtherLine(plan, policy)
        self.log: list[Attempt | Row] = []
        self.passed_back: set[int] = set()
        """Calls that the other line has passed back."""
        self.agenda.pending = len(calls)
        """Attempts made or planned that have not ended, and wrap-ups going on."""
        self.changes = staffing.changes()
        self._next_shift_change()
        self._next_first_attempt(0)

    def run(self) -> list[Attempt | Row]:
        """Let every event happen until all attempts and wrap-ups have ended, or the time to run on is over."""
        self.agenda.run(self.end)
        for attempt in self.queues[0]:
            attempt.waited_over += self.end - attempt.waits_since
        return self.log

    def _what_happens(self) -> dict[int, Do]:
        return {
            SHIFT_LEAVES: self.shift_leaves,
            SHIFT_COMES: self.shift_comes,
            CALL_TAKER_FREE: self.call_taker_free,
            END_OF_TALK: self.end_of_talk,
            STRIKE_EFFECTIVE: self.strike_effective,
            END_OF_PATIENCE: self.end_of_patience,
            END_OF_MESSAGE: self.end_of_message,
            PASS_BACK: self.pass_back,
            REDIAL: self.redial,
            FIRST_ATTEMPT: self.first_attempt,
        }

    # -- events, in the order of one instant ---------------------------------------------------------------------

    def shift_leaves(self, event: Happening) -> None:
        """Idle leavers go; a busy one finishes the call, or hands it over unless it is only a break that begins."""
        leavers: list[tuple[int, bool]] = event.about
        self._next_shift_change()
        for person, _ in leavers:
            self.on_duty[person] = False
        self.idle = [each for each in self.idle if self.on_duty[each[1]]]
        for person, pause in leavers:
            attempt = self.in_hand[person]
            if attempt and self.hands_over and not pause and self.talking(attempt):
                self.give_up_to_others(attempt, person)
        self.serve()

    def shift_comes(self, event: Happening) -> None:
        """Arrivers are available at once, but for one who still finishes an earlier call."""
        self._next_shift_change()
        for person, _ in event.about:
            self.on_duty[person] = True
            if self.in_hand[person] is None:
                self.become_idle(person)
        self.serve()

    def call_taker_free(self, event: Happening) -> None:
        """Wrap-up is done."""
        self._free(event.about)

    def _free(self, attempt: Attempt) -> None:
        self.agenda.pending -= 1
        attempt.free = self.agenda.now
        self.log[attempt.place] = row_of(attempt)
        self.put_down(attempt.call_taker)

    def end_of_talk(self, event: Happening) -> None:
        """The trunk is freed, the verdict falls, wrap-up begins; a call on which nobody spoke may go to a machine."""
        attempt: Attempt = event.about
        if attempt.unheard and self.silence.machine is not None:
            self.leave_to_machine(attempt, self.silence.machine)
            return
        self._conclude(attempt, self.agenda.now - attempt.answered - attempt.waited_over)
        busy = self.plan.wrap[attempt.row] + (self.silence.call_back(attempt) if attempt.unheard else 0)
        if self.attended and attempt.verdict == GENUINE:
            busy = max(busy, self.plan.accept[attempt.row])
        self.agenda.pending += 1
        if busy:
            self.agenda.at(self.agenda.now + busy, CALL_TAKER_FREE, attempt, attempt.rank)
        else:
            self._free(attempt)

    def strike_effective(self, event: Happening) -> None:
        """A reviewed strike counts."""
        self.agenda.pending -= 1
        self.gate.blocklist.strike(event.about, self.agenda.now)

    def end_of_patience(self, event: Happening) -> None:
        """The caller leaves the queue, or the message, and frees the trunk."""
        attempt: Attempt = event.about
        if attempt.message_ends:
            attempt.message_ends.cancel()
        self._lose_on_trunk(attempt, ABANDONED)

    def end_of_message(self, event: Happening) -> None:
        """The machine has asked to press 55; or the caller has heard a message, and goes on to the queue or not."""
        attempt: Attempt = event.about
        if attempt.call_taker >= 0:
            self._end_of_machine(attempt)
        elif self.messages.stays(attempt):
            self._join_queue(attempt)
            self.serve()
        else:
            if attempt.patience_ends:
                attempt.patience_ends.cancel()
            self._lose_on_trunk(attempt, LOST_BY[attempt.action])

    def _end_of_machine(self, attempt: Attempt) -> None:
        """Who has pressed 55 is put through again; any other call is over."""
        if self.silence.presses(attempt):
            attempt.unheard, attempt.due = False, -1
            self.wait_ahead(attempt)
            self.serve()
        else:
            self._conclude(attempt, attempt.free - attempt.answered - attempt.waited_over)
            self.log[attempt.place] = row_of(attempt)

    def pass_back(self, event: Happening) -> None:
        """The other line answers, and keeps the call or passes it back; or the caller gives it up before."""
        attempt: Attempt = event.about
        call = attempt.call
        answered = self.agenda.now - attempt.arrival == self.other_line.answers_after(attempt)
        if not answered or call in self.passed_back or not self.other_line.passes_back(attempt):
            self._lose(attempt, DIVERTED)
            return
        self.passed_back.add(call)
        attempt.ending, attempt.left = DIVERTED, self.agenda.now
        self.log[attempt.place] = row_of(attempt)
        self._arrive(call, attempt.attempt + 1, PASSED_BACK, attempt.row)

    def redial(self, event: Happening) -> None:
        """The caller tries again."""
        call, attempt = event.about
        self._arrive(call, attempt, MADE_AGAIN, self.plan.later[call] + attempt - 2)

    def first_attempt(self, event: Happening) -> None:
        """A caller calls; the next one of the table is awaited."""
        call: int = event.about
        self._next_first_attempt(call + 1)
        self._arrive(call, 1, MADE_FIRST, call)

    # -- what an attempt meets -------------------------------------------------------------------------------------

    def _arrive(self, call: int, count: int, cause: int, row: int) -> None:
        """Past the policy, onto a trunk, into the queue."""
        attempt = Attempt(call, count, cause, row, self.agenda.now, len(self.log))
        self.log.append(attempt)
        attempt.unheard = self.plan.voiceless[call]
        refused = self._ask_the_policy(attempt)
        if refused is not None:
            self._lose(attempt, refused)
        elif attempt.action in DIVERTS:
            self._divert(attempt)
        elif not self.trunks_free:
            self._lose(attempt, BUSY)
        else:
            self._take_a_trunk(attempt)

    def _ask_the_policy(self, attempt: Attempt) -> int | None:
        """What the policy does with the attempt; its ending where it goes no further."""
        gate = self.gate
        if not gate.minds:
            attempt.number = self.plan.number[attempt.call]
            return None
        attempt.number = gate.number(attempt.call)
        if attempt.cause == PASSED_BACK:
            return None
        refused = gate.refuses(attempt)
        if refused is None:
            self._strike(gate.called(attempt), attempt)
        return refused

    def _divert(self, attempt: Attempt) -> None:
        lasts = min(self.other_line.answers_after(attempt), self.plan.patience[attempt.row])
        self.agenda.at(attempt.arrival + lasts, PASS_BACK, attempt, attempt.rank)

    def _take_a_trunk(self, attempt: Attempt) -> None:
        self.trunks_free -= 1
        if attempt.action in PLAYS_MESSAGE:
            until = attempt.arrival + self.messages.length(attempt)
            attempt.message_ends = self.agenda.at(until, END_OF_MESSAGE, attempt, attempt.rank)
        else:
            self._join_queue(attempt)
            self.serve()
        patience = self.plan.patience[attempt.row]
        if attempt.call_taker < 0 and patience < NEVER:
            when = attempt.arrival + patience
            attempt.patience_ends = self.agenda.at(when, END_OF_PATIENCE, attempt, attempt.rank)

    def _join_queue(self, attempt: Attempt) -> None:
        attempt.queued = self.agenda.now
        self.queues[2 if attempt.action in DELAYS else 1].append(attempt)

    def _lose_on_trunk(self, attempt: Attempt, ending: int) -> None:
        self.trunks_free += 1
        self._lose(attempt, ending)

    def _lose(self, attempt: Attempt, ending: int) -> None:
        """The attempt ends without an answer."""
        self._end(attempt, ending, NEVER_AGAIN if ending == DETERRED else 1 << ending)
        self.log[attempt.place] = row_of(attempt)

    def _end(self, attempt: Attempt, ending: int, redial_bit: int) -> None:
        """The attempt is over; the caller may try again."""
        attempt.ending, attempt.left = ending, self.agenda.now
        call, count, plan = attempt.call, attempt.attempt + 1, self.plan
        if plan.redial[attempt.row] & redial_bit and count <= plan.attempts[plan.group[call]]:
            when = attempt.left + plan.redial_delay[attempt.row]
            self.agenda.at(when, REDIAL, (call, count), rank(call, count))
        else:
            self.agenda.pending -= 1

    # -- verdicts --------------------------------------------------------------------------------------------------

    def _conclude(self, attempt: Attempt, talked: int) -> None:
        """Talk, or the machine, has ended: the trunk is freed and the verdict falls; strikes follow their review."""
        self.trunks_free += 1
        attempt.talk_end, attempt.verdict = self.agenda.now, self._verdict(attempt)
        incident = self.plan.incident[attempt.call]
        if incident >= 0 and attempt.verdict == GENUINE:
            self.reported[incident] = True
        if self.gate.minds:
            self._strike(self.gate.judge(attempt, talked, self.agenda.now), attempt)
        attempt.dismissed = self.plan.intent[attempt.call] not in NUISANCES and attempt.verdict in NUISANCES
        self._end(attempt, ANSWERED, DISMISSED if attempt.dismissed else NEVER_AGAIN)

    def _verdict(self, attempt: Attempt) -> int:
        call, row, plan = attempt.call, attempt.row, self.plan
        if plan.deceives[call] and not attempt.unheard:
            return GENUINE
        if plan.doubt[row] < plan.tendency[call]:
            return int(plan.verdict[row])
        return SILENT if attempt.unheard else int(plan.intent[call])

    def _strike(self, strikes: list[Due], attempt: Attempt) -> None:
        self.agenda.pending += len(strikes)
        for when, strike in strikes:
            self.agenda.at(when, STRIKE_EFFECTIVE, strike, attempt.rank)

    # -- scheduling ------------------------------------------------------------------------------------------------

    def _next_first_attempt(self, call: int) -> None:
        if call < len(self.plan.arrival):
            self.agenda.at(self.plan.arrival[call], FIRST_ATTEMPT, call, rank(call, 1))

    def _next_shift_change(self) -> None:
        if change := next(self.changes, None):
            when, comes, persons = change
            self.agenda.at(when, SHIFT_COMES if comes else SHIFT_LEAVES, persons)


def run(calls: Calls, staffing: Staffing, floor: Floor, policy: Policy) -> tuple[Outcomes, Sanctions]:
    """Outcomes of these calls, in the order in which attempts were made, and what the policy did to numbers."""
    there = CallFloor(calls, staffing, floor, policy)
    log = there.run()
    number, rule, begin, end = zip(*there.gate.blocklist.began, strict=True) if there.gate.blocklist.began else [()] * 4
    return outcomes_of(log), Sanctions.of(number=number, rule=rule, begin=begin, end=end)
