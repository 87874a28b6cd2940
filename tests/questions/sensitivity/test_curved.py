"""A service in which harm is not in proportion to the share of shared phones, and the flip of the ranking is known.

As on the street of `street.py` the rule blocks the pranksters at night and so saves 20 callers a day. But the phones
that 200 callers a day share are those of 200 neighbours, from which nobody else calls, and the rule blocks a phone
after any call from it. Of n calls that are expected from them in all since the list began each phone has had n / 200:
the next one is blocked with probability 1 - exp(-n / 200). With a share q, three days before the start and five after
it, the callers shut out are

    1000 q - 200 (exp(-3 q) - exp(-8 q))

which is 100, as many as are saved, at q = 0.1683; a line through the file's 4 % would get there at 51 %.
"""

import re
from math import exp

import pytest
from scipy.optimize import brentq

from simulator.questions.sensitivity.result import Sensitivity
from simulator.questions.sensitivity.sensitivity import answer
from simulator.report.answer import as_text
from tests.questions.sensitivity.street import STREET, request

CURVED = STREET.replace("        kids:\n", "        neighbours:\n").replace(
    "floor:\n", "  neighbours: {intent: prank, volume: 0.001 / d, talk: 1 s, numbers: {pool: 200}}\nfloor:\n"
)
ANY = "title: any\nrules: [{on: [prank, genuine], action: block, for: forever}]\n"
CLOSE = 0.1
"""In 16 replications of 100 saved and 100 shut out their difference has a standard error of sqrt(3,200) = 57 callers at
most, which the share of 1 / 15,200 a caller makes 0.0037, or 2.2 % of 0.168; 10 % is over four times that."""


def shut_out(share: float) -> float:
    return 1000 * share - 200 * (exp(-3 * share) - exp(-8 * share))


FLIP = float(brentq(lambda share: shut_out(share) - 100, 0.05, 0.4))


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Sensitivity:
    folder = tmp_path_factory.mktemp("curved")
    asked = request(folder, CURVED, policies="none,any")
    (folder / "policies" / "any.yaml").write_text(ANY, encoding="utf-8")
    return answer(asked)


def test_harm_is_the_known_one_at_every_share_that_is_shown(done: Sensitivity) -> None:
    (household,) = done.households
    for phones in household.phones.values():
        for text in household.shares:
            found, known = phones[1].harm[text], shut_out(household.range.size(text)) / (5 * 220)
            # 16 replications of 8 callers at 4 % vary by 9 %; each interval is one of 95 %, here widened to four errors
            error = max(found.high - found.value, found.value - found.low, 1e-9) / 2
            assert abs(found.value - known) <= 4 * error


def test_the_flip_is_where_it_is_known_to_be(done: Sensitivity) -> None:
    (household,) = done.households
    for choose in ("by_number", "by_call"):
        (flip,) = household.varied[1, 0, choose].flips
        low, at, high = (household.range.size(text) for text in (flip.low, flip.at, flip.high))
        assert low < FLIP < high
        assert at == pytest.approx(FLIP, rel=CLOSE)


def test_the_page_names_one_share_for_each_choice_of_the_phone(done: Sensitivity) -> None:
    """The flips of the table of shared phones and of that of values varied alone are the same."""
    text = as_text("sensitivity", done)
    (household,) = done.households
    named = re.findall(r"flips at ([0-9.]+ %)", text)
    (flip,) = household.varied[1, 0, "by_number"].flips
    (by_call,) = household.varied[1, 0, "by_call"].flips
    assert sorted(named) == sorted([flip.at, flip.at, by_call.at])
    assert "ahead up to" not in text
