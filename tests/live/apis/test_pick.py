"""Picks: where a value stands in a reply."""

import pytest
from pydantic_core import PydanticCustomError

from simulator.live.apis.pick import Missing, parse_pick
from simulator.live.apis.pick import Reply as Read
from tests.live.apis.dialled import Reply

BODY = {
    "data": {"id": 17, "odd key": "x", "none": None},
    "calls": [{"id": 1, "state": "ended"}, {"id": 2, "state": "ringing"}, {"id": 3, "state": "ringing"}],
    "ok": False,
}
REPLY = Reply(
    201,
    BODY,
    location="https://cad.example/api/incidents/26-0003/?x=1",
    x_id="A7",
    set_cookie="sid=abc; Path=/, other=2",
)

FOUND = [
    ("json .data.id", 17),
    ("json $.data.id", 17),
    ('json .data["odd key"]', "x"),
    ("json .calls[1].id", 2),
    ("json .calls[state=ringing].id", 2),
    ("json .ok", False),
    ("json .data.lacks?", ""),
    ("header X-ID", "A7"),
    ("header x-none?", ""),
    ("cookie sid", "abc"),
    ("cookie other", "2"),
    ("location", "26-0003"),
    ("location incidents/([0-9-]+)", "26-0003"),
    ('text "state": "(ri[a-z]+)"', "ringing"),
    ("text rin", "rin"),
    ("status", 201),
]


@pytest.mark.parametrize(("text", "value"), FOUND)
def test_a_value_is_found(text: str, value: object) -> None:
    assert parse_pick(text).find(Read(REPLY)) == value


LACKING = [
    *(
        "json .data.lacks",
        "json .data.none",
        "json .calls[7].id",
        "json .calls[state=busy].id",
        "json .ok.id",
        "json .data[0]",
    ),
    *("header X-None", "cookie none", "location /tickets/([0-9]+)", "text nowhere"),
]


@pytest.mark.parametrize("text", LACKING)
def test_a_value_that_lacks_is_missed_by_name(text: str) -> None:
    with pytest.raises(Missing):
        parse_pick(text).find(Read(REPLY))


@pytest.mark.parametrize("body", ["", "<html>", "{", "NaN]", "[" * 100_000])
def test_a_body_that_is_no_json_is_said_to_be_none(body: str) -> None:
    with pytest.raises(Missing, match="no JSON"):
        parse_pick("json .id").find(Read(Reply(200, body)))


def test_a_bare_json_text_is_found() -> None:
    assert parse_pick("json $").find(Read(Reply(201, '"7f3a"'))) == "7f3a"


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("$.id", "json $.id"),
        (".id", "json .id"),
        ("jsn .id", "did you mean json?"),
        ("json id", "write json .id"),
        ("json", ""),
        ("json .a..b", ""),
        ("header", "header X-Call-Id"),
        ("header X Y", ""),
        ("text", ""),
        ("text ([", ""),
        ("status 200", "write status"),
        ("", ""),
    ],
)
def test_what_is_no_pick_is_refused_with_the_fix(text: str, hint: str) -> None:
    with pytest.raises(PydanticCustomError) as caught:
        parse_pick(text)
    assert hint in (caught.value.context or {})["hint"]
