"""What is played at TicketsCAD and Ranger IMS, and what must come of it: with real replies as they were recorded, and
at the systems themselves.

A play gets a way to make users (each with cookies of its own) and returns what the steps said.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from simulator.live.apis.compiled import ApiUser
from simulator.live.contract import DispatchUser, Heard, Ring, State, Trouble
from tests.live.apis.dialled import a_call

Users = Callable[[], DispatchUser]


@dataclass(frozen=True)
class Play:
    """One visit: the API, whose keys are shown (by role; others are the right ones), the course, and the end."""

    name: str
    api: str
    course: Callable[[Users, str], list[Heard]]
    ends: tuple[State | tuple[Trouble, int], ...]
    keys: dict[str, str] = field(default_factory=dict)
    settings: dict[str, str] = field(default_factory=dict)
    flood: int = 0
    """So many events are sent before, from an address of their own."""

    def said(self, heard: list[Heard]) -> tuple[State | tuple[Trouble, int], ...]:
        """The states, and of failures the trouble and the status."""
        return tuple((each.fault.trouble, each.fault.status) if each.fault else each.state for each in heard)


def ring_of(run: str, call: int, number: str = "+999000000012") -> Ring:
    ring = a_call(number=number)
    ring.reference = f"{run}-{call}-1"
    return ring


def checked(users: Users, run: str) -> list[Heard]:
    return [users().check(1.0)]


def judged(verdict: str, number: str = "+999000000012") -> Callable[[Users, str], list[Heard]]:
    """A call rings, is talked through, and is taken for something."""

    def course(users: Users, run: str) -> list[Heard]:
        user, call = users(), ring_of(run, {"genuine": 1, "prank": 2, "silent": 3}[verdict], number)
        heard = [user.check(1.0), user.ring(call), user.verdict(call, verdict)]
        assert call.id.isdecimal()
        return heard

    return course


def rung(users: Users, run: str) -> list[Heard]:
    return [users().ring(ring_of(run, 4))]


def twice(users: Users, run: str) -> list[Heard]:
    """The same call rings again, as after a crash."""
    first, second = ring_of(run, 5), ring_of(run, 5)
    heard = [users().ring(first), users().ring(second)]
    assert first.id == second.id
    return heard


def left(users: Users, run: str) -> list[Heard]:
    user, call = users(), ring_of(run, 6)
    return [user.ring(call), user.hang_up(call)]


def taken(verdict: str) -> Callable[[Users, str], list[Heard]]:
    """A call waits, a call-taker takes it, judges it, and finds no other."""

    def course(users: Users, run: str) -> list[Heard]:
        caller, desk, call = users(), users(), ring_of(run, {"genuine": 7, "prank": 8}[verdict])
        heard = [caller.ring(call), desk.sign_on(0), desk.next_call(0, 0.0)]
        assert heard[-1].reference == call.reference
        judged = Ring(call.reference, call.number, "", "", 1, False, call.at, id=heard[-1].id)
        return [*heard, desk.verdict(judged, verdict), desk.next_call(0, 0.0), desk.sign_off(0)]

    return course


def signed_on(users: Users, run: str) -> list[Heard]:
    return [users().sign_on(0)]


def expired(users: Users, run: str) -> list[Heard]:
    """A token that no longer holds is sent; the API sends it to the page of the log-in."""
    user = users()
    assert isinstance(user, ApiUser)
    user.session.turn, user.session.kept = 1, {"token": FORGED}
    return [user.ring(ring_of(run, 9))]


FORGED = (
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJleHAiOjEsInN1YiI6ImludGFrZSJ9.MYTXddvj0kIO6lnait-eTxH3bZNSiOh6eIpWpPknqp0"
)
DONE, ANSWERED, QUEUED, ENDED, NOTHING = State.DONE, State.ANSWERED, State.QUEUED, State.ENDED, State.NOTHING
WELL = (DONE, ANSWERED, ENDED)

PLAYS = [
    Play("a genuine call", "ticketscad", judged("genuine"), WELL),
    Play("a prank", "ticketscad", judged("prank"), WELL),
    Play("a silent call without a number", "ticketscad", judged("silent", ""), WELL),
    Play("a ring that comes twice", "ticketscad", twice, (ANSWERED, ANSWERED)),
    Play("a wrong trunk token", "ticketscad", checked, ((Trouble.KEY, 403),), {"intake": "wrong"}),
    Play(
        "a wrong token of the API",
        "ticketscad",
        judged("genuine"),
        (DONE, ANSWERED, (Trouble.KEY, 401)),
        {"desk": "wrong"},
    ),
    Play("more than 600 events a minute", "ticketscad", rung, ((Trouble.RATE, 429),), flood=600),
    Play("a caller who hangs up", "ticketscad-desks", left, (QUEUED, ENDED)),
    Play("a call that is taken", "ticketscad-desks", taken("genuine"), (QUEUED, DONE, ANSWERED, ENDED, NOTHING, DONE)),
    Play("a prank that is taken", "ticketscad-desks", taken("prank"), (QUEUED, DONE, ANSWERED, ENDED, NOTHING, DONE)),
    Play("a wrong password of a desk", "ticketscad-desks", signed_on, ((Trouble.PAGE, 200),), {"desk": "wrong"}),
    Play("an incident", "ranger-ims", judged("genuine"), WELL),
    Play("an incident of a prank without a number", "ranger-ims", judged("silent", ""), WELL),
    Play("a wrong password", "ranger-ims", checked, ((Trouble.KEY, 401),), {"intake": "wrong"}),
    Play("an event that there is not", "ranger-ims", rung, ((Trouble.KEY, 403),), settings={"event": "nowhere"}),
    Play("a token that has expired", "ranger-ims", expired, (ANSWERED,)),
]
