"""A scenario's text with another staffing loads as the same scenario with that staffing, and keeps its comments."""

from pathlib import Path

import pytest

from simulator.scenario.floor import Shift
from simulator.scenario.load import load_scenario
from simulator.scenario.rewrite import with_floor

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


def test_a_floor_on_one_line_is_refused() -> None:
    with pytest.raises(ValueError, match="block of lines"):
        with_floor("floor: {trunks: 2}\n", SHIFTS)
