"""What must hold across the parts of an API: names that are known, states that a step can end in, a queue's steps."""

import os
import re
from collections.abc import Iterable, Iterator

from simulator.live.apis.model import STATUS, STEPS, VARIABLE, Api, Request
from simulator.live.apis.names import ANYWHERE, KNOWN, NAMED_BY, OF_API, giver_of_id, known_before
from simulator.live.apis.sending import templates
from simulator.live.contract import ROLES, State
from simulator.scenario.checks import Broken
from simulator.scenario.errors import quoted
from simulator.scenario.fixes import listed, nearest
from simulator.scenario.policy import INTENTS

Key = tuple[str | int, ...]

ALWAYS = (State.DONE, State.FAILED)
STATES: dict[str, tuple[State, ...]] = {
    "ring": (State.QUEUED, State.ANSWERED, State.MESSAGE, State.BUSY, State.BLOCKED, State.DIVERTED),
    "heard": (State.QUEUED, State.ENDED),
    "hang_up": (State.ENDED, State.ANSWERED),
    "next_call": (State.ANSWERED, State.NOTHING),
    "verdict": (State.ENDED,),
    "listed": (State.BLOCKED, State.DIVERTED, State.MESSAGE),
}
"""The states that a step can end in, beside those of `ALWAYS`."""
TAKEN_NOTE_OF = frozenset({"id", "reference", "number", "after_s", "action", "rule"})
"""Names that siaga itself takes note of once they are captured."""
HEADER = r"[A-Za-z0-9!#$%&'*+.^_`|~-]+"
NEW_NAME = r"[A-Za-z_][A-Za-z0-9_]*"


def faults(api: Api, *, unsure: bool = False) -> Iterator[Broken]:
    """What does not hold; ``unsure``: something was cut out, so that names may only seem to be unknown."""
    yield from _queue(api)
    for name in api.settings:
        yield from _new_name(name, ("api", "settings", name), taken=_reserved())
    yield from _headers(api.headers, ("api", "headers"))
    for role, variable in api.keys.items():
        if role not in ROLES:
            yield Broken(
                ("api", "keys", role), f"the key {quoted(role)}", f"one of {', '.join(ROLES)}", nearest(role, ROLES)
            )
        if not re.fullmatch(VARIABLE, variable):
            wanted = "the name of an environment variable, not the key itself"
            yield Broken(
                ("api", "keys", role), "something else", wanted, f"write {role}: CAD_TOKEN, and export CAD_TOKEN=..."
            )
    for nth, status in enumerate(api.log_in_again):
        if not re.fullmatch("[1-5][0-9][0-9]", status):
            yield Broken(("api", "log_in_again", nth), quoted(status), "a status such as 401")
    for step in ("log_in", *STEPS):
        for nth, request in enumerate(api.requests(step)):
            key = ("api", step, nth)
            yield from _request(api, step, request, key)
            if not unsure:
                yield from _unknown(api, step, nth, request)


def _queue(api: Api) -> Iterator[Broken]:
    if not api.queue:
        if api.next_call:
            yield Broken(("api", "next_call"), "next_call without queue: yes", "queue: yes beside it", "add queue: yes")
        return
    for step in ("next_call", "verdict"):
        if not api.requests(step):
            yield Broken(("api", "queue"), f"queue: yes without {step}", f"the step {step}", f"add {step}:")
    captured = {name for request in api.requests("next_call") for name in request.capture}
    if api.next_call and "reference" not in captured:
        wanted = "a capture of the reference, by which siaga knows its call again"
        yield Broken(("api", "next_call"), "no capture of it", wanted, "add capture: {reference: json .reference}")


def _request(api: Api, step: str, request: Request, key: Key) -> Iterator[Broken]:
    yield from _headers(request.headers, (*key, "headers"))
    for name in request.capture:
        yield from _new_name(name, (*key, "capture", name), taken=_reserved() - TAKEN_NOTE_OF)
    for status, meant in request.expect.items():
        if not re.fullmatch(STATUS, status):
            wanted = "a status such as 201, or 2xx for all of 200 to 299"
            yield Broken((*key, "expect", status), f"the key {quoted(status)}", wanted)
        elif status == "3xx":
            wanted = "the very status, such as 303: any other redirect is a failure"
            yield Broken((*key, "expect", status), "the key '3xx'", wanted, "siaga follows no redirect")
        if isinstance(meant, State):
            yield from _state(api, step, meant, (*key, "expect", status))
    for word, meant in request.states.items():
        yield from _state(api, step, meant, (*key, "states", word))
    for when in ("when", "unless"):
        for name in ("verdict", "intent"):
            yield from _intents(getattr(request, when).get(name, ()), (*key, when, name))


def _intents(texts: tuple[str, ...], key: Key) -> Iterator[Broken]:
    for text in texts:
        if text not in INTENTS:
            yield Broken(key, quoted(text), f"one of {', '.join(INTENTS)}", nearest(text, INTENTS))


def _state(api: Api, step: str, state: State, key: Key) -> Iterator[Broken]:
    allowed = (*STATES.get(step, ()), *ALWAYS)
    if state not in allowed:
        yield Broken(key, "", f"a state that {step} can end in: {', '.join(allowed)}")
    elif step == "ring" and state is State.QUEUED and not api.queue:
        yield Broken(key, "queued without queue: yes", "queue: yes beside it, or answered", "add queue: yes to api")


def _headers(headers: Iterable[str], key: Key) -> Iterator[Broken]:
    for name in headers:
        if not re.fullmatch(HEADER, name):
            yield Broken((*key, name), f"the key {quoted(name)}", "the name of a header, such as X-API-Key")


def _new_name(name: str, key: Key, taken: frozenset[str]) -> Iterator[Broken]:
    if not re.fullmatch(NEW_NAME, name):
        yield Broken(key, f"the key {quoted(name)}", "a name: letters, digits and _")
    elif name in taken:
        yield Broken(key, f"the name {name}, which siaga gives a value itself", "another name", f"write my_{name}")


def _reserved() -> frozenset[str]:
    return frozenset({*ANYWHERE, OF_API, "body"}.union(*KNOWN.values()))


def _unknown(api: Api, step: str, nth: int, request: Request) -> Iterator[Broken]:
    """Names that the request cannot know."""
    known = known_before(api, step)
    for earlier in api.requests(step)[:nth]:
        known |= earlier.capture.keys()
    for place, names in templates(api, request, common=step != "log_in"):
        key: Key = ("api", *place[1:]) if place[0] == ".." else ("api", step, nth, *place)
        for name in names:
            yield from _name(api, step, name, known, key)


def _name(api: Api, step: str, name: str, known: set[str], key: Key) -> Iterator[Broken]:
    if name.startswith("env."):
        if name.removeprefix("env.") not in os.environ:
            variable = name.removeprefix("env.")
            yield Broken(
                key, f"{{{name}}}, which is not set", "an environment variable that is set", f"export {variable}=..."
            )
    elif name == OF_API and name not in known and step in ("ring", *NAMED_BY):
        yield _no_id(api, step, key)
    elif name not in known:
        elsewhere = _captured_elsewhere(api, step, name)
        wanted = f"one of the names that {step} knows: {listed(sorted(known))}"
        begun = next((f"did you mean {each}?" for each in sorted(known) if len(name) > 2 and each.startswith(name)), "")
        yield Broken(key, f"the unknown name {{{name}}}", wanted, elsewhere or nearest(name, known) or begun)


def _no_id(api: Api, step: str, key: Key) -> Broken:
    """The id of a call where no reply has brought it."""
    giver = giver_of_id(api, step)
    given = f"{{id}} in {step}, but {giver} captures no id"
    if step == giver:
        given = f"{{id}} in a request of {step} before any that captures it"
    wanted = f"an id that {giver} captures, since the path or body would lack it"
    return Broken(key, given, wanted, f"add to {giver}: capture: {{id: json .data.id}}, or where its reply has the id")


def _captured_elsewhere(api: Api, step: str, name: str) -> str:
    """A hint where another step captures the name."""
    others = [other for other in STEPS for request in api.requests(other) if name in request.capture and other != step]
    return (
        f"{others[0]} captures it, but {step} is not of the same call or call-taker, or comes before" if others else ""
    )
