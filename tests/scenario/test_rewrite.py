"""A scenario's text with another staffing loads as the same scenario with that staffing, and keeps its comments."""

from pathlib import Path

import pytest

from simulator.scenario.floor import Shift
from simulator.scenario.load import load_policy, load_scenario
from simulator.scenario.rewrite import lengthened, policy_name, with_floor, with_policy, with_targets
from simulator.scenario.target import parse_target
from simulator.scenario.units import DAY

ROOT = Path(__file__).parents[2]
SHIFTS = tuple(
    Shift.model_validate(each)
    for each in (
        {"name": "early", "from": "05:00", "to": "13:30", "call_takers": 2, "attendance": "92.5 %"},
        {"name": "late", "from": "13:30", "to": "22:00", "call_takers": 3, "days": ["mon", "tue", "sun"],
         "breaks": [{"at": "17:00", "for": "30 min"}]},
        {"name": "always", "from": "00:00", "to": "24:00", "call_takers": 1, "may_overlap": "yes",
         "attendance": {"share": "90 %", "correlation": "20 %"}},
    )
)  # fmt: skip


@pytest.mark.parametrize("name", ["bengkulu", "bontang", "ketapang", "madiun", "serang"])
def test_a_shipped_scenario_with_other_shifts_is_itself_but_for_these(tmp_path: Path, name: str) -> None:
    before = load_scenario(ROOT / "scenarios" / f"{name}.yaml")
    path = tmp_path / "planned.yaml"
    path.write_text(with_floor(before.text, SHIFTS, trunks=9))
    after = load_scenario(path).scenario
    floor = before.scenario.floor.model_copy(update={"shifts": SHIFTS, "trunks": 9})
    assert after == before.scenario.model_copy(update={"floor": floor})
    for comment in ("# assumed: an", "# fitted"):
        kept = [line for line in before.text.splitlines() if comment in line and "trunks" not in line]
        assert all(line in path.read_text() for line in kept if "shift" not in line and "{name" not in line)


def test_a_floor_without_shifts_gets_some(tmp_path: Path) -> None:
    text = "title: t\nstart: 2024-01-01T00:00+07:00\nlength: 1 d\ncallers:\n  a: {intent: genuine, volume: 6 / d, "
    text += "talk: 60 s}\nfloor:\n  trunks: 2   # assumed: two\n"
    path = tmp_path / "s.yaml"
    path.write_text(with_floor(text, SHIFTS[:1]))
    assert load_scenario(path).scenario.floor.shifts == SHIFTS[:1]
    assert "# assumed: two" in path.read_text()


HEAD = """title: t
start: 2024-01-01T00:00+07:00
length: 1 d
callers:
  a: {intent: genuine, volume: 6 / d, talk: 60 s}
"""
JSON = """{"title": "t", "start": "2024-01-01T00:00+07:00", "length": "1 d",
 "callers": {"a": {"intent": "genuine", "volume": "6 / d", "talk": "60 s"}},
 "floor": {%s},
 "targets": ["90 %% of genuine within 15 s"]}
"""
ONE = "{name: day, from: '00:00', to: '24:00', call_takers: 1}"


STYLES = [
    HEAD + "floor: {trunks: 2}\n",
    HEAD + "floor: {trunks: 2, }   # two\n",
    HEAD + f"floor: {{trunks: 2, shifts: [{ONE}]}}   # two\n",
    HEAD + f"floor: {{shifts: [{ONE}], trunks: 2}}",
    HEAD + f"floor:\n  {{shifts: [  # its shifts\n    {ONE},\n  ],\n  trunks: 2}}  # two\n",
    HEAD + f'"floor":\n  \'trunks\': 2  # two\n  "shifts": [\n    {ONE}]\n',
    HEAD + f"floor:\n  trunks: 2  # two\n  shifts:\n  - {ONE}   # the only one\n\n  # not at the end\n",
    HEAD + f"? floor\n: trunks: 2  # two\n  ? shifts\n  : - {ONE}\n",
    HEAD + f"? floor\n: shifts: [{ONE}]\n  trunks: 2  # two\n",
    f"---\nfloor: {{trunks: 2, shifts: [{ONE}]}}   # two\n{HEAD}...\n",
    "floor:\n  shifts:\n  - name: day\n    from: '00:00'\n    to: '24:00'\n    call_takers: 1\n  trunks: 2\n" + HEAD,
    JSON % '"trunks": 2',
    JSON % '"shifts":[{"name":"day","from":"00:00","to":"24:00","call_takers":1}],"trunks":2',
    (JSON % '"trunks": 2, "shifts": []').replace("\n", " "),
]


@pytest.mark.parametrize("text", STYLES)
@pytest.mark.parametrize("trunks", [None, 9])
def test_a_floor_of_any_style_is_written_anew(tmp_path: Path, text: str, trunks: int | None) -> None:
    path = tmp_path / "s.yaml"
    path.write_text(text)
    before = load_scenario(path)
    path.write_text(with_floor(before.text, SHIFTS, trunks))
    floor = before.scenario.floor.model_copy(update={"shifts": SHIFTS, "trunks": trunks or 2})
    assert load_scenario(path).scenario == before.scenario.model_copy(update={"floor": floor})
    assert trunks or ("# two" in path.read_text()) == ("# two" in text)


FIGURES = '"reported": [{"name": "calls", "figure": 6, "counts": "callers", "use": "fitted", "source": "s"}], '


@pytest.mark.parametrize("reported", ["", FIGURES])
def test_a_scenario_in_json_is_lengthened_too(tmp_path: Path, reported: str) -> None:
    path = tmp_path / "s.yaml"
    path.write_text((JSON % '"trunks": 2').replace('"length"', f'{reported}"length"'))
    before = load_scenario(path)
    path.write_text(lengthened(before.text, 28))
    after = load_scenario(path).scenario
    assert after == before.scenario.model_copy(update={"length": 28 * DAY, "reported": ()})


IN_PLACE = "policy:\n  title: ours\n  rules:\n  - on: prank   # one is enough\n    action: block\n    for: 1 d\n"
OLD = "targets:\n- 70 % of all within 1 min\n"


@pytest.mark.parametrize(
    "text",
    [*STYLES, HEAD + IN_PLACE + "floor: {trunks: 2}  # two\n" + OLD, OLD + HEAD + "floor: {trunks: 2}\n" + IN_PLACE],
)
def test_a_policy_and_targets_are_written_into_a_scenario_of_any_style(tmp_path: Path, text: str) -> None:
    path = tmp_path / "s.yaml"
    path.write_text(text)
    before = load_scenario(path)
    targets = [parse_target(each) for each in ("80 % of genuine within 15 s, every hour", "90 % of all within 1 min")]
    path.write_text(with_targets(with_policy(before.text, "bontang-24h"), targets))
    after = load_scenario(path)
    rules = load_policy("bontang-24h", ROOT / "scenarios")
    assert after.scenario == before.scenario.model_copy(update={"policy": rules, "targets": tuple(targets)})
    assert (policy_name(before.text), policy_name(after.text)) == (None, "bontang-24h")
    assert ("# two" in after.text) == ("# two" in text)
