"""What the document of a comparison says, and under which names: programs read it."""

from dataclasses import replace
from typing import Any

from simulator.metrics.estimate import Estimate
from simulator.metrics.paired import EFFECTS
from simulator.questions.compare.comparison import Comparison, Pair, Way
from simulator.questions.compare.document import CHANGES, document, effects_of, older_document
from simulator.questions.compare.document import _paired as paired_of
from simulator.questions.compare.older_list import OlderList
from simulator.scenario.units import DAY, SECOND
from tests.questions.compare.test_comparison import design, held

NAN, INF = float("nan"), float("inf")
SURE = Estimate(0.25, 0.125, 0.5, 7, "t")
SURE_TOLD = {"value": 0.25, "low": 0.125, "high": 0.5, "events": 7, "method": "t"}
UNKNOWN = Estimate(0.25, NAN, INF, 3, "one cluster")
UNKNOWN_TOLD = {"value": 0.25, "low": None, "high": None, "events": 3, "method": "one cluster"}
STRICT = replace(design("strict"), call_takers=2)
PAIR = Pair(STRICT, replace(design("lax"), call_takers=2), "freed", SURE)
PAIR_TOLD = {"call_takers": 2, "one": "strict", "other": "lax", "of": "freed", **SURE_TOLD} | {
    "family": "pairwise",
    "differ": True,
}


def test_a_row_of_what_was_paired_has_every_figure_under_its_name() -> None:
    """Of 45 callers 3 + 6 + 9 are never heard under the policy, and 7 + 8 + 9 without it; 9 of them in both worlds."""
    row = replace(
        held("strict"),
        design=STRICT,
        against={"freed": SURE, "nuisance_spared": UNKNOWN, "service_level": SURE, "change_never": SURE},
        fates=(((1, 2, 3), (4, 5, 6), (7, 8, 9)), ((9, 8, 7), (6, 5, 4), (3, 2, 1))),
        ways={"shared": Way(0.1, SURE, UNKNOWN)},
        freed_idle=0.4,
        freed_on_duty=0.3,
        freed_a_day=90.0 * SECOND,
        taken_on=0.2,
        pairing={"never_heard": 4.0, "smoothed": INF, "time_freed": NAN},
        left_open=5,
        never_acts=True,
        unchanged=True,
        rank=1,
        letters="ab",
        dominated_by=("none",),
    )
    assert paired_of(row) == {
        "policy": "strict",
        "call_takers": 2,
        "freed": SURE_TOLD,
        "nuisance_spared": UNKNOWN_TOLD,
        "service_level": SURE_TOLD,
        "fates": {"none": [[1, 2, 3], [4, 5, 6], [7, 8, 9]], "no nuisance": [[9, 8, 7], [6, 5, 4], [3, 2, 1]]},
        "never_heard": {
            "genuine": 45,
            "policy": 18,
            "none": 24,
            "policy_less_none": -6,
            "never_because": 9,
            "heard_because": 15,
        },
        "by_number": {"shared": {"share": 0.1, "blocked": SURE_TOLD, "never_because": UNKNOWN_TOLD}},
        "freed_idle": 0.4,
        "freed_on_duty": 0.3,
        "freed_s_a_day": 90.0,
        "taken_on": 0.2,
        "pairing_gain": {"never_heard": 4.0, "smoothed": "no difference seen", "time_freed": None},
        "left_open": 5,
        "never_acts": True,
        "unchanged": True,
        "rank": 1,
        "letters": "ab",
        "dominated_by": ["none"],
    }


def test_effects_are_rows_of_each_baseline_and_then_of_each_route() -> None:
    names = (*EFFECTS, *CHANGES)
    row = replace(
        held("strict"),
        against=dict.fromkeys(names, SURE),
        on_no_nuisance=dict.fromkeys(EFFECTS, UNKNOWN),
        routes={"shared_phone": SURE},
    )

    def told(baseline: str, measure: str, found: dict[str, Any], interval: str) -> dict[str, Any]:
        what = {"policy": "strict", "call_takers": None, "baseline": baseline, "intent": "genuine", "measure": measure}
        return {**what, **found, "unit": "share of callers", "interval": interval}

    assert list(effects_of(row)) == [
        *(told("none", name, SURE_TOLD, "simultaneous") for name in names),
        *(told("no nuisance", name, UNKNOWN_TOLD, "simultaneous") for name in EFFECTS),
        told("none", "never_because_shared_phone", SURE_TOLD, "pointwise"),
    ]


def test_the_document_says_what_was_asked_for_and_how_many_intervals_hold_together() -> None:
    found = document("town", 3, "kernel", 40, 15 * SECOND, Comparison((), (PAIR,), 39, 8), ["a warning"])
    means = found.pop("means")
    assert {*EFFECTS, *CHANGES, "freed", "taken_on", "pairing_gain"} <= set(means)
    assert found == {
        "scenario": "town",
        "seed": 3,
        "engine": "kernel",
        "replications": 40,
        "in_time_s": 15.0,
        "simultaneous": {"method": "Bonferroni", "confidence": 0.95, "against_baselines": 39, "pairwise": 8},
        "designs": [],
        "effects": [],
        "paired": [],
        "pairwise": [PAIR_TOLD],
        "warnings": ["a warning"],
    }


def test_what_holds_with_the_list_of_an_older_service_is_told_alike() -> None:
    found = Comparison((), (replace(PAIR, difference=UNKNOWN, family="against_baselines"),), 39, 0)
    assert older_document(OlderList(found, 12, 180 * DAY, ((PAIR.one, PAIR.other),))) == {
        "past_d": 180.0,
        "replications": 12,
        "designs": [],
        "effects": [],
        "paired": [],
        "pairwise": [{**PAIR_TOLD, **UNKNOWN_TOLD, "family": "against_baselines", "differ": False}],
        "turned_over": [[{"policy": "strict", "call_takers": 2}, {"policy": "lax", "call_takers": 2}]],
    }
