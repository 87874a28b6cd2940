"""A plan written as a scenario means, in its own folder, what the scenario meant that it was made for."""

from pathlib import Path

import pytest

from simulator.planning.standalone import SCENARIO, Origin, write_scenario
from simulator.scenario.errors import BadInput
from simulator.scenario.load import load_scenario
from simulator.study.options import experiment_with

TARGET = "80 % of genuine within 30 s, every hour"
TAIL = """
  blocklist: listed.csv
policy: {named}
targets: ["90 % of genuine within 15 s"]
reported:
  - {{name: calls, figure: 60, counts: attempts, policy: earlier, use: fitted, source: s}}
"""
HEAD = """title: t
start: 2024-01-01T00:00+07:00
length: 2 d
callers:
  residents: {intent: genuine, volume: 20 / d, talk: 60 s}
  children: {intent: prank, volume: 40 / d, talk: 20 s, numbers: {pool: 9}}
floor:
  trunks: 3
  shifts: [{name: day, from: '00:00', to: '24:00', call_takers: 1}]"""
RULES = "title: {0}\nrules:\n  - {{on: [prank], strikes: {1}, action: block, for: 3 d}}   # ours\n"
IN_PLACE = "{title: here, rules: [{on: [prank], strikes: 5, action: block, for: 3 d}]}"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with policies of its own, one of which has the name of another that ships."""
    home = tmp_path / "home"
    (home / "policies").mkdir(parents=True)
    (home / "listed.csv").write_text("number,until\nchildren/3,forever\nchildren/5,30 d\n")
    for place, name in enumerate(("bontang-24h", "ours", "earlier"), start=2):
        (home / "policies" / f"{name}.yaml").write_text(RULES.format(name, place))
    (home / "other").mkdir()
    for place, name in enumerate(("earlier", "my rules", "strict"), start=7):
        (home / "other" / f"{name}.yaml").write_text(RULES.format(f"other {name}", place))
    return home


@pytest.mark.parametrize("targets", [(), (TARGET,), (TARGET, "70 % of all within 1 min, overall")])
@pytest.mark.parametrize("named", ["bontang-24h", "ours", "israel-ladder", "none", IN_PLACE])
@pytest.mark.parametrize(
    "policy", [None, "ours", "bontang-24h", "other/strict.yaml", "other/earlier.yaml", "other/my rules.yaml"]
)
def test_policy_targets_and_listed_numbers_are_those_that_were_planned_for(
    folder: Path, tmp_path: Path, named: str, policy: str | None, targets: tuple[str, ...]
) -> None:
    (folder / "line.yaml").write_text(HEAD + TAIL.format(named=named))
    given = str(folder / policy) if policy and "/" in policy else policy
    origin = Origin(load_scenario(folder / "line.yaml"), given, targets)
    planned = experiment_with(origin.loaded, 1, policy=origin.policy, targets=origin.targets).scenario
    path = write_scenario(tmp_path / "results", origin, origin.loaded.text, planned)
    again = load_scenario(path).scenario
    assert again == planned
    assert again.floor.blocklist.listed
    assert (named == IN_PLACE or policy is not None) or (tmp_path / f"results/policies/{named}.yaml").exists()


def test_what_is_written_does_not_depend_on_the_folder_that_was_planned_in(folder: Path, tmp_path: Path) -> None:
    (folder / "line.yaml").write_text(HEAD + TAIL.format(named="ours"))
    origin = Origin(load_scenario(folder / "line.yaml"))
    planned = experiment_with(origin.loaded, 1, policy=origin.policy, targets=origin.targets).scenario
    path = write_scenario(tmp_path / "results", origin, origin.loaded.text, planned)
    folder.rename(tmp_path / "gone")
    assert load_scenario(path).scenario == planned
    assert "# ours" in (path.parent / "policies" / "ours.yaml").read_text()


def test_a_scenario_in_json_gets_its_policy_and_targets_too(folder: Path, tmp_path: Path) -> None:
    (folder / "line.yaml").write_text(
        '{"title": "t", "start": "2024-01-01T00:00+07:00", "length": "1 d", "policy": {"rules": []},\n'
        ' "callers": {"a": {"intent": "genuine", "volume": "6 / d", "talk": "60 s"}}, "floor": {"trunks": 2}}\n'
    )
    origin = Origin(load_scenario(folder / "line.yaml"), "ours", (TARGET,))
    planned = experiment_with(origin.loaded, 1, policy=origin.policy, targets=origin.targets).scenario
    assert load_scenario(write_scenario(tmp_path / "results", origin, origin.loaded.text, planned)).scenario == planned


@pytest.mark.parametrize("change", ["listed.csv", "policies/ours.yaml"])
def test_a_file_that_changed_while_it_was_planned_is_not_passed_off_as_the_one_planned_for(
    folder: Path, tmp_path: Path, change: str
) -> None:
    (folder / "line.yaml").write_text(HEAD + TAIL.format(named="ours"))
    origin = Origin(load_scenario(folder / "line.yaml"))
    planned = experiment_with(origin.loaded, 1, policy=origin.policy, targets=origin.targets).scenario
    path = folder / change
    path.write_text(path.read_text().replace("30 d", "31 d").replace("strikes: 3", "strikes: 4"))
    with pytest.raises(BadInput, match="run the same command again"):
        write_scenario(tmp_path / "results", origin, origin.loaded.text, planned)
    assert not (tmp_path / "results" / SCENARIO).exists()
    path.unlink()
    with pytest.raises(BadInput):
        write_scenario(tmp_path / "results", origin, origin.loaded.text, planned)
