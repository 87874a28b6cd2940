"""What the compiled engine is given: the part that only some policies and floors need, and delays without overflow."""

from typing import Any

import numpy as np
import pytest
from numba import njit

from simulator.engines import arrays
from simulator.engines.compiled import delay
from simulator.scenario.actions import LONGEST_DELAY
from simulator.scenario.policy import Rule
from simulator.scenario.units import SECOND
from simulator.tables.calls import DELAY_SCALE
from tests.plans import floor, plan, policy, rule

LEAN: dict[str, dict[str, Any]] = {
    "blocks": {},
    "demotes, with a window, a ladder, resets and a review": {
        "action": "demote",
        "for_": (1, 2),
        "strikes": (3, 1),
        "within": 9,
        "reset_by": ("genuine",),
        "resets_ladder": True,
        "review": 5,
    },
}
RICH: dict[str, dict[str, Any]] = {
    "by talk": {"talk": {"shorter_than": SECOND}},
    "consecutive": {"consecutive": True},
    "prolonged": {"extend": True},
    "a text": {"action": "sms"},
    "a message": {"action": "warn", "warn": {"length": SECOND}},
    "a key to press": {"action": "challenge", "challenge": {"length": SECOND, "passes": {}}},
    "another line": {"action": "divert", "divert": {"answers_after": "1 s", "passes_back": {}}},
}
CALLS = plan([0, 1])


@njit
def compiled_delay(exponential: bool, mean: int, drawn: int) -> int:
    return delay(exponential, mean, drawn)  # type: ignore[no-any-return]


@pytest.mark.parametrize("given", LEAN.values(), ids=LEAN)
def test_rules_that_block_or_demote_by_verdicts_run_without_the_rest(given: dict[str, Any]) -> None:
    """Otherwise who does not use it would wait until it is compiled."""
    assert arrays.more(CALLS, floor(), policy(rule(**given))) is None


@pytest.mark.parametrize("given", RICH.values(), ids=RICH)
def test_all_other_rules_need_the_rest(given: dict[str, Any]) -> None:
    """Otherwise they would be taken for something that they are not; a plain rule beside them changes nothing."""
    assert arrays.more(CALLS, floor(), policy(rule(), rule(**given))) is not None


@pytest.mark.parametrize("trigger", [{"calls": {"more_than": 3, "within": 9}}, {"talk": {"longer_than": 9}}])
def test_so_do_rules_without_verdicts(trigger: dict[str, Any]) -> None:
    only = Rule(**{**trigger, "action": "block", "for": "1 h"})
    assert arrays.more(CALLS, floor(), policy(only)) is not None


def test_so_does_a_silent_procedure() -> None:
    assert arrays.more(CALLS, floor(silent={"listen": "5 s"}), policy()) is not None


@pytest.mark.parametrize("mean", [1, SECOND, DELAY_SCALE - 1, DELAY_SCALE + 1, LONGEST_DELAY])
@pytest.mark.parametrize("drawn", [0, 1, DELAY_SCALE, 2**31 - 1])
def test_a_drawn_delay_is_exact(mean: int, drawn: int) -> None:
    """As whole numbers without bounds would have it, though mean x drawn is beyond 64 bits."""
    assert compiled_delay(True, np.int64(mean), np.int64(drawn)) == mean * drawn // DELAY_SCALE
    assert compiled_delay(False, np.int64(mean), np.int64(drawn)) == mean
