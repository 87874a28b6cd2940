"""Ranking, letters and dominance, pinned against hand tables; and a busy line on which a rule is worth having."""

from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any, cast

import pytest

from simulator.metrics.estimate import Estimate
from simulator.metrics.summary import Measured
from simulator.questions.compare.comparison import DesignEffects, Of, Pair, dominates, with_letters
from simulator.study.designs import Compared
from tests.questions.compare.test_compare import compared, effect
from tests.study.towns import TOWN

CALLERS = Measured("genuine", "offered", 100.0, None, None, "callers")
ZERO = (0.0, 0.0, 0.0)
Bounds = tuple[float, float, float]


def design(name: str) -> Compared:
    role = name if name in {"none", "no nuisance"} else "policy"
    return Compared(name, None, cast("Any", role), cast("Any", None))


def estimate(bounds: Bounds) -> Estimate:
    value, low, high = bounds
    return Estimate(value, low, high, 10, "t")


def held(name: str, never: float = 0.0, late: float = 0.0, idle: float | None = None) -> DesignEffects:
    changes = {"change_never": estimate((never, never, never)), "change_late": estimate((late, late, late))}
    against = {} if name == "none" else changes
    return DesignEffects(
        design(name), (CALLERS,), (), None, against, {}, {}, ((), ()), 0, {}, idle, None, 0.0, None, {}
    )


def pair(one: str, other: str, of: Of, bounds: Bounds) -> Pair:
    return Pair(design(one), design(other), of, estimate(bounds))


def pairs(names: str, **of: Bounds) -> list[Pair]:
    """Both orders of names are tried by turning a pair over; what is not given does not differ."""
    one, other = names.split("-")
    return [pair(one, other, cast("Of", name), of.get(name, ZERO)) for name in ("never_because", "freed")]


# never heard because of the first less the second, time freed by the first less the second; who dominates
DOMINANCE = [
    ("surely fewer, and surely no less time", (-2, -3, -1), (0, 0, 1), True, False),
    ("surely fewer, and the time cannot be told", (-2, -3, -1), (0, -1, 1), False, False),
    ("surely no more, and surely more time", (-1, -2, 0), (2, 1, 3), True, False),
    ("perhaps more, and surely more time", (-1, -2, 0.5), (2, 1, 3), False, False),
    ("surely fewer, and surely less time: a trade-off", (-2, -3, -1), (-2, -3, -1), False, False),
    ("surely more, and surely less time: dominated", (2, 1, 3), (-2, -3, -1), False, True),
    ("alike in both", ZERO, ZERO, False, False),
    ("surely no more, the time surely alike", (-1, -2, 0), ZERO, False, False),
    ("nothing is known", (0, -1, 1), (0, -1, 1), False, False),
]


@pytest.mark.parametrize("_, never, freed, first, second", DOMINANCE, ids=[case[0] for case in DOMINANCE])
def test_a_policy_dominates_that_surely_shuts_out_no_more_and_frees_no_less_and_differs(
    _: str, never: Bounds, freed: Bounds, first: bool, second: bool
) -> None:
    known = pairs("a-b", never_because=never, freed=freed)
    assert dominates(design("a"), design("b"), known) is first
    assert dominates(design("b"), design("a"), known) is second
    turned = pairs("b-a", never_because=_turned(never), freed=_turned(freed))
    assert dominates(design("a"), design("b"), turned) is first
    assert dominates(design("b"), design("a"), turned) is second


def _turned(bounds: Bounds) -> Bounds:
    value, low, high = bounds
    return -value, -high, -low


def test_no_policy_dominates_itself() -> None:
    assert not dominates(design("a"), design("a"), [])


def ranked(*changes: tuple[str, float, float], sure: float) -> dict[str, tuple[int | None, str]]:
    """Rank and letters of policies with these changes in callers never heard and late, each known to ``sure``."""
    all_held = [held(*each) for each in changes]
    known: list[Pair] = []
    for one, other in combinations([each for each in changes if each[0] != "no nuisance"], 2):
        for of, place in (("change_never", 1), ("change_late", 2)):
            value = cast("float", one[place]) - cast("float", other[place])
            known.append(pair(one[0], other[0], cast("Of", of), (value, value - sure, value + sure)))
        known += pairs(f"{one[0]}-{other[0]}", freed=(0, -1, 1))
    return {each.design.policy: (each.rank, each.letters) for each in with_letters(all_held, known)}


RANKINGS = [
    (
        "none is first where every rule shuts out more than it saves",
        [("none", 0, 0), ("mild", 2, -9), ("harsh", 5, -9)],
        {"none": (0, "a"), "mild": (1, "b"), "harsh": (2, "c")},
    ),
    (
        "a rule is before none where it saves more than it shuts out",
        [("none", 0, 0), ("harsh", 3, 0), ("good", -3, 0)],
        {"good": (0, "a"), "none": (1, "b"), "harsh": (2, "c")},
    ),
    (
        "those that cannot be told apart share a letter, the first for the best",
        [("none", 0, 0), ("b", 1.5, 0), ("c", 0.8, 0)],
        {"none": (0, "a"), "c": (1, "ab"), "b": (2, "b")},
    ),
    (
        "where as many are heard those late decide",
        [("none", 0, 0), ("later", 0, 4), ("sooner", 0, -4)],
        {"sooner": (0, "a"), "none": (1, "b"), "later": (2, "c")},
    ),
    (
        "those late decide nothing where it may be that more are heard",
        [("none", 0, 0), ("sooner", 0.5, -4)],
        {"none": (0, "a"), "sooner": (1, "a")},
    ),
    (
        "no nuisance has no place",
        [("none", 0, 0), ("no nuisance", -5, -5)],
        {"none": (0, "a"), "no nuisance": (None, "")},
    ),
]


@pytest.mark.parametrize("_, changes, wanted", RANKINGS, ids=[case[0] for case in RANKINGS])
def test_policies_rank_by_the_change_in_callers_never_heard_then_in_those_late(
    _: str, changes: list[tuple[str, float, float]], wanted: dict[str, tuple[int | None, str]]
) -> None:
    assert ranked(*changes, sure=1.0) == wanted
    assert ranked(*changes[::-1], sure=1.0) == wanted


BUSY = (
    TOWN.replace("volume: 80 / d", "volume: 500 / d")
    .replace("talk: {exponential: {mean: 1 min}}", "talk: {exponential: {mean: 3 min}}")
    .replace("share: 10 %", "share: 0.1 %")
    .replace("patience: {exponential: {mean: 2 min}}", "patience: {exponential: {mean: 1 min}}")
)


def test_on_a_line_so_busy_that_a_rule_saves_more_than_it_shuts_out_none_does_not_win(tmp_path: Path) -> None:
    """Ten phones ring 500 times a day for 3 min each; one genuine caller in 1,000 uses one of them."""
    done = compared(tmp_path, "none,strict", text=BUSY, replications=20)
    change = effect(done, "strict", "change_never")
    assert change["high"] < 0
    rank = {each["policy"]: (each["rank"], each["letters"]) for each in done.document()["paired"]}
    assert (rank["strict"], rank["none"]) == ((0, "a"), (1, "b"))


def test_a_pair_that_was_not_estimated_is_no_silent_tie() -> None:
    with pytest.raises(LookupError, match="no pair of a and b"):
        dominates(design("a"), design("b"), [])


def test_what_is_replaced_keeps_the_rest() -> None:
    (found,) = with_letters([held("none")], [])
    assert replace(found, letters="", rank=None) == held("none")
