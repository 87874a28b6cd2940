"""The guide of APIs tells all that there is, and what it shows works."""

import re
from pathlib import Path

from simulator.live.apis.checks import STATES, TAKEN_NOTE_OF
from simulator.live.apis.model import STEPS, Api, Request
from simulator.live.apis.named import api_named, api_names
from simulator.live.apis.names import ANYWHERE, KNOWN, OF_API, OF_CALL
from simulator.live.apis.pick import KINDS
from simulator.live.contract import State
from tests.live.apis.dialled import KEYS, Reply, Scripted, a_call

GUIDES = Path(__file__).parents[2] / "docs" / "guides"
GUIDE = (GUIDES / "apis.md").read_text(encoding="utf-8")


def table_of(heading: str) -> list[list[set[str]]]:
    """The words in backticks of each cell of the first table behind a heading."""
    rows = re.search(r"^\|.*\n\|[-|]+\n((?:\|.*\n)+)", GUIDE[GUIDE.index(heading) :], re.M)
    assert rows
    return [[set(re.findall(r"`([^`]+)`", cell)) for cell in row.split("|")[1:-1]] for row in rows[1].splitlines()]


def test_the_table_of_steps_is_whole_and_right() -> None:
    rows = table_of("## Steps")
    assert sorted(step for row in rows for step in row[0]) == sorted(STEPS)
    for row in rows:
        for step in row[0]:
            assert row[2] | {"of a call"} >= set(KNOWN[step]) - set(OF_CALL), step
            assert {State(each) for each in row[3]} == set(STATES.get(step, ())), step


def test_the_table_of_names_is_whole() -> None:
    named = {name for row in table_of("## Names") for name in row[0]}
    assert named == {*ANYWHERE, *OF_CALL, OF_API, "env.NAME"}


def test_the_table_of_requests_is_whole() -> None:
    named = {name for row in table_of("## Requests") for name in row[0]}
    assert named == {field.alias or name for name, field in Request.model_fields.items()}


def test_the_table_of_the_connection_is_whole() -> None:
    named = {name for row in table_of("## The connection") for name in row[0]}
    assert named == set(Api.model_fields) - {
        *STEPS,
        "log_in",
        "title",
        "sources",
        "queue",
        "applies_policy",
        "settings",
    }


def test_every_kind_of_place_in_a_reply_is_shown_and_every_name_that_siaga_takes_note_of() -> None:
    for kind in set(KINDS) - {"status"}:
        assert f"`{kind}" in GUIDE
    noted = GUIDE[GUIDE.index("takes note of") :].split("\n\n")[0]
    assert all(f"`{name}`" in noted for name in TAKEN_NOTE_OF)


def test_the_class_in_python_works(tmp_path: Path) -> None:
    found = re.search(r"```python\n(.*?)```", GUIDE, re.S)
    assert found
    (tmp_path / "mycentre.py").write_text(found[1])
    kind = api_named(tmp_path / "mycentre.py", tmp_path)
    for reply, state in (
        (Reply(201, {"id": 7}), State.ANSWERED),
        (Reply(403), State.BLOCKED),
        (Reply(500), State.FAILED),
        (Reply(404, "no"), State.FAILED),
    ):
        client = Scripted([reply])
        assert kind(client, KEYS).ring(a_call()).state is state


def test_every_api_that_ships_has_its_guide() -> None:
    pages = " ".join(page.read_text(encoding="utf-8") for page in GUIDES.glob("*.md"))
    for name in api_names(Path()):
        assert f"`{name}`" in pages
