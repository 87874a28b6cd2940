"""Call-takers, and the queues that they take calls from: half of the call floor; `reference.py` has the events."""

from bisect import insort
from collections import deque
from typing import Any

from simulator.engines.agenda import END_OF_MESSAGE, END_OF_TALK, Agenda
from simulator.engines.attempt import Attempt
from simulator.engines.lines import Silence
from simulator.tables.outcomes import OF_A_FLOOR
from simulator.tables.staffing import Staffing

# Plain numbers: to look up a member of an enumeration costs more than to schedule an event.
ANSWERED, ABANDONED, BUSY, BLOCKED, DIVERTED, SCREENED, DETERRED, OPEN = map(int, OF_A_FLOOR)


class Desks:
    """Who is on duty, who is idle, who has which call in hand, and who waits for them."""

    def __init__(self, plan: Any, staffing: Staffing, agenda: Agenda, silence: Silence, incidents: int) -> None:
        self.plan, self.agenda, self.silence = plan, agenda, silence
        self.queues: tuple[deque[Attempt], ...] = (deque(), deque(), deque())
        """Calls to be taken over, the queue, and the queue of demoted numbers, in the order of service."""
        self.idle: list[tuple[int, int]] = []
        """(idle since, call-taker), longest idle first."""
        self.on_duty = [False] * staffing.persons
        self.in_hand: list[Attempt | None] = [None] * staffing.persons
        self.reported = [False] * incidents

    def serve(self) -> None:
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
        listens = attempt.unheard and self.silence.listen is not None
        self._talk(attempt, self.silence.listen if listens else self._drawn_talk(attempt))  # type: ignore[arg-type]

    def _drawn_talk(self, attempt: Attempt) -> int:
        incident = self.plan.incident[attempt.call]
        known = incident >= 0 and self.reported[incident]
        return int(self.plan.duplicate[attempt.row] if known else self.plan.talk[attempt.row])

    def _talk(self, attempt: Attempt, duration: int) -> None:
        attempt.due = self.agenda.now + duration
        attempt.talk_ends = self.agenda.at(attempt.due, END_OF_TALK, attempt, attempt.rank)

    def talking(self, attempt: Attempt) -> bool:
        """Talk goes on beyond this instant; a call whose last word falls on the change is not handed over."""
        return attempt.ending == OPEN and attempt.due > self.agenda.now

    def give_up_to_others(self, attempt: Attempt, person: int) -> None:
        """The leaver's call waits ahead of the queue, on its trunk, until someone takes it over."""
        assert attempt.talk_ends
        attempt.talk_ends.cancel()
        self.in_hand[person] = None
        attempt.due -= self.agenda.now
        attempt.waits_since = self.agenda.now
        self.wait_ahead(attempt)

    def wait_ahead(self, attempt: Attempt) -> None:
        """Wait, with the calls to be taken over, for a call-taker to go on with the call."""
        attempt.handovers += 1
        self.queues[0].append(attempt)

    def _take_over(self, attempt: Attempt) -> None:
        attempt.waited_over += self.agenda.now - attempt.waits_since
        attempt.free = -1
        self._talk(attempt, self._drawn_talk(attempt) if attempt.due < 0 else attempt.due)

    def leave_to_machine(self, attempt: Attempt, asks_for: int) -> None:
        """Nobody has spoken: a machine asks on, and the call-taker is free."""
        attempt.free = attempt.waits_since = self.agenda.now
        self.agenda.at(self.agenda.now + asks_for, END_OF_MESSAGE, attempt, attempt.rank)
        self.put_down(attempt.call_taker)

    def put_down(self, person: int) -> None:
        """The call-taker is idle, or goes home if the shift has ended meanwhile."""
        self.in_hand[person] = None
        if self.on_duty[person]:
            self.become_idle(person)
        self.serve()

    def become_idle(self, person: int) -> None:
        """Behind those who have been idle for longer, and of one instant by the rota."""
        insort(self.idle, (self.agenda.now, person))
