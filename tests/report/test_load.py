"""What a live run, a twin and a search print."""

import io
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from simulator.live.contract import DispatchUser
from simulator.live.load.breaking_point import find_breaking_point
from simulator.live.load.load import Load, run_load
from simulator.live.load.locust import Status
from simulator.live.load.twin import run_twin
from simulator.report.breaking_point import print_breaking_point
from simulator.report.load import generator, print_load
from simulator.report.twin import print_twin
from simulator.report.watch import said, stepping, watching
from simulator.scenario.units import HOUR, MILLISECOND
from tests.live.load.lines import CROWDED, fake_locust, load_request
from tests.live.load.test_breaking_point import QUIET
from tests.live.load.test_load import stop_once_playing
from tests.live.load.test_twin import ROOMY

__all__ = ["fake_locust"]
pytestmark = pytest.mark.usefixtures("fake_locust")


def printed(done: Load) -> str:
    page = io.StringIO()
    print_load(done, page, as_json=False)
    assert max(map(len, page.getvalue().rstrip().splitlines()[:-1])) <= 80  # the last line is a path
    return page.getvalue()


def test_the_refusals_of_the_api_come_before_anything_else(tmp_path: Path) -> None:
    text = printed(run_load(load_request(tmp_path, "refuses")))
    heads = [
        "kept up",
        "What the API said",
        "The API turned away",
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
    text = printed(run_load(load_request(tmp_path, "refuses")))
    part = text[text.index("genuine callers (in time") : text.index("average wait")]
    rows = [line for line in part.splitlines() if re.match("reach|lost", line)]
    offered = int(re.search(r"Of ([\d,]+) genuine callers", text)[1].replace(",", ""))  # type: ignore[index]
    assert sum(int(re.search(r" ([\d,]+) +\d+\.\d %", row)[1].replace(",", "")) for row in rows) == offered  # type: ignore[index]


def test_figures_that_follow_the_scenario_are_marked(tmp_path: Path) -> None:
    text = " ".join(printed(run_load(load_request(tmp_path, "refuses"))).split())
    assert re.search(r" callers° \d", text)
    assert "° follows what the scenario says, and is no finding: volume" in text


def test_a_generator_that_fell_behind_is_said_first(tmp_path: Path) -> None:
    text = " ".join(printed(run_load(load_request(tmp_path, "saturated"))).split())
    assert text.index("generator saturated, these figures do not count") < text.index("What the API said")
    assert re.search(r"7 of [\d,]+ steps came later than 10 ms, the latest 60 ms", text)


def test_a_generator_that_kept_up_says_how_many_steps_were_late(tmp_path: Path) -> None:
    """And never a percentile that contradicts the bound beside it."""
    done = run_load(load_request(tmp_path))
    lag = {**done.played.summary["lag"], "p99_ms": 78.5, "max_ms": 90.2, "late": 3, "count": 150}
    few = replace(done.played, summary={**done.played.summary, "lag": lag})
    text = generator(replace(done, played=few)).plain
    assert text == "generator: kept up: 3 of 150 steps came later than 10 ms, the latest 90 ms"


def test_of_each_kind_of_trouble_one_example_is_shown(tmp_path: Path) -> None:
    done = run_load(load_request(tmp_path))
    row = {"trouble": "unexpected status", "step": "ring", "intent": "genuine", "count": 9}
    told = [row | {"example": f'unexpected status 200: "<html>login</html>" {"x" * 300}'}, row | {"intent": "prank"}]
    text = printed(replace(done, played=replace(done.played, summary={**done.played.summary, "troubles": told})))
    assert 'such as, at ring: unexpected status 200: "<html>login</html>"' in " ".join(text.split())
    assert text.count("such as") == 1
    assert "x" * 101 not in "".join(text.split())


def test_what_an_api_without_a_queue_is_late_with_is_its_own(tmp_path: Path) -> None:
    """No call-takers, no lines, no policy of the scenario's: none of them is played."""
    done = run_load(load_request(tmp_path, "refuses"))
    text = printed(replace(done, request=replace(done.request, kind=DispatchUser)))
    assert "late: the API took longer than 15 s" in text
    assert "policy: the API's own" in text
    assert not re.search("nobody on duty|lines or call-takers|Call-takers", text)
    part = text[text.index("genuine callers (in time") : text.index("average wait")]
    rows = [line for line in part.splitlines() if re.match("taken|late|lost", line)]
    offered = int(re.search(r"Of ([\d,]+) genuine callers", text)[1].replace(",", ""))  # type: ignore[index]
    assert sum(int(re.search(r" ([\d,]+) +\d+\.\d %", row)[1].replace(",", "")) for row in rows) == offered  # type: ignore[index]


def test_of_a_run_that_was_stopped_the_header_says_how_much_was_played(tmp_path: Path) -> None:
    text = printed(run_load(load_request(tmp_path, "slow"), stop_once_playing([])))
    assert re.search(r"^stopped: \d+ of \d+ callers, [23] h \d\d min of 6 hours from Mon", text, re.M)


def test_a_run_that_broke_off_says_so_first(tmp_path: Path) -> None:
    text = printed(run_load(load_request(tmp_path, "loses")))
    assert re.match(r"the run broke off: \d+ of \d+ callers were played; these figures do not count\n", text)
    assert re.search(r"^broke off: \d+ of \d+ callers, [23] h \d\d min of 6 hours", text, re.M)
    assert "kept up" not in text


def test_an_api_that_took_no_call_is_told_first(tmp_path: Path) -> None:
    text = printed(run_load(load_request(tmp_path, "down")))
    assert re.match(r"the API took no call: it failed at every one of [\d,]+ attempts\n", text)


def test_a_twin_that_was_stopped_holds_only_what_had_ended_against_the_model(tmp_path: Path) -> None:
    page = io.StringIO()
    done = run_twin(load_request(tmp_path, "slow"), 50 * MILLISECOND, stop_once_playing([]))
    print_twin(done, page, as_json=False)
    text = " ".join(page.getvalue().split())
    assert done.difference.open > 0
    said = r"Stopped: too few to tell: the \d+ that had ended agree; (\d+) of \1 waits agree .*; 299 waits are needed"
    assert re.search(said + r" \(\d+ were open\)\.", text)
    assert "Ended otherwise" not in text


def test_of_a_generator_that_died_nobody_knows_whether_it_kept_up(tmp_path: Path) -> None:
    text = printed(run_load(load_request(tmp_path, "dies")))
    assert "generator: not known whether it kept up" in text
    assert "not ended at the stop" in text


def test_for_programs_there_is_one_document(tmp_path: Path) -> None:
    page = io.StringIO()
    done = run_load(load_request(tmp_path))
    print_load(done, page, as_json=True)
    told = json.loads(page.getvalue(), parse_constant=pytest.fail)
    assert list(told).index("replies") < list(told).index("measures")
    assert told == json.loads((done.folder / "summary.json").read_text())


def test_a_twin_is_shown_side_by_side(tmp_path: Path) -> None:
    page = io.StringIO()
    print_twin(run_twin(load_request(tmp_path, text=ROOMY), 50 * MILLISECOND), page, as_json=False)
    text = page.getvalue()
    assert "The API does what the model says" in text
    assert re.search(r"(\d+) of \1 waits agree within 50 ms on the wall \(100\.0 %\)", " ".join(text.split()))
    assert re.search(r"^target: 90 % of genuine within 15 s\n  simulated: (.*)\n  live: \1$", text, re.M)
    assert re.search(r"^answered +(\d+) +\1 +(\d+) +\2", text, re.M)
    assert re.search(r"^waits, call by call: apart +\d+ +0\.0 +0\.0 +0\.0 +0\.0", text, re.M)


def test_a_twin_of_few_calls_says_that_they_are_too_few_and_how_many_it_takes(tmp_path: Path) -> None:
    page = io.StringIO()
    done = run_twin(load_request(tmp_path), 50 * MILLISECOND)
    print_twin(done, page, as_json=False)
    text = " ".join(page.getvalue().split())
    assert done.difference.compared < 299
    assert "Too few to tell: " in text
    assert "It takes 299 waits to see" in text
    assert "does what the model says" not in text
    assert not done.held


def test_a_target_is_told_with_the_callers_behind_it(tmp_path: Path) -> None:
    done = run_load(load_request(tmp_path))
    [verdict] = done.found.verdicts
    text = printed(done)
    share = f"{100 * verdict.in_time / verdict.offered:.1f} %"
    assert f"{verdict.in_time:,} of {verdict.offered:,} in time ({share})" in text
    [told] = done.document["targets"]
    assert (told["in_time"], told["offered"], told["not_kept"]) == (verdict.in_time, verdict.offered, 0)


def test_verdicts_that_were_not_kept_are_told_first_and_no_target_is_met(tmp_path: Path) -> None:
    text = printed(run_load(load_request(tmp_path, "forgets", text=CROWDED.replace("90 % of genuine", "0.1 % of all"))))
    first = re.match(r"the API kept no verdict of ([\d,]+) of [\d,]+ genuine callers: their incidents are lost\n", text)
    assert first
    assert re.search(r"^answered, and no verdict kept +\d+ \(\d+\.\d %\) +0$", text, re.M)
    assert re.search(rf"^  of these answered, and no verdict kept +{first[1]} ", text, re.M)
    assert "target met" not in text
    assert "missed whatever the share: the API kept no verdict of" in text


def test_what_ended_otherwise_is_listed_with_what_was_close(tmp_path: Path) -> None:
    page = io.StringIO()
    print_twin(run_twin(load_request(tmp_path, "refuses"), 50 * MILLISECOND), page, as_json=False)
    text = page.getvalue()
    assert "The API and the model part" in text
    assert re.search(r"^Ended otherwise, the first 10 of \d+; \d+ attempts behind these", text, re.M)
    assert re.search(r"^\d\d:\d\d:\d\d +\d+ +(genuine|prank) +\w+ +failed +rate limit \(429\)", text, re.M)
    assert max(map(len, text.rstrip().splitlines()[:-1])) <= 80


def test_a_search_is_a_table_and_a_sentence(tmp_path: Path) -> None:
    page, steps = io.StringIO(), io.StringIO()
    asked = replace(load_request(tmp_path, text=QUIET, length=3 * HOUR, scale=0.5), trunks=5)
    done = find_breaking_point(asked, told=stepping(steps))
    print_breaking_point(done, page, as_json=False)
    text = page.getvalue()
    assert re.search(r"^ +x 0\.5 +\d+ +\d+\.\d % +\d+\.\d % +\d+ of \d+ ", text, re.M)
    assert re.search(r"It bears [\d.]+ times the callers, and fails at [\d.]+\. What breaks first:", text)
    assert steps.getvalue() == ""  # nobody watches
    assert max(map(len, text.rstrip().splitlines()[:-1])) <= 80


def test_progress_is_a_line_in_a_terminal_and_nothing_elsewhere() -> None:
    now = Status(now=1, calls=400, started=120, ended=100, in_progress=20, failed=3, lag_p99_ms=0.84)
    assert said(now) == "120 of 400 callers, 20 in progress, 3 failed, lag 0.8 ms"
    timed = replace(now, now=HOUR, length=3 * HOUR, speed=60.0)
    assert said(timed).endswith(", 60 s played, 120 s left")
    assert said(replace(timed, now=4 * HOUR)).endswith(", 240 s played, the last calls end")
    elsewhere = io.StringIO()
    with watching(elsewhere) as watch:
        watch(now)
    assert elsewhere.getvalue() == ""
