"""The frozen Api: which requests each step sends to a dispatch API, and what its replies mean.

Field names are the keys of the file, under ``api:``. `read.py` reads a file into this model and says what is wrong
with one; `compiled.py` makes a `DispatchUser` of it.
"""

import re
from typing import Annotated, Any, Literal, NamedTuple, Self

from pydantic import BeforeValidator, ConfigDict, Field, PlainValidator, WithJsonSchema, model_validator

from simulator.live.apis.body import Body, parse_body
from simulator.live.apis.pick import KINDS, Pick, parse_pick
from simulator.live.apis.template import Template, parse_template
from simulator.live.contract import ROLES, State
from simulator.scenario.distribution import Model
from simulator.scenario.fixes import nearest
from simulator.scenario.policy import as_list
from simulator.scenario.units import Flag, PositiveCount, PositiveDuration, Text, refuse, written

STEPS = (
    "check",
    "ring",
    "heard",
    "hang_up",
    "sign_on",
    "sign_off",
    "next_call",
    "verdict",
    "listed",
    "block",
    "unblock",
)
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
VARIABLE = "[A-Za-z_][A-Za-z0-9_]*"
"""Names of environment variables."""
STATUS = r"[1-5][0-9][0-9]|[1-5]xx"
SEND_WANTED = "a method and a path, such as POST /v1/calls or PUT /calls/{id}"


class Send(NamedTuple):
    """A request line."""

    method: str
    path: Template


def parse_send(given: object) -> Send:
    """The request line of a text such as ``POST /v1/calls/{id}``."""
    if isinstance(given, Send):
        return given
    method, _, path = (given if isinstance(given, str) else "").strip().partition(" ")
    if method not in METHODS:
        hint = nearest(method.lower(), [each.lower() for each in METHODS]).upper().replace("DID YOU MEAN", "write")
        raise refuse(SEND_WANTED, given, hint.rstrip("?") or f"begin with one of {', '.join(METHODS)}")
    path = path.strip()
    if not path.startswith("/"):
        whole = re.fullmatch(r"https?://[^/]+(/.*)?", path)
        fix = f"the host is given by --host: write {method} {whole[1] or '/'}" if whole else f"write {method} /{path}"
        raise refuse("a path that begins with /", given, fix)
    if re.search(r"[\s\x00-\x1f]", path):
        raise refuse("a path without spaces", given, "write %20 for a space")
    return Send(method, parse_template(path))


def parse_result(given: object) -> State | Pick:
    """What a status means: a state, or where the reply says it."""
    if isinstance(given, (State, Pick)):
        return given
    text = given if isinstance(given, str) else ""
    if text.partition(" ")[0] in KINDS:
        return parse_pick(text)
    if text not in set(State):
        raise refuse(
            f"one of {', '.join(State)}, or where the reply says it (json .state)", given, nearest(text, State)
        )
    return State(text)


def parse_state(given: object) -> State:
    """The state of a word of siaga's."""
    if isinstance(given, str) and given in set(State):
        return State(given)
    raise refuse(f"one of {', '.join(State)}", given, nearest(given, State) or "write what the API's word means")


def _text(title: str, *examples: str) -> WithJsonSchema:
    return WithJsonSchema({"title": title, "type": ["string", "number", "boolean"], "examples": list(examples)})


TemplateText = Annotated[Template, PlainValidator(parse_template), _text("text with {names}", "call {reference}")]
PickText = Annotated[Pick, PlainValidator(parse_pick), _text("place in a reply", "json .id", "header X-Id", "location")]
Result = Annotated[
    State | Pick, PlainValidator(parse_result), _text("state, or place in a reply", *State, "json .state")
]
RequestLine = Annotated[
    Send, PlainValidator(parse_send), written(f"({'|'.join(METHODS)}) +/\\S*", "request line", "POST /v1/calls")
]
JsonBody = Annotated[Body, PlainValidator(parse_body), WithJsonSchema({"title": "JSON body"})]
StatusKey = Annotated[str, WithJsonSchema({"type": "string", "pattern": f"^({STATUS})$"})]
StateName = Annotated[State, PlainValidator(parse_state), WithJsonSchema({"title": "state", "enum": list(State)})]
Word = Annotated[str, WithJsonSchema({"title": "word", "type": ["string", "number", "boolean"]})]
Role = Annotated[str, WithJsonSchema({"title": "role", "enum": list(ROLES)})]
VariableName = Annotated[str, written(VARIABLE, "environment variable", "CAD_TOKEN")]
Words = Annotated[
    tuple[Word, ...], BeforeValidator(as_list, json_schema_input_type=Word | list[Word]), Field(min_length=1)
]


class Sign(Model):
    """A signature of the body in a header, so that the API knows who sent it."""

    header: Text
    """The header that it stands in, such as X-Signature."""
    hmac: Literal["sha1", "sha256", "sha384", "sha512"] = "sha256"
    """The hash."""
    key: TemplateText
    """The secret, such as {key.intake}."""
    over: TemplateText = parse_template("{body}")
    """What is signed: {body}, or more around it, such as {now_s}.{body}."""
    prefix: str = ""
    """What stands before the signature, such as sha256=."""
    encoding: Literal["hex", "base64"] = "hex"
    """How its bytes are written."""


class Request(Model):
    """One request of a step, and what its replies mean."""

    model_config = ConfigDict(
        json_schema_extra={
            "not": {
                "anyOf": [
                    {"required": ["json", "form"]},
                    {"required": ["json", "text"]},
                    {"required": ["form", "text"]},
                ]
            }
        }
    )

    send: RequestLine
    """The method and the path: POST /v1/calls, with {names} where need be."""
    headers: dict[str, TemplateText] = Field(default={})
    """Headers of this request, beside those of the API."""
    json_: JsonBody | None = Field(default=None, alias="json")
    """The body as JSON: plain numbers, true and false as such, texts with {names}, '{null}' for null."""
    form: dict[str, TemplateText] | None = None
    """The body as a form."""
    text: TemplateText | None = None
    """The body as it is; write {{ and }} for braces."""
    when: dict[str, Words] = Field(default={})
    """Only sent where a name has one of these values: {verdict: genuine}."""
    unless: dict[str, Words] = Field(default={})
    """Not sent where a name has one of these values: {number: ''}."""
    expect: dict[StatusKey, Result] = Field(default={})
    """What each status means: {201: queued, 403: blocked, 503: busy}, or where the reply says it: {200: json .state}.

    Any other status is a failure. 2xx stands for all of 200 to 299; done means that the step took its normal course."""
    states: dict[str, StateName] = Field(default={})
    """What the API's own words for a state mean, where expect looks for one in the reply: {waiting: queued}."""
    capture: dict[str, PickText] = Field(default={})
    """Names for later requests and where their values stand in the reply: {id: json .data.id}."""
    timeout: PositiveDuration | None = None
    """How long to wait for the reply, in real time."""
    sign: Sign | None = None
    """How the body is signed."""

    @model_validator(mode="after")
    def _one_body(self) -> Self:
        given = [
            key for key in ("json", "form", "text") if getattr(self, "json_" if key == "json" else key) is not None
        ]
        if len(given) > 1:
            raise refuse("one body", " and ".join(given), "keep one of them, or write a second request")
        return self


Requests = Annotated[
    tuple[Request, ...],
    BeforeValidator(as_list, json_schema_input_type=Request | Annotated[list[Request], Field(min_length=1)]),
    Field(min_length=1),
]


class Api(Model):
    """A dispatch API: for each step one request, or several one after the other."""

    title: Text = "an API"
    """The system in a few words."""
    sources: tuple[Text, ...] = ()
    """Where its API is described."""
    queue: Flag = False
    """Whether calls wait in a queue of the API's, which call-takers work by next_call; else ring is the answer."""
    applies_policy: Flag = False
    """Whether the API has a blocklist of its own that acts by the scenario's policy."""
    settings: dict[str, Text] = Field(default={})
    """Names for what differs from one installation to the next: {event: siaga}."""
    headers: dict[str, TemplateText] = Field(default={})
    """Headers of every request but those of log_in: {X-API-Key: '{key}'}."""
    keys: dict[Role, VariableName] = Field(default={})
    """By role the environment variable that has its key: {intake: CAD_TOKEN}; --key and SIAGA_KEY_INTAKE come first."""
    timeout: PositiveDuration | None = None
    """How long to wait for a reply, in real time."""
    sockets: PositiveCount | None = None
    """Most connections of a process's callers at a time: 1000 without."""
    insecure: Flag = False
    """Whether the API's certificate is not verified."""
    log_in: Requests | None = None
    """Sent once before the first step; what it captures is known to every step."""
    log_in_again: Words = ("401",)
    """Statuses by which the API says that the log-in no longer holds: it is done again, then the request."""
    check: Requests | None = None
    """Before the first call: whether the API is there."""
    ring: Requests
    """A call comes in."""
    heard: Requests | None = None
    """The message that the API has played is over: {stays} says whether the caller goes on to the queue."""
    hang_up: Requests | None = None
    """The caller leaves the queue."""
    sign_on: Requests | None = None
    """A call-taker comes on duty at {desk}."""
    sign_off: Requests | None = None
    """A call-taker goes."""
    next_call: Requests | None = None
    """A call-taker is free and asks for a call; captures the reference of the one that it gets."""
    verdict: Requests | None = None
    """Talk is over, and the call was taken for {verdict}."""
    listed: Requests | None = None
    """What the API's blocklist says of {number}: expect {200: blocked, 404: done}."""
    block: Requests | None = None
    """Put {number} on the blocklist for {seconds}."""
    unblock: Requests | None = None
    """Take {number} off it."""
    poll: PositiveDuration = 500_000
    """How long to wait before asking for the next call again, where there was none, in real time."""

    def requests(self, step: str) -> tuple[Request, ...]:
        """The requests of a step, in order."""
        found: tuple[Request, ...] | None = getattr(self, step)
        return found or ()


class ApiFile(Model):
    """A file that says how siaga's steps are said to a dispatch API: see docs/guides/apis.md."""

    api: Api
    """The dispatch API."""


def as_state(words: dict[str, State], given: Any) -> State | None:
    """The state of an API's word, by its own words first; None for one that is not known."""
    text = str(given).lower() if isinstance(given, bool) else str(given)
    if text in words:
        return words[text]
    return State(text) if text in set(State) else None
