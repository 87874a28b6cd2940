"""What broke is what most callers of the missed target were lost to."""

import pytest

from simulator.live.load.broke import CALL_TAKERS, LATENCY, NOBODY, SLOW, TRUNKS, broke
from simulator.live.load.collect import Happened
from simulator.scenario.target import parse_target
from simulator.scenario.units import DAY, HOUR
from simulator.tables.exchanges import TROUBLES, Exchanges, Trouble
from simulator.tables.outcomes import Ending, Outcomes
from simulator.tables.staffing import always
from tests.metrics.hand_tables import GENUINE, PRANK, attempt, calls, outcomes

TARGET = parse_target("90 % of genuine within 15 s")
RATE, SERVER = TROUBLES.index(Trouble.RATE), TROUBLES.index(Trouble.SERVER)


def run(*ends: tuple[Ending, int], intent: int = GENUINE, trouble: int = 0, duty=None) -> Happened:
    """Callers a minute apart, each with one attempt: (ending, wait)."""
    made = outcomes(*(attempt(k, 1, 60 * k, end, wait=wait) for k, (end, wait) in enumerate(ends)))
    return Happened(
        len(ends),
        calls([(60 * k, intent, -1) for k in range(len(ends))]),
        duty or always(1, 0, DAY),
        made,
        said(made, trouble),
    )


def said(made: Outcomes, trouble: int) -> Exchanges:
    kinds = [trouble if ending == Ending.FAILED else 0 for ending in made.ending]
    return Exchanges(
        sent=made.arrival, acknowledged=made.arrival, trouble=kinds, status=[0] * len(made), kept=[1] * len(made)
    )


FAILED, BUSY, LATE, IN_TIME = (Ending.FAILED, -1), (Ending.BUSY, -1), (Ending.ANSWERED, 20), (Ending.ANSWERED, 1)
CASES = (
    ((FAILED, FAILED, BUSY, LATE), 1.0, "the API failed: rate limit (429)", 2, 4),
    ((BUSY, BUSY, LATE, IN_TIME), 1.0, TRUNKS, 2, 3),
    ((LATE, LATE, BUSY, IN_TIME), 0.5, CALL_TAKERS, 2, 3),
    ((LATE, LATE, BUSY, IN_TIME), 0.95, LATENCY, 2, 3),
    (((Ending.ABANDONED, -1), LATE, IN_TIME), 0.5, CALL_TAKERS, 2, 2),
    (((Ending.BLOCKED, -1), (Ending.BLOCKED, -1), LATE), 0.5, "the blocklist", 2, 3),
)


@pytest.mark.parametrize("ends, model, what, callers, lost", CASES)
def test_most_callers_were_lost_to_what_broke(ends, model: float, what: str, callers: int, lost: int) -> None:
    found = broke(run(*ends, trouble=RATE), TARGET, model)
    assert (found.what, found.callers, found.lost) == (what, callers, lost)
    assert found.means.startswith(what)


def test_with_nobody_on_duty_it_is_that() -> None:
    found = broke(run(LATE, LATE, duty=always(1, 12 * HOUR, DAY)), TARGET, 0.0)
    assert found.what == NOBODY


def test_callers_that_the_target_is_not_about_do_not_count() -> None:
    found = broke(run(BUSY, BUSY, intent=PRANK), TARGET, 1.0)
    assert found.lost == 0


def test_the_kind_of_failure_is_that_of_most() -> None:
    happened = run(FAILED, FAILED, FAILED)
    kinds = Exchanges(
        sent=happened.exchanges.sent,
        acknowledged=happened.exchanges.acknowledged,
        trouble=[SERVER, RATE, SERVER],
        status=[500, 429, 500],
        kept=[-1, -1, -1],
    )
    found = broke(Happened(3, happened.calls, happened.staffing, happened.outcomes, kinds), TARGET, 1.0)
    assert found.what == "the API failed: server error (5xx)"


def test_at_an_api_without_a_queue_nobody_is_lost_to_call_takers() -> None:
    """Not even while no shift has anybody on duty: none is played."""
    nobody = always(0, 0, DAY)
    found = broke(run(LATE, LATE, IN_TIME, duty=nobody), TARGET, 0.5, has_queue=False)
    assert (found.what, found.callers, found.lost) == (SLOW, 2, 2)
