"""The page of a sensitivity analysis: 80 columns, for who decides and does not program; and its picture."""

import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simulator.questions.sensitivity.flips import Point, Variation
from simulator.questions.sensitivity.influence import Influence
from simulator.questions.sensitivity.result import Sensitivity
from simulator.report import tornado
from simulator.report.answer import print_answer
from simulator.scenario.ranges import CHOICES, Range
from tests.questions.sensitivity.street import STREET, analysed

SHORT = STREET.replace("length: 5 d", "length: 2 d").replace("warmed 3 d", "warmed 2 d")
MORE = SHORT.replace("talk: 10 min", "talk: 10 min  # assumed: a guess").replace(
    f"by_hour: {SHORT.split('by_hour: ')[1].splitlines()[0]}",
    f"by_hour: {SHORT.split('by_hour: ')[1].splitlines()[0]}  # assumed: by night",
)


def page(done: Sensitivity, *, as_json: bool = False) -> str:
    to = io.StringIO()
    print_answer("sensitivity", done, to, as_json=as_json)
    return to.getvalue()


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Sensitivity:
    return analysed(tmp_path_factory.mktemp("street"), MORE, samples=16)


def test_the_page_says_what_it_hangs_on_in_80_columns(done: Sensitivity) -> None:
    text = page(done)
    kept = ("picture of what it hangs on", "kept in ")
    assert all(len(line) <= 80 for line in text.splitlines() if not line.startswith(kept))
    flat = " ".join(text.split())
    for words in (
        *("Night and day 112", "2 assumed values, varied together in 16 samples of 4 replications each, seed 1"),
        *("policies are ranked by the change in genuine callers never heard, the least first", "leads in"),
        *("all is best in the file and leads in", "no blocklist overtakes it where day.shared_with.kids.share is"),
        *("This ranking holds in ", "Phones of kids that day share", "by_number (in the file)", "by_call"),
        *("By the share alone", "all against no blocklist"),
        *("hangs on", "weight", "varied alone", "day.shared_with.kids.share", "4 % (0 % to 40 %)", "flips at"),
        *("Left alone: ", "by_hour (a shape)", f"kept in {done.folder}"),
    ):
        assert words in flat, words


def test_figures_on_the_page_are_those_of_the_document(done: Sensitivity) -> None:
    lines = page(done).splitlines()
    first = done.document()["policies"][0]
    assert first["policy"] == "all"
    (row,) = [line for line in lines if line.startswith("all  ")]
    never, change, leads, surely = row.split()[1:]
    assert float(change) == pytest.approx(-1000 * first["score"], abs=0.05)
    found = {each["measure"]: each for each in done.document()["effects"] if each["policy"] == "all"}
    assert float(never) == pytest.approx(1000 * found["never_because"]["value"], abs=0.05)
    assert float(change) == pytest.approx(1000 * found["change_never"]["value"], abs=0.05)
    assert (int(leads), int(surely)) == (first["leads_in_samples"], first["surely"])
    (flip,) = done.document()["alone"][0]["flips"]
    assert any(line.endswith(f"flips at {flip['at']}") for line in map(str.rstrip, lines))
    assert any(line.rstrip().endswith(f"({flip['between'][0]} to {flip['between'][1]})") for line in lines)


def test_the_document_is_json_without_nan_and_names_every_value(done: Sensitivity) -> None:
    def no(_: str) -> Any:
        raise AssertionError("not JSON")

    found = json.loads(page(done, as_json=True), parse_constant=no)
    assert found == json.loads(json.dumps(done.document()))
    assert [each["key"] for each in found["values"]] == [
        "callers.day.numbers.shared_with.kids.share",
        "callers.kids.talk",
    ]
    assert {each["key"] for pair in found["influence"] for each in pair["values"]} == {
        each["key"] for each in found["values"]
    }


WEIGHTS = [
    (-0.87, True, ("0.87", "by_call favours all")),
    (0.87, True, ("0.87", "by_number favours all")),
    (0.2, True, ("not detected", "in 16 samples")),
    (-0.2, True, ("not detected", "in 16 samples")),
    (-0.87, False, ("hangs on day.shared_with.kids.choose (0.87, by_call favours all).",)),
    (0.2, False, ("that any value matters was not detected in 16 samples",)),
]


@pytest.mark.parametrize("coefficient, alone, words", WEIGHTS)
def test_a_choice_has_no_sign_but_a_side_that_it_favours_and_what_is_not_detected_is_said_so(
    done: Sensitivity, coefficient: float, alone: bool, words: tuple[str, ...]
) -> None:
    options = CHOICES["choose"]
    key = "callers.day.numbers.shared_with.kids.choose"
    choice = Range(key, options[-1], options[0], options[-1], options=options)
    points = tuple(Point(text, float(place), done.pairs[0].file) for place, text in enumerate(options))
    varied = (Variation(choice, "never", (), points),) if alone else ()
    weights = Influence(np.array([coefficient, 0.01]), 0.5, partial=True)
    pair = replace(done.pairs[0], influence=weights, varied=varied)
    found = replace(done, ranges=(choice, done.ranges[1]), pairs=(pair,), households=())
    text = " ".join(page(found).split())
    assert all(word in text for word in words)
    assert "-0.87" not in text
    assert "+0.87" not in text
    assert "by chance" not in text


@pytest.mark.parametrize(
    "by, words", [("shut_out", "never heard because of them, the fewest first"), ("freed", "busy time freed")]
)
def test_other_criteria_have_pages_of_their_own(tmp_path: Path, by: str, words: str) -> None:
    text = " ".join(page(analysed(tmp_path, SHORT, by=by, replications=2)).split())
    assert words in text
    assert ("Phones of kids" in text) == (by != "freed")


def test_the_picture_has_a_bar_a_value_and_end(done: Sensitivity) -> None:
    figure = tornado.tornado(done)
    pairs = [pair for pair in done.pairs if pair.varied]
    bars = [trace for trace in figure.data if trace.type == "bar"]
    assert len(bars) == 2 * len(pairs)
    assert [len(bar.y) for bar in bars] == [len(pair.varied) for pair in pairs for _ in range(2)]
    varied = pairs[0].varied[0]
    ends = [1000 * varied.points[which].apart.estimate.value for which in (0, -1)]
    shown = [bar.base[-1] + bar.x[-1] for bar in bars[:2]]
    assert [bar.y[-1].split("<br>")[0] for bar in bars[:2]] == ["day.shared_with.kids.share"] * 2
    assert shown == pytest.approx(ends)


def test_the_picture_needs_no_network(done: Sensitivity) -> None:
    assert f"picture of what it hangs on: {done.folder / tornado.NAME}" in page(done)
    text = (done.folder / tornado.NAME).read_text(encoding="utf-8")
    assert "Plotly.newPlot" in text
    assert '<script src="http' not in text


def test_where_nobody_genuine_calls_nothing_is_concluded(tmp_path: Path) -> None:
    kids = SHORT[SHORT.index("\n  kids:") : SHORT.index("floor:")].replace("10 min", "10 min  # assumed: a guess")
    text = SHORT[: SHORT.index("\n  night:")] + kids + SHORT[SHORT.index("floor:") :]
    flat = " ".join(page(analysed(tmp_path, text, replications=2)).split())
    assert flat.startswith("Night and day 112 Nothing can be said of whom a policy helps: nobody genuine calls.")
