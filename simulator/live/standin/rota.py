"""Desks, and the queue that they take calls from: half of the floor; `floor.py` has the callers."""

from bisect import insort
from collections import Counter, deque
from collections.abc import Callable

from simulator.live.standin.book import Book, Entry, Refused
from simulator.live.standin.calls import Call, Desk, State
from simulator.scenario.actions import action_named


class Rota:
    """Who is on duty, who waits for a call, who has which in hand, and which calls wait."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.calls: dict[int, Call] = {}
        """Calls that are not over, by id."""
        self.desks: dict[int, Desk] = {}
        self.asking: list[tuple[int, int]] = []
        """(idle since, desk) of those that wait for a call now, longest idle first."""
        self.hand: Callable[[int, Call], None] = lambda _desk, _call: None
        """How a desk that waits is told of its call."""
        self.waiting = [0, 0]
        """How many calls wait in the queue, and in that of demoted numbers."""
        self.steps: Counter[tuple[str, str]] = Counter()
        """How often each step was made, and how it ended."""
        self._queues: tuple[deque[Call], deque[Call]] = (deque(), deque())

    def sign(self, now: int, who: str, desk: int, *, on_duty: bool) -> Desk:
        """A call-taker comes on duty, or goes; a call in hand is finished all the same."""
        at = self.desks.setdefault(desk, Desk(desk))
        if at.on_duty != on_duty:
            at.on_duty, at.since = on_duty, None
            self.stop_asking(desk)
            self.book.keep(at)
            self.book.enter(Entry(now, who, "sign on" if on_duty else "sign off", desk=desk))
        return at

    def ask(self, now: int, who: str, desk: int) -> Call | None:
        """The call-taker is free: the call in hand, if there still is one, or the next; None: wait to be handed one.

        Who asks again with a call in hand is given the same call: the first reply may have been lost on its way.
        """
        at = self.desks.get(desk)
        if at and at.in_hand is not None:
            return self.calls[at.in_hand]
        if not at or not at.on_duty:
            raise Refused(f"desk {desk} is not on duty", "off_duty")
        if at.since is None:
            at.since = now
            self.book.keep(at)
        self.stop_asking(desk)
        insort(self.asking, (at.since, desk))
        return self._serve(now, to=desk, who=who)

    def stop_asking(self, desk: int) -> None:
        """The desk does not wait any more; it has not lost its turn."""
        self.asking = [each for each in self.asking if each[1] != desk]

    def give_back(self, now: int, who: str, call: Call) -> None:
        """A call of which its desk was never told, for it was gone: it waits again, at the head of the queue."""
        if call.state != State.ANSWERED:
            return
        assert call.desk is not None
        at = self.desks[call.desk]
        at.in_hand, at.since = None, None
        call.state, call.answered, call.desk = State.QUEUED, None, None
        self._queues[which(call)].appendleft(call)
        self.waiting[which(call)] += 1
        self.book.keep(at)
        self._note(call, now, who, "offer again")
        self._serve(now)

    def _serve(self, now: int, to: int = -1, who: str = "floor") -> Call | None:
        """Desks that wait take from the queue; the call that fell to ``to`` is returned, others are handed over."""
        mine = None
        while self.asking and (call := self._next_waiting()):
            _, desk = self.asking.pop(0)
            self._answer(now, call, self.desks[desk], who)
            if desk == to:
                mine = call
            else:
                self.hand(desk, call)
        return mine

    def _next_waiting(self) -> Call | None:
        for queue in self._queues:
            while queue:
                call = queue.popleft()
                if call.state == State.QUEUED:
                    self.waiting[which(call)] -= 1
                    return call
        return None

    def _answer(self, now: int, call: Call, at: Desk, who: str) -> None:
        call.state, call.answered, call.desk = State.ANSWERED, now, at.desk
        at.in_hand, at.since = call.id, None
        self.book.keep(at)
        self._note(call, now, who, "answer")

    def _join(self, call: Call, now: int) -> None:
        call.state, call.queued = State.QUEUED, now
        self._queues[which(call)].append(call)
        self.waiting[which(call)] += 1

    def _note(self, call: Call, now: int, who: str, what: str, detail: str = "") -> None:
        self.steps[what, detail] += 1
        self.book.keep(call)
        self.book.enter(Entry(now, who, what, call=call.id, desk=call.desk, number=call.number, detail=detail))

    def take_up(self, calls: list[Call], desks: list[Desk]) -> None:
        """Take up what was on disk: calls that are not over in the order in which they queued, and desks."""
        self.calls = {call.id: call for call in calls}
        self.desks = {desk.desk: desk for desk in desks}
        for call in calls:
            if call.state == State.QUEUED:
                self._queues[which(call)].append(call)
                self.waiting[which(call)] += 1


def which(call: Call) -> int:
    """The queue that a call waits in: 1 is that of demoted numbers."""
    return int(action_named(call.action).traits.delays)
