"""What an API's description says of its replies: where ids stand, and which words and statuses mean which state."""

import re

from simulator.engines.live.contract import State
from simulator.engines.live.targets.checks import STATES
from simulator.engines.live.targets.openapi import Json, Spec

DESCRIBED = {
    "blocked": r"block|blacklist|ban(ned)?\b|deny|denied",
    "busy": r"busy|no (free )?trunk|capacity|full|all lines",
    "diverted": r"divert",
    "nothing": r"no call|nothing|empty|no content",
    "answered": r"already (been )?answered|has been taken",
}
"""What a reply's description says of the call."""
WORDS = {
    "queued": r"queued?|waiting|pending|new|open|received|accepted|ringing|created",
    "answered": r"answered|active|connected|engaged|in_?progress|claimed|taken",
    "message": r"message|challenge|announcement|warned",
    "busy": r"busy|rejected|full",
    "blocked": r"blocked|banned|denied",
    "diverted": r"diverted|forwarded|transferred",
    "ended": r"ended|closed|resolved|completed?|finished|abandoned|done",
    "nothing": r"nothing|none|empty",
}
"""Words of targets for states."""
IDS = ("id", "call_id", "incident_id", "ticket_id", "event_id", "case_id", "uuid", "number", "key")


def path_of(spec: Spec, schema: Json, keys: tuple[str, ...], depth: int = 0) -> list[str] | None:
    """The path to the first of these keys in a reply, one object down at most."""
    properties: Json = schema.get("properties") or {}
    if depth == 0 and schema.get("type") in {"string", "integer"} and "id" in keys:
        return ["$"]
    for key in keys:
        if key in properties:
            return [f".{key}"]
    for key, below in properties.items() if depth == 0 else ():
        if re.fullmatch(r"[A-Za-z_][\w-]*", key) and (found := path_of(spec, spec.schema(below), keys, 1)):
            return [f".{key}", *found]
    return None


def described(step: str, reply: Json) -> str:
    """The state that a reply's description speaks of, where the step can end in it."""
    said = str(reply.get("description") or "").lower()
    allowed = STATES.get(step, ())
    return next(
        (state for state, pattern in DESCRIBED.items() if State(state) in allowed and re.search(pattern, said)), ""
    )


def state_of(step: str, word: str, queue: bool) -> str:
    """The state of a word of the target's, where the step can end in it."""
    allowed = [state for state in STATES.get(step, ()) if queue or step != "ring" or state is not State.QUEUED]
    found = next((state for state, pattern in WORDS.items() if re.fullmatch(pattern, word.lower())), "")
    if found == "queued" and step == "ring" and not queue:
        found = "answered"
    return found if found in allowed else ""
