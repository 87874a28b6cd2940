"""A number that may be a thousand written the Indonesian way is read as it stands, and asked about."""

from pathlib import Path

import pytest

from simulator.live.apis.read import api_of
from simulator.scenario.errors import BadInput
from simulator.scenario.load import load_policy, load_scenario
from simulator.scenario.nodes import read_nodes
from simulator.scenario.shipped import shipped_scenarios
from simulator.scenario.thousands import Ambiguous, ambiguities_in, of_api, of_file, of_options
from simulator.scenario.tidy import tidy
from simulator.scenario.units import DAY

SHIPPED = sorted(shipped_scenarios().rglob("*.yaml"))
TOWN = """title: t
start: 2024-04-01T00:00+07:00
length: 14 d
callers:
  residents: {intent: genuine, volume: 8.500 / d, talk: 90 s, patience: 2 min}
floor:
  trunks: 10
  shifts: [{name: office, from: '00:00', to: '24:00', call_takers: 2}]
"""
VOLUME = (
    "line 5: callers.residents.volume: is 8.500 / d meant as 8.5 / d or as 8500 / d? It is read as 8.5 / d: "
    "write one of the two"
)


@pytest.mark.parametrize(
    "text, either, other",
    [
        ("8.500 / d", "8.5 / d", "8500 / d"),
        ("1.200/h", "1.2/h", "1200/h"),
        ("999.001 / w", "999.0010 / w", "999001 / w"),  # what is meant so is written otherwise, to be asked no more
        ("1.000", "1", "1000"),
        ("1.500 s", "1.5 s", "1500 s"),
        ("36.000 d", "36 d", "36000 d"),
        ("90 % of all within 1.500 s, overall", "1.5 s", "1500 s"),
        ("warmed 1.000 d", "1 d", "1000 d"),
        ("for=12 h..1.000 h", "1 h", "1000 h"),
        ("25 to 13.746", "13.7460", "13746"),
    ],
)
def test_one_to_three_digits_a_point_and_three_digits_are_asked_about(text: str, either: str, other: str) -> None:
    (warning,) = ambiguities_in(text)
    assert f" meant as {either} or as {other}? It is read as {either}:" in warning
    assert list(ambiguities_in(either)) == list(ambiguities_in(other)) == []


@pytest.mark.parametrize(
    "text",
    [
        *("8.5 / d", "8.50 / d", "8.5000 / d", "8500 / d", "0.293 / d", "0.500 s", "08.500 / d", "1234.567 s"),
        *("1.500 %", "50.000 %", "99.999 % of genuine within 15 s"),  # a thousandfold share would be beyond 100 %
        *("37.000 d", "900.000 w"),  # a thousandfold time would be beyond a hundred years
        *("1.234.567", "1,500.250", "10.1.200.300", "v1.200", "2024-04-01T00:00:01.500+07:00"),
    ],
)
def test_what_can_not_be_a_thousand_is_not(text: str) -> None:
    assert list(ambiguities_in(text)) == []


def test_the_question_is_a_warning_of_the_scenario_which_is_read_as_written(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(TOWN)
    loaded = load_scenario(path)
    assert loaded.scenario.callers["residents"].volume * DAY == pytest.approx(8.5)
    assert loaded.warnings == loaded.asked == (VOLUME,)
    with pytest.warns(Ambiguous, match="mine.yaml: line 5: callers.residents.volume: is 8.500 / d meant"):
        loaded.ask()
    for clear in ("8.5 / d", "8500 / d", "8.5000 / d"):
        path.write_text(TOWN.replace("8.500 / d", clear))
        assert load_scenario(path).warnings == ()


@pytest.mark.parametrize(
    "key, asked",
    [
        ("reported: [{name: n, figure: 13.746, counts: attempts, use: fitted, source: s}]", 1),
        ("reported: [{name: n, figure: 1.500 to 2.500, counts: attempts, use: fitted, source: s}]", 2),
        ("targets: [90 % of genuine within 1.500 s]", 1),
        ("by_hour: [0, 0, 0, 0, 0, 0, 1, 9, 90, 900, 980, 1.050, 800, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]", 1),
        ("surges: [{after: 1.000 h, for: 2 h, times: 3}]", 1),
        ("incidents: {callers: 1.500, spread: {exponential: {mean: 10 min}}}", 1),
        ("talk: {empirical: [900 s, 1.020 s]}", 1),
        ("volume: 6 / d  # assumed 1.000 / d to 2.500 / d: nobody counts", 2),
        ("policy: {rules: [{on: prank, action: block, for: [1 d, 1.500 h]}]}", 1),
        # In a list whose other numbers show what the point is, and in shapes of distributions, it is no thousand.
        ("by_day: [1.125, 0.875, 1.000, 1.000, 1.000, 1.000, 1.000]", 0),
        ("by_day: [1.125, 1.5, 1, 1, 1, 1, 1]", 0),
        ("by_day: [1.125, 1.375, 1.000, 1.000, 1.000, 1.000, 1.000]", 0),  # a thousand times all is the same
        ("talk: {empirical: [12.345 s, 8.020 s]}", 0),
        ("talk: {lognormal: {mean: 90 s, cv: 1.250}}", 0),
        ("talk: {log_logistic: {median: 90 s, shape: 1.500}}", 0),
        ("numbers: {pool: 40, heavy_tail: {zipf: 1.125}, withheld: 1.500 %}", 0),
        ("title: the line of 1.500", 0),
    ],
)
def test_every_amount_of_a_file_is_asked_about_and_nothing_else(key: str, asked: int) -> None:
    root, _ = read_nodes(f"{key}\n", "f.yaml")
    tidy(root, "f.yaml")
    from simulator.scenario.assumed import find_assumptions

    assert len(of_file(root, find_assumptions(f"{key}\n", root)[0])) == asked


def test_the_policy_that_a_scenario_names_is_asked_about_once(tmp_path: Path, recwarn: pytest.WarningsRecorder) -> None:
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "mine.yaml").write_text("rules: [{on: prank, action: block, for: 1.500 h}]\n")
    (tmp_path / "town.yaml").write_text(TOWN.replace("8.500", "8.5") + "policy: mine\n")
    (asked,) = load_scenario(tmp_path / "town.yaml").asked
    assert asked.startswith(f"{tmp_path / 'policies' / 'mine.yaml'}: line 1: rules[1].for: is 1.500 h meant as 1.5 h")
    assert not recwarn.list
    with pytest.warns(Ambiguous, match=r"mine.yaml: line 1: rules\[1\].for: is 1.500 h"):
        load_policy("mine", tmp_path)


def test_the_list_at_the_start_is_asked_about(tmp_path: Path) -> None:
    (tmp_path / "listed.csv").write_text("number,until\nchildren/1,30 d\nchildren/2,1.500 h\n")
    children = "  children: {intent: prank, volume: 6 / d, talk: 20 s, patience: 1 min, numbers: {pool: 4}}\n"
    text = TOWN.replace("8.500", "8.5").replace("floor:", f"{children}floor:\n  blocklist: listed.csv")
    (tmp_path / "town.yaml").write_text(text)
    (asked,) = load_scenario(tmp_path / "town.yaml").asked
    assert asked.startswith(f"{tmp_path / 'listed.csv'}: line 3: until: is 1.500 h meant as 1.5 h or as 1500 h?")


def test_an_api_file_is_asked_about_its_times_and_not_about_what_it_sends() -> None:
    text = (shipped_scenarios() / "apis" / "ticketscad.yaml").read_text()
    changed = text.replace("api:", "api:\n  timeout: 1.500 s", 1)
    assert changed != text
    with pytest.warns(Ambiguous, match=r"api\.timeout: is 1.500 s meant as 1.5 s or as 1500 s"):
        api_of(changed, "mine.yaml")
    root, _ = read_nodes("api: {ring: {send: POST /, json: {lat: 1.500, timeout: 1.500 s}}, poll: 1.500 s}\n", "t")
    tidy(root, "t")
    assert [warning.split(": ")[1] for warning in of_api(root)] == ["api.poll"]


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_no_shipped_file_is_asked_about(path: Path) -> None:
    root, _ = read_nodes(path.read_text(), str(path))
    tidy(root, str(path))
    assert (of_api(root) if path.parent.name == "apis" else of_file(root)) == ()


def test_files_ship() -> None:
    assert len(SHIPPED) > 15


@pytest.mark.parametrize(
    "words, asked",
    [
        (["erlang", "--calls", "1.200 / h", "--handling", "150 s"], ["--calls"]),
        (["erlang", "--calls=1.200 / h", "--handling=1.500 s"], ["--calls", "--handling"]),
        (["run", "s.yaml", "--target", "90 % of all within 1.500 s"], ["--target"]),
        (["tune", "s.yaml", "--vary", "for=1.000 h..2.000 h"], ["--vary", "--vary"]),
        (["tune", "s.yaml", "--vary", "for=1 h,2.000 h"], ["--vary"]),
        (["load", "s.yaml", "--speed", "1.000"], ["--speed"]),
        (["staff", "s.yaml", "--growth", "1.500", "--seed", "1"], []),  # 64 times is the most
        (["run", "town-1.500.yaml", "--out", "1.500"], []),
        (["run", "s.yaml", "--json", "1.500 s"], []),
    ],
)
def test_options_with_amounts_are_asked_about(words: list[str], asked: list[str]) -> None:
    assert [warning.partition(":")[0] for warning in of_options(words)] == asked


@pytest.mark.parametrize("given, hint", [("1.500", "1500"), ("1.200.000", "1200000")])
def test_a_whole_number_with_points_is_refused_with_the_number_without(tmp_path: Path, given: str, hint: str) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(TOWN.replace("trunks: 10", f"trunks: {given}"))
    with pytest.raises(BadInput, match=f"leave out the points: {hint}"):
        load_scenario(path)
