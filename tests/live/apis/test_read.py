"""What is wrong with an API's file is said at its place, with the fix.

The sign « stands in each text where the fault is, and is taken out before it is read.
"""

import re
from pathlib import Path

import jsonschema
import pytest
import yaml

from simulator.live.apis.read import api_of, load_api
from simulator.live.apis.schema import NAME, api_schema
from simulator.scenario.errors import BadInput
from simulator.scenario.shipped import shipped_scenarios
from tests.scenario.test_schema import as_an_editor_reads

ROOT = Path(__file__).parents[3]
SHIPPED = sorted((shipped_scenarios() / "apis").glob("*.yaml"))
QUEUE = (
    "queue: yes\n  next_call: {send: POST /n, capture: {reference: json .r}}\n  verdict: {send: POST /v}\n"
    "  ring: {send: POST /c}\n  "
)

FAULTS: list[tuple[str, str, tuple[str, ...]]] = [
    # the request line
    ("ring: {send: «PSOT /calls}", "ring.send", ("'PSOT /calls'", "POST /v1/calls", "write POST")),
    ("ring: {send: «/calls}", "ring.send", ("'/calls'", "begin with one of GET, POST")),
    ("ring: {send: «POST calls}", "ring.send", ("a path that begins with /", "write POST /calls")),
    ("ring: {send: «POST http://h:1/a}", "ring.send", ("given by --host: write POST /a",)),
    ("ring: {send: «POST /a b}", "ring.send", ("without spaces", "%20")),
    ("ring: «{json: {a: b}}", "ring", ("no key 'send'", "add send:")),
    ("«title: x", "", ("no key 'ring'", "add ring:")),
    ("ring: {send: POST /c, «snd: 1}", "ring.snd", ("unknown key 'snd'", "one of the keys send, headers")),
    ("rign: {send: POST /c}\n  «ring2: {send: POST /c}", "ring2", ("unknown key 'ring2'",)),
    # templates
    ("ring: {send: POST /c, json: {n: «{number}}}", "ring.json.n", ("{number} without quotes", "write '{number}'")),
    (
        "ring: {send: POST /c, json: {n: {number«?}}}",
        "",
        ("a bracket that is not closed", "in quotes, such as '{number?}'"),
    ),
    (
        "ring: {send: POST /c, json: {a: {b: [x, «'{numbr}']}}}",
        "ring.json",
        ("unknown name {numbr}", "did you mean number?"),
    ),
    ("ring: {send: POST /c, json: {a: [«'{', b]}}", "ring.json.a[1]", ("'{'", "in pairs", "{{ and }}")),
    ("ring: {send: POST /c, text: «'{a b}'}", "ring.text", ("between braces, not {a b}", "{{ and }}")),
    ("headers: {X: «'{kye}'}\n  ring: {send: POST /c}", "headers.X", ("unknown name {kye}", "did you mean key?")),
    ("ring: {send: «'POST /c/{ref}'}", "ring.send", ("unknown name {ref}", "did you mean reference?")),
    ("ring: {send: POST /c, when: {«verdct: genuine}}", "ring.when.verdct", ("{verdct}", "did you mean verdict?")),
    (
        "ring: {send: POST /c, headers: {A: «'{env.NO_SUCH}'}}",
        "ring.headers.A",
        ("which is not set", "export NO_SUCH=..."),
    ),
    ("ring: {send: POST /c}\n  listed: {send: «'GET /l/{id}'}", "listed.send", ("unknown name {id}",)),
    (
        "ring: {send: POST /c}\n  verdict: {send: POST /v, capture: {tag: json .t}}\n  hang_up: {send: «'PUT /{tag}'}",
        "hang_up.send",
        ("verdict captures it, but hang_up", "comes before"),
    ),
    (
        QUEUE.replace("POST /c}", "POST /c, capture: {line: json .l}}").replace("POST /v}", "«'POST /{line}'}"),
        "verdict.send",
        ("ring captures it, but verdict is not of the same call or call-taker",),
    ),
    (
        "ring: {send: POST /c}\n  verdict: {send: «'POST /c/{id}/close'}",
        "verdict.send",
        ("{id} in verdict, but ring captures no id", "add to ring: capture: {id: json .data.id}"),
    ),
    ("ring: {send: POST /c, json: {a: «'{id}'}}", "ring.json", ("before any that captures it",)),
    (
        QUEUE.replace("POST /c}", "POST /c, capture: {id: json .id}}").replace("POST /v}", "«'POST /{id}'}"),
        "verdict.send",
        ("{id} in verdict, but next_call captures no id",),
    ),
    # replies
    (
        "ring: {send: POST /c, expect: {201: «waiting}}",
        "ring.expect.201",
        ("'waiting'", "one of queued, answered", "json .state"),
    ),
    ("ring: {send: POST /c, expect: {201: «answred}}", "ring.expect.201", ("did you mean answered?",)),
    ("ring: {send: POST /c, expect: {«20x: answered}}", "ring.expect.20x", ("the key '20x'", "2xx for all")),
    ("ring: {send: POST /c, expect: {201: «ended}}", "ring.expect.201", ("a state that ring can end in",)),
    (
        "ring: {send: POST /c, expect: {201: «queued}}",
        "ring.expect.201",
        ("queued without queue: yes", "add queue: yes"),
    ),
    ("ring: {send: POST /c, states: {new: «nothing}}", "ring.states.new", ("a state that ring can end in",)),
    ("ring: {send: POST /c, capture: {id: «$.id}}", "ring.capture.id", ("'$.id'", "begin with json: json $.id")),
    (
        "ring: {send: POST /c, capture: {«now: json .n}}",
        "ring.capture.now",
        ("siaga gives a value itself", "write my_now"),
    ),
    ("ring: {send: POST /c, capture: {«a-b: json .n}}", "ring.capture.a-b", ("the key 'a-b'", "letters, digits and _")),
    ("ring: {send: POST /c, headers: {«'a b': x}}", "ring.headers.a b", ("the name of a header",)),
    (
        "ring: {send: POST /c}\n  verdict: {send: POST /v, when: {verdict: «genuin}}",
        "verdict.when.verdict",
        ("did you mean genuine?",),
    ),
    # the rest
    ("ring: «{send: POST /c, json: {}, form: {a: b}}", "ring", ("json and form", "one body", "a second request")),
    ("ring: {send: POST /c, timeout: «10}", "ring.timeout", ("'10'", "10 s")),
    ("ring: {send: POST /c, sign: {header: X, key: a, hmac: «md5}}", "ring.sign.hmac", ("'md5'", "sha256")),
    (
        "queue: «yes\n  ring: {send: POST /c}\n  verdict: {send: POST /v}",
        "queue",
        ("without next_call", "add next_call:"),
    ),
    ("ring: {send: POST /c}\n  next_call: «{send: POST /n}", "next_call", ("add queue: yes",)),
    (
        QUEUE.replace(", capture: {reference: json .r}", "").replace("next_call: {", "next_call: «{"),
        "next_call",
        ("capture: {reference:",),
    ),
    ("keys: {«intak: CAD}\n  ring: {send: POST /c}", "keys.intak", ("did you mean intake?",)),
    ("keys: {intake: «s3cr3t-key}\n  ring: {send: POST /c}", "keys.intake", ("the name of an environment variable",)),
    ("sockets: «0\n  ring: {send: POST /c}", "sockets", ("'0'",)),
    ("settings: {«number: x}\n  ring: {send: POST /c}", "settings.number", ("siaga gives a value itself",)),
    ("log_in_again: [«x]\n  ring: {send: POST /c}", "log_in_again[1]", ("'x'", "a status such as 401")),
]


@pytest.mark.parametrize(("text", "key", "words"), FAULTS, ids=[text[:60].replace("\n", " ") for text, _, _ in FAULTS])
def test_a_fault_is_told_at_its_place_with_the_fix(text: str, key: str, words: tuple[str, ...]) -> None:
    whole = f"api:\n  {text}\n"
    before = whole[: whole.index("«")]
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    with pytest.raises(BadInput) as caught:
        api_of(whole.replace("«", ""), "t.yaml")
    said = str(caught.value)
    places = [(fault.line, fault.column) for fault in caught.value.faults]
    assert (line, column) in places, said
    assert key in said
    for each in words:
        assert each in said
    assert "Traceback" not in said


def test_the_key_of_older_versions_is_one_fault_with_what_to_write() -> None:
    with pytest.raises(BadInput) as caught:
        api_of("# mine\ntarget:\n  ring: {send: PSOT /c}\n", "t.yaml")
    [fault] = caught.value.faults
    assert (fault.line, fault.column, fault.hint) == (2, 1, "write api: in place of target:")


def test_every_fault_of_a_file_is_told_at_once() -> None:
    text = """api:
  headers: {X-Key: '{kye}'}
  ring:
    - send: PSOT /calls
      json: {number: {number}, a: '{refrence}'}
    - send: POST /x
      expect: {20: answered, 201: waiting}
  verdict:
    send: POST /calls
    when: {verdict: genuin}
"""
    with pytest.raises(BadInput) as caught:
        api_of(text, "t.yaml")
    said = str(caught.value)
    for each in ("{kye}", "PSOT", "{number}", "{refrence}", "'20'", "'waiting'", "'genuin'"):
        assert each in said, said


@pytest.mark.parametrize("text", ["", "api:", "api: x", "a: [", "- x", "api: {ring: {send: POST /c, json: &a b}}"])
def test_a_file_that_is_no_api_is_bad_input(text: str) -> None:
    with pytest.raises(BadInput):
        api_of(text, "t.yaml")


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_api_loads_and_says_where_it_comes_from(path: Path) -> None:
    api = load_api(path)
    assert api.title != "an API"
    assert api.sources


def test_the_schema_is_current() -> None:
    fix = "run python -m simulator.live.apis.schema scenarios/schema"
    assert (ROOT / "scenarios" / "schema" / NAME).read_text(encoding="utf-8") == api_schema(), fix


def _valid(text: str) -> bool:
    schema = yaml.safe_load(api_schema())
    read = as_an_editor_reads(yaml.compose(text, Loader=yaml.BaseLoader))
    return bool(jsonschema.Draft202012Validator(schema).is_valid(read))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_the_schema_takes_what_ships(path: Path) -> None:
    assert _valid(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "text", [text for text, _, _ in FAULTS if re.search(r"snd|no key|md5|timeout: «10}|20x|form: ", text)]
)
def test_the_schema_refuses_what_it_can_tell(text: str) -> None:
    assert not _valid(f"api:\n  {text.replace('«', '')}\n")


def test_every_key_of_the_schema_has_a_hover_text() -> None:
    schema = yaml.safe_load(api_schema())
    for name, part in schema["$defs"].items():
        for key, said in part.get("properties", {}).items():
            assert said.get("description"), f"{name}.{key}"
