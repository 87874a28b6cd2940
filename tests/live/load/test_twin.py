"""The twin: what the model and the API make of the same calls, and the race behind a difference."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from simulator.engines.simulate import play, simulate
from simulator.live.load.collect import Happened
from simulator.live.load.difference import NEEDED, Difference, difference
from simulator.live.load.races import Races
from simulator.live.load.twin import run_twin
from simulator.scenario.policy import NO_POLICY
from simulator.scenario.units import MILLISECOND, SECOND
from simulator.tables.exchanges import TROUBLES, Exchanges, Trouble
from simulator.tables.outcomes import Action, Ending, Outcomes
from tests.live.load.lines import CROWDED, fake_locust, load_request
from tests.plans import floor, plan, policy, rule, staff

__all__ = ["fake_locust"]
HOST = "http://127.0.0.1:1"
ROOMY = (
    CROWDED.replace("trunks: 2", "trunks: 90").replace("call_takers: 2", "call_takers: 40").replace("600 /", "1800 /")
)
"""With enough answered calls to tell."""


@pytest.mark.usefixtures("fake_locust")
def test_an_api_that_does_what_the_model_says_has_no_difference(tmp_path: Path) -> None:
    done = run_twin(load_request(tmp_path, text=ROOMY), 50 * MILLISECOND)
    unlike = done.difference
    assert done.held
    assert (unlike.differ, unlike.follow, unlike.close) == ((), 0, 1)
    assert unlike.attempts == unlike.alike == len(done.live.run.outcomes) > 300
    assert unlike.waits is not None
    assert unlike.waits.most == 0
    assert (done.live.folder / "twin.json").exists()
    assert all(one == other for found in unlike.endings.values() for one, other in found.values())


@pytest.mark.usefixtures("fake_locust")
def test_an_api_that_fails_parts_from_the_model_and_no_race_explains_it(tmp_path: Path) -> None:
    done = run_twin(load_request(tmp_path, "refuses"), 50 * MILLISECOND)
    assert not done.held
    failed = [each for each in done.difference.differ if each.live == "failed"]
    assert failed[0].race.words == "rate limit (429)"
    assert failed[0].race.gap is None


def scene(trunks: int = 2, **given):
    """Three calls, 10 s apart, talked 60 s each by one call-taker; patience 55 s."""
    calls = plan([0, 10, 20], unit=SECOND, talk=60, patience=55, **given)
    rota = staff((0, 0, 1000, False))
    model = play(calls, rota, floor(trunks), NO_POLICY)
    return calls, rota, model


def live(calls, rota, made: Outcomes, trouble: int = 0, kept: int = 1) -> Happened:
    n = len(made)
    kinds = np.where(made.ending == Ending.FAILED, trouble, 0)
    said = Exchanges(
        sent=made.arrival, acknowledged=made.arrival + SECOND // 10, trouble=kinds, status=[0] * n, kept=[kept] * n
    )
    return Happened(len(calls), calls, rota, made, said)


def changed(made: Outcomes, row: int, **values: int) -> Outcomes:
    columns = {name: column.copy() for name, column in made.columns().items()}
    for name, value in values.items():
        columns[name][row] = value
    return Outcomes.of(**columns)


def test_waits_are_held_beside_each_other_call_by_call() -> None:
    """One of two waits is 3 s longer: at speed 60 that is 50 ms on the wall."""
    calls, rota, model = scene(trunks=3)
    assert model[0].ending.tolist() == [Ending.ANSWERED, Ending.ANSWERED, Ending.ABANDONED]
    made = changed(model[0], 1, answered=int(model[0].answered[1]) + 3 * SECOND)
    found = difference(live(calls, rota, made), model, 3, 60.0, 2 * SECOND)
    assert found.waits is not None
    assert (found.waits.count, found.waits.p50, found.waits.most) == (2, 0, 50)
    assert found.close == 0.5
    assert not found.parts  # all but one of them
    made = changed(made, 0, answered=int(model[0].answered[0]) + 3 * SECOND)
    assert difference(live(calls, rota, made), model, 3, 60.0, 2 * SECOND).parts
    assert found.replies is not None
    assert found.replies.p50 == pytest.approx(100 / 60)


def test_an_answer_as_patience_ended_is_a_race_as_close_as_these_two() -> None:
    """The second waits 50 of its 55 s in the model; in the API it was gone by then."""
    calls, rota, model = scene(trunks=3)
    made = changed(model[0], 1, ending=Ending.ABANDONED, answered=-1, verdict=-1)
    (one,) = difference(live(calls, rota, made), model, 3, 1.0, 6 * SECOND).differ
    assert (one.call, one.simulated, one.live) == (1, "answered", "abandoned")
    assert (one.race.words, one.race.gap) == ("patience ran out", 5 * SECOND)


@pytest.mark.parametrize("within, parts", [(6 * SECOND, False), (4 * SECOND, True)])
def test_only_a_race_that_close_is_excused(within: int, parts: bool) -> None:
    calls, rota, model = scene(trunks=3)
    made = changed(model[0], 1, ending=Ending.ABANDONED, answered=-1, verdict=-1)
    assert difference(live(calls, rota, made), model, 3, 1.0, within).parts is parts


def test_a_line_that_was_freed_late_is_a_race_as_close_as_the_next_free_line() -> None:
    """On two lines the third call, at 20 s, is busy until the first ends at 60 s."""
    calls, rota, model = scene(trunks=2)
    assert model[0].ending.tolist() == [Ending.ANSWERED, Ending.ANSWERED, Ending.BUSY]
    made = changed(model[0], 2, ending=Ending.ABANDONED, left=75 * SECOND)
    (one,) = difference(live(calls, rota, made), model, 2, 1.0, SECOND).differ
    # all lines were taken from 10 s on
    assert (one.race.words, one.race.gap) == ("a line was freed, or taken", 10 * SECOND)


def test_a_block_that_began_late_is_a_race_as_close_as_its_begin() -> None:
    """A prank until 5 s blocks its number; the API let the next call, at 7 s, through."""
    calls = plan([0, 7], unit=SECOND, talk=5, intent=[2, 0], number=0)
    rota, rules = staff((0, 0, 1000, False)), policy(rule("prank", strikes=1))
    model = play(calls, rota, floor(2), rules)
    assert model[0].ending.tolist() == [Ending.ANSWERED, Ending.BLOCKED]
    made = changed(model[0], 1, ending=Ending.ANSWERED, answered=7 * SECOND, action=Action.ACCEPT)
    (one,) = difference(live(calls, rota, made), model, 2, 1.0, SECOND).differ
    assert (one.race.words, one.race.gap) == ("its number was acted on", 2 * SECOND)


def test_attempts_behind_a_difference_are_counted_and_not_told() -> None:
    """The third call failed, and tried again: the redial follows from the failure."""
    calls, rota, model = scene(trunks=3)
    made = changed(model[0], 2, ending=Ending.FAILED, left=20 * SECOND)
    columns = {name: np.append(column, column[2]) for name, column in made.columns().items()}
    again = changed(Outcomes.of(**columns), 3, attempt=2, cause=1, ending=Ending.BUSY)
    found = difference(live(calls, rota, again, TROUBLES.index(Trouble.LOST)), model, 3, 1.0, SECOND)
    assert [(each.call, each.race.words) for each in found.differ] == [(2, "connection lost")]
    assert (found.follow, found.attempts, found.alike) == (1, 3, 2)


def test_what_was_not_ended_at_the_stop_is_no_race() -> None:
    calls, _, model = scene(trunks=3)
    races = Races(calls, model[0], changed(model[0], 1, ending=Ending.OPEN), model[1], 3)
    assert races.of(1, 1).words == "not ended at the stop"
    assert races.of(-1, 1).words == "made in one only"


def test_a_run_that_was_stopped_is_held_against_the_calls_that_were_made() -> None:
    calls, rota, _ = scene(trunks=3)
    run = live(calls, rota, simulate(calls, rota, floor(3), NO_POLICY))
    assert replace(run, planned=9).never_made == 6


def alike(waits: int, far: int = 0) -> Difference:
    """So many answered calls, all ended alike, with waits far apart of some."""
    calls, rota = plan(range(0, 100 * waits, 100), unit=SECOND, talk=60), staff((0, 0, 10**6, False))
    model = play(calls, rota, floor(9), NO_POLICY)
    made = model[0]
    late = made.answered + np.where(np.arange(waits) < far, 30 * SECOND, 0)
    columns = {**made.columns(), "answered": late}
    return difference(live(calls, rota, Outcomes.of(**columns)), model, 9, 1.0, SECOND)


def test_the_number_needed_is_the_least_at_which_one_in_a_hundred_would_have_shown() -> None:
    """0.99 ** 298 is 5.003 %, 0.99 ** 299 is 4.953 %."""
    assert NEEDED == 299
    assert 0.99**NEEDED <= 0.05 < 0.99 ** (NEEDED - 1)


CASES = [
    # waits, far apart, seen to part, shown to agree
    (0, 0, False, False),
    (1, 0, False, False),
    (1, 1, False, False),
    (2, 2, True, False),
    (NEEDED - 1, 0, False, False),
    (NEEDED - 1, 3, True, False),
    (NEEDED, 0, False, True),
    (NEEDED, 2, False, True),
    (NEEDED, 3, True, False),
]


@pytest.mark.parametrize("waits, far, parts, held", CASES)
def test_too_few_waits_show_nothing_but_a_difference(waits: int, far: int, parts: bool, held: bool) -> None:
    found = alike(waits, far)
    assert (found.compared, found.near, found.parts, found.held) == (waits, waits - far, parts, held)
    assert found.enough is (waits >= NEEDED)


def test_an_api_that_kept_no_verdict_is_no_twin_of_the_model_though_every_call_ends_alike() -> None:
    calls, rota, model = scene(trunks=3)
    found = difference(live(calls, rota, model[0], kept=0), model, 3, 1.0, SECOND)
    assert (found.alike, found.attempts, found.not_kept) == (3, 3, 3)
    assert found.parts
