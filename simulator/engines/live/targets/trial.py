"""A trial of a target: one made-up call through every step, with all that was said, so that mistakes show at once.

The number is one that no country has; where the target has a queue a second call hangs up in it. Keys, tokens and
passwords are not shown.
"""

import json
import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from simulator.engines.live.contract import Client, DispatchUser, Heard, Response, Ring, State
from simulator.engines.live.targets.session import Session
from simulator.scenario.units import SECOND

NUMBER = "+999000000000"
TALK = 30 * SECOND
DESK = 1
WAIT = 10.0
BLOCKED_FOR = 60.0
SHOWN = 600
"""Most characters of a body that are shown."""
HIDDEN = "***"
LEAST_SECRET = 6
"""Shorter texts that a log-in brought are no tokens."""
_SECRET_HEADER = re.compile(r"authorization|cookie|key|token|secret|signature", re.IGNORECASE)
_SECRET_FIELD = re.compile(
    r"""("[^"]*(?:token|secret|password|passwd|api_?key)[^"]*"\s*:\s*)("(?:[^"\\]|\\.)*")""", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request and its reply, as they are shown."""

    request: str
    headers: tuple[str, ...]
    body: str
    status: int
    reply_headers: tuple[str, ...]
    reply: str
    seconds: float

    def lines(self) -> Iterator[str]:
        """Like a transcript: > is what siaga sent, < what came back."""
        yield f"> {self.request}"
        yield from (f"> {each}" for each in self.headers)
        yield from (f"> {each}" for each in self.body.splitlines())
        yield f"< {self.status or 'no reply'} ({1000 * self.seconds:.0f} ms)"
        yield from (f"< {each}" for each in self.reply_headers)
        yield from (f"< {each}" for each in self.reply.splitlines())


@dataclass(frozen=True, slots=True)
class Tried:
    """A step: what it was told, what was said for it, and whether that is what siaga can go on with."""

    step: str
    said: str
    well: bool
    exchanges: tuple[Exchange, ...] = ()
    state: State | None = None

    def lines(self) -> Iterator[str]:
        """The step and its exchanges."""
        yield f"{self.step}: {self.said}"
        for exchange in self.exchanges:
            yield from (f"    {each}" for each in exchange.lines())


def try_target(user: type[DispatchUser], client: Callable[[], Client], keys: Mapping[str, str]) -> tuple[Tried, ...]:
    """Every step of a target with one made-up call; it ends at a step without which the next make no sense.

    ``client`` makes a client, with cookies of its own, of the target's host.
    """
    return tuple(_Trial(user, client, keys).steps())


def lines_of(tried: tuple[Tried, ...]) -> list[str]:
    """All steps as text, and in the end whether the target is understood."""
    wrong = [each.step for each in tried if not each.well]
    verdict = f"not understood: {', '.join(wrong)}" if wrong else f"all {len(tried)} steps are understood"
    return [*(line for each in tried for line in each.lines()), verdict]


@dataclass
class _Listening:
    """A client that keeps what is said."""

    client: Client
    secrets: tuple[str, ...]
    session: Session | None
    """Where a target in a file keeps what its log-in brought."""
    heard: list[Exchange] = field(default_factory=list)

    def request(self, method: str, path: str, **more: Any) -> Response:
        begun = time.perf_counter()
        response = self.client.request(method, path, **more)
        self.heard.append(self._exchange(method, path, more, response, time.perf_counter() - begun))
        return response

    def _exchange(self, method: str, path: str, more: dict[str, Any], reply: Response, seconds: float) -> Exchange:
        body = more.get("data") if more.get("json") is None else json.dumps(more["json"])
        text = body.decode("utf-8", "replace") if isinstance(body, bytes) else str(body or "")
        said = str(reply.error) if reply.status_code == 0 else reply.text or ""
        telling = {name: value for name, value in reply.headers.items() if re.search(_TELLING, name, re.IGNORECASE)}
        return Exchange(
            self._hidden(f"{method} {path}"),
            self._headers(more.get("headers") or {}),
            self._body(text),
            reply.status_code,
            self._headers(telling),
            self._page(said) or self._body(said),
            seconds,
        )

    def _headers(self, headers: Mapping[str, str]) -> tuple[str, ...]:
        return tuple(
            f"{name}: {HIDDEN if _SECRET_HEADER.search(name) else self._hidden(value)}"
            for name, value in headers.items()
        )

    def _body(self, text: str) -> str:
        hidden = _SECRET_FIELD.sub(rf'\1"{HIDDEN}"', self._hidden(text))
        return hidden if len(hidden) <= SHOWN else hidden[:SHOWN] + " ..."

    def _page(self, text: str) -> str:
        """What is said of a web page instead of its text; '' of another body."""
        if not re.match(r"\s*<(!doctype|html)", text, re.IGNORECASE):
            return ""
        title = re.search("<title>(.*?)</title>", text, re.IGNORECASE | re.DOTALL)
        return f"a web page of {len(text):,} characters" + (f", {' '.join(title[1].split())!r}" if title else "")

    def _hidden(self, text: str) -> str:
        brought = tuple(str(each) for each in self.session.kept.values()) if self.session else ()
        for secret in (*self.secrets, *(each for each in brought if len(each) >= LEAST_SECRET)):
            text = text.replace(secret, HIDDEN)
        return text


_TELLING = "^(location|retry-after|content-type|x-.*(id|number)|set-cookie|www-authenticate)$"
"""Reply headers that are shown."""


class _Trial:
    """The steps, one after the other."""

    def __init__(self, user: type[DispatchUser], client: Callable[[], Client], keys: Mapping[str, str]) -> None:
        self.user, self.client, self.keys = user, client, keys
        self.run = f"{time.time_ns() // SECOND % 2**32:08x}"

    def steps(self) -> Iterator[Tried]:
        """All steps that the target has."""
        caller = self._someone()
        checked = self._tried("check", caller, lambda user: user.check(1.0), {State.DONE})
        yield checked
        if not checked.well:
            return
        yield from self._queued() if self.user.has_queue else self._answered(caller)
        if self.user.has_blocklist:
            yield from self._blocklist()

    def _answered(self, caller: DispatchUser) -> Iterator[Tried]:
        """A target without a queue: the call is answered when it rings, and ends with the verdict."""
        call = self._call(1)
        rung = self._rung(caller, call)
        yield rung
        if rung.well:
            yield self._tried("verdict", caller, lambda user: user.verdict(call, "genuine"), {State.ENDED})

    def _queued(self) -> Iterator[Tried]:
        """A queue: one call hangs up in it, a call-taker takes the other."""
        for number, steps in ((1, self._left), (2, self._taken)):
            caller, call = self._someone(), self._call(number)
            rung = self._rung(caller, call)
            yield rung
            if rung.state is State.MESSAGE:
                yield self._stayed(caller, call)
            if not rung.well:
                return
            yield from steps(caller, call)

    def _stayed(self, caller: DispatchUser, call: Ring) -> Tried:
        return self._tried("heard", caller, lambda user: user.heard(call, stays=True), {State.QUEUED})

    def _left(self, caller: DispatchUser, call: Ring) -> Iterator[Tried]:
        yield self._tried("hang_up", caller, lambda user: user.hang_up(call), {State.ENDED})

    def _taken(self, _: DispatchUser, call: Ring) -> Iterator[Tried]:
        desk = self._someone()
        yield self._tried("sign_on", desk, lambda user: user.sign_on(DESK), {State.DONE})
        yield self._tried("next_call", desk, lambda user: self._next(user, call), {State.ANSWERED})
        yield self._tried("verdict", desk, lambda user: user.verdict(call, "genuine"), {State.ENDED})
        yield self._tried("sign_off", desk, lambda user: user.sign_off(DESK), {State.DONE})

    def _next(self, user: DispatchUser, call: Ring) -> Heard:
        """The next call, which must be ours: another one in the queue is somebody's own."""
        heard = user.next_call(DESK, WAIT)
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
        secrets = tuple(sorted((key for key in self.keys.values() if key), key=len, reverse=True))
        return self.user(_Listening(self.client(), secrets, getattr(self.user, "session", None)), self.keys)

    def _call(self, number: int) -> Ring:
        at = datetime.now().astimezone().isoformat(timespec="seconds")
        return Ring(f"{self.run}-{number}-1", NUMBER, "trial", "genuine", 1, False, at, TALK, "genuine")

    def _tried(self, step: str, user: DispatchUser, act: Callable[[DispatchUser], Heard], wanted: set[State]) -> Tried:
        listening = user.client
        assert isinstance(listening, _Listening)
        state = None
        try:
            found = act(user)
            said, well = _said(found, wanted)
            state = found.state
        except Exception as error:
            said, well = f"{type(error).__name__}: {error}", False
        exchanges, listening.heard = tuple(listening.heard), []
        return Tried(step, said, well, exchanges, state)


def _said(found: Heard, wanted: set[State]) -> tuple[str, bool]:
    """What a step said in words, and whether it is wanted."""
    if found.fault:
        status = f" {found.fault.status}" if found.fault.status else ""
        return f"FAILED, {found.fault.trouble}{status}: {found.fault.detail}".rstrip(": "), False
    ours = f", id {found.id}" if found.id else f", {found.action.name.lower()}" if found.action else ""
    well = found.state in wanted
    return f"{found.state}{ours}" + ("" if well else f"; wanted {' or '.join(sorted(wanted))}"), well
