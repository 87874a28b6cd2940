"""The call floor of the server, in memory: trunks, queue, desks, verdicts, tickets. No web and no database here.

Every method is one step of a caller, a call-taker or a supervisor. It decides at once, tells the `Book` what is to be
kept, and returns; whoever calls it replies only when the book says that all is on disk. ``now`` never goes back.
"""

from bisect import insort
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from simulator.scenario.actions import Divert
from simulator.scenario.distribution import Exponential
from simulator.scenario.policy import Policy, Rule
from simulator.scenario.units import DAY, NEVER, SECOND
from simulator.standin.calls import LIVE, ON_TRUNK, Call, Desk, State, Ticket, TicketState, key_of
from simulator.standin.watch import Standing, Watch
from simulator.tables.outcomes import Action

MOST_DELAY = DAY
"""How long after its arrival another line may pass a call back."""


class Refused(Exception):  # noqa: N818  (nothing went wrong)
    """The step is not possible as things stand; ``state`` says how they stand."""

    def __init__(self, why: str, state: str) -> None:
        super().__init__(why)
        self.state = state


@dataclass(frozen=True, slots=True)
class Entry:
    """What the audit log holds of a step: when, who, what, of which call, desk or number."""

    at: int
    who: str
    what: str
    call: int | None = None
    desk: int | None = None
    number: str | None = None
    detail: str = ""


class Book(Protocol):
    """Where what happens is kept."""

    def keep(self, thing: Call | Desk | Ticket) -> None:
        """Keep the thing as it is now."""

    def enter(self, entry: Entry) -> None:
        """Write a line of the audit log."""

    def list(self, number: str, at: int, until: int | None) -> None:
        """A supervisor put a number on the blocklist, or, with ``until`` = ``at``, took it off."""


@dataclass(frozen=True, slots=True)
class NewCall:
    """What the intake says of a call: its own name for it, the number, hashed and as shown, and where it is from."""

    reference: str
    number: str | None = None
    shown: str | None = None
    passed_back: bool = False
    place: str | None = None


class Floor:
    """The calls that are not over, and who may answer them."""

    def __init__(self, trunks: int, policy: Policy, book: Book) -> None:
        self.trunks, self.policy, self.book = trunks, policy, book
        self.watch = Watch(policy)
        self.calls: dict[int, Call] = {}
        """Calls that are not over, by id."""
        self.desks: dict[int, Desk] = {}
        self.tickets: dict[int, Ticket] = {}
        """Tickets that are not closed, by id."""
        self.asking: list[tuple[int, int]] = []
        """(idle since, desk) of those that wait for a call now, longest idle first."""
        self.hand: Callable[[int, Call], None] = lambda _desk, _call: None
        """How a desk that waits is told of its call."""
        self.steps: Counter[tuple[str, str]] = Counter()
        """How often each step was made, and how it ended."""
        self.last_call = self.last_ticket = 0
        self.on_trunks = 0
        self.waiting = [0, 0]
        """How many calls wait in the queue, and in that of demoted numbers."""
        self._queues: tuple[deque[Call], deque[Call]] = (deque(), deque())
        self._diverted: deque[Call] = deque()

    # -- callers ---------------------------------------------------------------------------------------------------

    def ring(self, now: int, who: str, new: NewCall) -> Call:
        """A call comes in: past the policy, onto a trunk, into the queue."""
        self.last_call += 1
        call = Call(self.last_call, new.reference, new.number, new.shown, new.passed_back, new.place, now)
        if not call.passed_back:
            self._ask_the_policy(call, now)
        if call.state in LIVE and call.state != State.DIVERTED:
            self._take_a_trunk(call, now)
        if call.state in LIVE:
            self.calls[call.id] = call
        else:
            self._over(call, call.state, now)
        self._note(call, now, who, "ring", call.action if call.state != State.BUSY else "busy")
        self._serve(now)
        return call

    def _ask_the_policy(self, call: Call, now: int) -> None:
        found = self.watch.rings(call.number_key, now)
        if not found:
            return
        call.action, call.rule = found.action.name.lower(), found.rule
        if found.action == Action.BLOCK:
            call.state, call.until = State.BLOCKED, self.watch.until(call.number_key, found)
        elif found.action == Action.DIVERT:
            self._divert(call, now)
        elif found.action in {Action.WARN, Action.CHALLENGE}:
            call.state, call.after = State.MESSAGE, _message(self.policy.rules[found.rule])

    def _divert(self, call: Call, now: int) -> None:
        assert call.rule is not None
        line = self.policy.rules[call.rule].divert
        assert line
        call.state, call.after = State.DIVERTED, _answers_after(line)
        while self._diverted and self._diverted[0].arrived < now - MOST_DELAY:
            self.calls.pop(self._diverted.popleft().id, None)
        self._diverted.append(call)

    def _take_a_trunk(self, call: Call, now: int) -> None:
        if self.on_trunks >= self.trunks:
            call.state = State.BUSY
            return
        self.on_trunks += 1
        if call.state == State.QUEUED:
            self._join(call, now)
            call.position = self.waiting[0] + (self.waiting[1] if call.action == "demote" else 0)

    def _join(self, call: Call, now: int) -> None:
        call.state, call.queued = State.QUEUED, now
        self._queues[_which(call)].append(call)
        self.waiting[_which(call)] += 1

    def heard(self, now: int, who: str, call: Call, *, stays: bool) -> State:
        """The message is over: the caller goes on to the queue, or not."""
        if call.state != State.MESSAGE:
            raise Refused(f"the call hears no message: it is {call.state}", call.state)
        if stays:
            self._join(call, now)
        else:
            self._over(call, State.SCREENED if call.action == "challenge" else State.ABANDONED, now)
        said = call.state
        self._note(call, now, who, "heard", said)
        self._serve(now)
        return said

    def hang_up(self, now: int, who: str, call: Call) -> None:
        """The caller leaves the queue or the message; one whom a desk has in hand is not lost."""
        if call.state not in {State.MESSAGE, State.QUEUED, State.DIVERTED} or call.id not in self.calls:
            raise Refused(f"the call can not be hung up: it is {call.state}", call.state)
        if call.state == State.QUEUED:
            self.waiting[_which(call)] -= 1
        self._over(call, State.ABANDONED, now)
        self._note(call, now, who, "hang up")

    def pass_back(self, now: int, who: str, call: Call, reference: str) -> Call:
        """The other line passes a diverted call back: it comes in anew, past the policy."""
        if call.state != State.DIVERTED or call.id not in self.calls:
            raise Refused(f"only a diverted call is passed back, within a day: it is {call.state}", call.state)
        new = NewCall(reference, call.number, call.shown, True, call.place)
        self._over(call, State.PASSED_BACK, now)
        self._note(call, now, who, "pass back")
        return self.ring(now, who, new)

    # -- desks -----------------------------------------------------------------------------------------------------

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
        self._queues[_which(call)].appendleft(call)
        self.waiting[_which(call)] += 1
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
                    self.waiting[_which(call)] -= 1
                    return call
        return None

    def _answer(self, now: int, call: Call, at: Desk, who: str) -> None:
        call.state, call.answered, call.desk = State.ANSWERED, now, at.desk
        at.in_hand, at.since = call.id, None
        self.book.keep(at)
        self._note(call, now, who, "answer")

    def judge(self, now: int, who: str, call: Call, verdict: str, agency: str) -> Ticket | None:
        """Talk is over: the verdict falls, the trunk is free, a genuine call becomes a ticket."""
        if call.state != State.ANSWERED:
            raise Refused(f"no desk has the call in hand: it is {call.state}", call.state)
        assert call.answered is not None
        assert call.desk is not None
        at = self.desks[call.desk]
        at.in_hand = None
        self.watch.judged(call.number_key, verdict, now, now - call.answered)
        call.verdict = verdict
        ticket = self._issue(now, call, agency) if verdict == "genuine" else None
        self._over(call, State.ENDED, now)
        self.book.keep(at)
        self._note(call, now, who, "verdict", verdict)
        return ticket

    def _over(self, call: Call, state: State, now: int) -> None:
        """The call is over; of its number only the hash is kept."""
        if call.state in ON_TRUNK:
            self.on_trunks -= 1
        call.state, call.ended, call.shown = state, now, None
        self.calls.pop(call.id, None)

    # -- tickets ---------------------------------------------------------------------------------------------------

    def _issue(self, now: int, call: Call, agency: str) -> Ticket:
        self.last_ticket += 1
        ticket = Ticket(self.last_ticket, call.id, agency, call.shown, call.place, now)
        call.ticket, call.agency = ticket.id, agency
        self.tickets[ticket.id] = ticket
        self.book.keep(ticket)
        return ticket

    def accept(self, now: int, who: str, ticket: Ticket) -> None:
        """The agency takes the ticket on."""
        if ticket.state != TicketState.OPEN:
            raise Refused(f"only an open ticket is accepted: it is {ticket.state}", ticket.state)
        ticket.state, ticket.accepted = TicketState.ACCEPTED, now
        self._note_ticket(ticket, now, who, "accept ticket")

    def close(self, now: int, who: str, ticket: Ticket) -> None:
        """The agency is done; nobody needs the caller's number any more."""
        if ticket.state == TicketState.CLOSED:
            raise Refused("the ticket is closed", ticket.state)
        ticket.state, ticket.closed, ticket.shown = TicketState.CLOSED, now, None
        del self.tickets[ticket.id]
        self._note_ticket(ticket, now, who, "close ticket")

    # -- the blocklist, by hand --------------------------------------------------------------------------------------

    def block(self, now: int, who: str, number: str, seconds: float | None) -> Standing:
        """A supervisor blocks a number for so long (None: for ever)."""
        until = None if seconds is None else min(now + round(seconds * SECOND), NEVER - 1)
        self.watch.put(key_of(number), until, now)
        self.book.list(number, now, until)
        self.book.enter(Entry(now, who, "block", number=number, detail="for ever" if until is None else f"{seconds} s"))
        standing = self.watch.standing(key_of(number), now)
        assert standing
        return standing

    def unblock(self, now: int, who: str, number: str) -> bool:
        """A supervisor takes a number off the list; whether anything stood against it."""
        if not self.watch.standing(key_of(number), now):
            return False
        self.watch.take_off(key_of(number), now)
        self.book.list(number, now, now)
        self.book.enter(Entry(now, who, "unblock", number=number))
        return True

    # -- notes -------------------------------------------------------------------------------------------------------

    def _note(self, call: Call, now: int, who: str, what: str, detail: str = "") -> None:
        self.steps[what, detail] += 1
        self.book.keep(call)
        self.book.enter(Entry(now, who, what, call=call.id, desk=call.desk, number=call.number, detail=detail))

    def _note_ticket(self, ticket: Ticket, now: int, who: str, what: str) -> None:
        self.book.keep(ticket)
        self.book.enter(Entry(now, who, what, call=ticket.call, detail=f"ticket {ticket.id}"))

    def go_on(self, calls: list[Call], desks: list[Desk], tickets: list[Ticket], last: tuple[int, int]) -> None:
        """Take up what was on disk: calls that are not over in the order in which they queued, desks, tickets."""
        self.last_call, self.last_ticket = last
        self.calls = {call.id: call for call in calls}
        self.desks = {desk.desk: desk for desk in desks}
        self.tickets = {ticket.id: ticket for ticket in tickets}
        self.on_trunks = sum(call.state in ON_TRUNK for call in calls)
        self._diverted.extend(call for call in calls if call.state == State.DIVERTED)
        for call in calls:
            if call.state == State.QUEUED:
                self._queues[_which(call)].append(call)
                self.waiting[_which(call)] += 1


def _which(call: Call) -> int:
    return 1 if call.action == "demote" else 0


def _message(rule: Rule) -> int:
    """How long the message of a rule is (µs)."""
    said = rule.challenge or rule.warn
    assert said
    return said.length


def _answers_after(line: Divert) -> int:
    """How long the other line takes to answer: its mean, where it varies."""
    after = line.answers_after
    return after.exponential.mean if isinstance(after, Exponential) else after.fixed
