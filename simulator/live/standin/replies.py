"""Replies, and what every route may answer."""

from typing import Any

import orjson
from starlette.responses import Response

from simulator.live.standin.calls import Call, Desk, State, Ticket
from simulator.live.standin.models import Problem
from simulator.live.standin.watch import Hold, Standing
from simulator.scenario.actions import action_named
from simulator.scenario.units import NEVER

JSON = "application/json"


class Unable(Exception):  # noqa: N818  (no fault of ours)
    """A request that is not carried out, and why."""

    def __init__(
        self, status: int, detail: str, state: str | None = None, headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(detail)
        self.status, self.detail, self.state, self.headers = status, detail, state, headers


def reply(content: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """A reply that needs no further looking at."""
    return Response(orjson.dumps(content), status, headers, JSON)


def problem(status: int, detail: str, state: str | None = None, headers: dict[str, str] | None = None) -> Response:
    """Why it was not done."""
    return reply({"detail": detail, **({"state": state} if state else {})}, status, headers)


WHY = {
    401: "No key, or none that is known.",
    403: "The key's role may not do this.",
    404: "There is none.",
    409: "Not possible as things stand; `state` says how.",
    413: "More was sent than any request needs.",
    415: "The body is not application/json.",
    422: "What was sent is not understood.",
    503: "The server stops.",
}


def may_answer(*statuses: int, **more: Any) -> dict[int | str, dict[str, Any]]:
    """The responses of a route in the OpenAPI document: problems of these statuses, and those of every route."""
    found: dict[int | str, dict[str, Any]] = {
        status: {"model": Problem, "description": WHY[status]} for status in sorted({401, 403, 503, *statuses})
    }
    return {**found, **{int(name.removeprefix("s")): value for name, value in more.items()}}


def steps(parameter: str, *operations: str, id_: str = "id") -> dict[str, Any]:
    """Links of a reply in the OpenAPI document: the requests that its id is for."""
    return {each: {"operationId": each, "parameters": {parameter: f"$response.body#/{id_}"}} for each in operations}


def rung(call: Call) -> dict[str, Any]:
    """What became of a call as it came in, whatever has become of it since."""
    said = {"id": call.id, "state": rung_state(call), "action": call.action, "rule": call.rule}
    if said["state"] == State.QUEUED:
        said["position"] = call.position
    elif said["state"] == State.MESSAGE:
        said["message_us"] = call.after
    elif said["state"] == State.DIVERTED:
        said["answers_after_us"] = call.after
    elif said["state"] == State.BLOCKED:
        said["until"] = call.until
    return said


def rung_state(call: Call) -> State:
    """Where the call was put as it came in."""
    if call.state in {State.BUSY, State.BLOCKED}:
        return call.state
    traits = action_named(call.action).traits
    if traits.diverts:
        return State.DIVERTED
    return State.MESSAGE if traits.plays_message else State.QUEUED


RUNG_STATUS = {State.BLOCKED: 403, State.BUSY: 503}


def in_hand(call: Call) -> dict[str, Any]:
    """A call for the desk that has it in hand."""
    return {
        "id": call.id,
        "reference": call.reference,
        "number": call.shown,
        "place": call.place,
        "action": call.action,
        "queued_at": call.queued,
        "answered_at": call.answered,
    }


def call_reply(call: Call) -> dict[str, Any]:
    """A call for whoever looks it up."""
    names = ("id", "reference", "number", "passed_back", "place", "state", "action", "rule", "until")
    times = ("arrived", "queued", "answered", "ended")
    rest = {"desk": call.desk, "verdict": call.verdict, "ticket": call.ticket}
    return {**{n: getattr(call, n) for n in names}, **{f"{n}_at": getattr(call, n) for n in times}, **rest}


def desk_reply(desk: Desk) -> dict[str, Any]:
    """A desk."""
    return {"desk": desk.desk, "on_duty": desk.on_duty, "idle_since": desk.since, "call": desk.in_hand}


def ticket_reply(ticket: Ticket) -> dict[str, Any]:
    """A ticket."""
    names = ("id", "call", "agency", "place", "state")
    times = ("opened", "accepted", "closed")
    return {
        **{name: getattr(ticket, name) for name in names},
        "number": ticket.shown,
        **{f"{name}_at": getattr(ticket, name) for name in times},
    }


def listed(standing: Standing) -> dict[str, Any]:
    """What holds against a number."""
    number = f"{standing.number:016x}" if standing.number >= 0 else "withheld"
    return {"number": number, **_hold(standing.first), "sms": standing.text and _hold(standing.text)}


def _hold(hold: Hold) -> dict[str, Any]:
    until = None if hold.until == NEVER else hold.until
    return {"action": hold.action.name.lower(), "rule": hold.rule, "until": until}
