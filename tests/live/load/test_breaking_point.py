"""``siaga breaking-point``: steps are runs, each in a folder of its own, and the answer says what broke."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from simulator.live.load import breaking_point
from simulator.live.load.breaking_point import BreakingPoint, Step, document_of, find_breaking_point, step_of
from simulator.live.load.broke import BROKE_OFF, CALL_TAKERS, GENERATOR, TRUNKS, Broke
from simulator.live.load.load import run_load as play
from simulator.live.load.search import Bounds
from simulator.report.breaking_point import sentence
from simulator.scenario.errors import BadInput, Interrupted
from simulator.scenario.units import HOUR
from tests.live.load.lines import TARGET, fake_locust, load_request
from tests.study.towns import TOWN

__all__ = ["fake_locust"]
pytestmark = pytest.mark.usefixtures("fake_locust")
QUIET = TOWN.replace("volume: 60 / d", "volume: 200 / d") + TARGET


def test_the_scale_that_holds_lies_just_below_one_that_does_not(tmp_path: Path) -> None:
    told: list[Step] = []
    asked = load_request(tmp_path, text=QUIET, length=3 * HOUR, scale=0.2)
    done = find_breaking_point(replace(asked, trunks=5), told=told.append)
    good, bad = done.bounds.good, done.bounds.bad
    assert good is not None
    assert bad is not None
    assert good.scale < bad.scale < 4
    assert good.verdict.estimate.value >= 0.9 > bad.verdict.estimate.value
    assert bad.broke is not None
    assert bad.broke.what in {CALL_TAKERS, TRUNKS}
    assert bad.simulated == pytest.approx(bad.verdict.estimate.value)  # the fake does what the model says
    assert told == list(done.bounds.steps)
    kept = json.loads((done.folder / "breaking-point.json").read_text())
    assert kept == json.loads(json.dumps(done.document))
    assert [Path(step["folder"]).name for step in kept["steps"]] == [f"step-{n + 1:02d}" for n in range(len(told))]


def test_a_target_of_callers_whom_the_scenario_has_not_is_refused(tmp_path: Path) -> None:
    """It would hold at every scale, since nobody is kept waiting."""
    text = QUIET.replace("of genuine within", "of enquiry within")
    assert text != QUIET
    with pytest.raises(BadInput, match="wanted a target of callers whom the scenario has"):
        find_breaking_point(load_request(tmp_path, text=text, length=HOUR, scale=1.0))


def test_a_generator_that_falls_behind_is_the_bound_and_named(tmp_path: Path) -> None:
    done = find_breaking_point(load_request(tmp_path, "saturated", text=QUIET, length=HOUR, scale=1.0))
    assert done.bounds.good is None
    assert done.bounds.bad is not None
    assert done.bounds.bad.saturated
    assert done.bounds.bad.broke is not None
    assert done.bounds.bad.broke.what == GENERATOR


def test_a_run_that_broke_off_says_nothing_of_the_api(tmp_path: Path) -> None:
    step = step_of(play(load_request(tmp_path, "loses")))
    assert step.saturated
    assert step.broke
    assert step.broke.what == BROKE_OFF
    found = BreakingPoint(load_request(tmp_path), Bounds(None, step, (step,), confirmed=False), (), {}, tmp_path)
    assert sentence(found) == "How much it bears is not known: the run broke off already at 1 times."


def test_an_api_that_takes_no_call_holds_at_no_scale(tmp_path: Path) -> None:
    step = step_of(play(load_request(tmp_path, "down")))
    assert step.broke
    assert step.broke.what == "the API failed: connection refused"


def test_more_than_can_be_drawn_is_the_top_of_the_search(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(breaking_point, "MOST_SCALE", 0.3)
    done = find_breaking_point(replace(load_request(tmp_path, text=QUIET, length=3 * HOUR, scale=0.2), trunks=5))
    assert done.bounds.bad is None
    assert done.bounds.good
    assert any(warning.startswith("nothing failed up to 0.2 times") for warning in done.warnings)
    assert (done.folder / "breaking-point.json").exists()


def test_of_a_search_that_is_interrupted_the_steps_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(step: Step) -> None:
        monkeypatch.setattr(breaking_point, "draw", interrupted)

    def interrupted(*_: object) -> None:
        raise Interrupted("now")

    with pytest.raises(Interrupted):
        find_breaking_point(
            replace(load_request(tmp_path, text=QUIET, length=3 * HOUR, scale=0.2), trunks=5), told=stop
        )
    kept = json.loads(next((tmp_path / "results").glob("town/breaking-point-*/breaking-point.json")).read_text())
    assert kept["interrupted"]
    assert len(kept["steps"]) == 1


def test_without_a_target_there_is_nothing_to_fail(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="targets: given"):
        find_breaking_point(load_request(tmp_path, text=TOWN))


def test_a_step_in_which_the_generator_fell_behind_is_played_again_before_it_is_believed(tmp_path: Path) -> None:
    told: list[Step] = []
    done = find_breaking_point(
        load_request(tmp_path, "saturated", text=QUIET, length=HOUR, scale=1.0), told=told.append
    )
    assert len(told) == 2 * len(done.bounds.steps)


def test_above_a_generator_that_fell_behind_nothing_is_known_but_where_the_api_failed(tmp_path: Path) -> None:
    """It holds at 1, the generator falls behind at 1.5, the API fails at 2."""
    done = find_breaking_point(replace(load_request(tmp_path, text=QUIET, length=HOUR, scale=0.2), trunks=5))
    assert done.bounds.good
    assert done.bounds.bad
    good, failed = replace(done.bounds.good, scale=1.0), replace(done.bounds.bad, scale=2.0)
    late = replace(good, scale=1.5, saturated=True, broke=Broke(GENERATOR, 0, 0))
    bounds = replace(done.bounds, good=good, bad=late, steps=(good, failed, late))
    said = sentence(replace(done, bounds=bounds))
    assert said.startswith(
        "It bears 1 times the callers; above that it is not known: the generator fell behind at 1.5."
    )
    assert "At 2, where the generator kept up, the API fails." in said
    assert failed.broke
    assert failed.broke.what in said
    document = document_of(done.request, "", bounds, ())
    assert (document["holds_at"], document["generator_fell_behind_at"], document["fails_at"]) == (1.0, 1.5, 2.0)
    alone = sentence(replace(done, bounds=replace(bounds, good=None, steps=(late,))))
    assert alone == "How much it bears is not known: the generator fell behind already at 1.5 times."


def test_where_nobody_called_whom_the_target_is_about_nothing_is_said_to_hold(tmp_path: Path) -> None:
    text = QUIET.replace("90 % of genuine", "90 % of enquiry")
    step = step_of(play(load_request(tmp_path, text=text, length=HOUR)))
    assert (step.judged, step.verdict.offered, step.verdict.met) == (False, 0, False)
    alone = BreakingPoint(load_request(tmp_path), Bounds(step, None, (step,), confirmed=True), (), {}, tmp_path)
    assert sentence(alone).startswith("Not judged: nobody called")
    failed = replace(step, scale=2.0, broke=Broke(TRUNKS, 3, 4))
    found = replace(alone, bounds=Bounds(step, failed, (step, failed), confirmed=True))
    assert sentence(found).endswith("what it bears is not known.")
    assert "bears 1" not in sentence(found)
