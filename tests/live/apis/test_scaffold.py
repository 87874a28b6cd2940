"""A scaffold: an API's file from an API's description that loads as it is and says what is left to fill in."""

import json
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.live.apis.read import api_of
from simulator.live.apis.scaffold import new_api, scaffold
from simulator.scenario.errors import BadInput

PSAP = Path(__file__).parent / "specs" / "psap.yaml"
EMPTY = {"openapi": "3.1.0", "info": {"title": "t"}, "paths": {}}


def described(tmp_path: Path, **paths: object) -> str:
    """The scaffold of an API with these operations: method and path with _ for /."""
    tree: dict[str, dict[str, object]] = {}
    for name, operation in paths.items():
        method, _, path = name.partition("__")
        tree.setdefault("/" + path.replace("__", "/").replace("ID", "{call_id}").replace("DESK", "{desk}"), {})[
            method
        ] = operation
    (tmp_path / "api.json").write_text(json.dumps({**EMPTY, "paths": tree}))
    return scaffold(tmp_path / "api.json")


def test_an_api_is_guessed_and_what_nobody_can_know_is_left_to_fill_in(tmp_path: Path) -> None:
    said = new_api(tmp_path / "centre.yaml", PSAP)
    text = (tmp_path / "centre.yaml").read_text(encoding="utf-8")
    api = api_of(text, "centre.yaml")
    ring, verdict, log_in = api.ring[0], api.requests("verdict")[0], api.requests("log_in")[0]
    assert f"{ring.send.method} {ring.send.path.text}" == "POST /api/v2/incident"
    assert {status: str(meant) for status, meant in ring.expect.items()} == {
        "201": "answered",
        "403": "blocked",
        "503": "busy",
    }
    assert ring.capture["id"].text == "json $"
    assert ring.json_ is not None
    assert set(ring.json_.names) == {"reference", "number", "now"}
    assert f"{verdict.send.method} {verdict.send.path.text}" == "POST /api/v2/incident/{id}"
    assert log_in.form is not None
    assert log_in.form["client_secret"].text == "{key.intake}"
    assert api.headers["Authorization"].text == "Bearer {token}"
    lines = text.splitlines()
    left = [line.split(":")[1] for line in said if ": fill in:" in line]
    assert [lines[int(nth) - 1].split(":")[0].strip() for nth in left] == ["client_id", "service"]
    assert said[0] == f"wrote {tmp_path / 'centre.yaml'}: log_in, ring, verdict"
    assert "siaga api try" in said[-1]


def test_a_queue_is_recognised_by_the_operation_that_fetches_calls(tmp_path: Path) -> None:
    reply = {"content": {"application/json": {"schema": {"properties": {"id": {"type": "integer"}, "reference": {}}}}}}
    state = {"schema": {"properties": {"id": {}, "state": {"enum": ["waiting", "rejected", "odd"]}}}}
    text = described(
        tmp_path,
        post__calls={"responses": {"201": {"content": {"application/json": state}}}},
        post__calls__ID__hangup={"responses": {"204": {}}},
        put__desks__DESK={
            "requestBody": {
                "content": {
                    "application/json": {
                        "schema": {"required": ["on_duty"], "properties": {"on_duty": {"type": "boolean"}}}
                    }
                }
            },
            "responses": {"200": {}},
        },
        post__desks__DESK__next={
            "parameters": [{"name": "wait", "in": "query", "schema": {"type": "integer"}}],
            "responses": {"200": reply, "204": {"description": "No call"}},
        },
        post__calls__ID__verdict={"responses": {"200": {}}},
        delete__blocklist__ID={"responses": {"204": {}}},
    )
    api = api_of(text, "t.yaml")
    assert api.queue
    sent = {
        step: [f"{r.send.method} {r.send.path.text}" for r in api.requests(step)]
        for step in ("ring", "hang_up", "sign_on", "sign_off", "next_call", "verdict")
    }
    assert sent == {
        "ring": ["POST /calls"],
        "hang_up": ["POST /calls/{id}/hangup"],
        "sign_on": ["PUT /desks/{desk}"],
        "sign_off": ["PUT /desks/{desk}"],
        "next_call": ["POST /desks/{desk}/next?wait={wait_s}"],
        "verdict": ["POST /calls/{id}/verdict"],
    }
    assert api.ring[0].states == {"waiting": "queued", "rejected": "busy"}
    assert [api.requests(step)[0].json_ for step in ("sign_on", "sign_off")] != [None, None]
    assert "      on_duty: true" in text
    assert "      on_duty: false" in text


SCHEMES = [
    ({"type": "apiKey", "in": "header", "name": "X-Token"}, "X-Token: '{key}'"),
    ({"type": "apiKey", "in": "cookie", "name": "sid"}, "Cookie: 'sid={key}'"),
    ({"type": "http", "scheme": "bearer"}, "Authorization: 'Bearer {key}'"),
    ({"type": "http", "scheme": "Basic"}, "Authorization: 'Basic {key}'"),
    ({"type": "apiKey", "in": "query", "name": "k"}, "# fill in: how it is shown"),
    ({"type": "apiKey", "in": "header", "name": "a: b"}, "# fill in: how it is shown"),
    ({"type": "apiKey", "in": "cookie", "name": "it's {x}"}, "# fill in: how it is shown"),
    ({"type": "apiKey", "in": "header"}, "# fill in: how it is shown"),
]


@pytest.mark.parametrize(("scheme", "line"), SCHEMES)
def test_keys_are_shown_as_the_description_wants_them(scheme: dict[str, str], line: str, tmp_path: Path) -> None:
    tree = {**EMPTY, "paths": {"/calls": {"post": {"security": [{"it": []}], "responses": {"201": {}}}}}}
    tree["components"] = {"securitySchemes": {"it": scheme}}
    (tmp_path / "api.json").write_text(json.dumps(tree))
    text = scaffold(tmp_path / "api.json")
    assert line in text
    api_of(text, "t.yaml")


def test_an_id_is_found_in_the_body_a_header_or_the_location(tmp_path: Path) -> None:
    def ring(**reply: object) -> str:
        return described(tmp_path, post__incidents={"responses": {"201": reply}})

    def body(schema: object) -> dict[str, object]:
        return {"content": {"application/json": {"schema": schema}}}

    assert "id: json .data.id" in ring(**body({"properties": {"data": {"properties": {"id": {}}}}}))
    assert "id: json .incident_id" in ring(**body({"allOf": [{"properties": {"incident_id": {}}}]}))
    assert "id: header X-IMS-Incident-Number" in ring(headers={"X-IMS-Incident-Number": {}, "Location": {}})
    assert "id: location" in ring(headers={"Location": {}})
    api_of(ring(headers={"a b-id": {}, "it's: {x}-number": {}}), "t.yaml")


def sent(*words: str, key: str = "category") -> dict[str, object]:
    """An operation that takes one of these words."""
    schema = {"properties": {key: {"type": "string", "enum": [*words]}}}
    body = {"content": {"application/json": {"schema": schema}}}
    return {"requestBody": body, "responses": {"200": {}}}


def replied(*path: str) -> dict[str, object]:
    """The reply to an operation that has an integer there."""
    schema: dict[str, object] = {"type": "integer"}
    for key in reversed(path):
        schema = {"type": "object", "properties": {key: schema}}
    return {"responses": {"201": {"content": {"application/json": {"schema": schema}}}}}


CLOSES = [("incidents__ID__close", "incidents"), ("api__incidents__ID__close", "api__intake")]


@pytest.mark.parametrize(("closes", "rings"), CLOSES)
def test_an_operation_that_closes_incidents_is_the_verdict_in_the_own_words_of_the_api(
    closes: str, rings: str, tmp_path: Path
) -> None:
    operation = sent("real", "hoax", "silent", "info")
    ring = replied("data", "incident", "id")
    text = described(tmp_path, **{f"post__{rings}": ring, f"post__{closes}": operation})
    api = api_of(text, "t.yaml")
    assert api.ring[0].capture["id"].text == "json .data.incident.id"
    told = {each.when["verdict"][0]: each.json_.fill({}) for each in api.requests("verdict") if each.json_}
    assert {verdict: json.loads(body)["category"] for verdict, body in told.items()} == {
        "genuine": "real",
        "enquiry": "info",
        "prank": "hoax",
        "silent": "silent",
    }
    assert text.count("# guess, of real, hoax, silent, info") == 4


def test_a_word_that_nobody_can_guess_is_left_to_fill_in_for_its_verdict(tmp_path: Path) -> None:
    operation = sent("A1", "hoax", key="disposition")
    text = described(tmp_path, post__calls=replied("id"), post__calls__ID__close=operation)
    assert len(api_of(text, "t.yaml").requests("verdict")) == 4
    left = [line.split("# ")[1] for line in text.splitlines() if "disposition:" in line]
    asked = [f"fill in: {each}, of A1, hoax" for each in ("genuine", "enquiry", "silent")]
    assert left == [*asked[:2], "guess, of A1, hoax", asked[2]]


@pytest.mark.parametrize("key", ["state", "colour"])
def test_words_that_are_no_verdicts_are_not_told_apart_by_verdict(key: str, tmp_path: Path) -> None:
    operation = sent("red", "green", key=key)
    text = described(tmp_path, post__calls=replied("id"), post__calls__ID__close=operation)
    assert len(api_of(text, "t.yaml").requests("verdict")) == 1


def test_an_id_that_is_needed_and_not_found_is_left_to_fill_in(tmp_path: Path) -> None:
    text = described(
        tmp_path, post__calls={"responses": {"201": {}}}, post__calls__ID__close={"responses": {"200": {}}}
    )
    api_of(text, "t.yaml")
    assert "    capture: {id: json .id}  # fill in: where the reply has the API's own name of the call" in text
    alone = described(tmp_path, post__calls={"responses": {"201": {}}})
    assert "    # fill in: capture: {id: json .data.id}" in alone


def test_where_no_operation_looks_like_a_ring_the_id_that_others_need_is_left_to_fill_in(tmp_path: Path) -> None:
    text = described(tmp_path, post__x__ID__hangup={}, post__x__ID__verdict={}, post__next={"responses": {"200": {}}})
    assert api_of(text, "t.yaml").requests("hang_up")
    assert "send: POST /  # fill in" in text
    assert "    capture: {id: json .id}  # fill in" in text


@pytest.mark.parametrize("key", ["source_ref", "sourceRef", "external_id", "reference", "call_id", "correlationId"])
def test_a_key_for_somebody_elses_name_of_the_call_gets_the_reference(key: str, tmp_path: Path) -> None:
    schema = {"required": [key], "properties": {key: {"type": "string"}}}
    body = {"content": {"application/json": {"schema": schema}}}
    assert f"{key}: '{{reference}}'" in described(tmp_path, post__calls={"requestBody": body, "responses": {"201": {}}})


def test_operations_that_are_no_step_are_listed_in_the_end(tmp_path: Path) -> None:
    text = described(
        tmp_path, post__calls={"responses": {}}, get__stations={"responses": {}, "summary": "All stations"}
    )
    assert text.splitlines()[-2:] == ["# Not used:", "#   GET /stations  all stations"]


def test_a_file_that_exists_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("mine")
    with pytest.raises(BadInput, match="does not exist yet"):
        new_api(tmp_path / "mine.yaml", PSAP)
    assert (tmp_path / "mine.yaml").read_text() == "mine"


def test_an_api_without_anything_like_a_call_says_what_to_fill_in(tmp_path: Path) -> None:
    text = described(tmp_path, get__pets={"responses": {"200": {}}})
    assert "send: POST /  # fill in: where a call comes in" in text
    api_of(text, "t.yaml")


BROKEN = [
    ("{", "an OpenAPI 3 description in JSON or YAML"),
    ("a: [", "an OpenAPI 3 description in JSON or YAML"),
    ("", "openapi, info, paths"),
    ("[]", "openapi, info, paths"),
    ('{"swagger": "2.0", "paths": {}}', "OpenAPI 3"),
    ('{"openapi": "3.0.0"}', "openapi, info, paths"),
    ("[" * 5000, "an OpenAPI 3 description in JSON or YAML"),
]


@pytest.mark.parametrize(("text", "wanted"), BROKEN, ids=range(len(BROKEN)))
def test_what_is_no_openapi_is_bad_input(text: str, wanted: str, tmp_path: Path) -> None:
    (tmp_path / "api.yaml").write_text(text)
    with pytest.raises(BadInput) as caught:
        scaffold(tmp_path / "api.yaml")
    assert wanted in str(caught.value)


def test_references_that_go_round_or_lead_out_end(tmp_path: Path) -> None:
    schemas = {
        "A": {"allOf": [{"$ref": "#/components/schemas/B"}]},
        "B": {
            "allOf": [{"$ref": "#/components/schemas/A"}],
            "properties": {"deep": {"$ref": "#/components/schemas/B"}, "phone": {}},
        },
        "C": {"$ref": "#/components/schemas/C"},
    }
    body = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/A"}}}}
    for ref in ("#/components/schemas/C", "other.yaml#/x", "#/nowhere", "https://x.example/y"):
        responses = {"201": {"content": {"application/json": {"schema": {"$ref": ref}}}}}
        tree = {
            **EMPTY,
            "paths": {"/calls": {"post": {"requestBody": body, "responses": responses}}},
            "components": {"schemas": schemas},
        }
        (tmp_path / "api.json").write_text(json.dumps(tree))
        assert "POST /calls" in scaffold(tmp_path / "api.json")


def test_schemas_that_lead_to_one_another_many_times_over_are_read_in_no_time(tmp_path: Path) -> None:
    """Thirty levels of two ways each are a thousand million."""
    schemas: dict[str, object] = {
        f"S{n}": {key: [{"$ref": f"#/components/schemas/S{n + 1}"}] * 2 for key in ("allOf", "anyOf")}
        for n in range(30)
    }
    schemas["S30"] = {"properties": {"phone": {"type": "string"}}, "allOf": [{"$ref": "#/components/schemas/S0"}] * 2}
    body = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/S0"}}}}
    paths = {"/calls": {"post": {"requestBody": body, "responses": {"201": {}}}}}
    (tmp_path / "api.json").write_text(json.dumps({**EMPTY, "paths": paths, "components": {"schemas": schemas}}))
    assert "phone: '{number?}'" in scaffold(tmp_path / "api.json")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text("ab{}'\":#\n é", max_size=8),
    lambda below: (
        st.lists(below, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "type",
                    "properties",
                    "required",
                    "allOf",
                    "enum",
                    "items",
                    "number",
                    "id",
                    "x y",
                    "$ref",
                    "a: b",
                    "default",
                ]
            ),
            below,
            max_size=4,
        )
    ),
    max_leaves=12,
)


ODD = st.text("ab{}'\":#\n é", max_size=8) | st.text(max_size=5)
KEYS = st.sampled_from(["number", "id", "x y", "a: b", "phone", "z"]) | ODD


def schemas() -> st.SearchStrategy[object]:
    """Schemas with values of the right types, and odd texts wherever a text may stand."""
    scalar = st.none() | st.integers(-5, 5) | ODD
    plain = {
        "type": st.sampled_from(["string", "integer", "boolean", "array", "object", "null"]) | ODD | st.lists(ODD),
        "format": ODD,
        "minimum": st.integers(-5, 5) | st.floats(allow_nan=False, allow_infinity=False),
        "enum": st.lists(scalar, max_size=3),
        **dict.fromkeys(("const", "default", "example"), JSON),
    }

    def deeper(below: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
        some = st.lists(below, max_size=2)
        parts = {"properties": st.dictionaries(KEYS, below, max_size=3), "required": st.lists(KEYS, max_size=3)}
        return st.fixed_dictionaries(
            {}, optional={**plain, **parts, "items": below, **dict.fromkeys(("allOf", "anyOf", "oneOf"), some)}
        )

    return st.recursive(st.booleans() | st.fixed_dictionaries({}, optional=plain), deeper, max_leaves=8)


def tree_of(body: object, reply: object, key: str, word: str) -> dict[str, object]:
    """A description with these schemas, this key and this word in every place that has one."""
    schema = {"type": "object", "required": [key, "z"], "properties": {key: body, "z": {"enum": [word]}, "phone": {}}}
    operation = {
        "summary": word,
        "parameters": [{"name": key, "in": "query", "required": True}],
        "requestBody": {"content": {"application/json": {"schema": schema}}},
        "responses": {"201": {"description": word, "content": {"application/json": {"schema": reply}}}},
    }
    closes = {**operation, "parameters": [{"name": "id", "in": "path", "required": True}]}
    paths = {"/calls": {"post": operation}, "/calls/{id}/close": {"post": closes}, "/" + key: {"get": operation}}
    return {**EMPTY, "info": {"title": word}, "paths": paths}


@settings(max_examples=150, deadline=None)
@given(body=schemas(), reply=schemas(), key=st.text(max_size=12), word=st.text(max_size=12))
def test_whatever_a_schema_holds_the_scaffold_loads(
    body: object, reply: object, key: str, word: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("api") / "api.json"
    path.write_text(json.dumps(tree_of(body, reply, key, word)))
    api_of(scaffold(path), "t.yaml")


TWICE = ["z\x00", "\x7fz", "z\ud800", " z", "z\u2028", "\u3000z\x85"]


@pytest.mark.parametrize("key", TWICE)
@pytest.mark.parametrize("body", [{}, {"type": "object"}, {"type": "array"}, {"properties": {"z": {}, "z\x01": {}}}])
def test_keys_that_are_one_once_written_stand_in_the_file_once(key: str, body: object, tmp_path: Path) -> None:
    """Beside another ``z``, which must not lack either."""
    (tmp_path / "api.json").write_text(json.dumps(tree_of(body, {}, key, "word")))
    text = scaffold(tmp_path / "api.json")
    api_of(text, "t.yaml")
    assert "\n      z:" in text


@settings(max_examples=100, deadline=None)
@given(body=JSON, reply=JSON)
def test_a_schema_of_any_json_is_refused_with_its_place_or_makes_a_file_that_loads(
    body: object, reply: object, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("api") / "api.json"
    path.write_text(json.dumps(tree_of(body, reply, "key", "word")))
    try:
        text = scaffold(path)
    except BadInput as error:
        keys = [fault.key for fault in error.faults]
        text = ""
    if text:
        api_of(text, "t.yaml")
    else:
        assert keys
        assert all(key.startswith("paths.") and ".schema" in key for key in keys)


def test_a_description_in_yaml_and_in_json_give_the_same(tmp_path: Path) -> None:
    (tmp_path / "psap.json").write_text(json.dumps(yaml.safe_load(PSAP.read_text(encoding="utf-8"))))
    assert scaffold(tmp_path / "psap.json").splitlines()[1:] == scaffold(PSAP).splitlines()[1:]


def test_the_stand_ins_own_description_is_understood_whole(tmp_path: Path) -> None:
    """Every step is found, and nothing is left to fill in."""
    app = pytest.importorskip("simulator.live.standin.app")
    (tmp_path / "api.json").write_text(json.dumps(app.create_app(None).openapi()))
    said = new_api(tmp_path / "stand.yaml", tmp_path / "api.json")
    assert said[0].endswith(
        ": check, ring, heard, hang_up, sign_on, sign_off, next_call, verdict, listed, block, unblock"
    )
    assert not [line for line in said if "fill in:" in line]
