"""A trial of an API: made-up calls through every step, with all that was said, so that mistakes show at once.

There is a call for every verdict, each from a number of its own that no country has; where the API has a queue one
more hangs up in it. A step that sends nothing is no step that was understood, and is said to be what it is.
"""

import os
import time
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from simulator.live.apis.hosts import checked_host
from simulator.live.apis.model import Api
from simulator.live.apis.named import api_named
from simulator.live.apis.plain_client import PlainClient
from simulator.live.apis.target_api import TargetApi
from simulator.live.apis.transcript import Exchange, Listening
from simulator.live.contract import Client, DispatchUser, Heard, Ring, State
from simulator.scenario.intent import INTENTS
from simulator.scenario.units import SECOND

NUMBER = "+999000000000"
"""The number that is put on the blocklist, and taken off."""
TALK = 30 * SECOND
WAIT = 10.0
BLOCKED_FOR = 60.0
VERDICTS = sorted(INTENTS, key="prank".__eq__)
"""All verdicts; the prank last, since it may get its number blocked."""
UNTOLD = {
    "check": "whether your API is there shows with the first call",
    "ring": "your API is not told of the call",
    "heard": "your API is not told whether the caller heard the message out",
    "hang_up": "your API is not told that the caller left its queue",
    "sign_on": "your API is not told who is on duty",
    "sign_off": "your API is not told who goes off duty",
    "next_call": "no call-taker takes a call",
    "verdict": "your API is not told how the call ended",
    "listed": "your blocklist is not read",
    "block": "nothing is written to your blocklist",
    "unblock": "nothing is taken off your blocklist",
}
"""What follows where a step sends nothing."""
DEMANDED = frozenset({"ring", "next_call"})
"""Steps that make no sense if they send nothing."""


@dataclass(frozen=True, slots=True)
class Tried:
    """A step: what it was told, what was said for it, and whether that is what siaga can go on with."""

    step: str
    said: str
    well: bool
    exchanges: tuple[Exchange, ...] = ()
    state: State | None = None
    """None: the step raised an error, or the API has none like it."""

    @property
    def understood(self) -> bool:
        """Whether something was sent, and answered as it should be."""
        return self.well and bool(self.exchanges)

    def lines(self) -> Iterator[str]:
        """The step and its exchanges."""
        yield f"{self.step}: {self.said}"
        for exchange in self.exchanges:
            yield from (f"    {each}" for each in exchange.lines())


def try_api(user: type[DispatchUser], client: Callable[[], Client], keys: Mapping[str, str]) -> tuple[Tried, ...]:
    """Every step of an API, with a made-up call for each verdict; it ends where going on makes no sense.

    ``client`` makes a client, with cookies of its own, of the API's host.
    """
    return tuple(_Trial(user, client, keys).steps())


def try_at(api: TargetApi, beside: Path) -> tuple[Tried, ...]:
    """Every step of the API of a name or file, at its host; raises BadInput. Names are looked up ``beside`` first."""
    user, host = api_named(api.name, beside), checked_host(api.host, own=api.own)
    return try_api(user, lambda: PlainClient(host, verify=not user.insecure), api.keys)


def lines_of(tried: tuple[Tried, ...]) -> list[str]:
    """All steps as text, and in the end whether the API is understood."""
    return [*(line for each in tried for line in each.lines()), _summary(tried)]


def _summary(tried: tuple[Tried, ...]) -> str:
    """Which steps were not understood; else how many were, and which sent nothing."""
    if wrong := dict.fromkeys(each.step for each in tried if not each.well):
        return f"not understood: {', '.join(wrong)}"
    count = len({each.step for each in tried if each.understood})
    quiet = dict.fromkeys(each.step for each in tried if not each.exchanges and each.state)
    if quiet:
        return f"{count} steps are understood; nothing is sent for {', '.join(quiet)}"
    return f"all {count} steps are understood"


class _Trial:
    """The steps, one after the other."""

    def __init__(self, user: type[DispatchUser], client: Callable[[], Client], keys: Mapping[str, str]) -> None:
        self.user, self.client, self.keys = user, client, keys
        self.verdicts = VERDICTS if _tells_verdicts(user) else VERDICTS[:1]
        self.run = f"{time.time_ns() // SECOND % 2**32:08x}"

    def steps(self) -> Iterator[Tried]:
        """All steps that the API has."""
        caller = self._someone()
        checked = self._tried("check", caller, lambda user: user.check(1.0), {State.DONE})
        yield checked
        if not checked.well:
            return
        yield from self._queued() if self.user.has_queue else self._answered()
        if self.user.has_blocklist:
            yield from self._blocklist()
        yield from absent(self.user)

    def _answered(self) -> Iterator[Tried]:
        """An API without a queue: a call is answered when it rings, and ends with the verdict."""
        for number, verdict in enumerate(self.verdicts, 1):
            caller, call = self._someone(), self._call(number, verdict)
            rung = self._rung(caller, call)
            yield rung
            if not rung.well:
                return
            yield self._judged(caller, call)

    def _queued(self) -> Iterator[Tried]:
        """A queue: one call hangs up in it, and a call-taker takes one for each verdict."""
        caller, call = self._someone(), self._call(0, "genuine")
        waiting = yield from self._waits(caller, call)
        if not waiting:
            return
        yield self._tried("hang_up", caller, lambda user: user.hang_up(call), {State.ENDED})
        for desk, verdict in enumerate(self.verdicts, 1):
            understood = yield from self._shift(desk, self._call(desk, verdict))
            if not understood:
                return

    def _shift(self, number: int, call: Ring) -> Generator[Tried, None, bool]:
        """A call-taker who takes one call, at a desk of its own: a verdict that is refused leaves it taken."""
        desk = self._someone()
        yield self._tried("sign_on", desk, lambda user: user.sign_on(number), {State.DONE})
        taken = yield from self._taken(number, desk, call)
        yield self._tried("sign_off", desk, lambda user: user.sign_off(number), {State.DONE})
        return taken

    def _waits(self, caller: DispatchUser, call: Ring) -> Generator[Tried, None, bool]:
        """A call until it waits in the queue; whether it does."""
        rung = self._rung(caller, call)
        yield rung
        if rung.state is State.MESSAGE:
            yield self._tried("heard", caller, lambda user: user.heard(call, stays=True), {State.QUEUED})
        return rung.well

    def _taken(self, number: int, desk: DispatchUser, call: Ring) -> Generator[Tried, None, bool]:
        """A call that a call-taker takes, and its verdict; whether the next one makes sense."""
        waiting = yield from self._waits(self._someone(), call)
        if not waiting:
            return False
        taken = self._tried("next_call", desk, lambda user: self._next(user, number, call), {State.ANSWERED})
        yield taken
        if taken.well:
            yield self._judged(desk, call)
        return taken.well

    def _judged(self, user: DispatchUser, call: Ring) -> Tried:
        step = f"verdict {call.verdict}" if len(self.verdicts) > 1 else "verdict"
        return self._tried(step, user, lambda each: each.verdict(call, call.verdict), {State.ENDED})

    def _next(self, user: DispatchUser, desk: int, call: Ring) -> Heard:
        """The next call, which must be ours: another one in the queue is somebody's own."""
        heard = user.next_call(desk, WAIT)
        if heard.state is State.ANSWERED and heard.reference != call.reference:
            said = f"the call {heard.reference!r}, which is not the one that rang, {call.reference!r}"
            raise LookupError(f"{said}: capture the reference that ring sent, and try with an empty queue")
        call.id = heard.id or call.id
        return heard

    def _blocklist(self) -> Iterator[Tried]:
        user = self._someone()
        yield self._tried("block", user, lambda each: each.block(NUMBER, BLOCKED_FOR), {State.DONE})
        yield self._tried("listed", user, lambda each: each.listed(NUMBER), {State.DONE})
        yield self._tried("unblock", user, lambda each: each.unblock(NUMBER), {State.DONE})

    def _rung(self, caller: DispatchUser, call: Ring) -> Tried:
        wanted = {State.QUEUED, State.MESSAGE} if self.user.has_queue else {State.ANSWERED}
        return self._tried("ring", caller, lambda user: self._ring(user, call), wanted)

    def _ring(self, user: DispatchUser, call: Ring) -> Heard:
        heard = user.ring(call)
        call.id = heard.id or call.id
        return heard

    def _someone(self) -> DispatchUser:
        named = (os.environ.get(name, "") for name in self.user.key_names.values())
        secrets = tuple(sorted(filter(None, (*self.keys.values(), *named)), key=len, reverse=True))
        return self.user(Listening(self.client(), secrets, getattr(self.user, "session", None)), self.keys)

    def _call(self, number: int, verdict: str) -> Ring:
        """A call from a number that no trial before had: an API may have blocked that."""
        at = datetime.now().astimezone().isoformat(timespec="seconds")
        shown = f"+9999{(int(self.run, 16) * 10 + number) % 10**8:08d}"
        return Ring(f"{self.run}-{number}-1", shown, "trial", verdict, 1, False, at, TALK, verdict)

    def _tried(self, step: str, user: DispatchUser, act: Callable[[DispatchUser], Heard], wanted: set[State]) -> Tried:
        listening = user.client
        assert isinstance(listening, Listening)
        state = None
        try:
            found = act(user)
            said, well = _said(found, wanted) if listening.heard or found.fault else _unsent(step)
            state = found.state
        except Exception as error:
            said, well = f"{type(error).__name__}: {error}", False
        exchanges, listening.heard = tuple(listening.heard), []
        return Tried(step, said, well, exchanges, state)


def _tells_verdicts(user: type[DispatchUser]) -> bool:
    """Whether an API is told of verdicts at all; else calls would only stay open at it."""
    described = getattr(user, "api", None)
    return bool(described.verdict) if isinstance(described, Api) else True


def absent(user: type[DispatchUser]) -> Iterator[Tried]:
    """The steps that an API does not have at all, and what follows for a load run."""
    if not user.has_queue:
        then = "a call counts as answered once it rang, and nobody waits, hangs up or is on duty"
        yield Tried("next_call, hang_up", f"absent, no queue: in a load run {then}", well=True)
    if not (user.has_blocklist or user.knows_policy):
        yield Tried("block, listed", "absent, no blocklist: in a load run no policy is applied", well=True)


def _unsent(step: str) -> tuple[str, bool]:
    """What follows where a step sends nothing, and whether siaga can go on."""
    name = step.partition(" ")[0]
    return f"sends nothing; {UNTOLD[name]}", name not in DEMANDED


def _said(found: Heard, wanted: set[State]) -> tuple[str, bool]:
    """What a step said in words, and whether it is wanted."""
    if found.fault:
        return f"FAILED, {found.fault}", False
    ours = f", id {found.id}" if found.id else f", {found.action.name.lower()}" if found.action else ""
    well = found.state in wanted
    return f"{found.state}{ours}" + ("" if well else f"; wanted {' or '.join(sorted(wanted))}"), well
