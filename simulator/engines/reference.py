"""The call floor as a model to read and to extend: each kind of event is one method, named in the field's words.

The methods stand in the order in which events of one instant happen (see `agenda.py`). After each event free
call-takers take from the queue. docs/model.md tells the same floor in prose.
"""

from bisect import insort
from collections import deque
from types import SimpleNamespace
from typing import Any

from simulator.engines.agenda import (
    CALL_TAKER_FREE,
    END_OF_PATIENCE,
    END_OF_TALK,
    FIRST_ATTEMPT,
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
from simulator.engines.gate import GENUINE, NUISANCES, Gate
from simulator.scenario.model import Floor
from simulator.scenario.policy import Policy
from simulator.scenario.units import NEVER
from simulator.tables.calls import Calls
from simulator.tables.outcomes import DISMISSED_BIT, Action, Ending, Outcomes
from simulator.tables.staffing import Staffing

# Plain numbers: to look up a member of an enumeration costs more than to schedule an event.
ANSWERED, ABANDONED, BUSY, BLOCKED, DIVERTED, SCREENED, DETERRED, OPEN = map(int, Ending)
DEMOTE, NEVER_AGAIN, DISMISSED = int(Action.DEMOTE), 0, 1 << DISMISSED_BIT


class CallFloor:
    """Trunks, queue, call-takers and blocklist, moved on by events."""

    def __init__(self, calls: Calls, staffing: Staffing, floor: Floor, policy: Policy) -> None:
        # Lists of Python's own numbers: indexing an array costs several times more.
        self.plan: Any = SimpleNamespace(**{name: column.tolist() for name, column in calls.columns().items()})
        begin = min([0, *self.plan.arrival[:1], *staffing.on[:1].tolist()])
        self.agenda = Agenda(begin, self._what_happens())
        self.end = calls.cut
        self.trunks_free = floor.trunks
        self.hands_over = floor.end_of_shift == "hand_over"
        self.attended = floor.attended
        self.gate = Gate(calls, self.plan, policy)
        self.queues: tuple[deque[Attempt], ...] = (deque(), deque(), deque())
        """Calls to be taken over, the queue, and the queue of demoted numbers, in the order of service."""
        self.idle: list[tuple[int, int]] = []
        """(idle since, call-taker), longest idle first."""
        self.on_duty = [False] * staffing.persons
        self.in_hand: list[Attempt | None] = [None] * staffing.persons
        self.reported = [False] * calls.incidents
        self.log: list[Attempt | Row] = []
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
            if attempt and self.hands_over and not pause and self._talking(attempt):
                self._give_up_to_others(attempt, person)
        self._serve()

    def shift_comes(self, event: Happening) -> None:
        """Arrivers are available at once, but for one who still finishes an earlier call."""
        self._next_shift_change()
        for person, _ in event.about:
            self.on_duty[person] = True
            if self.in_hand[person] is None:
                self._become_idle(person)
        self._serve()

    def call_taker_free(self, event: Happening) -> None:
        """Wrap-up is done."""
        self._free(event.about)

    def _free(self, attempt: Attempt) -> None:
        """The call-taker is idle, or goes home if the shift has ended meanwhile."""
        person = attempt.call_taker
        self.agenda.pending -= 1
        self.in_hand[person] = None
        attempt.free = self.agenda.now
        self.log[attempt.place] = row_of(attempt)
        if self.on_duty[person]:
            self._become_idle(person)
        self._serve()

    def end_of_talk(self, event: Happening) -> None:
        """The trunk is freed, the verdict falls, wrap-up begins."""
        attempt: Attempt = event.about
        now, call, row = self.agenda.now, attempt.call, attempt.row
        self.trunks_free += 1
        attempt.talk_end, attempt.verdict = now, self._verdict(call, row)
        self._mind_the_verdict(attempt)
        busy = self.plan.wrap[row]
        if self.attended and attempt.verdict == GENUINE:
            busy = max(busy, self.plan.accept[row])
        attempt.dismissed = self.plan.intent[call] not in NUISANCES and attempt.verdict in NUISANCES
        self._end(attempt, ANSWERED, DISMISSED if attempt.dismissed else NEVER_AGAIN)
        self.agenda.pending += 1
        if busy:
            self.agenda.at(now + busy, CALL_TAKER_FREE, attempt, attempt.rank)
        else:
            self._free(attempt)

    def strike_effective(self, event: Happening) -> None:
        """A reviewed strike counts."""
        self.gate.blocklist.strike(event.about, self.agenda.now)

    def end_of_patience(self, event: Happening) -> None:
        """The caller leaves the queue and frees the trunk."""
        self.trunks_free += 1
        self._lose(event.about, ABANDONED)

    def redial(self, event: Happening) -> None:
        """The caller tries again."""
        call, attempt = event.about
        self._arrive(call, attempt, self.plan.later[call] + attempt - 2)

    def first_attempt(self, event: Happening) -> None:
        """A caller calls; the next one of the table is awaited."""
        call: int = event.about
        self._next_first_attempt(call + 1)
        self._arrive(call, 1, call)

    # -- what an attempt meets -------------------------------------------------------------------------------------

    def _arrive(self, call: int, count: int, row: int) -> None:
        """Past the policy, onto a trunk, into the queue."""
        attempt = Attempt(call, count, row, self.agenda.now, len(self.log))
        self.log.append(attempt)
        attempt.number = self.plan.number[call]
        refused = self.gate.refuses(attempt) if self.gate.minds else None
        if refused is not None:
            self._lose(attempt, refused)
        elif self.trunks_free:
            self._join_queue(attempt)
        else:
            self._lose(attempt, BUSY)

    def _join_queue(self, attempt: Attempt) -> None:
        self.trunks_free -= 1
        attempt.queued = self.agenda.now
        self.queues[2 if attempt.action == DEMOTE else 1].append(attempt)
        self._serve()
        patience = self.plan.patience[attempt.row]
        if attempt.call_taker < 0 and patience < NEVER:
            when = attempt.arrival + patience
            attempt.patience_ends = self.agenda.at(when, END_OF_PATIENCE, attempt, attempt.rank)

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

    # -- what call-takers do ---------------------------------------------------------------------------------------

    def _serve(self) -> None:
        """Free call-takers take from the queue: calls to be taken over first, demoted ones last."""
        while self.idle and (attempt := self._next_waiting()):
            _, person = self.idle.pop(0)
            self.in_hand[person] = attempt
            begins = self._take_over if attempt.handovers else self._answer
            attempt.call_taker = person
            begins(attempt)

    def _next_waiting(self) -> Attempt | None:
        for queue in self.queues:
            while queue:
                attempt = queue.popleft()
                if attempt.ending != ABANDONED:
                    return attempt
        return None

    def _answer(self, attempt: Attempt) -> None:
        if attempt.patience_ends:
            attempt.patience_ends.cancel()
        attempt.answered = self.agenda.now
        incident = self.plan.incident[attempt.call]
        known = incident >= 0 and self.reported[incident]
        self._talk(attempt, self.plan.duplicate[attempt.row] if known else self.plan.talk[attempt.row])

    def _talk(self, attempt: Attempt, duration: int) -> None:
        attempt.due = self.agenda.now + duration
        attempt.talk_ends = self.agenda.at(attempt.due, END_OF_TALK, attempt, attempt.rank)

    def _talking(self, attempt: Attempt) -> bool:
        """Talk goes on beyond this instant; a call whose last word falls on the change is not handed over."""
        return attempt.ending == OPEN and attempt.due > self.agenda.now

    def _give_up_to_others(self, attempt: Attempt, person: int) -> None:
        """The leaver's call waits ahead of the queue, on its trunk, until someone takes it over."""
        assert attempt.talk_ends
        attempt.talk_ends.cancel()
        self.in_hand[person] = None
        attempt.due -= self.agenda.now
        attempt.handovers += 1
        attempt.waits_since = self.agenda.now
        self.queues[0].append(attempt)

    def _take_over(self, attempt: Attempt) -> None:
        attempt.waited_over += self.agenda.now - attempt.waits_since
        self._talk(attempt, attempt.due)

    def _become_idle(self, person: int) -> None:
        insort(self.idle, (self.agenda.now, person))

    # -- verdicts --------------------------------------------------------------------------------------------------

    def _verdict(self, call: int, row: int) -> int:
        if self.plan.deceives[call]:
            return GENUINE
        return int(
            self.plan.verdict[row] if self.plan.doubt[row] < self.plan.tendency[call] else self.plan.intent[call]
        )

    def _mind_the_verdict(self, attempt: Attempt) -> None:
        """The incident is known once a report was judged genuine; strikes take effect after their review."""
        incident = self.plan.incident[attempt.call]
        if incident >= 0 and attempt.verdict == GENUINE:
            self.reported[incident] = True
        strikes = self.gate.judge(attempt, self.agenda.now) if self.gate.minds else ()
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


def run(calls: Calls, staffing: Staffing, floor: Floor, policy: Policy) -> Outcomes:
    """Outcomes of these calls, in the order in which attempts were made."""
    return outcomes_of(CallFloor(calls, staffing, floor, policy).run())
