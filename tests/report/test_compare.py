"""The page of a comparison: 80 columns, for who decides and does not program; and its picture."""

import io
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from simulator.metrics.estimate import Estimate
from simulator.questions.compare.result import CompareResult
from simulator.report import trade_off
from simulator.report.answer import print_answer
from simulator.report.compare import _freed, _many
from simulator.report.compare_words import conclusion, few
from tests.questions.compare.test_compare import SILENT, compared, effect
from tests.questions.compare.test_comparison import BUSY, held
from tests.study.towns import TOWN

POLICIES = ("none", "scenario", "strict")
NAMES = (*POLICIES, "no nuisance at all")


def page(done: CompareResult) -> str:
    to = io.StringIO()
    print_answer("compare", done, to, as_json=False)
    return to.getvalue()


def test_the_page_says_who_is_saved_and_shut_out_in_80_columns(tmp_path: Path) -> None:
    done = compared(tmp_path)
    text = page(done)
    kept = ("picture of the trade-off", "kept in ")
    assert all(len(line) <= 80 for line in text.splitlines() if not line.startswith(kept))
    for words in (
        *("Of 1,000", "never heard", "because of it", "heard because", "change in", "alike"),
        *("no blocklist", "scenario", "strict", "no nuisance at all"),
        *("busy time", "worst hour", "by route", "shared"),
        *("Compared on callers of their own", f"kept in {done.folder}"),
    ):
        assert words in text, words


def test_the_conclusion_comes_first(tmp_path: Path) -> None:
    done = compared(tmp_path)
    text = " ".join(page(done).split())
    assert text.startswith("Test town 112 " + " ".join(conclusion(done)))


def test_policies_stand_in_the_order_of_who_is_never_heard(tmp_path: Path) -> None:
    done = compared(tmp_path, replications=40)
    lines = page(done).splitlines()
    head = next(place for place, line in enumerate(lines) if line.startswith("Of 1,000"))
    begins = {"none": "no blocklist"}
    places = {
        name: next(k for k, line in enumerate(lines) if k > head and line.startswith(begins.get(name, name)))
        for name in NAMES
    }
    ranks = {each["policy"]: each["rank"] for each in done.document()["paired"]}
    assert places["no nuisance at all"] == max(places.values())
    assert sorted(POLICIES, key=lambda name: places[name]) == sorted(POLICIES, key=lambda name: ranks[name])
    assert ranks["none"] == 0


def test_figures_on_the_page_are_those_of_the_document(tmp_path: Path) -> None:
    done = compared(tmp_path)
    row = next(each for each in done.document()["paired"] if each["policy"] == "strict")
    line = next(line for line in page(done).splitlines() if line.startswith("strict "))
    never, heard, change = (
        1000 * effect(done, "strict", name)["value"] for name in ("never_because", "heard_because", "change_never")
    )
    assert f"{never:.1f}" in line
    assert (f"{heard:.1f}" if heard else "none*") in line
    assert f"{change:+.1f}" in line
    assert line.split()[-1] == row["letters"]


def test_staffings_stand_apart_and_are_named(tmp_path: Path) -> None:
    text = page(compared(tmp_path, call_takers="1,2"))
    assert text.count("with 1 call-taker\n") + text.count("with 1 call-taker ") >= 3
    assert "with 2 call-takers" in text
    assert "With 1 call-taker: " in text


def test_what_is_the_same_with_each_staffing_is_said_once(tmp_path: Path) -> None:
    done = compared(tmp_path, "none,lax", call_takers="1,2,3")
    text = " ".join(page(done).split())
    concluded = "No rule was shown to help: lax changed nothing in any replication."
    assert text.count(concluded) == 1
    assert f"With 1, 2 and 3 call-takers alike: {concluded}" in text
    assert text.count("no blocklist and lax cannot be told apart") == 1
    assert "may tell" not in text


def test_the_conclusion_quotes_the_interval_of_the_table(tmp_path: Path) -> None:
    done = compared(tmp_path, "none,strict,scenario", text=BUSY, replications=20)
    (best,) = (each for each in done.document()["paired"] if each["rank"] == 0)
    change = effect(done, best["policy"], "change_never")
    fewer, least, most = (few(-change[part]) for part in ("value", "high", "low"))
    text = " ".join(page(done).split())
    assert f"{best['policy']} is worth having" in text
    assert f"of 1,000 genuine callers {fewer} fewer are never heard ({least} to {most})" in text
    assert f"-{most} to -{least}" in text


def test_a_policy_that_can_never_act_has_no_intervals(tmp_path: Path) -> None:
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "silent.yaml").write_text(SILENT)
    text = page(compared(tmp_path, "none,silent"))
    assert "No rule was shown to help: no rule of silent can act on anybody here." in " ".join(text.split())
    rows = [line.split() for line in text.splitlines() if line.startswith("silent")]
    assert rows[:2] == [["silent", "0", "0", "0", "a"], ["silent", "0", "0", "0"]]


def test_more_replications_without_pairs_are_told_only_of_what_a_policy_changes(tmp_path: Path) -> None:
    """Without pairs strict would need more replications to be told from none; of lax nothing could ever be told."""
    assert "callers of their own" not in page(compared(tmp_path, "none,lax", out=tmp_path / "a"))
    text = " ".join(page(compared(tmp_path, out=tmp_path / "b")).split())
    gains = re.findall(r"([\d.,]+) times for", text)
    assert gains
    assert all(1.5 <= float(gain.replace(",", "")) <= 100 for gain in gains)


def test_parts_that_are_counted_are_told_from_a_total_that_is_smoothed(tmp_path: Path) -> None:
    said = "By route callers are counted; above, those who are blocked at every attempt are a smoothed estimate"
    assert said in " ".join(page(compared(tmp_path, out=tmp_path / "a")).split())
    assert said not in " ".join(page(compared(tmp_path, "none,lax", out=tmp_path / "b")).split())


@pytest.mark.parametrize(
    "people, wanted",
    [(0.0, "0"), (-0.00003, "0"), (0.012, "+0.01"), (-0.04, "-0.04"), (0.26, "+0.3"), (-1234.5, "-1,234")],
)
def test_people_are_told_in_plain_digits(people: float, wanted: str) -> None:
    assert _many(people) == wanted


FREED = [
    (Estimate(0.1543, 0.1492, 0.1615, 9, "t"), "15.4\n14.9 to 16.2"),
    (Estimate(0.0004, -0.0003, 0.0009, 9, "t"), "0.04\n-0.03 to 0.09"),
    (Estimate(0.0004, -0.00004, 0.012, 9, "t"), "0.04\n0 to 1.2"),
    (Estimate(-0.02, -0.03, -0.00001, 9, "t"), "-2.0\n-3.0 to 0"),
    (Estimate(0.00001, 0.000001, 0.00002, 9, "t"), "< 0.01"),
]


@pytest.mark.parametrize("found, wanted", FREED)
def test_small_shares_of_time_have_the_digits_that_tell_them_from_0(found: Estimate, wanted: str) -> None:
    assert _freed(replace(held("a"), against={"freed": found})) == wanted


def test_what_was_never_seen_is_said_with_what_it_is_worth(tmp_path: Path) -> None:
    text = page(compared(tmp_path, "none,lax"))
    assert "none*" in text
    assert "at most" in text
    assert "* none in 12 simulated stretches of 2 days" in text
    assert "no blocklist and lax cannot be told apart" in " ".join(text.split())


def test_a_single_replication_and_a_town_without_genuine_callers_have_pages_too(tmp_path: Path) -> None:
    assert "one replication" in page(compared(tmp_path, replications=1, out=tmp_path / "a"))
    nobody = TOWN.replace("intent: genuine", "intent: enquiry")
    text = page(compared(tmp_path, text=nobody, out=tmp_path / "b"))
    assert "enquiries" in text
    assert "No genuine caller called, so nothing can be said" in text


def test_calls_still_open_at_the_end_are_counted_aloud(tmp_path: Path) -> None:
    """Talk of five days outlasts the two days and the day that the floor runs on."""
    text = TOWN.replace("talk: {exponential: {mean: 6 min}}", "talk: 5 d")
    done = compared(tmp_path, text=text, replications=3)
    many = {each["policy"]: each["left_open"] for each in done.document()["paired"]}
    assert all(many.values())
    assert f"none: {many['none']} genuine callers had calls still open at the end: heard" in " ".join(done.warnings)


def test_assumed_shares_that_harm_hangs_on_are_warnings(tmp_path: Path) -> None:
    assumed = TOWN.replace("choose: by_call}}}", "choose: by_call}}}    # assumed: nobody has counted")
    assert any("shared phones" in warning for warning in compared(tmp_path, text=assumed).warnings)


def test_json_is_the_document_and_nothing_else(tmp_path: Path) -> None:
    done = compared(tmp_path)
    to = io.StringIO()
    print_answer("compare", done, to, as_json=True)
    assert json.loads(to.getvalue()) == done.document()


def test_the_picture_is_one_file_that_asks_nobody_for_anything(tmp_path: Path) -> None:
    pytest.importorskip("plotly")
    done = compared(tmp_path, call_takers="1,2")
    page(done)
    text = (done.folder / trade_off.NAME).read_text(encoding="utf-8")
    assert not re.search(r"<script[^>]*\bsrc=|<link\b|<img\b", text.partition("<body>")[0] + text[-2000:])
    figure = trade_off.trade_off(done)
    said = " ".join(conclusion(done))
    assert figure.layout.title.subtitle.text.replace("<br>", " ") == said
    assert [trace.name for trace in figure.data] == 2 * ["no blocklist", "scenario", "strict", trade_off.MOST]
    row = next(each for each in done.document()["paired"] if (each["policy"], each["call_takers"]) == ("strict", 2))
    never = effect(done, "strict", "never_because", 2)
    point = figure.data[6]
    assert point.x[0] == pytest.approx(100 * row["freed"]["value"])
    assert point.y[0] + point.error_y.array[0] == pytest.approx(1000 * never["high"])
    assert point.y[0] - point.error_y.arrayminus[0] == pytest.approx(1000 * never["low"])
    assert [line.x0 for line in figure.layout.shapes] == [figure.data[3].x[0], figure.data[7].x[0]]
