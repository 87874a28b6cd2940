"""Calls whose verdict the API did not keep are not taken in time, and their incidents are not reported."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from simulator.live.load.breaking_point import step_of
from simulator.live.load.broke import NOT_KEPT
from simulator.live.load.collect import Happened, found
from simulator.live.load.load import run_load
from simulator.scenario.policy import Intent
from simulator.scenario.target import parse_target
from simulator.scenario.units import DAY
from simulator.tables.exchanges import Exchanges
from simulator.tables.outcomes import Ending
from simulator.tables.staffing import always
from tests.live.load.lines import CROWDED, fake_locust, load_request
from tests.metrics.hand_tables import GENUINE, PRANK, attempt, calls, outcomes

__all__ = ["fake_locust"]
TARGET = parse_target("70 % of genuine within 15 s")
# Four genuine callers and a prank a minute apart, each answered after 5 s.
INTENTS = (GENUINE, GENUINE, GENUINE, GENUINE, PRANK)


def run(*kept: int, again: bool = False) -> Happened:
    """Whether the API kept each caller's verdict; ``again``: the first, dismissed, calls once more, and is kept."""
    rows = [attempt(k, 1, 60 * k, Ending.ANSWERED, wait=5, verdict=intent) for k, intent in enumerate(INTENTS)]
    if again:
        rows = [replace_row(rows[0]), attempt(0, 2, 30, Ending.ANSWERED, wait=5, verdict=GENUINE), *rows[1:]]
        kept = (kept[0], 1, *kept[1:])
    made = outcomes(*rows)
    none = [0] * len(made)
    said = Exchanges(sent=made.arrival, acknowledged=made.arrival, trouble=none, status=none, kept=kept)
    plan = calls([(60 * k, intent, -1) for k, intent in enumerate(INTENTS)])
    return Happened(len(plan), plan, always(9, 0, DAY), made, said)


def replace_row(row):
    return {**row, "dismissed": True, "verdict": PRANK}


def sums(run: Happened, name: str) -> int:
    return int(found(run, [TARGET]).counts.sums[name][GENUINE].sum())


@pytest.mark.parametrize(
    ("kept", "in_time", "state"),
    [((1, 1, 1, 1, 1), 4, "met"), ((0, 1, 1, 1, 1), 3, "missed"), ((0, 0, 0, 0, 1), 0, "missed")],
)
def test_a_genuine_caller_whose_verdict_was_not_kept_is_not_in_time(kept, in_time: int, state: str) -> None:
    """Three of four would be enough for the target: one that is lost is not made good by the others."""
    (verdict,) = found(run(*kept), [TARGET]).verdicts
    assert (verdict.in_time, verdict.offered, verdict.not_kept, verdict.state) == (in_time, 4, 4 - in_time, state)


def test_the_class_is_failure_and_the_incident_is_not_reported() -> None:
    one = run(0, 1, 1, 1, 1)
    assert (sums(one, "in_time_and_well"), sums(one, "failure")) == (3, 1)
    assert (sums(one, "incidents_reported"), sums(one, "incidents_unreported")) == (3, 1)


def test_waits_attempts_and_call_takers_time_are_what_they_were() -> None:
    one, other = found(run(0, 1, 1, 1, 1), [TARGET]).counts, found(run(1, 1, 1, 1, 1), [TARGET]).counts
    for name in ("attempts", "answered", "failed", "waited", "handling", "never_got_through"):
        assert np.array_equal(one.sums[name], other.sums[name]), name
    assert np.array_equal(one.floor["time_busy"], other.floor["time_busy"])
    assert one.durations["wait"] == other.durations["wait"]


def test_a_prank_whose_verdict_was_not_kept_is_counted_and_misses_no_target_of_genuine_callers() -> None:
    told = found(run(1, 1, 1, 1, 0), [TARGET])
    assert [each.not_kept for each in told.replies] == [0, 1]
    assert told.verdicts[0].met


def test_a_caller_who_was_heard_at_a_second_attempt_and_kept_then_is_not_lost() -> None:
    one = run(0, 1, 1, 1, 1, again=True)
    assert one.not_kept == (0, 0, 0, 0)
    assert found(one, [TARGET]).verdicts[0].met


@pytest.mark.usefixtures("fake_locust")
@pytest.mark.parametrize("text", [CROWDED, CROWDED.replace("90 % of genuine", "1 % of prank")])
def test_a_run_that_lost_genuine_verdicts_is_not_met_and_holds_at_no_scale(tmp_path: Path, text: str) -> None:
    """Whatever its targets are about."""
    done = run_load(load_request(tmp_path, "forgets", text=text))
    lost = done.not_kept
    assert lost == done.run.not_kept[Intent.GENUINE] > 10
    assert not done.met
    step = step_of(done)
    assert step.broke
    assert (step.broke.what, step.broke.lost) == (NOT_KEPT, lost)
    assert not step.holds_with(replace(step, broke=None))
