"""A description with values of a wrong type is refused with their places; any other makes an API's file that loads."""

import copy
import json
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from simulator.live.apis.read import api_of
from simulator.live.apis.scaffold import scaffold
from simulator.scenario.errors import BadInput, Fault

PSAP = yaml.safe_load((Path(__file__).parent / "specs" / "psap.yaml").read_text(encoding="utf-8"))
SMALL = {
    "openapi": "3.0.3",
    "info": {"title": "t", "version": "1"},
    "paths": {
        "/v1/calls": {
            "post": {
                "summary": "create a call",
                "tags": ["calls"],
                "requestBody": {
                    "content": {
                        "application/json": {
                            "schema": {
                                "required": ["caller_number"],
                                "properties": {"caller_number": {"type": "string"}, "priority": {"enum": ["1", "2"]}},
                            }
                        }
                    }
                },
                "responses": {"201": {"description": "ok", "content": {"application/json": {"schema": {}}}}},
            }
        }
    },
    "components": {"securitySchemes": {"x": {"type": "http", "scheme": "bearer"}}},
}
SCHEMA = "paths./v1/calls.post.requestBody.content.application/json.schema"
WRONG = [
    ("info", [], "info", "an empty list", "a mapping"),
    ("info.title", {}, "info.title", "an empty mapping", "a text or a number"),
    ("servers", {"url": "/"}, "servers", "a mapping", "a list"),
    ("servers", ["/"], "servers[1]", "'/'", "a mapping"),
    ("paths", ["/v1/calls"], "paths", "a list", "a mapping"),
    ("paths./v1/calls", "x", "paths./v1/calls", "'x'", "a mapping"),
    ("paths./v1/calls.post", [], "paths./v1/calls.post", "an empty list", "a mapping"),
    ("paths./v1/calls.post.tags", "calls", "paths./v1/calls.post.tags", "'calls'", "a list"),
    ("paths./v1/calls.post.responses.201", True, "paths./v1/calls.post.responses.201", "true", "a mapping"),
    (
        "paths./v1/calls.post.responses.201.content.application/json",
        "a text",
        "paths./v1/calls.post.responses.201.content.application/json",
        "'a text'",
        "a mapping",
    ),
    (f"{SCHEMA}.required", True, f"{SCHEMA}.required", "true", "a list"),
    (f"{SCHEMA}.properties", 7, f"{SCHEMA}.properties", "the number 7", "a mapping"),
    (
        f"{SCHEMA}.properties.caller_number.type",
        {},
        f"{SCHEMA}.properties.caller_number.type",
        "an empty mapping",
        "a text",
    ),
    (f"{SCHEMA}.properties.priority.enum", [[]], f"{SCHEMA}.properties.priority.enum[1]", "an empty list", "a text or"),
    (f"{SCHEMA}.$ref", {}, f"{SCHEMA}.$ref", "an empty mapping", "a text"),
    ("components.securitySchemes.x", [], "components.securitySchemes.x", "an empty list", "a mapping"),
    ("components.securitySchemes.x.type", {}, "components.securitySchemes.x.type", "an empty mapping", "a text"),
]


def parts(place: str) -> list[str]:
    """The keys of a place; those with a dot in them are none of ours."""
    return place.split(".")


def changed(tree: Any, place: str, value: object) -> dict[str, Any]:
    found = copy.deepcopy(tree)
    *above, last = parts(place)
    at = found
    for key in above:
        at = at[key]
    at[last] = value
    return found


@pytest.mark.parametrize(("place", "value", "key", "given", "wanted"), WRONG)
@pytest.mark.parametrize("kind", ["json", "yaml"])
def test_a_value_of_a_wrong_type_is_named_with_its_place_and_line(
    place: str, value: object, key: str, given: str, wanted: str, kind: str, tmp_path: Path
) -> None:
    tree = changed(SMALL, place, value)
    path = tmp_path / f"api.{kind}"
    path.write_text(json.dumps(tree, indent=1) if kind == "json" else yaml.safe_dump(tree, sort_keys=False))
    with pytest.raises(BadInput) as caught:
        scaffold(path)
    [fault] = caught.value.faults
    if kind == "yaml":  # where every scalar is a text
        given = {"true": "'true'", "the number 7": "'7'"}.get(given, given)
    assert (fault.key, fault.given, fault.file) == (key, given, str(path))
    assert fault.wanted.startswith(wanted)
    assert fault.hint
    name = re.split(r"[.\[]", key)[-2 if key.endswith("]") else -1]
    lines = path.read_text().splitlines()
    assert any(name in line for line in lines[max(fault.line - 4, 0) : fault.line])


def test_every_value_of_a_wrong_type_is_named_at_once(tmp_path: Path) -> None:
    tree = changed(changed(SMALL, "info", []), "components.securitySchemes.x.type", {})
    (tmp_path / "api.json").write_text(json.dumps(tree))
    with pytest.raises(BadInput) as caught:
        scaffold(tmp_path / "api.json")
    assert [fault.key for fault in caught.value.faults] == ["info", "components.securitySchemes.x.type"]


SOUND = [
    ("info", None),
    ("info.version", 1.0),
    ("servers", [{"url": "v2"}]),
    ("servers", [{"url": "https://api.example/%20a?b"}]),
    (f"{SCHEMA}", True),
    (f"{SCHEMA}.properties.caller_number", False),
    (f"{SCHEMA}.properties.caller_number.type", ["string", "null"]),
    (f"{SCHEMA}.properties.priority.enum", [None, 1, 2.5, True]),
    (f"{SCHEMA}.properties.caller_number.example", {"any": ["thing"]}),
    ("paths./v1/calls.post.responses.201.content.application/json", None),
    ("components.schemas", ["not used by any operation"]),
    ("x-anything", [1]),
]


@pytest.mark.parametrize(("place", "value"), SOUND)
def test_what_the_standard_allows_is_taken(place: str, value: object, tmp_path: Path) -> None:
    (tmp_path / "api.json").write_text(json.dumps(changed(SMALL, place, value)))
    api_of(scaffold(tmp_path / "api.json"), "t.yaml")


def test_a_path_without_its_slash_is_named_and_an_extension_is_passed_over(tmp_path: Path) -> None:
    operation = SMALL["paths"]["/v1/calls"]  # type: ignore[index]
    paths = {"calls": operation, "x-note": "mine", "/ok": operation}
    (tmp_path / "api.json").write_text(json.dumps({**SMALL, "paths": paths}))
    with pytest.raises(BadInput) as caught:
        scaffold(tmp_path / "api.json")
    assert [(fault.key, fault.given) for fault in caught.value.faults] == [("paths.calls", "'calls'")]


VALUES: tuple[Any, ...] = (
    *(None, {}, [], "", "x", 0, -1, 1.5, 10**30, True, False),
    *(["a"], [1], [None], [[]], [{}], {"a": 1}, {"": ""}, {"type": {}}, [{"type": []}]),
    *({"$ref": "#/x"}, {"$ref": {}}, {"$ref": "#/paths"}, "#/components/schemas"),
    *("a: b", "{x}", "{", "}", "'", '"', "x\ny", "é\u202e\x00", "null", "yes", "2021-01-01", "1e3", "~", "<<", "- a"),
    *("? x", "*a", "&a", "!x", "%x", "@x", "`x`", "a #b", "a:", "y", "12:30:45", "0812", "x" * 500, "a, b", "[a]"),
)
KEYS = (
    "",
    "x",
    "type",
    "{a}",
    "a b",
    "z",
    "z\x00",
    "null",
    "é",
    "a:b",
    "'",
    "#",
    "x\ny",
    "1",
    "0812",
    "<<",
    "- a",
    "id",
)


def places(tree: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if above:
        yield above
    if isinstance(tree, (dict, list)):
        for key, value in tree.items() if isinstance(tree, dict) else enumerate(tree):
            yield from places(value, (*above, key))


def mutated(tree: Any, luck: random.Random) -> Any:
    """The tree with a few values replaced, taken out, or given to another key."""
    found = copy.deepcopy(tree)
    for _ in range(luck.choice([1, 1, 2, 4])):
        *above, last = luck.choice(list(places(found)))
        at = found
        for key in above:
            at = at[key]
        how = luck.random()
        if how < 0.7:
            at[last] = copy.deepcopy(luck.choice(VALUES))
        elif how < 0.9 and isinstance(at, dict):
            at[luck.choice(KEYS)] = at.pop(last)
        else:
            del at[last]
    return found


def written(path: Path) -> tuple[str, tuple[Fault, ...]]:
    """The scaffold of a description, or what is wrong with that."""
    try:
        return scaffold(path), ()
    except BadInput as error:
        return "", error.faults


def described() -> dict[str, Any]:
    """The stand-in's own description."""
    app = pytest.importorskip("simulator.live.standin.app")
    return json.loads(json.dumps(app.create_app(None).openapi()))


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("name", "tries"), [("small", 100), ("psap", 100), ("stand-in", 20)])
def test_a_description_however_it_is_spoilt_is_refused_with_places_or_makes_a_file_that_loads(
    name: str, tries: int, seed: int, tmp_path: Path
) -> None:
    luck = random.Random(f"{name} {seed}")
    tree = {"small": SMALL, "psap": PSAP}.get(name) or described()
    refused = 0
    for _ in range(tries):
        path = tmp_path / "api.json"
        path.write_text(json.dumps(mutated(tree, luck), default=str))
        text, faults = written(path)
        refused += not text
        assert all(fault.file == str(path) and (fault.key or fault.given) for fault in faults)
        assert text or faults
        if text:
            api_of(text, "t.yaml")
    assert tries / 10 < refused < tries
