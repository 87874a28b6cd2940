"""Templates: names are filled in as their place demands, keep their type in JSON, and nothing else is ever done."""

import json
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import PydanticCustomError

from simulator.live.apis.body import Plain, parse_body
from simulator.live.apis.template import in_header, in_path, parse_template

TEXTS = st.text(max_size=40)


@given(TEXTS)
def test_any_value_comes_out_of_a_path_and_a_query_as_it_went_in(value: str) -> None:
    made = parse_template("/calls/{id}/end?reason={id}&x=1").fill(
        {"id": value.encode("utf-8", "replace").decode()}, in_path
    )
    parts = urlsplit(made)
    clean = value.encode("utf-8", "replace").decode()
    assert unquote(parts.path) == f"/calls/{clean}/end"
    assert parse_qs(parts.query, keep_blank_values=True)["reason"] == [clean]
    assert parts.path.count("/") == 3


@given(TEXTS, TEXTS)
def test_any_value_comes_out_of_json_as_it_went_in(one: str, two: str) -> None:
    body = parse_body({"whole": "{a}", "inside": 'said "{b}" and {a}', "list": ["{b}", {"deep": "{a}"}]})
    assert json.loads(body.fill({"a": one, "b": two})) == {
        "whole": one,
        "inside": f'said "{two}" and {one}',
        "list": [two, {"deep": one}],
    }


@pytest.mark.parametrize("value", [17, 2.5, True, False, None, "17", ["a"], {"b": 1}])
def test_a_name_that_is_the_whole_value_keeps_its_type_in_json(value: Any) -> None:
    assert json.loads(parse_body({"id": "{id}"}).fill({"id": value})) == {"id": value}


def test_what_a_file_has_without_quotes_is_a_number_only_where_json_says_so() -> None:
    given = {
        "a": Plain("12"),
        "b": "12",
        "c": Plain("0812"),
        "d": Plain("true"),
        "e": Plain("yes"),
        "f": Plain("-1.5e3"),
    }
    assert json.loads(parse_body(given).fill({})) == {
        "a": 12,
        "b": "12",
        "c": "0812",
        "d": True,
        "e": "yes",
        "f": -1500.0,
    }


def test_a_question_mark_makes_null_of_what_is_empty() -> None:
    body = parse_body({"number": "{number?}", "text": "from {number?}"})
    assert json.loads(body.fill({"number": ""})) == {"number": None, "text": "from "}
    assert json.loads(body.fill({"number": "+999"})) == {"number": "+999", "text": "from +999"}


def test_no_value_ends_a_header() -> None:
    assert parse_template("Bearer {key}").fill({"key": "a\r\nX-Evil: 1\0"}, in_header) == "Bearer a X-Evil: 1 "


def test_doubled_braces_are_braces() -> None:
    assert parse_template('{{"id": "{id}"}}').fill({"id": 7}) == '{"id": "7"}'


@pytest.mark.parametrize(
    "text", ["{", "}", "{a", "a}", "{a b}", "{}", "{a.b.c}", "{1a}", "{{a}", "{a!r}", "{a[0]}", "{__import__('os')}"]
)
def test_anything_else_between_braces_is_refused(text: str) -> None:
    with pytest.raises(PydanticCustomError):
        parse_template(text)


def test_a_value_is_never_read_as_a_template() -> None:
    assert parse_template("{a}{b}").fill({"a": "{b}", "b": "{a}"}) == "{b}{a}"
