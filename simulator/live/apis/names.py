"""The names that templates may use, step by step, and the values of those that any call has."""

import os
import time
import uuid
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from math import isinf
from typing import Any

from simulator.live.apis.model import STEPS, Api
from simulator.live.contract import ROLES, DispatchUser, Ring
from simulator.scenario.units import SECOND

ANYWHERE = ("now", "now_s", "uuid", "null", "key", *(f"key.{role}" for role in ROLES))
OF_CALL = (*("reference", "number", "group", "intent", "attempt", "passed_back", "at", "at_s", "talk_s", "verdict"),)
OF_API = "id"
"""The API's own name of a call: known once a reply was captured that has it."""
NAMED_BY = ("heard", "hang_up", "verdict")
"""The steps of a call that its id may be needed for."""
KNOWN: dict[str, tuple[str, ...]] = {
    "log_in": (),
    "check": ("speed",),
    "ring": OF_CALL,
    "heard": (*OF_CALL, "stays"),
    "hang_up": OF_CALL,
    "sign_on": ("desk",),
    "sign_off": ("desk",),
    "next_call": ("desk", "wait_s"),
    "verdict": OF_CALL,
    "listed": ("number",),
    "block": ("number", "seconds", "until"),
    "unblock": ("number",),
}
"""What each step knows beside the names of `ANYWHERE`, settings, and what was captured before it."""


def role_of(step: str, *, queue: bool) -> str:
    """Whose key a step shows by ``{key}``."""
    if step in {"listed", "block", "unblock"}:
        return "supervisor"
    return "desk" if step in {"sign_on", "sign_off", "next_call"} or (step == "verdict" and queue) else "intake"


def known_before(api: Api, step: str) -> set[str]:
    """The names that the first request of a step may use."""
    known = {*ANYWHERE, *KNOWN[step], *api.settings}
    for earlier in (*([] if step == "log_in" else ["log_in"]), *_earlier(api, step)):
        known |= captured(api, earlier)
    return known


def _earlier(api: Api, step: str) -> tuple[str, ...]:
    """The steps whose captures a step has: of its caller, or of its call-taker."""
    caller: tuple[str, ...] = ("ring", "heard", "hang_up")
    desk: tuple[str, ...] = ("sign_on", "next_call", "verdict", "sign_off")
    if step in caller or (step == "verdict" and not api.queue):
        line = (*caller, "verdict")
    else:
        line = desk if step in desk else ()
    return line[: line.index(step)] if step in line else ()


def giver_of_id(api: Api, step: str) -> str:
    """The step that has to capture the id for another step of the same call."""
    return "next_call" if step == "verdict" and api.queue else "ring"


def captured(api: Api, step: str) -> set[str]:
    """What the requests of a step capture."""
    return {name for request in api.requests(step) for name in request.capture}


def roles_of(api: Api, names: Iterable[str]) -> frozenset[str]:
    """The roles whose keys these names stand for, in an API."""
    used = set(names)
    shown = {role_of(step, queue=api.queue) for step in STEPS if api.requests(step)} if "key" in used else set()
    return frozenset(shown | {name.removeprefix("key.") for name in used if name.startswith("key.")})


def of_call(call: Ring) -> dict[str, Any]:
    """The values of a call."""
    return {
        "reference": call.reference,
        "number": call.number,
        "group": call.group,
        "intent": call.intent,
        "attempt": call.attempt,
        "passed_back": call.passed_back,
        "at": call.at,
        "talk_s": _short(call.talk / SECOND),
        "verdict": call.verdict,
        "id": call.id,
        **call.kept,
    }


def of_block(number: str, seconds: float) -> dict[str, Any]:
    """The values of a number that is blocked; null where it is for ever."""
    ends = "" if isinf(seconds) else _stamp(time.time() + seconds)
    return {"number": number, "seconds": None if isinf(seconds) else _short(seconds), "until": ends}


def _short(seconds: float) -> int | float:
    """Seconds to the millisecond; whole ones as such."""
    rounded = round(seconds, 3)
    return int(rounded) if rounded == int(rounded) else rounded


def _stamp(moment: float) -> str:
    """An ISO time in UTC, to the millisecond."""
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Lacking(LookupError):  # noqa: N818  (the project's word)
    """A name has no value, since the step that captures it failed, or its request was not sent; the text says which."""


class Names(dict[str, Any]):
    """Values by name; those that any step has are made when they are first asked for, and stay the same for it."""

    __slots__ = ("_nth", "_step", "_user")

    def __init__(self, user: DispatchUser, step: str, nth: int, values: Mapping[str, Any]) -> None:
        super().__init__(values)
        self._user, self._step, self._nth = user, step, nth

    def __missing__(self, name: str) -> Any:
        value = self[name] = self._made(name)
        return value

    def _made(self, name: str) -> Any:
        if name == "null":
            return None
        if name in {"now", "now_s"}:
            moment = time.time()
            self["now"], self["now_s"] = _stamp(moment), int(moment)
            return self[name]
        if name == "at_s":
            return int(datetime.fromisoformat(self["at"]).timestamp())
        if name == "uuid":
            return str(
                uuid.uuid5(uuid.NAMESPACE_OID, f"{self._step} {self._nth} {self.get('reference') or time.time_ns()}")
            )
        return self._secret(name)

    def _secret(self, name: str) -> str:
        if name == "key":
            return self._user.key_of(role_of(self._step, queue=self._user.has_queue))
        kind, _, rest = name.partition(".")
        if kind == "env":
            return os.environ.get(rest, "")
        if kind == "key" and rest:
            return self._user.key_of(rest)
        raise Lacking(f"{{{name}}} has no value: what captures it failed, or was not sent")
