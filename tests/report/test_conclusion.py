"""The conclusion of a comparison: every sentence follows from what was told apart."""

from itertools import combinations
from typing import cast

import pytest

from simulator.decisions.compare.judged import Of, told_apart
from simulator.report.compare_words import by_staffing, worth
from tests.decisions.compare.test_judged import held, pair, pairs

Change = tuple[str, float, float]


def concluded(*changes: Change, sure: float = 1.0, idle: float | None = None) -> str:
    """What is said of policies with these changes in callers never heard and late, of 1,000, each known to ``sure``."""
    all_held = [held(name, never / 1000, late / 1000, idle) for name, never, late in changes]
    known = []
    for one, other in combinations(changes, 2):
        for of, place in (("change_never", 1), ("change_late", 2)):
            value = (cast("float", one[place]) - cast("float", other[place])) / 1000
            known.append(pair(one[0], other[0], cast("Of", of), (value, value - sure / 1000, value + sure / 1000)))
        known += pairs(f"{one[0]}-{other[0]}", freed=(0, -1, 1))
    (group,) = by_staffing(list(told_apart(all_held, known)))
    return " ".join(worth(group, known))


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
    ("all harm, and some of the time was needed", [NONE, ("a", 2, 0), ("b", 5, 0)], 0.9, NO_HELP + "."),
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
