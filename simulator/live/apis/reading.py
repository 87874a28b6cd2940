"""From a reply to a state: what its status means, where it says more, and what is captured from it."""

from dataclasses import replace
from typing import Any

from simulator.live.apis.model import Request, as_state
from simulator.live.apis.pick import Missing, Pick, Reply
from simulator.live.contract import NO_KEY, Heard, State, Trouble, failed, fault_of, page_of

STOPS = frozenset({State.BUSY, State.BLOCKED, State.DIVERTED, State.NOTHING, State.FAILED})
"""States after which the further requests of a step are not sent."""
NO_CONTENT = 204
SHOWN = 200
"""Most characters of a reply that a failure repeats."""
NEVER_EMPTY = frozenset({"id", "reference"})
"""Names of a call: what is captured for them is a name, or the reply was not understood."""


def read(step: str, request: Request, reply: Reply, *, pages: bool = False) -> tuple[Heard, dict[str, Any]]:
    """What a reply means, DONE where only that all went well; and the values captured, by name.

    ``pages``: a web page may be an answer, though the request reads nothing beside its JSON.
    """
    status = reply.response.status_code
    meant = _meant(step, request, status) if status else None
    if meant is None or meant is State.FAILED:
        return _unwanted(reply), {}
    if not (pages or _reads_more(request, meant)) and (page := page_of(reply.response)):
        return Heard(State.FAILED, fault=page), {}
    try:
        state = meant if isinstance(meant, State) else _found(request, meant, reply)
        if state is State.FAILED:
            return _unwanted(reply), {}
        return Heard(state), _captured(request, reply, needed=state not in STOPS)
    except Missing as error:
        return failed(Trouble.GARBAGE, status, f"{error}; {snippet(reply)}"), {}


def _meant(step: str, request: Request, status: int) -> State | Pick | None:
    """What is expected of a status; None where it is not."""
    expect = request.expect
    if not expect:
        if step == "next_call" and status == NO_CONTENT:
            return State.NOTHING
        return State.DONE if 200 <= status < 300 else None
    return expect.get(str(status)) or expect.get(f"{status // 100}xx")


def _reads_more(request: Request, meant: State | Pick) -> bool:
    """Whether something is looked for that a web page may have: a text, a header, a cookie."""
    return any(
        isinstance(each, Pick) and each.kind not in ("json", "status") for each in (meant, *request.capture.values())
    )


def _found(request: Request, pick: Pick, reply: Reply) -> State:
    said = pick.find(reply)
    state = as_state(request.states, said)
    if state is None:
        raise Missing(f"the state {said!r} at {pick.text} has no meaning: add states: {{{said}: ...}}")
    return state


def _captured(request: Request, reply: Reply, *, needed: bool) -> dict[str, Any]:
    """The values captured; one that lacks raises Missing where it is needed, else is left out."""
    found: dict[str, Any] = {}
    for name, pick in request.capture.items():
        try:
            found[name] = _named(name, pick, reply)
        except Missing:
            if needed:
                raise
    return found


def _named(name: str, pick: Pick, reply: Reply) -> Any:
    value = pick.find(reply)
    if value == "" and name in NEVER_EMPTY and not pick.optional:
        raise Missing(f"an empty {name} at {pick.text}")
    return value


def _unwanted(reply: Reply) -> Heard:
    """A reply that nothing is expected of."""
    response = reply.response
    if fault := fault_of(response):
        silent = fault.detail or not response.status_code or fault.trouble is Trouble.REDIRECTED
        return Heard(State.FAILED, fault=fault if silent else replace(fault, detail=snippet(reply)))
    trouble = Trouble.KEY if response.status_code in NO_KEY else Trouble.STATUS
    return failed(trouble, response.status_code, snippet(reply))


def snippet(reply: Reply) -> str:
    """The beginning of a body, on one line."""
    text = " ".join((reply.response.text or "").split())
    return text if len(text) <= SHOWN else text[: SHOWN - 3] + "..."
