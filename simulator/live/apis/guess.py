"""Guesses: which operation of an API is which of siaga's steps, and which of its keys mean which of siaga's names.

Each step scores the operations by method, path and words; the best one is taken, where any is good enough. A guess is
always said to be one.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from simulator.live.apis.openapi import Json, Operation

GOOD_ENOUGH = 5
"""Least score of an operation that is taken for a step."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """What an operation that is a step looks like.

    ``methods`` with their points; ``last`` words of the last fixed part of its path; ``words`` in its id, summary, tags
    and path; ``inputs``: whether its path has parameters.
    """

    methods: Mapping[str, int]
    last: str
    words: str = "(?!)"
    inputs: bool | None = None

    def score(self, operation: Operation) -> int:
        """How much an operation looks like it; 0: not at all."""
        points = self.methods.get(operation.method, 0)
        if not points or (self.inputs is not None and self.inputs != bool(operation.inputs)):
            return 0
        likely = 4 * bool(re.fullmatch(self.last, operation.last)) + 2 * bool(
            re.search(self.words, f"{operation.words} {operation.path.lower()}")
        )
        return points + likely if likely else 0


_CALLS = (
    r"calls?|incidents?|tickets?|events?|emergenc(y|ies)|alerts?|cases?|reports?|occurrences?|missions?|intakes?|"
    r"dispatch(es)?"
)
_LISTS = r"(block|black|deny|ban)[-_]?(ed|list(ed)?|s)?([-_]?numbers?)?|bans"
LIKENESSES: dict[str, Likeness] = {
    "log_in": Likeness(
        {"POST": 2}, r"log[-_]?in|auth|authenticate|tokens?|sessions?|sign[-_]?in", r"log ?in|token", inputs=False
    ),
    "check": Likeness(
        {"GET": 2}, r"health[a-z]*|ping|status|ready[a-z]*|live[a-z]*|version|up", r"health", inputs=False
    ),
    "ring": Likeness({"POST": 3}, _CALLS, r"call|incident|emergenc|event|alert|ticket"),
    "heard": Likeness({"POST": 2, "PUT": 1}, r"heard|message|listened|continue|challenge", inputs=True),
    "hang_up": Likeness(
        {"POST": 2, "PUT": 1, "DELETE": 1}, r"hang[-_]?up|abandon(ed)?|cancel(led)?|give[-_]?up|drop", inputs=True
    ),
    "sign_on": Likeness(
        {"PUT": 2, "POST": 2},
        r"sign[-_]?on|log[-_]?on|on[-_]?duty|available|check[-_]?in|desks?|agents?|operators?",
        r"duty|available",
        inputs=True,
    ),
    "sign_off": Likeness(
        {"PUT": 2, "POST": 2, "DELETE": 1},
        r"sign[-_]?off|log[-_]?(off|out)|off[-_]?duty|unavailable|check[-_]?out|desks?|agents?|operators?",
        r"duty|unavailable",
        inputs=True,
    ),
    "next_call": Likeness(
        {"POST": 2, "GET": 1}, r"next([-_]?call)?|claim|pop|dequeue|take|pull", r"next call|long poll"
    ),
    "verdict": Likeness(
        {"POST": 2, "PUT": 2, "PATCH": 2},
        r"verdict|classif[a-z]+|disposition|outcome|close|resolve|complete|end|finish|result",
        r"verdict|classif|disposition|outcome",
        inputs=True,
    ),
    "listed": Likeness({"GET": 2}, _LISTS, r"block ?list|blocked", inputs=True),
    "block": Likeness({"PUT": 3, "POST": 2}, _LISTS, r"block ?list|blocked"),
    "unblock": Likeness({"DELETE": 3}, _LISTS + r"|unblock", r"block ?list|blocked", inputs=True),
}
SAME_ALLOWED = frozenset({"sign_on", "sign_off"})
"""Steps that one operation may serve both of."""
IN_QUEUE = frozenset({"heard", "hang_up", "sign_on", "sign_off", "next_call"})
SAID_BY: dict[str, str] = {
    "genuine": r"genuine|real|true|valid|confirmed|emergency|actual",
    "enquiry": r"enquiry|inquiry|info|information|question|request|non[-_ ]?emergency",
    "prank": r"prank|hoax|false|fake|nuisance|malicious|abuse|abusive",
    "silent": r"silent|silence|no[-_ ]?(speech|voice|answer|contact)|mute|open[-_ ]?line|dropped|abandoned|ghost",
}
"""Words of APIs for siaga's verdicts."""
OF_VERDICT = r".*(verdict|classification|disposition|outcome|resolution).*"
MAYBE_OF_VERDICT = r".*(categor(y|ies)|reason|result|kind|type|code|class|tag|finding|close[d_-]?).*"
"""Keys that say what a call was where their words do."""
UPDATES = ("PATCH", "PUT", "POST")

NAMES: tuple[tuple[str, str], ...] = (
    (r"id|key|uuid|(call|incident|ticket|case|event|alert|emergency|dispatch)_?(id|key|no|uuid|number)", "id"),
    (r"passed_?back|reattempt", "passed_back"),
    (r"attempts?|attempt_?(no|number)", "attempt"),
    (r".*(phone|msisdn|caller|tele).*(numbers?|no|id)?|number|from|cli|ani|contact_?(no|number)|calling.*", "number"),
    (
        r".*(reference|external|client_?id|call_?id|correlation|source_?ref|client_?ref|caller_?ref|call_?ref|ref_?(id|no)|provider_?call|source_?id|dedup|idempot).*|ref|uuid|guid|[a-z]+_key",
        "reference",
    ),
    (r".*(_at|time|timestamp|_ts|date|datetime|when)|(at|ts|started|received|occurred|created|reported).*", "now"),
    (OF_VERDICT, "verdict"),
    (r".*(desk|operator|agent|call_?taker|workstation|position|seat|user).*", "desk"),
    (r"wait(_?s|_?seconds)?|timeout|poll.*", "wait_s"),
    (r"(for_?)?(seconds|duration|ttl)(_?s)?|duration_?seconds|expires_?in", "seconds"),
    (r".*(until|expir|valid_?to).*", "until"),
    (r"stays?|accepted|continues?|passed", "stays"),
)
TEXTS = (
    r".*(summary|description|title|text|notes?|comments?|message|details?|subject|name|scope|reason|place|address|"
    r"location|remarks?).*"
)


def steps_of(operations: Iterable[Operation]) -> dict[str, Operation]:
    """The operation that each step most likely is; steps without one lack.

    Without a way for call-takers to fetch calls, what happens in a queue has no meaning.
    """
    every = list(operations)
    found: dict[str, Operation] = {}
    for step, likeness in LIKENESSES.items():
        taken = [each for other, each in found.items() if not {step, other} <= SAME_ALLOWED]
        scored = [(likeness.score(each) - _distance(step, each, found), each) for each in every if each not in taken]
        best = max(scored, key=lambda pair: pair[0], default=(0, None))
        if best[1] is not None and best[0] >= GOOD_ENOUGH:
            found[step] = best[1]
    if "verdict" not in found and (update := _update(every, found.get("ring"))):
        found["verdict"] = update
    if not {"next_call", "verdict"} <= found.keys():
        return {step: each for step, each in found.items() if step not in IN_QUEUE}
    return found


def _update(operations: list[Operation], ring: Operation | None) -> Operation | None:
    """The operation that changes what ``ring`` made."""
    pattern = re.escape(ring.path.rstrip("/")) + r"/\{[^{}/]*\}/?" if ring else "(?!)"
    return next((each for each in operations if each.method in UPDATES and re.fullmatch(pattern, each.path)), None)


def _distance(step: str, operation: Operation, found: Mapping[str, Operation]) -> int:
    """Points off: for paths that are long, and for steps of a call that stand apart from where calls come in."""
    depth = operation.path.count("/") - 1
    if step in {"check", "ring"}:
        return depth // 2 * (2 if step == "check" else 1) + 2 * len(operation.inputs)
    ring = found.get("ring")
    if ring is None or step not in {"heard", "hang_up", "verdict"}:
        return depth // 3
    if operation.path.startswith(ring.path.rstrip("/")):
        return 0
    return 1 if any(re.fullmatch(_CALLS, part.lower()) for part in operation.path.split("/")) else 3


def name_of(key: str, known: Iterable[str]) -> str:
    """The siaga name that a key most likely stands for, of those that are known; '' for none."""
    plain = _plain(key)
    allowed = set(known)
    return next((name for pattern, name in NAMES if name in allowed and re.fullmatch(pattern, plain)), "")


def is_of_verdict(key: str, schema: Json) -> bool:
    """Whether a key says what a call was, in words that are not siaga's own."""
    words = schema.get("enum") or []
    if not words or {"genuine", "prank"} <= set(words):
        return False
    told = sum(bool(word_for(verdict, words)) for verdict in SAID_BY)
    return bool(re.fullmatch(OF_VERDICT, _plain(key)) or (told > 1 and re.fullmatch(MAYBE_OF_VERDICT, _plain(key))))


def word_for(verdict: str, words: Iterable[str]) -> str:
    """The word of an API's that most likely means a verdict; '' for none."""
    return next((word for word in words if re.fullmatch(SAID_BY[verdict], word.lower())), "")


def _plain(key: str) -> str:
    """A key in small letters, its parts joined by _."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", key).lower().replace("-", "_")
