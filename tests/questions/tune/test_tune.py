"""Tuning from order to document: what is tried, judged, recommended, kept, and said."""

import json
from pathlib import Path
from typing import Any

import pytest

from simulator.questions.compare.compare import answer as compare
from simulator.questions.compare.request import Request as Comparison
from simulator.questions.tune.family import Point
from simulator.questions.tune.front import pareto_front
from simulator.questions.tune.members import Score
from simulator.questions.tune.request import Request
from simulator.questions.tune.result import Tune
from simulator.questions.tune.tune import POLICY_FILE, answer
from simulator.scenario.errors import BadInput, Interrupted
from simulator.scenario.library import load_policy
from simulator.study.question import Progress
from simulator.study.runs.progress import Status
from tests.questions.sensitivity import street
from tests.study.towns import TOWN, town

VARY = ("strikes=1..3", "for=1h,12h,forever")
REPLICATIONS = 12


def request(
    folder: Path, vary: tuple[str, ...] = VARY, text: str = TOWN, most_shut_out: float | None = 50, **options: Any
) -> Request:
    given = {"replications": REPLICATIONS, "out": folder / "results", "workers": 1, **options}
    return Request(scenario=town(folder, text), vary=vary, most_shut_out=most_shut_out, **given)


def tuned(folder: Path, vary: tuple[str, ...] = VARY, **options: Any) -> Tune:
    return answer(request(folder, vary, **options))


def test_a_small_family_is_tried_in_full_and_each_entry_is_one_that_no_other_beats(tmp_path: Path) -> None:
    done = tuned(tmp_path)
    assert list(done.scores) == list(done.family.points())
    points, scores = list(done.scores), list(done.scores.values())
    front = {points[place] for place in pareto_front(scores)}
    shown = {entry.point for entry in done.entries}
    assert shown <= front | {other for entry in done.entries for other in entry.same}
    assert done.front == len(shown)
    assert done.document()["method"] == "all"


def test_figures_of_the_search_are_those_of_a_comparison_on_the_same_calls(tmp_path: Path) -> None:
    """`siaga compare`, which keeps every sum, finds the same for the policy as it stands in the file."""
    done = tuned(tmp_path, ("strikes=2", "for=6h"))
    asked = Comparison(scenario=town(tmp_path), replications=REPLICATIONS, out=tmp_path / "results", workers=1)
    compared = compare(asked).document()
    (freed,) = [each["freed"]["value"] for each in compared["paired"] if each["policy"] == "scenario"]
    mine = [each for each in compared["effects"] if (each["policy"], each["baseline"]) == ("scenario", "none")]
    held = {each["measure"]: each["value"] for each in mine}
    (score,) = done.scores.values()
    assert score == pytest.approx((freed, *(held[name] for name in ("never_because", "change_never", "change_late"))))


def test_chosen_rules_are_judged_on_other_calls_than_they_were_chosen_on(tmp_path: Path) -> None:
    """Their figures are those that the next seed's search would find, and not those of this one's."""
    done, again = tuned(tmp_path), tuned(tmp_path, seed=2)
    assert done.document()["fresh"] == {"seed": 2, "replications": REPLICATIONS}
    for entry in done.entries:
        assert (entry.freed.value, entry.never.value, *entry.change) == pytest.approx(again.scores[entry.point])
        assert entry.tuned == done.scores[entry.point]
    assert any(entry.tuned.freed != entry.freed.value for entry in done.entries)


def test_what_is_found_depends_neither_on_workers_nor_engines(tmp_path: Path) -> None:
    alone = tuned(tmp_path, out=tmp_path / "a")
    many = tuned(tmp_path, out=tmp_path / "b", workers=2, engine="kernel")
    assert alone.document() == many.document()
    assert alone.folder.name == many.folder.name
    stored = [*(tmp_path / "a" / "town" / "tune" / "batches").iterdir()]
    assert stored
    for each in stored:
        assert each.read_bytes() == (tmp_path / "b" / "town" / "tune" / "batches" / each.name).read_bytes()


LARGE = ("strikes=1..6", "within=1h..24h", "for=1h..forever")


def test_a_search_that_is_interrupted_goes_on_to_the_same_answer(tmp_path: Path) -> None:
    whole = tuned(tmp_path, LARGE, trials=40, replications=2, out=tmp_path / "a")
    assert len(whole.scores) == 40 < whole.family.size
    assert whole.document()["method"] == "NSGA-II"
    asked = request(tmp_path, LARGE, trials=40, replications=2, out=tmp_path / "b")

    def stopping(now: Any) -> None:
        if now.done > 50:
            raise KeyboardInterrupt

    with pytest.raises(Interrupted, match="the same command goes on from there"):
        answer(asked, Progress(stopping))
    steps: list[Status] = []
    resumed = answer(asked, Progress(steps.append))
    assert resumed.document() == whole.document()
    assert resumed.scores == whole.scores
    assert 0 < steps[-1].calls < 0.9 * calls_of(asked.model_copy(update={"out": tmp_path / "c"}))
    again: list[Status] = []
    assert answer(asked, Progress(again.append)).document() == whole.document()
    assert {now.calls for now in again} == {0}


def calls_of(asked: Request) -> int:
    """Calls of the whole search."""
    steps: list[Status] = []
    answer(asked, Progress(steps.append))
    return steps[-1].calls


def test_another_limit_of_harm_finds_every_rule_simulated(tmp_path: Path) -> None:
    tuned(tmp_path, most_shut_out=50)
    steps: list[Status] = []
    done = answer(request(tmp_path, most_shut_out=500), Progress(steps.append))
    assert {now.calls for now in steps} == {0}
    assert done.best is not None


def test_the_limit_of_harm_decides_what_is_recommended(tmp_path: Path) -> None:
    strict, lax = tuned(tmp_path, most_shut_out=0), tuned(tmp_path, most_shut_out=1000)
    assert strict.best is None
    assert strict.document()["recommended"] is None
    assert lax.best is not None
    assert lax.best.helps or lax.best.freed.value == max(entry.freed.value for entry in lax.entries)
    assert strict.folder != lax.folder


def of_the_street(folder: Path, share: str) -> Tune:
    """The street's rule, varied; see `tests/questions/sensitivity/street.py`: it saves 20 callers a day of 220, all at
    night, and shuts out this share of the other 200."""
    scenario = street.write_street(folder, street.STREET.replace("share: 4 %", f"share: {share}"))
    options = {"policy": "all", "replications": 8, "engine": "kernel", "workers": 1, "out": folder / "results"}
    return answer(Request(scenario=scenario, vary=("strikes=1,1000", "for=7d,forever"), **options))


def test_on_a_line_so_busy_that_a_rule_saves_more_than_it_shuts_out_none_does_not_win(tmp_path: Path) -> None:
    """Though it shuts out 36 of 1,000: it lets 91 be heard. 800 callers stand behind the one and 320 behind the other,
    or the like; four standard errors are within 20 % of either."""
    best = of_the_street(tmp_path, "4 %").best
    assert best is not None
    assert best.never.value == pytest.approx(0.04 * 200 / 220, rel=0.2)
    assert best.effects["heard_because"].value == pytest.approx(20 / 220, rel=0.2)
    assert best.effects["change_never"].high < 0


def test_where_every_rule_shuts_out_more_than_it_saves_none_is_recommended(tmp_path: Path) -> None:
    """At 40 % it shuts out 80 callers a day for the 20 that it saves."""
    done = of_the_street(tmp_path, "40 %")
    assert done.best is None
    assert [entry.harms for entry in done.entries] == [True]
    rows = {each["measure"]: each for each in done.document()["effects"]}
    assert rows["change_never"]["value"] == pytest.approx(60 / 220, rel=0.2)
    assert rows["change_never"]["low"] > 0
    assert set(rows["never_because"]) >= {"policy", "baseline", "intent", "value", "unit", "events", "method"}


def test_rules_that_come_to_the_same_are_one_entry(tmp_path: Path) -> None:
    """After one strike no window matters: the shortest stands for all."""
    done = tuned(tmp_path, ("strikes=1", "within=1h,2h,4h"))
    (entry,) = done.entries
    assert entry.point == (0, 0)
    assert sorted(entry.same) == [(0, 1), (0, 2)]
    assert [each["within"] for each in done.document()["front"][0]["same"]] == ["2 h", "4 h"]


def test_rules_that_never_act_are_no_front(tmp_path: Path) -> None:
    done = tuned(tmp_path, ("strikes=5000,6000",))
    assert done.entries == ()
    assert done.best is None
    assert set(done.scores.values()) == {(0.0, 0.0, 0.0, 0.0)}


def test_results_are_kept_with_all_that_is_needed_to_do_it_again(tmp_path: Path) -> None:
    done = tuned(tmp_path)
    assert done.folder.parent == tmp_path / "results" / "town" / "tune"
    assert json.loads((done.folder / "summary.json").read_text(), parse_constant=pytest.fail) == done.document()
    manifest = json.loads((done.folder / "manifest.json").read_text())
    assert manifest["vary"] == list(VARY)
    assert (manifest["seed"], manifest["fresh_seed"]) == (1, 2)
    assert manifest["scenario_text"] == TOWN


def test_every_member_that_was_tried_is_in_the_document(tmp_path: Path) -> None:
    done = tuned(tmp_path)
    designs = done.document()["designs"]
    assert [each["values"] for each in designs] == [done.family.texts(point) for point in done.scores]
    assert done.document()["tried"] == done.document()["family"] == len(designs) == 9


def test_nsga_finds_the_front_of_a_simulated_family(tmp_path: Path) -> None:
    """At least 95 % of the hypervolume of all 96 members, of which it tries half."""
    vary = ("strikes=1..6", "within=1h,4h,24h,2d", "for=1h,6h,24h,forever")
    options = {"replications": 4, "engine": "kernel"}
    every = tuned(tmp_path, vary, trials=200, **options)
    some = tuned(tmp_path, vary, trials=48, **options)
    assert (len(every.scores), len(some.scores)) == (96, 48)
    assert all(every.scores[point] == score for point, score in some.scores.items())
    assert 0.95 * hypervolume(every.scores, every.scores) <= hypervolume(some.scores, every.scores)


def hypervolume(of: dict[Point, Score], every: dict[Point, Score]) -> float:
    """The area of what these beat, up to the worst harm of all."""
    scores, worst = [each[:2] for each in of.values()], max(each.never_because for each in every.values())
    steps = [scores[place] for place in pareto_front(scores)]
    before = [0.0, *(freed for freed, _ in steps)]
    return sum((freed - was) * (worst - harm) for (freed, harm), was in zip(steps, before, strict=False))


def test_warnings_name_ends_of_ranges_assumptions_and_what_was_not_seen(tmp_path: Path) -> None:
    done = tuned(tmp_path, ("strikes=2..3", "for=1h,2h"), most_shut_out=1000)
    assert done.best is not None
    assert any("is at an end of what was varied" in warning for warning in done.document()["warnings"])
    assumed = TOWN.replace("choose: by_call}}}", "choose: by_call}}}   # assumed: nobody has counted them")
    harms = tuned(tmp_path, text=assumed, most_shut_out=1000).document()["warnings"]
    assert any(
        "is assumed" in warning and "harm by shared phones goes up and down with it" in warning for warning in harms
    )
    kind = TOWN.replace("    numbers: {shared_with: {children: {share: 10 %, choose: by_call}}}\n", "")
    # With room for everybody nobody is lost to a queue that a policy made another, either.
    kind = kind.replace("trunks: 2", "trunks: 50")
    seen = tuned(tmp_path, ("strikes=2..3",), text=kind, most_shut_out=1000, call_takers=20)
    assert seen.entries
    assert all(entry.never.value == 0 for entry in seen.entries)
    assert any("none in 12 simulated stretches" in warning for warning in seen.document()["warnings"])


OLDER = "with an older list another rule may be best"


@pytest.mark.parametrize(
    "vary, floor, warned_of",
    [
        ("for=forever", "", True),
        ("for=1h,12h", "", True),  # of two days
        ("for=1h,12h", "  blocklist: warmed 30 d\n", False),
        ("for=1h", "", False),
    ],
)
def test_figures_of_a_list_that_still_fills_up_are_warned_of(
    tmp_path: Path, vary: str, floor: str, warned_of: bool
) -> None:
    text = TOWN.replace("  trunks: 2\n", f"  trunks: 2\n{floor}").replace("within: 1 d", "within: 1 h")
    done = tuned(tmp_path, (vary,), text=text, replications=2)
    assert any(OLDER in warning for warning in done.document()["warnings"]) == warned_of


def test_a_folder_in_use_is_refused_and_nothing_is_lost(tmp_path: Path) -> None:
    from simulator.tables.store import Store

    done = tuned(tmp_path)
    with Store(done.folder).claimed(), pytest.raises(BadInput, match="another run is at work"):
        tuned(tmp_path)
    assert tuned(tmp_path).document() == done.document()


def test_a_policy_without_rules_has_nothing_to_vary(tmp_path: Path) -> None:
    for options in ({"policy": "none"}, {"text": TOWN[: TOWN.index("policy:")]}):
        with pytest.raises(BadInput, match=r"^policy: given .* wanted a policy with a rule"):
            tuned(tmp_path, **options)


def test_faults_are_said_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="vary: given"):
        tuned(tmp_path, ("strikes=0..3",))
    assert not (tmp_path / "results").exists()


def test_members_meet_the_same_calls_batch_by_batch(tmp_path: Path) -> None:
    """A member's numbers do not depend on which others are simulated with it."""
    done = tuned(tmp_path)
    alone = tuned(tmp_path, ("strikes=2", "for=12h"))
    assert alone.scores[(0, 0)] == done.scores[(1, 1)]


def test_the_recommended_rule_is_a_policy_file_that_loads_as_that_policy(tmp_path: Path) -> None:
    done = tuned(tmp_path)
    assert done.best is not None
    found = load_policy(done.folder / POLICY_FILE, tmp_path)
    assert found.rules == done.best.policy.rules
    assert found.title == done.best.rule
    hints = [note.text for note in done.notes if note.kind == "hint"]
    assert hints[0].endswith(f"siaga run {done.loaded.path} --policy {done.folder / POLICY_FILE}")


def test_a_policy_file_that_somebody_changed_is_kept_aside(tmp_path: Path) -> None:
    path = tuned(tmp_path).folder / POLICY_FILE
    text = path.read_text()
    tuned(tmp_path)
    assert [each.name for each in path.parent.glob(f"{POLICY_FILE}*")] == [POLICY_FILE]
    path.write_text("mine")
    tuned(tmp_path)
    assert path.read_text() == text
    assert path.with_name(f"{POLICY_FILE}.1").read_text() == "mine"


def test_what_is_not_recommended_is_no_policy_file(tmp_path: Path) -> None:
    done = tuned(tmp_path, most_shut_out=0)
    assert done.best is None
    assert [note.text for note in done.notes if note.kind == "hint"] == [f"kept in {done.folder}"]
    assert not (done.folder / POLICY_FILE).exists()


def test_a_table_has_a_row_a_rule_judged(tmp_path: Path) -> None:
    done = tuned(tmp_path)
    rows = list(done.rows())
    assert [row["rule"] for row in rows] == [entry.rule for entry in done.entries]
    assert [row["change_never_low"] for row in rows] == [entry.effects["change_never"].low for entry in done.entries]
    assert [row["rule"] for row in rows if row["recommended"]] == [done.best and done.best.rule]
