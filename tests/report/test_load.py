"""What a live run, a twin and a search print."""

import io
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from simulator.decisions.load.capacity import carry_out as find_capacity
from simulator.decisions.load.load import Load, carry_out
from simulator.decisions.load.locust import Status
from simulator.decisions.load.twin import carry_out as twin
from simulator.report.capacity import print_capacity
from simulator.report.load import print_load
from simulator.report.twin import print_twin
from simulator.report.watch import said, stepping, watching
from simulator.scenario.units import HOUR, MILLISECOND
from tests.decisions.load.lines import ask, fake_locust
from tests.decisions.load.test_capacity import QUIET

__all__ = ["fake_locust"]
pytestmark = pytest.mark.usefixtures("fake_locust")


def printed(done: Load) -> str:
    page = io.StringIO()
    print_load(done, page, as_json=False)
    assert max(map(len, page.getvalue().rstrip().splitlines()[:-1])) <= 80  # the last line is a path
    return page.getvalue()


def test_the_target_s_refusals_come_before_anything_else(tmp_path: Path) -> None:
    text = printed(carry_out(ask(tmp_path, "refuses")))
    heads = [
        "kept up",
        "What the target said",
        "The target turned away",
        "genuine callers (in time",
        "Everyone",
        "\ntarget missed",
    ]
    places = [text.index(head) for head in heads]
    assert places == sorted(places)
    assert re.search(r"^failed: rate limit \(429\) +\d+ \(\d+\.\d %\) +\d+ \(\d+\.\d %\)", text, re.M)
    assert re.search(r"^lost or late: the line itself failed +\d+ ", text, re.M)
    assert re.search(r"^ring, genuine: reply +9 +1\.50 +2\.25 +3\.75 +4\.00", text, re.M)


def test_the_classes_of_genuine_callers_are_counted_and_add_up(tmp_path: Path) -> None:
    text = printed(carry_out(ask(tmp_path, "refuses")))
    part = text[text.index("genuine callers (in time") : text.index("average wait")]
    rows = [line for line in part.splitlines() if re.match("reach|lost", line)]
    offered = int(re.search(r"Of ([\d,]+) genuine callers", text)[1].replace(",", ""))  # type: ignore[index]
    assert sum(int(re.search(r" ([\d,]+) +\d+\.\d %", row)[1].replace(",", "")) for row in rows) == offered  # type: ignore[index]


def test_a_generator_that_fell_behind_is_said_first(tmp_path: Path) -> None:
    text = " ".join(printed(carry_out(ask(tmp_path, "saturated"))).split())
    assert text.index("generator saturated, these figures do not count") < text.index("What the target said")
    assert "7 of 466 steps came later than 10 ms, the latest 60 ms" in text


def test_of_a_generator_that_died_nobody_knows_whether_it_kept_up(tmp_path: Path) -> None:
    text = printed(carry_out(ask(tmp_path, "dies")))
    assert "generator: not known whether it kept up" in text
    assert "not ended at the stop" in text


def test_for_programs_there_is_one_document(tmp_path: Path) -> None:
    page = io.StringIO()
    done = carry_out(ask(tmp_path))
    print_load(done, page, as_json=True)
    told = json.loads(page.getvalue(), parse_constant=pytest.fail)
    assert list(told).index("replies") < list(told).index("measures")
    assert told == json.loads((done.folder / "summary.json").read_text())


def test_a_twin_is_shown_side_by_side(tmp_path: Path) -> None:
    page = io.StringIO()
    print_twin(twin(ask(tmp_path), "http://127.0.0.1:1", 50 * MILLISECOND), page, as_json=False)
    text = page.getvalue()
    assert "The API does what the model says" in text
    assert re.search(r"^answered +(\d+) +\1 +(\d+) +\2", text, re.M)
    assert re.search(r"^waits, call by call: apart +\d+ +0\.0 +0\.0 +0\.0 +0\.0", text, re.M)


def test_what_ended_otherwise_is_listed_with_what_was_close(tmp_path: Path) -> None:
    page = io.StringIO()
    print_twin(twin(ask(tmp_path, "refuses"), "http://127.0.0.1:1", 50 * MILLISECOND), page, as_json=False)
    text = page.getvalue()
    assert "The API and the model part" in text
    assert re.search(r"^Ended otherwise, the first 10 of \d+; \d+ attempts behind these", text, re.M)
    assert re.search(r"^\d\d:\d\d:\d\d +\d+ +(genuine|prank) +\w+ +failed +rate limit \(429\)", text, re.M)
    assert max(map(len, text.rstrip().splitlines()[:-1])) <= 80


def test_a_search_is_a_table_and_a_sentence(tmp_path: Path) -> None:
    page, steps = io.StringIO(), io.StringIO()
    asked = replace(ask(tmp_path, text=QUIET, length=HOUR, scale=0.5), trunks=5)
    done = find_capacity(asked, told=stepping(steps))
    print_capacity(done, page, as_json=False)
    text = page.getvalue()
    assert re.search(r"^ +x 0\.5 +\d+ +\d+\.\d % +\d+\.\d %", text, re.M)
    assert re.search(r"It bears [\d.]+ times the callers, and fails at [\d.]+\. What breaks first:", text)
    assert steps.getvalue() == ""  # nobody watches
    assert max(map(len, text.rstrip().splitlines()[:-1])) <= 80


def test_progress_is_a_line_in_a_terminal_and_nothing_elsewhere() -> None:
    now = Status(now=1, calls=400, started=120, ended=100, in_progress=20, failed=3, lag_p99_ms=0.84)
    assert said(now) == "120 of 400 callers, 20 in progress, 3 failed, lag 0.8 ms"
    elsewhere = io.StringIO()
    with watching(elsewhere) as watch:
        watch(now)
    assert elsewhere.getvalue() == ""
