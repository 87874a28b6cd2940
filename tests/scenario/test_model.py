"""The Scenario: frozen, complete without optional keys, and with a canonical form that a hash can stand on."""

import json
import signal
import sys
from pathlib import Path
from types import FrameType

import pytest
from pydantic import ValidationError

from simulator.scenario.load import load_scenario
from simulator.scenario.model import Attendance, Blocklist, Reported, Scenario, Shift
from simulator.scenario.policy import NO_POLICY
from simulator.scenario.units import DAY, HOUR, NEVER

HERE = Path(__file__).parent
SMALL = {
    "title": "t",
    "start": "2024-01-01T00:00+07:00",
    "length": "7 d",
    "callers": {"some": {"intent": "genuine", "volume": "24 / d", "talk": "60 s"}},
    "floor": {"trunks": "4"},
}


def test_the_sample_of_the_design_loads_as_it_is_written() -> None:
    made = load_scenario(HERE / "good.yaml").scenario
    residents, curious, children = made.callers.values()
    assert list(made.callers) == ["residents", "curious", "children"]
    assert residents.volume == 6 / DAY
    assert residents.numbers.shared_with["children"].share == 0.04
    assert residents.redial is not None
    assert (residents.redial.attempts, residents.redial.after.dismissed) == (6, 0.5)
    assert curious.novelty is not None
    assert (curious.novelty.half_life, curious.novelty.floor) == (3 * DAY, 0)
    assert (children.numbers.pool, children.numbers.each_new) == (40, None)
    assert made.floor.shifts[2].attendance == Attendance(share=0.95)
    assert (made.targets[0].share, made.targets[0].scope) == (0.9, "every hour")
    assert made.policy.rules[0].action == "block"
    assert (made.reported[0].figure, made.reported[0].for_) == ((6, 8), 24 * HOUR)
    assert made.start.utcoffset().total_seconds() == 8 * 3600


def test_what_may_lack_has_a_default() -> None:
    made = Scenario.model_validate(SMALL)
    group = made.callers["some"]
    assert (made.policy, made.targets, made.reported, made.floor.shifts) == (NO_POLICY, (), (), ())
    assert (group.patience.mean(), group.wrap_up.mean(), group.day_factor.cv) == (float("inf"), 0, 0.15)
    assert (group.numbers.each_new, group.redial, group.misjudged) == (True, None, None)
    assert group.patience.sample(None, 1)[0] == NEVER


def test_a_scenario_can_not_be_changed() -> None:
    made = Scenario.model_validate(SMALL)
    with pytest.raises(ValidationError):
        made.length = 5
    with pytest.raises(ValidationError):
        made.callers["some"].volume = 1.0


def test_the_canonical_form_is_json_the_same_each_time_and_independent_of_how_a_value_is_written(
    tmp_path: Path,
) -> None:
    text = (HERE / "good.yaml").read_text(encoding="utf-8")
    (tmp_path / "policies").symlink_to(HERE / "policies")
    other = tmp_path / "other.yaml"
    other.write_text(
        text.replace("length: 14 d", "length: 2 w  # a fortnight").replace("120 s", "2 min"), encoding="utf-8"
    )
    one, two = (
        json.dumps(load_scenario(path).scenario.model_dump(mode="json")) for path in (HERE / "good.yaml", other)
    )
    assert one == two
    changed = tmp_path / "changed.yaml"
    changed.write_text(text.replace("120 s", "121 s"), encoding="utf-8")
    assert json.dumps(load_scenario(changed).scenario.model_dump(mode="json")) != one


@pytest.mark.parametrize(
    "begin, end, hours", [("07:00", "14:00", 7), ("21:00", "07:00", 10), ("00:00", "24:00", 24), ("08:00", "08:00", 24)]
)
def test_a_shift_lasts_to_the_next_time_its_end_comes(begin: str, end: str, hours: int) -> None:
    shift = Shift.model_validate({"name": "s", "from": begin, "to": end, "call_takers": "1"})
    assert shift.length == hours * HOUR


@pytest.mark.parametrize(
    "written, figure",
    [("5", (5, 5)), ("13746", (13746, 13746)), ("6 to 8", (6, 8)), ("25 to 45", (25, 45)), ("0.5", (0.5, 0.5))],
)
def test_a_reported_figure_is_a_range(written: str, figure: tuple[float, float]) -> None:
    reported = {"name": "n", "figure": written, "counts": "unknown", "use": "fitted", "source": "s"}
    assert Reported.model_validate(reported).figure == figure


@pytest.mark.parametrize("written", ["8 to 6", "-5", "6-8", "many", "13,746", "6 to", "nan", ["6", "8"], {}])
def test_what_is_no_figure_is_refused(written: object) -> None:
    reported = {"name": "n", "figure": written, "counts": "unknown", "use": "fitted", "source": "s"}
    with pytest.raises(ValidationError):
        Reported.model_validate(reported)


@pytest.mark.parametrize(
    "written, blocklist",
    [("empty", Blocklist()), ("warmed 90 d", Blocklist(warmed=90 * DAY)), ("listed.csv", Blocklist(file="listed.csv"))],
)
def test_a_blocklist_is_empty_warmed_or_a_file(written: str, blocklist: Blocklist) -> None:
    floor = {"trunks": "4", "blocklist": written}
    assert Scenario.model_validate({**SMALL, "floor": floor}).floor.blocklist == blocklist


@pytest.mark.parametrize(
    "written", ["warmed 90", "warmed", "../list.csv", "/list.csv", "list.txt", {"warmed": "90"}, []]
)
def test_what_is_no_blocklist_is_refused(written: object) -> None:
    with pytest.raises(ValidationError):
        Scenario.model_validate({**SMALL, "floor": {"trunks": "4", "blocklist": written}})


def test_ctrl_c_amid_a_dump_is_neither_lost_nor_changes_what_is_dumped() -> None:
    """It strikes in the function that tells distributions apart, whose failures pydantic takes for an answer."""
    scenario = load_scenario("scenarios/bontang.yaml").scenario
    struck: list[str] = []

    def strike(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and frame.f_code.co_name == "_family" and not struck:
            struck.append(frame.f_code.co_filename)
            signal.raise_signal(signal.SIGINT)

    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.setprofile(strike)
    try:
        with pytest.raises(KeyboardInterrupt):
            scenario.model_dump(mode="json")
    finally:
        sys.setprofile(None)
        signal.signal(signal.SIGINT, before)
    assert struck
