"""A comparison from request to document: what is asked, kept and reported."""

import json
from math import log
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simulator.metrics.counts import at, merge
from simulator.metrics.paired import EFFECTS, PAIRED, ROUTES
from simulator.questions.compare.compare import answer
from simulator.questions.compare.request import Request
from simulator.questions.compare.result import CompareResult
from simulator.scenario.errors import BadInput, Interrupted
from simulator.scenario.load import load_scenario
from simulator.scenario.policy import Intent
from simulator.study.designs import Compared, designs_with
from simulator.study.pairing import run_paired
from simulator.study.question import Progress
from tests.study.runs.sweeps import replicate
from tests.study.towns import TOWN, town

STRICT = "title: strict\nrules:\n  - {on: [prank, silent], action: block, for: forever}\n"
LAX = "title: lax\nrules:\n  - {on: prank, strikes: 5000, action: block, for: 1 min}\n"
POLICIES = "none,scenario,strict"


def request(folder: Path, text: str = TOWN, **options: Any) -> Request:
    """The town, with two more policies beside it."""
    (folder / "policies").mkdir(exist_ok=True)
    for name, content in (("strict", STRICT), ("lax", LAX)):
        (folder / "policies" / f"{name}.yaml").write_text(content, encoding="utf-8")
    given = {"scenario": town(folder, text), "policies": POLICIES, "replications": 12, "out": folder / "results"}
    return Request(**{**given, "workers": 1, **options})


def compared(
    folder: Path, policies: str | None = POLICIES, call_takers: str | None = None, **options: Any
) -> CompareResult:
    return answer(request(folder, policies=policies, call_takers=call_takers, **options))


def designs(folder: Path, policies: str | None, call_takers: str | None = None, text: str = TOWN) -> list[Compared]:
    """The designs that are asked for of the town."""
    return designs_with(load_scenario(request(folder, text).scenario), 1, policies, call_takers)


def said(done: CompareResult) -> dict[str, Any]:
    """The document without what tells how it was come by."""
    return {name: part for name, part in done.document().items() if name != "engine"}


def test_every_policy_and_staffing_is_a_design_beside_both_baselines(tmp_path: Path) -> None:
    done = compared(tmp_path, call_takers="2,1")
    found = [(each.policy, each.call_takers) for each in done.designs]
    assert found == [(p, c) for c in (2, 1) for p in ("none", "scenario", "strict", "no nuisance")]
    assert {len(each["measures"]) for each in done.document()["designs"]} == {
        len(done.document()["designs"][0]["measures"])
    }


def test_without_a_list_the_scenarios_own_policy_is_held_against_none(tmp_path: Path) -> None:
    found = [(each.policy, each.role) for each in designs(tmp_path, None)]
    assert found == [("none", "none"), ("scenario", "policy"), ("no nuisance", "no nuisance")]


def effect(done: CompareResult, policy: str, measure: str, call_takers: int | None = None) -> dict[str, Any]:
    """The row of a measure against no policy."""
    wanted = {"policy": policy, "call_takers": call_takers, "measure": measure, "baseline": "none"}
    (row,) = (each for each in done.document()["effects"] if wanted.items() <= each.items())
    return row


def test_never_because_less_heard_because_is_the_difference_of_callers_never_heard_exactly(tmp_path: Path) -> None:
    """The sums that `siaga run` counts, which knows of no pairs; whole numbers."""
    done = compared(tmp_path)
    never = {}
    for each in done.designs:
        sweep = replicate(each.experiment, 12, store_of(tmp_path, each.policy))
        sums = merge(sweep.counts).sums
        never[each.policy] = int(sums["never_heard"][Intent.GENUINE].sum())
    for row in done.document()["paired"]:
        told = row["never_heard"]
        assert (told["policy"], told["none"]) == (never[row["policy"]], never["none"])
        assert told["never_because"] - told["heard_because"] == never[row["policy"]] - never["none"]
        assert told["never_because"] == sum(row["fates"]["none"][k][2] for k in (0, 1))
    assert never["strict"] > never["none"]


def test_pranks_spared_and_service_level_are_differences_of_what_each_run_counts(tmp_path: Path) -> None:
    """The sums that `siaga run` counts; the town has no silent callers."""
    done = compared(tmp_path, "none,strict")
    sums = {
        each.policy: merge(replicate(each.experiment, 12, store_of(tmp_path, each.policy)).counts).sums
        for each in done.designs
    }

    def of(policy: str, name: str, intent: Intent) -> int:
        return int(sums[policy][name][intent].sum())

    (row,) = (each for each in done.document()["paired"] if each["policy"] == "strict")
    answered = {
        name: of(name, "offered", Intent.PRANK) - of(name, "never_got_through", Intent.PRANK)
        for name in ("none", "strict")
    }
    spared = (answered["none"] - answered["strict"]) / of("none", "offered", Intent.PRANK)
    assert row["nuisance_spared"]["value"] == pytest.approx(spared)
    in_time = at("in_time", done.within)
    better = of("strict", in_time, Intent.GENUINE) - of("none", in_time, Intent.GENUINE)
    assert row["service_level"]["value"] == pytest.approx(better / of("none", "offered", Intent.GENUINE))
    assert spared > 0
    assert better != 0


def test_the_gain_by_pairs_is_a_ratio_of_sums_of_squares(tmp_path: Path) -> None:
    """Residuals about the ratio to genuine callers; the sides as counted, the difference counted and smoothed."""
    done = compared(tmp_path, "none,strict")
    experiments = [each.experiment for each in done.designs]
    runs = [{place: paired for place, _, paired in run_paired(experiments, number)} for number in range(12)]

    def numbers(place: int, *names: str) -> Any:
        return np.array([[run[place][PAIRED.index(name)] for name in names] for run in runs], dtype=float).sum(axis=1)

    never = ("in_time_to_never", "late_to_never", "never_to_never")
    genuine, without, under = numbers(0, "genuine"), numbers(0, *never), numbers(1, *never)
    smoothed = numbers(1, "smoothed_shared", "smoothed_reused", "smoothed_withheld") / 2**40
    net = smoothed + numbers(1, "never_because_besides") - numbers(1, "never_to_in_time", "never_to_late")

    def squares(x: Any) -> float:
        return float(((x - x.sum() / genuine.sum() * genuine) ** 2).sum())

    (row,) = (each for each in done.document()["paired"] if each["policy"] == "strict")
    apart = squares(under) + squares(without)
    assert row["pairing_gain"]["never_heard"] == pytest.approx(apart / squares(under - without))
    assert row["pairing_gain"]["smoothed"] == pytest.approx(apart / squares(net))


def test_the_changes_are_what_they_say(tmp_path: Path) -> None:
    done = compared(tmp_path)
    for policy in ("scenario", "strict"):
        value = {row: effect(done, policy, row)["value"] for row in (*EFFECTS, "change_never", "change_late")}
        assert value["change_never"] == pytest.approx(value["never_because"] - value["heard_because"])
        assert value["change_late"] == pytest.approx(value["late_because"] - value["in_time_because"])


def test_rows_of_effects_say_what_they_are_of(tmp_path: Path) -> None:
    done = compared(tmp_path, call_takers="1,2")
    keys = "policy baseline intent measure value low high unit events method"
    assert all(set(keys.split()) <= set(row) for row in done.document()["effects"])
    assert {row["intent"] for row in done.document()["effects"]} == {"genuine"}
    simultaneous = [row for row in done.document()["effects"] if row["interval"] == "simultaneous"]
    pointwise = [row for row in done.document()["effects"] if row["interval"] == "pointwise"]
    assert {row["measure"] for row in simultaneous} == {*EFFECTS, "change_never", "change_late"}
    assert {row["measure"] for row in pointwise} == {f"never_because_{route}" for route in ROUTES}


def store_of(folder: Path, name: str) -> Any:
    from simulator.tables.store import Store

    return Store(folder / "runs" / name)


def test_what_is_found_depends_neither_on_workers_nor_engines(tmp_path: Path) -> None:
    alone = compared(tmp_path, call_takers="1,2", out=tmp_path / "a")
    many = compared(tmp_path, call_takers="1,2", out=tmp_path / "b", workers=2, engine="kernel")
    assert said(alone) == said(many)
    assert alone.folder.name == many.folder.name
    for each in (tmp_path / "a" / "town" / "compare" / "designs").iterdir():
        other = tmp_path / "b" / "town" / "compare" / "designs" / each.name
        assert (each / "replications.parquet").read_bytes() == (other / "replications.parquet").read_bytes()


def test_an_interrupted_comparison_goes_on_to_the_same_numbers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = compared(tmp_path, out=tmp_path / "a")
    asked = request(tmp_path, out=tmp_path / "b")
    times = 0

    def stopping(*_: object) -> None:
        nonlocal times
        times += 1
        if times == 20:
            raise KeyboardInterrupt

    with pytest.raises(Interrupted, match="of 12 replications of all 4 designs are kept") as stopped:
        answer(asked, Progress(stopping))
    assert "the same command goes on" in str(stopped.value)
    resumed = answer(asked)
    assert said(resumed) == said(whole)


def test_a_design_is_simulated_once_whatever_it_is_compared_with(tmp_path: Path) -> None:
    """A policy that joins later finds the others done; its own numbers are those of a comparison with all at once."""
    compared(tmp_path, "none,strict")
    told: list[int] = []
    more = answer(request(tmp_path, policies="none,strict,scenario"), Progress(lambda now: told.append(now.done)))
    assert told[0] == 3 * 12
    at_once = compared(tmp_path, "none,strict,scenario", out=tmp_path / "other")
    assert said(more) == said(at_once)


def test_fewer_replications_leave_what_was_said_of_more(tmp_path: Path) -> None:
    many = compared(tmp_path)
    few = compared(tmp_path, replications=10)
    assert few.folder == many.folder
    assert few.document()["replications"] == 10
    assert json.loads((many.folder / "summary.json").read_text()) == many.document()
    manifest = json.loads((many.folder / "manifest.json").read_text())
    assert manifest["replications"] == 12
    roles = {"none": "none", "scenario": "policy", "strict": "policy", "no nuisance": "no nuisance"}
    designs = manifest["designs"]
    assert [(each["policy"], each["role"]) for each in designs] == list(roles.items())
    rules = {}
    for each in designs:
        own = json.loads((many.folder.parent / "designs" / each["key"] / "manifest.json").read_text())
        rules[each["policy"]] = len(own["resolved"]["policy"]["rules"])
    assert rules == {"none": 0, "scenario": 1, "strict": 1, "no nuisance": 0}
    assert manifest["resolved"]["policy"]["rules"] == []


def test_held_against_the_laws_it_is_the_same(tmp_path: Path) -> None:
    assert said(compared(tmp_path, check_laws=True)) == said(compared(tmp_path, check_laws=True))


def test_one_replication_says_what_it_saw_and_no_intervals(tmp_path: Path) -> None:
    done = compared(tmp_path, replications=1)
    row = next(each for each in done.document()["paired"] if each["policy"] == "strict")
    assert effect(done, "strict", "change_never")["value"] is not None
    assert effect(done, "strict", "change_never")["low"] is None
    assert [row[name]["low"] for name in ("freed", "nuisance_spared", "service_level")] == [None] * 3
    assert any("one replication" in warning for warning in done.warnings)
    assert "NaN" not in json.dumps(done.document())


def test_a_rule_that_never_acts_differs_in_nothing(tmp_path: Path) -> None:
    done = compared(tmp_path, "none,lax")
    row = next(each for each in done.document()["paired"] if each["policy"] == "lax")
    assert {effect(done, "lax", name)["value"] for name in (*EFFECTS, "change_never", "change_late")} == {0}
    assert row["freed"]["value"] == row["nuisance_spared"]["value"] == 0
    assert effect(done, "lax", "change_never")["method"] == "no difference seen"
    assert set(row["pairing_gain"].values()) == {"no difference seen"}
    letters = {each["policy"]: each["letters"] for each in done.document()["paired"]}
    assert letters["lax"] == letters["none"]
    assert row["dominated_by"] == []
    # Of n callers none differs: 1 - e^(n p) = 1 - tail. One tail of 26: 4 + 9 + 4 + 9 intervals hold together.
    assert row["service_level"]["high"] == pytest.approx(log(26 / 0.025) / row["never_heard"]["genuine"])


SILENT = "title: silent\nrules:\n  - {on: silent, action: block, for: forever}\n"
"""The town has no silent callers, and nobody is taken for one."""


def test_a_policy_that_can_never_act_changes_nothing_and_that_is_certain(tmp_path: Path) -> None:
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "silent.yaml").write_text(SILENT)
    done = compared(tmp_path, "none,silent,strict")
    for name in (*EFFECTS, "change_never", "change_late"):
        row = effect(done, "silent", name)
        assert (row["value"], row["low"], row["high"], row["method"]) == (0, 0, 0, "no rule can act")
    row = {each["policy"]: each for each in done.document()["paired"]}
    assert row["silent"]["never_acts"]
    assert row["silent"]["unchanged"]
    assert row["silent"]["letters"] == row["none"]["letters"]
    assert not (row["strict"]["never_acts"])
    assert not (row["strict"]["unchanged"])
    # Against it strict is as against none.
    pairs = {(each["one"], each["other"], each["of"]): each for each in done.document()["pairwise"]}
    for of in ("change_never", "change_late", "never_because", "freed"):
        against = [pairs[one, "strict", of] for one in ("none", "silent")]
        assert all(each["family"] == "against_baselines" for each in against)
        assert [against[0][part] for part in ("value", "low", "high")] == [
            against[1][part] for part in ("value", "low", "high")
        ]
    assert done.document()["simultaneous"]["pairwise"] == 0


def test_a_policy_that_was_only_not_seen_to_act_keeps_its_intervals(tmp_path: Path) -> None:
    done = compared(tmp_path, "none,lax")
    row = next(each for each in done.document()["paired"] if each["policy"] == "lax")
    assert row["unchanged"]
    assert not row["never_acts"]
    assert effect(done, "lax", "change_never")["low"] < 0 < effect(done, "lax", "change_never")["high"]


def test_intervals_of_both_families_are_as_many_as_are_said(tmp_path: Path) -> None:
    done = compared(tmp_path, call_takers="1,2")
    families = done.document()["simultaneous"]
    methods = [part for row in done.document()["paired"] for part in row.values() if isinstance(part, dict)]
    rows = sum(row["interval"] == "simultaneous" for row in done.document()["effects"])
    # A staffing: 4 of none against no nuisance, 9 + 4 of each of two policies, 9 of no nuisance.
    assert families["against_baselines"] == rows + sum("method" in part for part in methods) == 2 * (4 + 2 * 13 + 9)
    assert len(done.document()["pairwise"]) == 2 * 3 * 4
    among_policies = [row for row in done.document()["pairwise"] if "none" not in (row["one"], row["other"])]
    assert families["pairwise"] == len(among_policies) == 2 * 4
    assert all((row["family"] == "pairwise") == (row in among_policies) for row in done.document()["pairwise"])


@pytest.mark.parametrize("measure", ["change_never", "change_late", "never_because", "freed"])
def test_a_policy_against_none_has_one_interval_everywhere(tmp_path: Path, measure: str) -> None:
    """The pair's is the table's, the other way round."""
    done = compared(tmp_path, call_takers="1,2")
    pairs = [row for row in done.document()["pairwise"] if row["one"] == "none" and row["of"] == measure]
    assert len(pairs) == 4
    for row in pairs:
        policy, call_takers = row["other"], row["call_takers"]
        if measure == "freed":
            wanted = {"policy": policy, "call_takers": call_takers}
            (of_table,) = (each["freed"] for each in done.document()["paired"] if wanted.items() <= each.items())
        else:
            of_table = effect(done, policy, measure, call_takers)
        assert (row["value"], row["low"], row["high"]) == (-of_table["value"], -of_table["high"], -of_table["low"])


@pytest.mark.parametrize("replications", [3, 12, 40])
def test_letters_say_of_none_what_the_interval_in_the_table_says(tmp_path: Path, replications: int) -> None:
    done = compared(tmp_path, replications=replications)
    letters = {each["policy"]: set(each["letters"]) for each in done.document()["paired"]}
    for policy in ("scenario", "strict"):
        change = effect(done, policy, "change_never")
        assert change["value"] != 0
        assert (not letters[policy] & letters["none"]) == (change["low"] > 0 or change["high"] < 0)


def test_who_is_answered_in_time_goes_by_the_target(tmp_path: Path) -> None:
    strict, lax = (
        compared(tmp_path, targets=(f"90 % of genuine within {within}, overall",)) for within in ("1 s", "10 min")
    )
    assert (strict.document()["in_time_s"], lax.document()["in_time_s"]) == (1, 600)
    late = [
        next(
            row["value"]
            for row in done.document()["effects"]
            if (row["policy"], row["baseline"], row["measure"]) == ("none", "no nuisance", "late_because")
        )
        for done in (strict, lax)
    ]
    assert late[0] > late[1]


BAD = [
    ("strict", None, "policies", "two policies or more"),
    ("none", None, "policies", "two policies or more"),
    ("none,strict,none", None, "policies", "'none' twice; wanted each of them once"),
    ("none,strict,strict", None, "policies", "'strict' twice; wanted each of them once"),
    ("none;strict", None, "policies", "wanted names of policies, separated by commas"),
    ("none;strict", None, "policies", "separate them by commas, without a comma before"),
    ("none,,strict", None, "policies", "separate them by commas"),
    ("", None, "policies", "separate them by commas"),
    ("none,strickt", None, "policies", "did you mean strict?"),
    ("none,nowhere.yaml", None, "", "nowhere.yaml"),
    ("none,../strict", None, "policies", "without folders"),
    ("none,empty", None, "policies", "which has no rules"),
    ("strict,same", None, "policies", "which are the same policy; wanted each of them once"),
    ("none,strict", "1,1", "call_takers", "'1' twice"),
    ("none,strict", "1,01", "call_takers", "1 twice"),
    ("none,strict", "1;2", "call_takers", "'1;2'"),
    ("none,strict", "x", "call_takers", "'x'"),
    ("none,strict", "1.5", "call_takers", "'1.5'"),
    ("none,strict", "-1", "call_takers", "'-1'"),
    ("none,strict", "²", "call_takers", "'²'"),
    ("none,strict", "", "call_takers", "whole numbers"),
    ("none,strict", "100000", "call_takers", "0 to 10,000"),
]


@pytest.mark.parametrize("policies, call_takers, field, words", BAD)
def test_what_can_not_be_compared_is_said_with_the_field(
    policies: str, call_takers: str | None, field: str, words: str, tmp_path: Path
) -> None:
    request(tmp_path)
    (tmp_path / "policies" / "empty.yaml").write_text("title: nothing\nrules: []\n", encoding="utf-8")
    (tmp_path / "policies" / "same.yaml").write_text(STRICT, encoding="utf-8")
    with pytest.raises(BadInput) as refused:
        designs(tmp_path, policies, call_takers)
    assert refused.value.faults[0].field == field
    assert words in str(refused.value)


def test_a_scenario_without_a_policy_is_asked_what_to_compare(tmp_path: Path) -> None:
    text = TOWN[: TOWN.index("policy:")]
    with pytest.raises(BadInput, match="no policy of its own") as refused:
        designs(tmp_path, None, text=text)
    assert "policies none," in str(refused.value)


def test_none_means_no_blocklist_and_a_file_of_that_name_with_rules_is_refused(tmp_path: Path) -> None:
    request(tmp_path)
    (tmp_path / "policies" / "none.yaml").write_text(STRICT, encoding="utf-8")
    with pytest.raises(BadInput, match="stands for no blocklist"):
        designs(tmp_path, "none,strict")


def test_two_files_of_one_name_keep_their_paths(tmp_path: Path) -> None:
    request(tmp_path)
    other = tmp_path / "other.yaml"
    other.write_text(LAX, encoding="utf-8")
    (tmp_path / "elsewhere").mkdir()
    again = tmp_path / "elsewhere" / "other.yaml"
    again.write_text(STRICT, encoding="utf-8")
    found = [each.policy for each in designs(tmp_path, f"{other},{again}")]
    assert found == ["none", str(other), str(again), "no nuisance"]
    assert [each.policy for each in designs(tmp_path, f"none,{other}")] == ["none", "other", "no nuisance"]


def test_a_folder_in_use_is_refused_before_anything_is_run(tmp_path: Path) -> None:
    asked = request(tmp_path)
    first = designs(tmp_path, POLICIES)[0]
    from simulator.tables.store import Store

    with (
        Store(asked.out / "town" / "compare" / "designs" / first.key).claimed(),
        pytest.raises(BadInput, match="another run is at work"),
    ):
        answer(asked)
