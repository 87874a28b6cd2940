"""The conclusion of a comparison: every sentence follows from what was told apart."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from itertools import combinations
from typing import cast

import pytest

from simulator.metrics.idle import IDLE_ANYWAY
from simulator.questions.compare.comparison import DesignEffects, Of, with_letters
from simulator.report.compare_words import by_staffing, later, worth
from simulator.scenario.units import DAY
from tests.questions.compare.test_comparison import estimate, held, pair, pairs

Change = tuple[str, float, float]


def of_staffing(*changes: Change, sure: float = 1.0, idle: float | None = None) -> list[DesignEffects]:
    """Policies with these changes in callers never heard and late, of 1,000, each known to ``sure``, the best first."""
    all_held = [_held(*each, sure, idle) for each in changes]
    known = []
    for one, other in combinations(changes, 2):
        for of, place in (("change_never", 1), ("change_late", 2)):
            value = (cast("float", one[place]) - cast("float", other[place])) / 1000
            known.append(pair(one[0], other[0], cast("Of", of), (value, value - sure / 1000, value + sure / 1000)))
        known += pairs(f"{one[0]}-{other[0]}", freed=(0, -1, 1))
    (group,) = by_staffing(list(with_letters(all_held, known)))
    return group


def _held(name: str, never: float, late: float, sure: float, idle: float | None) -> DesignEffects:
    found = held(name, never / 1000, late / 1000, idle)
    values = {each: known.value for each, known in found.against.items()}
    against = {each: estimate((v, v - sure / 1000, v + sure / 1000)) for each, v in values.items()}
    return replace(found, against=against)


def concluded(*changes: Change, idle: float | None = None) -> str:
    """What is said of them."""
    return " ".join(worth(of_staffing(*changes, idle=idle)))


NONE: Change = ("none", 0, 0)
NO_HELP = "No rule helps anyone here: each shuts out more genuine callers than it saves"
CASES = [
    ("all harm", [NONE, ("a", 2, 0), ("b", 5, -3)], None, NO_HELP + "."),
    (
        "all harm, and the time was idle",
        [NONE, ("a", 2, 0), ("b", 5, 0)],
        0.993,
        NO_HELP + ", and the time it frees was idle anyway (99.3 %).",
    ),
    ("all harm, and some of the time was needed", [NONE, ("a", 2, 0), ("b", 5, 0)], 0.899, NO_HELP + "."),
    (
        "idle anyway begins at nine tenths, as it does where a rule is tuned",
        [NONE, ("a", 2, 0), ("b", 5, 0)],
        IDLE_ANYWAY,
        NO_HELP + ", and the time it frees was idle anyway (90.0 %).",
    ),
    (
        "one helps",
        [NONE, ("a", -4, 0), ("b", 5, 0)],
        0.5,
        "a is worth having: of 1,000 genuine callers 4.0 fewer are never heard (3.0 to 5.0).",
    ),
    (
        "two help, and cannot be told apart",
        [NONE, ("a", -4, 0), ("b", -4.5, 0)],
        0.5,
        "b is worth having: of 1,000 genuine callers 4.5 fewer are never heard (3.5 to 5.5). "
        "a cannot be told apart from it.",
    ),
    (
        "as many are heard, and sooner",
        [NONE, ("a", 0, -7)],
        0.5,
        "a is worth having: of 1,000 genuine callers 7.0 fewer are late, and as many are heard (6.0 to 8.0).",
    ),
    (
        "one harms, of the other it cannot be told",
        [NONE, ("a", 0.5, 0), ("b", 5, 0)],
        0.99,
        "No rule was shown to help: a cannot be told apart from no blocklist by who is never heard; "
        "b: it shuts out more genuine callers than it saves. More --replications may tell.",
    ),
    (
        "one that seems to help is not told from none",
        [NONE, ("a", -0.9, 0)],
        0.99,
        "No rule was shown to help: a cannot be told apart from no blocklist by who is never heard. "
        "More --replications may tell.",
    ),
    (
        "as many are heard, and later",
        [NONE, ("a", 0, 7)],
        None,
        "No rule helps anyone here: it lets as many genuine callers be heard, and later.",
    ),
]


@pytest.mark.parametrize("_, changes, idle, words", CASES, ids=[case[0] for case in CASES])
def test_the_conclusion_says_what_was_told_apart_and_no_more(
    _: str, changes: list[Change], idle: float | None, words: str
) -> None:
    assert concluded(*changes, idle=idle) == words


ALIKE = "a cannot be told apart from no blocklist by who is never heard"
NOTHING = [
    ("one can never act", {"a"}, (), "No rule was shown to help: no rule of a can act on anybody here."),
    ("one was not seen to act", (), {"a"}, "No rule was shown to help: a changed nothing in any replication."),
    (
        "it may be told of the other",
        {"b"},
        (),
        f"No rule was shown to help: {ALIKE}; no rule of b can act on anybody here. More --replications may tell.",
    ),
]


@pytest.mark.parametrize("_, never, unseen, words", NOTHING, ids=[case[0] for case in NOTHING])
def test_more_replications_are_only_asked_for_where_they_may_tell(
    _: str, never: Collection[str], unseen: Collection[str], words: str
) -> None:
    names = ("a", "b") if "b" in {*never, *unseen} else ("a",)
    group = [
        replace(
            each,
            never_acts=each.design.policy in never,
            unchanged=each.design.policy in {*never, *unseen},
        )
        for each in of_staffing(NONE, *((name, 0.5 * (name not in {*never, *unseen}), 0.0) for name in names))
    ]
    assert " ".join(worth(group)) == words


FIRST = "a is worth having at first: of 1,000 genuine callers 4.0 fewer are never heard (3.0 to 5.0)."
AFTER = "After 180 days, when the list has filled up, "
SHUTS = "shuts out more genuine callers than it saves"
LATER: list[tuple[str, list[Change], list[Change], str]] = [
    ("a benefit lasts", [("a", -4, 0)], [("a", -3, 0)], FIRST.replace(" at first", "")),
    (
        "a benefit can no longer be told",
        [("a", -4, 0)],
        [("a", -0.5, 0)],
        f"{FIRST} {AFTER}a cannot be told apart from no blocklist (10 replications).",
    ),
    ("a benefit turns to harm", [("a", -4, 0)], [("a", 4, 0)], f"{FIRST} {AFTER}a {SHUTS}."),
    (
        "harm shows only later",
        [("a", 0.5, 0)],
        [("a", 4, 0)],
        f"No rule was shown to help: {ALIKE}. More --replications may tell. {AFTER}a {SHUTS}.",
    ),
    (
        "of two",
        [("a", 0.5, 0), ("b", 0.6, 0)],
        [("a", 4, 0), ("b", 5, 0)],
        f"No rule was shown to help: {ALIKE.replace('a cannot', 'a and b cannot')}. More --replications may tell. "
        f"{AFTER}a and b shut out more genuine callers than they save.",
    ),
    (
        "a benefit shows only later",
        [("a", 2, 0)],
        [("a", -4, 0)],
        f"No rule helps anyone here: it {SHUTS}. {AFTER}a is worth having.",
    ),
]


@pytest.mark.parametrize("_, first, then, words", LATER, ids=[case[0] for case in LATER])
def test_the_conclusion_says_what_an_older_list_turns_over(
    _: str, first: Sequence[Change], then: Sequence[Change], words: str
) -> None:
    group, older = of_staffing(NONE, *first), of_staffing(NONE, *then)
    assert " ".join(filter(None, [*worth(group, older), later(group, older, 180 * DAY, 10)])) == words
