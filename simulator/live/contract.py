"""The contract with a dispatch API: what a call sends at each step, and what the API may answer.

A caller and a call-taker meet at the API. One `DispatchUser` serves either of them, one short method a step:

    caller       ring ─ (message ─ heard) ─ waits in the API's queue ─ hang_up
    call-taker   sign_on ─ next_call ─ verdict ─ next_call ... ─ sign_off
    either       listed ─ block ─ unblock: the API's blocklist, read and written

An API without a queue, which only records calls, answers ``ANSWERED`` to ``ring``: the call is then talked through,
and `verdict` ends it on the caller's side. Nothing here knows Locust: a step sees a ``client`` of the same shape.
"""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar, Protocol
from urllib.parse import urlsplit

from simulator.tables.exchanges import Trouble
from simulator.tables.outcomes import Action

__all__ = [
    "Action",
    "Client",
    "DispatchUser",
    "Fault",
    "Heard",
    "Response",
    "Ring",
    "State",
    "Trouble",
    "failed",
    "fault_of",
]


class State(StrEnum):
    """What an API says of a call, or of a step."""

    QUEUED = "queued"
    """It waits in the API's queue for a call-taker."""
    ANSWERED = "answered"
    """It was answered: by an API without a queue, at once; by a queue, somebody was quicker than the hang-up."""
    MESSAGE = "message"
    """It hears a message first (warn, or a challenge)."""
    BUSY = "busy"
    """No trunk is free."""
    BLOCKED = "blocked"
    """The blocklist refuses the number."""
    DIVERTED = "diverted"
    """It goes to another line."""
    ENDED = "ended"
    """The step ended the call."""
    NOTHING = "nothing"
    """There is no call to take."""
    DONE = "done"
    """The step was carried out."""
    FAILED = "failed"
    """The API could not do it, or did not answer: see `Fault`."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What went wrong: its kind, the HTTP status (0: none came), and the words of whoever noticed.

    Of a redirect ``detail`` says where it led, of a web page its media type.
    """

    trouble: Trouble
    status: int = 0
    detail: str = ""

    def __str__(self) -> str:
        """``server error (5xx) 503: too busy``; ``redirected to /login (302)``; of a page, what it most likely is."""
        if self.trouble is Trouble.REDIRECTED:
            return f"{self.trouble} to {self.detail or 'nowhere'} ({self.status})"
        if self.trouble is Trouble.PAGE:
            return f"answered {self.status} with a {self.trouble} ({self.detail}), most likely a log-in page"
        status = f" {self.status}" if self.status else ""
        return f"{self.trouble}{status}" + (f": {self.detail}" if self.detail else "")


@dataclass(frozen=True, slots=True)
class Heard:
    """What the API said to a step.

    id         the API's own name of the call, for later steps
    reference  of the call that a call-taker was given: the `Ring.reference` that the API was told
    number     that it shows, where the API says so
    action     what the policy did, and ``rule`` which rule of it; -1: the API does not say
    after      microseconds of simulated time: the length of the message, or until the other line answers
    fault      why a step FAILED
    """

    state: State
    id: str = ""
    reference: str = ""
    number: str = ""
    action: Action = Action.ACCEPT
    rule: int = -1
    after: int = 0
    fault: Fault | None = None


def failed(trouble: Trouble, status: int = 0, detail: str = "") -> Heard:
    """A step that failed."""
    return Heard(State.FAILED, fault=Fault(trouble, status, detail))


@dataclass(slots=True)
class Ring:
    """One attempt of a call, as its caller knows it; ``id`` and ``kept`` are filled in as the API answers.

    reference   the harness's own name of the attempt, never used twice: ``<run>-<call>-<attempt>``
    number      the number shown, ``+999`` and nine digits (no country has that code); '' withheld or no SIM
    group, intent  whose call it is, and what it is: not something that a real API would be told
    attempt     counted from 1; ``passed_back`` by another line, past the policy
    at          when it rings, as an ISO time of the scenario (simulated)
    talk        how long the call will be talked, microseconds, if it is answered
    verdict     what the call-taker will take it for, where that is known before
    """

    reference: str
    number: str
    group: str
    intent: str
    attempt: int
    passed_back: bool
    at: str
    talk: int = 0
    verdict: str = ""
    id: str = ""
    kept: dict[str, Any] = field(default_factory=dict)
    """What an API in YAML captured from replies (`capture:`), for later steps."""


COUNTRY = "+999"
"""No country has this code, so that nothing an API does with a number can reach a person."""


def shown(number: int) -> str:
    """A number of the plan as an API sees it; '' withheld."""
    return f"{COUNTRY}{number:09d}" if number >= 0 else ""


ROLES = ("intake", "desk", "supervisor")
"""Whose keys an API may want."""


class Response(Protocol):
    """What a client hands back: shaped like Locust's responses. ``status_code`` 0: no reply came, see ``error``."""

    status_code: int
    error: BaseException | None

    @property
    def headers(self) -> Mapping[str, str]:
        """Headers, found whatever their case."""

    @property
    def text(self) -> str | None:
        """The body as text."""

    def json(self) -> Any:
        """The body read as JSON; raises ValueError where it is none."""


class Client(Protocol):
    """A client of one call: its cookies are nobody else's. It follows no redirect, so that no page that another address
    answers with is taken for a reply, and never raises for what the network or the API does."""

    def request(
        self,
        method: str,
        path: str,
        *,
        name: str | None = None,
        json: Any = None,
        data: str | bytes | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: float | None = None,
    ) -> Response:
        """Send one request to the API's host; ``name`` is its row in Locust's tables."""


class DispatchUser:
    """A caller or a call-taker at an API: subclass it, and write one short method a step.

    ``client`` sends requests; ``key_of(role)`` gives the API key of a role (intake, desk, supervisor), '' without one.
    A step returns `Heard`; what it raises is reported as an error in the API's file, and the run goes on.
    """

    has_queue: ClassVar[bool] = False
    """Whether calls wait in a queue of the API's, which call-takers work; otherwise ``ring`` is the answer."""
    has_blocklist: ClassVar[bool] = False
    """Whether ``listed``, ``block`` and ``unblock`` do anything."""
    knows_policy: ClassVar[bool] = False
    """Whether the API applies the scenario's policy by itself."""
    expects: ClassVar[frozenset[int]] = frozenset()
    """Statuses that are answers of the API's (no trunk is free): not failures in Locust's tables."""
    sockets: ClassVar[int | None] = None
    """Most connections of a process's callers at a time; None leaves it to the load generator."""
    insecure: ClassVar[bool] = False
    """Whether the API's certificate is not verified."""
    key_names: ClassVar[Mapping[str, str]] = {}
    """By role the environment variable that has its key, where no other way gave one."""

    def __init__(self, client: Client, keys: Mapping[str, str] | None = None) -> None:
        self.client = client
        self.keys = keys or {}

    def key_of(self, role: str) -> str:
        """The API key of a role; that of '' where the role has none of its own, then that of `key_names`."""
        return self.keys.get(role) or self.keys.get("") or os.environ.get(self.key_names.get(role, ""), "")

    def check(self, speed: float) -> Heard:
        """Before the first call: whether the API is there, and can follow a clock of this speed."""
        return Heard(State.DONE)

    def ring(self, call: Ring) -> Heard:
        """A call comes in: QUEUED, MESSAGE, BUSY, BLOCKED, DIVERTED, FAILED; ANSWERED by an API without a queue."""
        raise NotImplementedError

    def heard(self, call: Ring, *, stays: bool) -> Heard:
        """The message is over; the caller goes on to the queue or not: QUEUED, ENDED, FAILED."""
        return Heard(State.DONE)

    def hang_up(self, call: Ring) -> Heard:
        """The caller leaves the queue: ENDED; ANSWERED where a call-taker was quicker; FAILED."""
        return Heard(State.ENDED)

    def sign_on(self, desk: int) -> Heard:
        """A call-taker comes on duty."""
        return Heard(State.DONE)

    def sign_off(self, desk: int) -> Heard:
        """A call-taker goes."""
        return Heard(State.DONE)

    def next_call(self, desk: int, wait: float) -> Heard:
        """The call-taker is free: ANSWERED with ``id`` and ``reference``; NOTHING within ``wait`` seconds; FAILED."""
        return Heard(State.NOTHING)

    def verdict(self, call: Ring, verdict: str) -> Heard:
        """Talk is over, and the call was taken for ``verdict`` (genuine, enquiry, prank, silent): ENDED, FAILED."""
        return Heard(State.ENDED)

    def listed(self, number: str) -> Heard:
        """What the API's blocklist says of a number: DONE with the action in force, ACCEPT for none; FAILED."""
        return Heard(State.DONE)

    def block(self, number: str, seconds: float) -> Heard:
        """Put a number on the API's blocklist for so long (inf: for ever)."""
        return Heard(State.DONE)

    def unblock(self, number: str) -> Heard:
        """Take it off."""
        return Heard(State.DONE)


SERVER_ERROR, TOO_MANY = 500, 429
NO_KEY = (401, 403, 407)
REDIRECTS = frozenset((301, 302, 303, 307, 308))
HTML = "text/html"
LONGEST_PLACE = 200
"""Most characters of a Location that are told."""


def fault_of(reply: Response) -> Fault | None:
    """What is wrong with a reply whatever it was to: none came, a redirect, 429, 500 and above, success with
    a web page; else None.

    An API to which a redirect or a page is an answer (of a log-in by a form, say) looks at the status first.
    """
    if reply.status_code in REDIRECTS:
        return Fault(Trouble.REDIRECTED, reply.status_code, place_of(reply.headers.get("Location") or ""))
    if reply.status_code == 0:
        return Fault(_trouble(reply.error), 0, str(reply.error or "no reply"))
    if reply.status_code == TOO_MANY:
        return Fault(Trouble.RATE, TOO_MANY, reply.headers.get("Retry-After") or "")
    if reply.status_code >= SERVER_ERROR:
        return Fault(Trouble.SERVER, reply.status_code)
    return page_of(reply)


def page_of(reply: Response) -> Fault | None:
    """What is wrong with a success (2xx) that is a web page: no API answers so, but the page of a log-in does.

    Many frameworks call every text HTML, JSON too: only a body of tags is a page.
    """
    if not 200 <= reply.status_code < 300:
        return None
    kind = (reply.headers.get("Content-Type") or "").partition(";")[0].strip().lower()
    begins = "<" if "html" in kind else "<(!doctype html|html)"
    if (kind and "html" not in kind) or not re.match(rf"[\s\ufeff]*{begins}", reply.text or "", re.IGNORECASE):
        return None
    return Fault(Trouble.PAGE, reply.status_code, kind or HTML)


def place_of(location: str) -> str:
    """Where a header Location leads, without query and password, which may be secret or each call's own."""
    try:
        parts = urlsplit("".join(filter(str.isprintable, location)).strip())
    except ValueError:
        return "an address that cannot be read"
    host = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}" if parts.scheme and parts.netloc else ""
    return (host + (parts.path or ("/" if host else "")))[:LONGEST_PLACE]


def _trouble(error: BaseException | None) -> Trouble:
    """The kind of a client's error: by its class, and by the names that TLS and time-outs go by."""
    if isinstance(error, ConnectionRefusedError):
        return Trouble.REFUSED
    name = type(error).__name__
    if "SSL" in name or "Certificate" in name or "SSL" in str(error):
        return Trouble.TLS
    if isinstance(error, TimeoutError) or "timed out" in str(error).lower() or "Timeout" in name:
        return Trouble.TIMEOUT
    if "Parse" in name:
        return Trouble.GARBAGE
    return Trouble.LOST


def guarded(step: Callable[..., Heard], *about: object, **named: object) -> Heard:
    """What a step says; an error in the API's file is a failed step, and the run goes on."""
    try:
        heard: object = step(*about, **named)
    except Exception as error:
        return failed(Trouble.API, 0, f"{type(error).__name__}: {error}")
    if not isinstance(heard, Heard):
        return failed(Trouble.API, 0, f"the step returned {type(heard).__name__}; expected a Heard")
    if heard.state is State.FAILED and heard.fault is None:
        return failed(Trouble.API, 0, "the step returned FAILED without a fault")
    return heard
