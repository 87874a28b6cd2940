"""An analysis from request to document: the same whatever runs it, resumed, kept, and refused in plain words."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simulator.metrics.paired import PAIRED
from simulator.questions.sensitivity.cases import CaseFactory, CaseRuns, usable
from simulator.questions.sensitivity.result import Sensitivity
from simulator.questions.sensitivity.sensitivity import answer
from simulator.scenario.errors import BadInput, Interrupted
from simulator.scenario.load import load_scenario
from simulator.study.paired_runs import NUMBERS, PairedTask
from simulator.study.question import Progress
from simulator.study.runs import runs
from simulator.study.runs.executors import executors
from simulator.study.runs.progress import Status
from simulator.tables.store import Store
from tests.questions.sensitivity.street import MARK, NAMES, STREET, analysed, request, write_street

SHORT = STREET.replace("length: 5 d", "length: 1 d").replace("warmed 3 d", "empty").replace("200 / d", "40 / d")


def findings(done: Sensitivity) -> dict[str, Any]:
    """The document without the engine that it was computed with."""
    return {name: part for name, part in done.document().items() if name != "engine"}


def test_what_is_found_depends_neither_on_workers_nor_engines_nor_how_often_it_was_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "SAVE_EVERY_S", 0.0)
    alone = analysed(tmp_path, SHORT, out=tmp_path / "a", engine="reference", replications=2)
    monkeypatch.setattr(runs, "SAVE_EVERY_S", 600.0)
    many = analysed(tmp_path, SHORT, out=tmp_path / "b", workers=2, engine="kernel", replications=2)
    assert findings(alone) == findings(many)
    assert alone.folder.name == many.folder.name
    kept = [sorted((tmp_path / name / "street" / "sensitivity" / "cases").iterdir()) for name in ("a", "b")]
    assert [each.name for each in kept[0]] == [each.name for each in kept[1]]
    for one, other in zip(*kept, strict=True):
        assert one.read_bytes() == other.read_bytes()


def test_another_seed_finds_other_numbers(tmp_path: Path) -> None:
    one, other = (analysed(tmp_path, SHORT, seed=seed) for seed in (1, 2))
    assert findings(one)["policies"] != findings(other)["policies"]


@pytest.mark.parametrize("after", [3, 70])
def test_an_interrupted_analysis_goes_on_to_the_same_numbers(tmp_path: Path, after: int) -> None:
    whole = analysed(tmp_path, SHORT, out=tmp_path / "a")
    asked = request(tmp_path, SHORT, out=tmp_path / "b")

    def stopping(now: Status) -> None:
        if now.done >= after:
            raise KeyboardInterrupt

    with pytest.raises(Interrupted, match="the same command goes on") as stopped:
        answer(asked, Progress(stopping))
    assert int(str(stopped.value).split()[1]) >= after
    steps: list[Status] = []
    resumed = answer(asked, Progress(steps.append))
    assert steps[0].done >= min(after, 16)
    assert findings(resumed) == findings(whole)


def test_a_second_time_nothing_is_simulated(tmp_path: Path) -> None:
    first = analysed(tmp_path, SHORT)
    steps: list[Status] = []
    again = answer(request(tmp_path, SHORT), Progress(steps.append))
    assert max(now.calls for now in steps) == 0
    assert findings(again) == findings(first)


def test_more_replications_go_on_from_those_that_are_there(tmp_path: Path) -> None:
    """Those of fewer come first: a case's numbers are those of an analysis that asked for more at once."""
    analysed(tmp_path, SHORT, replications=2)
    more = analysed(tmp_path, SHORT, replications=4)
    at_once = analysed(tmp_path, SHORT, replications=4, out=tmp_path / "other")
    assert findings(more) == findings(at_once)


def test_the_document_is_kept_with_what_it_came_of(tmp_path: Path) -> None:
    done = analysed(tmp_path, SHORT)
    assert json.loads((done.folder / "summary.json").read_text(encoding="utf-8")) == done.document()
    manifest = json.loads((done.folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["scenario_text"] == SHORT
    assert manifest["assumptions"] == [
        "callers.day.numbers.shared_with.kids.share: 4 % (0 % to 40 %) (nobody has asked)"
    ]
    assert not list((tmp_path / "results").rglob("parts"))


def test_a_case_has_the_paired_numbers_of_a_comparison(tmp_path: Path) -> None:
    from simulator.study.pairing import run_paired

    factory = CaseFactory.of(load_scenario(write_street(tmp_path, SHORT)), 1, NAMES)
    case = factory.case({"callers.day.numbers.shared_with.kids.share": "30 %"})
    with executors() as choose:
        (found,) = CaseRuns(tmp_path / "cases", "reference", runs.Runs(PairedTask(), choose)).run([case], 2)
    assert found.shape == (3, 2, len(NUMBERS))
    for number in range(2):
        paired = {place: numbers for place, _, numbers in run_paired(case.experiments, number)}
        for policy in range(3):
            assert tuple(found[policy, number, : len(PAIRED)].tolist()) == paired[policy]
    assert (found[:, :, -1] > 0).all()


def test_a_folder_in_use_is_refused(tmp_path: Path) -> None:
    cases = Store(tmp_path / "results" / "street" / "sensitivity" / "cases")
    with cases.claimed(), pytest.raises(BadInput, match="another run is at work"):
        analysed(tmp_path, SHORT)


REFUSED = [
    (SHORT.replace(MARK, ""), NAMES, "given none; wanted values marked as assumed"),
    (SHORT.replace(MARK, "").replace("title: N", "# assumed: so\ntitle: N"), NAMES, "title .no value of the callers"),
    (SHORT, "all", "two policies or more"),
    (SHORT, "all,hlaf", "did you mean half"),
    (SHORT, None, "no policy of its own"),
]


@pytest.mark.parametrize("text, policies, words", REFUSED)
def test_what_can_not_be_analysed_is_refused(tmp_path: Path, text: str, policies: str | None, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        analysed(tmp_path, text, policies=policies)


def test_an_end_that_can_not_be_run_gives_way_to_the_file_unless_it_is_stated(tmp_path: Path) -> None:
    """Half of ten phones has no number kids/7, which the policy allows."""
    text = SHORT.replace("{pool: 10}", "{pool: 10}  # assumed: a guess")
    path = write_street(tmp_path, text)
    (tmp_path / "policies" / "half.yaml").write_text(
        "rules: [{on: prank, action: block, for: 1 d}]\nallowlist: kids/7\n", encoding="utf-8"
    )
    factory = CaseFactory.of(load_scenario(path), 1, NAMES)
    ranges, left = usable(factory, *factory.template.ranges())
    assert {each.key: (each.low, each.high) for each in ranges}["callers.kids.numbers.pool"] == ("10", "20")
    assert not left
    stated = write_street(tmp_path, text.replace("# assumed: a guess", "# assumed 5 to 20: a guess"))
    (tmp_path / "policies" / "half.yaml").write_text(
        "rules: [{on: prank, action: block, for: 1 d}]\nallowlist: kids/7\n", encoding="utf-8"
    )
    factory = CaseFactory.of(load_scenario(stated), 1, NAMES)
    with pytest.raises(BadInput, match="state a range whose ends can be run"):
        usable(factory, *factory.template.ranges())


def test_values_that_can_not_be_together_are_refused_with_the_fix(tmp_path: Path) -> None:
    """Stated shares of 0 % to 90 %, each sound on its own, are more than 100 % together in some sample."""
    text = SHORT.replace(MARK, "# assumed 0 % to 90 %: a guess").replace(
        "      shared_with:", "      withheld: 1 %  # assumed 0 % to 90 %: a guess\n      shared_with:"
    )
    with pytest.raises(BadInput, match="state smaller ranges"):
        analysed(tmp_path, text)


def test_oddities_of_a_policy_are_warned_of_with_its_name(tmp_path: Path) -> None:
    asked = request(tmp_path, SHORT, replications=2)
    (tmp_path / "policies" / "half.yaml").write_text(
        "rules: [{on: prank, action: block, for: 1 h}]\nallowlist: day\n", encoding="utf-8"
    )
    done = answer(asked)
    wanted = (
        "half: day on the allowlist changes nothing: no rule can act on the numbers of day; calls of day from numbers "
        "of kids meet the rules all the same"
    )
    assert wanted in done.document()["warnings"]
    assert any("an older list" in warning for warning in done.document()["warnings"])  # all blocks for ever


def test_few_samples_are_warned_of(tmp_path: Path) -> None:
    done = analysed(tmp_path, SHORT, samples=10)
    (warning,) = [warning for warning in done.document()["warnings"] if "--samples" in warning]
    assert warning.endswith("ask for --samples 12 or more")  # of one value 10 degrees of freedom are left by 12
    enough = analysed(tmp_path, SHORT, samples=12)
    assert not any("--samples" in warning for warning in enough.document()["warnings"])
    assert not np.isnan(done.pairs[0].influence.coefficients).any()


def test_a_table_has_a_row_a_pair_of_policies_and_value(tmp_path: Path) -> None:
    done = analysed(tmp_path, SHORT)
    rows = list(done.rows())
    assert [(row["one"], row["other"]) for row in rows] == [
        (done.names[p.one], done.names[p.other]) for p in done.pairs
    ]
    assert {row["key"] for row in rows} == {"callers.day.numbers.shared_with.kids.share"}
    assert [row["matters"] for row in rows] == [
        value["matters"] for pair in done.document()["influence"] for value in pair["values"]
    ]
