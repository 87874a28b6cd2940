"""What an API's description says of its replies: where ids stand, and which words and statuses mean which state."""

import re

from simulator.live.apis.checks import STATES
from simulator.live.apis.openapi import Json, Spec
from simulator.live.contract import State

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
"""Words of APIs for states."""
DEEPEST = 3
"""How many objects down an id is looked for."""
WIDEST = 100
"""Most objects of a reply that are looked into."""
IDS = ("id", "call_id", "incident_id", "ticket_id", "event_id", "case_id", "uuid", "number", "key")


def path_of(spec: Spec, schema: Json, keys: tuple[str, ...]) -> list[str] | None:
    """The path to the first of these keys in a reply; what stands higher is found first."""
    if schema.get("type") in {"string", "integer"} and "id" in keys:
        return ["$"]
    level: list[tuple[list[str], Json]] = [([], schema)]
    for _ in range(DEEPEST):
        for path, each in level:
            properties = each.get("properties") or {}
            if key := next((key for key in keys if key in properties), ""):
                return [*path, f".{key}"]
        level = [pair for path, each in level for pair in _below(spec, path, each)][:WIDEST]
    return None


def _below(spec: Spec, path: list[str], schema: Json) -> list[tuple[list[str], Json]]:
    """The objects in an object, each with the path to it."""
    properties: Json = schema.get("properties") or {}
    plain = [key for key in properties if re.fullmatch(r"[A-Za-z_][\w-]*", key)]
    return [([*path, f".{key}"], spec.schema(properties[key])) for key in plain]


def described(step: str, reply: Json) -> str:
    """The state that a reply's description speaks of, where the step can end in it."""
    said = str(reply.get("description") or "").lower()
    allowed = STATES.get(step, ())
    return next(
        (state for state, pattern in DESCRIBED.items() if State(state) in allowed and re.search(pattern, said)), ""
    )


def state_of(step: str, word: str, queue: bool) -> str:
    """The state of a word of the API's, where the step can end in it."""
    allowed = [state for state in STATES.get(step, ()) if queue or step != "ring" or state is not State.QUEUED]
    found = next((state for state, pattern in WORDS.items() if re.fullmatch(pattern, word.lower())), "")
    if found == "queued" and step == "ring" and not queue:
        found = "answered"
    return found if found in allowed else ""
