"""The page of a comparison: 80 columns, for who decides and does not program; and its picture."""

import io
import json
import re
from pathlib import Path

import pytest

from simulator.decisions.compare.compare import Compare
from simulator.report import trade_off
from simulator.report.compare import print_comparison
from simulator.report.compare_words import conclusion
from tests.decisions.compare.test_compare import compared, effect
from tests.decisions.towns import TOWN

POLICIES = ("none", "scenario", "strict")
NAMES = (*POLICIES, "no nuisance at all")


def page(done: Compare) -> str:
    to = io.StringIO()
    print_comparison(done, to, as_json=False)
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
    ranks = {each["policy"]: each["rank"] for each in done.document["paired"]}
    assert places["no nuisance at all"] == max(places.values())
    assert sorted(POLICIES, key=lambda name: places[name]) == sorted(POLICIES, key=lambda name: ranks[name])
    assert ranks["none"] == 0


def test_figures_on_the_page_are_those_of_the_document(tmp_path: Path) -> None:
    done = compared(tmp_path)
    row = next(each for each in done.document["paired"] if each["policy"] == "strict")
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


def test_what_was_never_seen_is_said_with_what_it_is_worth(tmp_path: Path) -> None:
    text = page(compared(tmp_path, "none,lax"))
    assert "none*" in text
    assert "at most" in text
    assert "* none in 12 simulated stretches of 2 days" in text
    assert "no blocklist and lax cannot be told apart" in " ".join(text.split())


def test_a_single_replication_and_a_town_without_genuine_callers_have_pages_too(tmp_path: Path) -> None:
    assert "one replication" in page(compared(tmp_path, replications=1, out=tmp_path / "a"))
    nobody = TOWN.replace("intent: genuine", "intent: enquiry")
    assert "enquiries" in page(compared(tmp_path, text=nobody, out=tmp_path / "b"))


def test_assumed_shares_that_harm_hangs_on_are_doubts(tmp_path: Path) -> None:
    assumed = TOWN.replace("choose: by_call}}}", "choose: by_call}}}    # assumed: nobody has counted")
    assert any("shared phones" in doubt for doubt in compared(tmp_path, text=assumed).doubts)


def test_json_is_the_document_and_nothing_else(tmp_path: Path) -> None:
    done = compared(tmp_path)
    to = io.StringIO()
    print_comparison(done, to, as_json=True)
    assert json.loads(to.getvalue()) == done.document


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
    row = next(each for each in done.document["paired"] if (each["policy"], each["call_takers"]) == ("strict", 2))
    never = effect(done, "strict", "never_because", 2)
    point = figure.data[6]
    assert point.x[0] == pytest.approx(100 * row["freed"]["value"])
    assert point.y[0] + point.error_y.array[0] == pytest.approx(1000 * never["high"])
    assert point.y[0] - point.error_y.arrayminus[0] == pytest.approx(1000 * never["low"])
    assert [line.x0 for line in figure.layout.shapes] == [figure.data[3].x[0], figure.data[7].x[0]]
