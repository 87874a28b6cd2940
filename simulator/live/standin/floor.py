"""The call floor of the server, in memory: trunks, callers, verdicts, tickets. No web and no database here.

Every method is one step of a caller, a call-taker or a supervisor. It decides at once, tells the `Book` what is to be
kept, and returns; whoever calls it replies only when the book says that all is on disk. ``now`` never goes back.
"""

from collections import deque
from dataclasses import dataclass

from simulator.live.standin.book import Book, Entry, Refused
from simulator.live.standin.calls import LIVE, ON_TRUNK, Call, Desk, State, Ticket, TicketState, key_of
from simulator.live.standin.rota import Rota, which
from simulator.live.standin.watch import Standing, Watch
from simulator.scenario.actions import Divert, action_named
from simulator.scenario.distribution import Exponential
from simulator.scenario.policy import Policy, Rule
from simulator.scenario.units import DAY, NEVER, SECOND

MOST_DELAY = DAY
"""How long after its arrival another line may pass a call back."""


@dataclass(frozen=True, slots=True)
class NewCall:
    """What the intake says of a call: its own name for it, the number, hashed and as shown, and where it is from."""

    reference: str
    number: str | None = None
    shown: str | None = None
    passed_back: bool = False
    place: str | None = None


class Floor(Rota):
    """The calls that are not over, and who may answer them."""

    def __init__(self, trunks: int, policy: Policy, book: Book) -> None:
        super().__init__(book)
        self.trunks, self.policy = trunks, policy
        self.watch = Watch(policy)
        self.tickets: dict[int, Ticket] = {}
        """Tickets that are not closed, by id."""
        self.last_call = self.last_ticket = 0
        self.on_trunks = 0
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
        traits = found.action.traits
        if traits.refuses:
            call.state, call.until = State.BLOCKED, self.watch.until(call.number_key, found)
        elif traits.diverts:
            self._divert(call, now)
        elif traits.plays_message:
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
            call.position = self.waiting[0] + (self.waiting[1] if which(call) else 0)

    def heard(self, now: int, who: str, call: Call, *, stays: bool) -> State:
        """The message is over: the caller goes on to the queue, or not."""
        if call.state != State.MESSAGE:
            raise Refused(f"the call hears no message: it is {call.state}", call.state)
        if stays:
            self._join(call, now)
        else:
            self._over(call, State[action_named(call.action).traits.ending.upper()], now)
        said = call.state
        self._note(call, now, who, "heard", said)
        self._serve(now)
        return said

    def hang_up(self, now: int, who: str, call: Call) -> None:
        """The caller leaves the queue or the message; one whom a desk has in hand is not lost."""
        if call.state not in {State.MESSAGE, State.QUEUED, State.DIVERTED} or call.id not in self.calls:
            raise Refused(f"the call cannot be hung up: it is {call.state}", call.state)
        if call.state == State.QUEUED:
            self.waiting[which(call)] -= 1
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

    # -- verdicts and tickets --------------------------------------------------------------------------------

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

    def _note_ticket(self, ticket: Ticket, now: int, who: str, what: str) -> None:
        self.book.keep(ticket)
        self.book.enter(Entry(now, who, what, call=ticket.call, detail=f"ticket {ticket.id}"))

    def go_on(self, calls: list[Call], desks: list[Desk], tickets: list[Ticket], last: tuple[int, int]) -> None:
        """Take up what was on disk: calls that are not over in the order in which they queued, desks, tickets."""
        self.last_call, self.last_ticket = last
        self.tickets = {ticket.id: ticket for ticket in tickets}
        self.on_trunks = sum(call.state in ON_TRUNK for call in calls)
        self._diverted.extend(call for call in calls if call.state == State.DIVERTED)
        self.take_up(calls, desks)


def _message(rule: Rule) -> int:
    """How long the message of a rule is (µs)."""
    assert rule.message
    return rule.message.length


def _answers_after(line: Divert) -> int:
    """How long the other line takes to answer: its mean, where it varies."""
    after = line.answers_after
    return after.exponential.mean if isinstance(after, Exponential) else after.fixed
