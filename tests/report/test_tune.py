"""The page of a tuned family: 80 columns, for who decides on a rule and does not program; picture, and policy file."""

import io
import json
import re
from pathlib import Path

import pytest

from simulator.decisions.tune.chosen import Entry
from simulator.decisions.tune.tune import Tune
from simulator.metrics.estimate import Estimate
from simulator.report import tune_figure
from simulator.report.tune import POLICY_FILE, print_tuned, sentence
from simulator.scenario.library import load_policy
from simulator.scenario.policy import NO_POLICY
from tests.decisions.tune.test_tune import tuned


def page(done: Tune) -> str:
    to = io.StringIO()
    print_tuned(done, to, as_json=False)
    return to.getvalue()


def test_the_page_says_what_was_varied_found_and_recommended_in_80_columns(tmp_path: Path) -> None:
    done = tuned(tmp_path)
    text = page(done)
    kept = ("picture of the front", "the recommended rule as a policy", "beside the rule that", "kept in ")
    assert all(len(line) <= 80 for line in text.splitlines() if not line.startswith(kept))
    flat = " ".join(text.split())
    for words in (
        *("Test town 112", "strikes: 1, 2, 3 (3 values)", "for: 1 h, 12 h, forever (3 values)"),
        *("9 rules in all, all of them tried", "12 replications of 2 days, seed 1", "seed 2"),
        *("busy time freed, %", "shut out of 1,000", "intervals hold together with 95 % confidence"),
        *("recommended: blocking for", f"--policy {done.folder / POLICY_FILE}", f"kept in {done.folder}"),
    ):
        assert words in flat.replace("busy time shut out Rules that no other beats freed, % of 1,000", words), words


def test_each_entry_and_the_recommended_one_has_a_plain_sentence(tmp_path: Path) -> None:
    done = tuned(tmp_path)
    flat = " ".join(page(done).split())
    assert done.best is not None
    for entry in done.entries:
        assert f"- {sentence(entry)}." in flat
    assert f"recommended: {sentence(done.best)}." in flat


def entry(freed: float, low: float, value: float, high: float) -> Entry:
    time, lost = Estimate(freed, freed, freed, 10, "t"), Estimate(value, low, high, 10, "t")
    return Entry((0,), NO_POLICY, "blocking for 24 h after 2 strikes within 7 d", (), (0, 0), time, lost, 0, {})


HEAD = "blocking for 24 h after 2 strikes within 7 d frees 31.0 % of call-takers' busy time and shuts out "
SENTENCES = [
    ((0.31, 0.0001, 0.0004, 0.0009), HEAD + "0.4 of 1,000 genuine callers (0.1 to 0.9)"),
    ((0.31, 0.010, 0.0124, 0.0151), HEAD + "12.4 of 1,000 genuine callers (10.0 to 15.1)"),
    ((0.31, 0.0, 0.0, 0.0003), HEAD + "no genuine caller that was seen (at most 0.3 of 1,000)"),
    ((0.31, 1e-7, 2e-6, 8e-6), HEAD + "< 0.01 of 1,000 genuine callers"),
    ((0.31, 1e-7, 2e-6, 8e-5), HEAD + "< 0.01 of 1,000 genuine callers (< 0.01 to 0.08)"),
    ((0.31, float("nan"), 0.0004, float("nan")), HEAD + "0.4 of 1,000 genuine callers"),
]


@pytest.mark.parametrize("figures, words", SENTENCES)
def test_the_sentence_says_what_is_freed_who_is_shut_out_and_how_sure_that_is(
    figures: tuple[float, float, float, float], words: str
) -> None:
    assert sentence(entry(*figures)) == words


def test_what_is_not_recommended_is_said_with_the_least_harmful_rule(tmp_path: Path) -> None:
    done = tuned(tmp_path, most=0.0)
    flat = " ".join(page(done).split())
    assert done.mildest is not None
    assert "none recommended: no rule surely shuts out at most 0 of 1,000" in flat
    assert f"Least harmful: {sentence(done.mildest)}." in flat
    assert not (done.folder / POLICY_FILE).exists()


def test_rules_that_come_to_the_same_are_counted(tmp_path: Path) -> None:
    assert "the same as 2 others" in page(tuned(tmp_path, ("strikes=1", "within=1h,2h,4h")))


def test_lists_that_one_value_stands_for_are_named(tmp_path: Path) -> None:
    from tests.decisions.towns import TOWN

    ladder = TOWN.replace("for: 6 h", "for: [1 h, 6 h]")
    text = " ".join(page(tuned(tmp_path, ("for=1h,6h",), text=ladder)).split())
    assert "for: each value stands in place of the policy's list, 1 h, 6 h" in text


def test_a_family_that_frees_nothing_has_a_page_too(tmp_path: Path) -> None:
    text = page(tuned(tmp_path, ("strikes=5000",)))
    assert "No rule that was tried frees any call-taker time." in text
    assert "none recommended" in text


def test_the_document_is_printed_alone_and_is_what_is_kept(tmp_path: Path) -> None:
    done, to = tuned(tmp_path), io.StringIO()
    print_tuned(done, to, as_json=True)
    assert json.loads(to.getvalue(), parse_constant=pytest.fail) == done.document
    assert (done.folder / POLICY_FILE).exists()


def test_the_recommended_rule_is_a_policy_file_that_loads_as_that_policy(tmp_path: Path) -> None:
    done = tuned(tmp_path)
    page(done)
    assert done.best is not None
    found = load_policy(done.folder / POLICY_FILE, tmp_path)
    assert found.rules == done.best.policy.rules
    assert found.title == done.best.rule


def test_a_policy_file_that_somebody_changed_is_kept_aside(tmp_path: Path) -> None:
    done = tuned(tmp_path)
    page(done)
    path = done.folder / POLICY_FILE
    text = path.read_text()
    page(done)
    assert [each.name for each in done.folder.glob(f"{POLICY_FILE}*")] == [POLICY_FILE]
    path.write_text("mine")
    page(done)
    assert path.read_text() == text
    assert path.with_name(f"{POLICY_FILE}.1").read_text() == "mine"


def test_the_picture_has_every_rule_and_the_front_and_needs_no_network(tmp_path: Path) -> None:
    done = tuned(tmp_path)
    assert f"picture of the front: {done.folder / tune_figure.NAME}" in page(done)
    figure = tune_figure.front(done)
    tried, front = figure.data[:2]
    assert sorted(tried.x) == sorted(100 * freed for freed, _ in done.scores.values())
    assert list(front.text) == [entry.rule for entry in done.entries]
    assert [y + up for y, up in zip(front.y, front.error_y.array, strict=True)] == pytest.approx(
        [1000 * entry.lost.high for entry in done.entries]
    )
    text = (done.folder / tune_figure.NAME).read_text(encoding="utf-8")
    assert not re.search(r"<(script|link)[^>]+(src|href)=", text)
