"""The stand-in dispatch API, spoken to (`siaga serve`): it has a queue, a blocklist, and the scenario's policy."""

from math import isfinite
from typing import Any
from urllib.parse import quote

from simulator.live.contract import (
    DispatchUser,
    Heard,
    Response,
    Ring,
    State,
    Trouble,
    failed,
    fault_of,
    page_of,
)
from simulator.tables.outcomes import Action

STATES = {
    "queued": State.QUEUED,
    "message": State.MESSAGE,
    "diverted": State.DIVERTED,
    "blocked": State.BLOCKED,
    "busy": State.BUSY,
    "answered": State.ANSWERED,
    "ended": State.ENDED,
    "abandoned": State.ENDED,
    "screened": State.ENDED,
    "passed_back": State.ENDED,
}
OK, CREATED, NO_CONTENT, CONFLICT, NOT_FOUND, NO_KEY, MAY_NOT, BUSY = 200, 201, 204, 409, 404, 401, 403, 503
PACE = 0.001
"""By how much the server's clock may go at another speed than asked for, relative."""


class StandIn(DispatchUser):
    """A caller or a call-taker at `siaga serve`."""

    has_queue = has_blocklist = knows_policy = True
    expects = frozenset({MAY_NOT, NOT_FOUND, CONFLICT, BUSY})

    def key_of(self, role: str) -> str:
        """The key of a role; without one, that of a stand-in which was started without keys."""
        return super().key_of(role) or f"{role}-key"

    def check(self, speed: float) -> Heard:
        """It is a stand-in, and its clock goes as fast."""
        reply = self.client.request("GET", "/health", name="GET /health")
        said = _said(reply)
        if reply.status_code != OK or said.get("service") != "siaga stand-in":
            return _failure(reply)
        if abs(said["speed"] - speed) > PACE * speed:
            detail = f"its clock goes {said['speed']:g} x, the calls {speed:g} x: siaga serve --speed {speed:g}"
            return failed(Trouble.API, OK, detail)
        return Heard(State.DONE)

    def ring(self, call: Ring) -> Heard:
        """The exchange tells of the call."""
        body = {"reference": call.reference, "number": call.number or None, "passed_back": call.passed_back}
        reply = self._send("intake", "POST", "/v1/calls", "POST /v1/calls", body)
        said = _said(reply)
        if "id" not in said or said.get("state") not in STATES:
            return _failure(reply)
        rule = said.get("rule")
        return Heard(
            STATES[said["state"]],
            id=str(said["id"]),
            action=Action[said["action"].upper()],
            rule=-1 if rule is None else rule,
            # Of a call that is diverted the plan knows when the other line answers, and the server only the mean.
            after=said.get("message_us") or 0,
        )

    def heard(self, call: Ring, *, stays: bool) -> Heard:
        """The message is over."""
        path = f"/v1/calls/{call.id}/heard"
        return _state_of(self._send("intake", "POST", path, "POST /v1/calls/{id}/heard", {"stays": stays}))

    def hang_up(self, call: Ring) -> Heard:
        """The caller leaves."""
        return _state_of(self._send("intake", "POST", f"/v1/calls/{call.id}/hang-up", "POST /v1/calls/{id}/hang-up"))

    def sign_on(self, desk: int) -> Heard:
        """A call-taker comes on duty."""
        return self._sign(desk, on_duty=True)

    def sign_off(self, desk: int) -> Heard:
        """A call-taker goes."""
        return self._sign(desk, on_duty=False)

    def _sign(self, desk: int, *, on_duty: bool) -> Heard:
        reply = self._send("desk", "PUT", f"/v1/desks/{desk}", "PUT /v1/desks/{desk}", {"on_duty": on_duty})
        return _done(reply)

    def next_call(self, desk: int, wait: float) -> Heard:
        """The call-taker is free."""
        path = f"/v1/desks/{desk}/next?wait={min(wait, 60):.3f}"
        reply = self._send("desk", "POST", path, "POST /v1/desks/{desk}/next", timeout=wait + 10)
        if reply.status_code == NO_CONTENT:
            return Heard(State.NOTHING)
        said = _said(reply)
        if reply.status_code != OK or "id" not in said:
            return _failure(reply)
        number = said.get("number") or ""
        return Heard(State.ANSWERED, id=str(said["id"]), reference=said["reference"], number=number)

    def verdict(self, call: Ring, verdict: str) -> Heard:
        """Talk is over."""
        path, name = f"/v1/calls/{call.id}/verdict", "POST /v1/calls/{id}/verdict"
        return _state_of(self._send("desk", "POST", path, name, {"verdict": verdict}))

    def listed(self, number: str) -> Heard:
        """What its blocklist holds against a number; a warning by SMS first, since who heeds that does not call."""
        reply = self._list("GET", number)
        if reply.status_code == NOT_FOUND:
            return Heard(State.DONE)
        said = _said(reply)
        if reply.status_code != OK or "action" not in said:
            return _failure(reply)
        if said["sms"]:
            return Heard(State.DONE, action=Action.SMS, rule=said["sms"]["rule"])
        return Heard(State.DONE, action=Action[said["action"].upper()], rule=said["rule"])

    def block(self, number: str, seconds: float) -> Heard:
        """Put a number on its blocklist."""
        reply = self._list("PUT", number, {"seconds": seconds if isfinite(seconds) else None})
        return _done(reply)

    def unblock(self, number: str) -> Heard:
        """Take it off."""
        reply = self._list("DELETE", number)
        return Heard(State.DONE) if reply.status_code in {NO_CONTENT, NOT_FOUND} else _failure(reply)

    def _list(self, method: str, number: str, body: Any = None) -> Response:
        name = f"{method} /v1/blocklist/{{number}}"
        return self._send("supervisor", method, f"/v1/blocklist/{quote(number)}", name, body)

    def _send(
        self, role: str, method: str, path: str, name: str, body: Any = None, timeout: float | None = None
    ) -> Response:
        headers = {"X-API-Key": self.key_of(role)}
        return self.client.request(method, path, name=name, json=body, headers=headers, timeout=timeout)


def _said(reply: Response) -> dict[str, Any]:
    """The JSON object of a reply; empty where it is none."""
    try:
        said = reply.json() if reply.status_code else {}
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _state_of(reply: Response) -> Heard:
    """Where the call is after a step, or, where that was not possible, already."""
    state = STATES.get(_said(reply).get("state", ""))
    return Heard(state) if state and reply.status_code in {OK, CONFLICT} else _failure(reply)


def _done(reply: Response) -> Heard:
    """Whether a step was carried out, of whose reply nothing but the status counts."""
    return Heard(State.DONE) if reply.status_code == OK and page_of(reply) is None else _failure(reply)


def _failure(reply: Response) -> Heard:
    """Why a step failed."""
    if fault := fault_of(reply):
        return Heard(State.FAILED, fault=fault)
    said = str(_said(reply).get("detail", "")) or (reply.text or "")[:200]
    if reply.status_code in {NO_KEY, MAY_NOT}:
        return failed(Trouble.KEY, reply.status_code, said)
    understood = reply.status_code not in {OK, CREATED}
    return failed(Trouble.STATUS if understood else Trouble.GARBAGE, reply.status_code, said)
