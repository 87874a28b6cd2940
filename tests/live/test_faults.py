"""Whatever an API does wrong ends in rows of its own, is said with its step, and the run goes on to its end."""

from collections.abc import Callable

import numpy as np
import pytest

from simulator.live.call_taker import TRIES, CallTaker
from simulator.live.caller import Caller
from simulator.live.contract import Fault, Heard, Ring, State, Trouble, failed
from simulator.live.floor import LiveFloor
from simulator.scenario.policy import Intent
from simulator.tables.exchanges import TROUBLES, Exchanges
from simulator.tables.outcomes import Cause, Ending, Outcomes
from simulator.tables.plan import Plan
from simulator.tables.row_log import folded
from tests.live.ideal import Centre, IdealUser
from tests.live.test_journeys import plan_of
from tests.live.virtual import VirtualWorld

DAY = 86_400_000_000
BROKEN = failed(Trouble.SERVER, 500)


def played(plan: Plan, kind: type[IdealUser]) -> tuple[Outcomes, Exchanges, VirtualWorld]:
    world = VirtualWorld(Centre(plan, kind=kind).user)
    floor = LiveFloor(plan, world, kind)
    for person in range(plan.staffing.persons):
        world.spawn(CallTaker(floor, person).run)
    for call in range(len(plan.calls)):
        world.spawn(Caller(floor, call).run)
    world.run(plan.calls.cut)
    return *folded(world.lines), world


def second_day(user: IdealUser) -> bool:
    return DAY <= user.now < 2 * DAY


class DiesForADay(IdealUser):
    def ring(self, call: Ring) -> Heard:
        return BROKEN if second_day(self) else super().ring(call)


class BreaksInItsOwnCode(IdealUser):
    def ring(self, call: Ring) -> Heard:
        if second_day(self):
            raise KeyError("id")
        return super().ring(call)


@pytest.mark.parametrize(
    "kind, trouble", [(DiesForADay, Trouble.SERVER), (BreaksInItsOwnCode, Trouble.API)], ids=["dies", "raises"]
)
def test_rings_that_fail_end_failed_and_no_others_do(kind: type[IdealUser], trouble: Trouble) -> None:
    outcomes, exchanges, _ = played(plan_of("serang", "none", 3), kind)
    then = (outcomes.arrival >= DAY) & (outcomes.arrival < 2 * DAY)
    assert np.array_equal(outcomes.ending == Ending.FAILED, then)
    assert np.array_equal(exchanges.trouble == TROUBLES.index(trouble), then)
    assert then.any()
    assert (outcomes.ending[~then] != Ending.OPEN).all()


def test_after_a_failed_ring_callers_try_again_as_after_a_busy_line() -> None:
    plan = plan_of("serang", "none", 3)
    outcomes, _, _ = played(plan, DiesForADay)
    row = plan.calls.row(outcomes.call, outcomes.attempt)
    lost = outcomes.ending == Ending.FAILED
    tries = (plan.calls.redial[row] & (1 << Ending.BUSY) != 0) & (
        outcomes.attempt < plan.calls.attempts[plan.calls.group[outcomes.call]]
    )
    made = set(zip(outcomes.call.tolist(), outcomes.attempt.tolist(), strict=True))
    again = [(call, attempt + 1) in made for call, attempt in zip(outcomes.call, outcomes.attempt, strict=True)]
    assert np.array_equal(np.array(again)[lost], tries[lost])
    assert (outcomes.cause[outcomes.attempt > 1] == Cause.REDIAL).all()


class ForgetsVerdicts(IdealUser):
    """Takes a verdict only at the third time of asking."""

    asked = 0

    def verdict(self, call: Ring, verdict: str) -> Heard:
        ForgetsVerdicts.asked += 1
        return super().verdict(call, verdict) if ForgetsVerdicts.asked % 3 == 0 else BROKEN


def test_a_verdict_that_was_not_taken_is_given_again_until_it_is() -> None:
    outcomes, exchanges, world = played(plan_of("bontang", "none", 3), ForgetsVerdicts)
    answered = int((outcomes.ending == Ending.ANSWERED).sum())
    assert answered > 10
    assert np.array_equal(exchanges.kept, np.where(outcomes.ending == Ending.ANSWERED, 1, -1))
    assert not exchanges.trouble[exchanges.kept == 1].any()
    assert (outcomes.ending != Ending.OPEN).all()
    assert world.troubles.count(("verdict", "genuine", BROKEN.fault)) % 2 == 0
    assert sum(step == "verdict" for step, _, _ in world.troubles) == 2 * answered


class KeepsNoPranks(IdealUser):
    """Ends every call, and fails at every verdict of prank, as often as it is given."""

    def verdict(self, call: Ring, verdict: str) -> Heard:
        ended = self.centre.__dict__.setdefault("ended", set())
        heard = BROKEN if call.reference in ended else super().verdict(call, verdict)
        ended.add(call.reference)
        return BROKEN if verdict == "prank" else heard


def test_an_attempt_whose_verdict_was_never_taken_says_so_with_the_trouble() -> None:
    outcomes, exchanges, world = played(plan_of("bontang", "none", 3), KeepsNoPranks)
    prank = (outcomes.ending == Ending.ANSWERED) & (outcomes.verdict == Intent.PRANK)
    assert prank.sum() > 10
    assert np.array_equal(exchanges.kept == 0, prank)
    assert (exchanges.trouble[prank] == TROUBLES.index(Trouble.SERVER)).all()
    assert (exchanges.status[prank] == 500).all()
    assert sum(step == "verdict" for step, _, _ in world.troubles) == TRIES * prank.sum()


class KeepsNothing(IdealUser):
    """Records calls, and can keep no verdict: an API without a queue."""

    has_queue = False

    def ring(self, call: Ring) -> Heard:
        return Heard(State.ANSWERED)

    def verdict(self, call: Ring, verdict: str) -> Heard:
        return BROKEN


def test_without_a_queue_the_caller_s_side_says_whether_the_verdict_was_kept() -> None:
    outcomes, exchanges, _ = played(plan_of("bontang", "none", 3), KeepsNothing)
    assert (outcomes.ending == Ending.ANSWERED).all()
    assert (exchanges.kept == 0).all()


class ReturnsNothing(IdealUser):
    """A step of a user's own that forgets to return, and one that says FAILED without a word."""

    def ring(self, call: Ring) -> Heard:
        return None if call.attempt == 1 else Heard(State.FAILED)  # type: ignore[return-value]


def test_a_step_that_returns_nothing_is_a_fault_of_the_target() -> None:
    outcomes, exchanges, world = played(plan_of("bontang", "none", 3), ReturnsNothing)
    assert (outcomes.ending == Ending.FAILED).all()
    assert (exchanges.trouble == TROUBLES.index(Trouble.API)).all()
    assert any("expected a Heard" in fault.detail for _, _, fault in world.troubles)


class LosesDesks(IdealUser):
    """Has no calls to give on the second day."""

    def next_call(self, desk: int, wait: float) -> Heard:
        return BROKEN if second_day(self) else super().next_call(desk, wait)


def test_a_queue_that_gives_no_calls_is_asked_on_with_pauses_and_callers_lose_patience() -> None:
    outcomes, _, world = played(plan_of("serang", "none", 3), LosesDesks)
    then = (outcomes.arrival >= DAY + 3600 * 10**6) & (outcomes.arrival < 2 * DAY - 3600 * 10**6)
    assert not (outcomes.ending[then] == Ending.ANSWERED).any()
    assert (outcomes.ending[outcomes.arrival >= 2 * DAY + 3600 * 10**6] == Ending.ANSWERED).any()
    asked = sum(step == "next call" for step, _, _ in world.troubles)
    assert 0 < asked <= 2 * 86_400 * plan_of("serang", "none", 3).staffing.persons


class HearsNoHangUp(IdealUser):
    def hang_up(self, call: Ring) -> Heard:
        return failed(Trouble.TIMEOUT)


def test_a_hang_up_that_fails_is_an_abandoned_call_with_its_trouble() -> None:
    outcomes, exchanges, _ = played(plan_of("ketapang", "none", 4), HearsNoHangUp)
    gone = outcomes.ending == Ending.ABANDONED
    assert gone.any()
    assert (exchanges.trouble[gone] == TROUBLES.index(Trouble.TIMEOUT)).all()


def strangers(answer: Callable[[IdealUser], Heard]) -> type[IdealUser]:
    class Stranger(IdealUser):
        given = False
        judged: list[str] = []  # noqa: RUF012

        def next_call(self, desk: int, wait: float) -> Heard:
            if not Stranger.given:
                Stranger.given = True
                return answer(self)
            return super().next_call(desk, wait)

        def verdict(self, call: Ring, verdict: str) -> Heard:
            if call.reference.startswith("0badcafe-") and call.id != "77":
                return super().verdict(call, verdict)
            Stranger.judged.append(verdict)
            return Heard(State.ENDED)

    return Stranger


@pytest.mark.parametrize(
    "reference", ["feedface-3-1", "", "0badcafe-999999-1", "0badcafe-x-1", "0badcafe", "0badcafe-1"]
)
def test_a_call_of_nobody_here_is_ended_without_a_strike_and_work_goes_on(reference: str) -> None:
    kind = strangers(lambda _: Heard(State.ANSWERED, id="77", reference=reference))
    outcomes, _, _ = played(plan_of("bontang", "none", 2), kind)
    assert kind.judged == ["enquiry"]  # type: ignore[attr-defined]
    assert (outcomes.ending == Ending.ANSWERED).any()
    assert (outcomes.ending != Ending.OPEN).all()


def test_a_fault_says_its_kind_status_and_words() -> None:
    assert failed(Trouble.RATE, 429, "60").fault == Fault(Trouble.RATE, 429, "60")


class AnswersElsewhere(IdealUser):
    """Somebody else works the queue, too: on the second day the API says that others answered."""

    def next_call(self, desk: int, wait: float) -> Heard:
        if second_day(self):
            self.centre.world.sleep_until(self.now + round(wait * 1e6))
            return Heard(State.NOTHING)
        return super().next_call(desk, wait)

    def hang_up(self, call: Ring) -> Heard:
        return Heard(State.ANSWERED) if second_day(self) else super().hang_up(call)


def test_a_call_that_somebody_else_answered_ends_with_its_trouble_and_nobody_waits_for_news_of_it() -> None:
    outcomes, exchanges, world = played(plan_of("serang", "none", 3), AnswersElsewhere)
    odd = exchanges.trouble == TROUBLES.index(Trouble.STATUS)
    assert odd.any()
    assert (outcomes.ending[odd] == Ending.ANSWERED).all()
    assert (outcomes.call_taker[odd] == -1).all()
    assert (outcomes.ending != Ending.OPEN).all()
    assert any("no call-taker of this run" in fault.detail for _, _, fault in world.troubles)


class IsNotThere(IdealUser):
    def ring(self, call: Ring) -> Heard:
        return failed(Trouble.REFUSED)


def test_a_ring_without_a_reply_is_never_acknowledged() -> None:
    _, silent, _ = played(plan_of("bontang", "none", 2), IsNotThere)
    _, spoken, _ = played(plan_of("serang", "none", 3), DiesForADay)
    assert (silent.acknowledged == -1).all()
    assert (spoken.acknowledged >= 0).all()


def test_a_verdict_counts_from_the_end_of_talk_and_again_from_each_time_that_it_is_given() -> None:
    ForgetsVerdicts.asked = 0
    _, _, world = played(plan_of("bontang", "none", 3), ForgetsVerdicts)
    assert {late for name, _, late, _ in world.milestones if name == "verdict"} == {0}
