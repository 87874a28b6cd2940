"""Every law of the tables holds for a real run and fires on one that was tampered with."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from simulator.engines.simulate import ENGINES, Engine, simulate
from simulator.scenario.policy import NO_POLICY, Intent
from simulator.scenario.units import NEVER, SECOND
from simulator.tables.laws import LAWS, broken_laws
from simulator.tables.laws_floor import patience_kept
from simulator.tables.outcomes import OF_A_FLOOR, Action, Cause, Ending, Outcomes, Why
from tests.plans import divert, floor, plan, policy, rows, staff
from tests.tables.crowds import BACK, PLAN, POLICY, ROTA, RUN, TRUNKS, WITH_MACHINE, Table, broken, copied
from tests.tables.tampering import some
from tests.tables.tamperings import OF_CALLING_BACK, TAMPERINGS, WAITED

GENUINE, PRANK = Intent.GENUINE, Intent.PRANK


def test_real_runs_keep_every_law() -> None:
    """The runs that are tampered with below: they hold all that laws speak of."""
    assert broken_laws(PLAN, ROTA, RUN.outcomes, WITH_MACHINE, POLICY) == ()
    assert broken(BACK) == set()
    o = RUN.outcomes
    assert set(o.ending.tolist()) == set(OF_A_FLOOR) - {Ending.OPEN}
    assert set(o.action.tolist()) == set(Action)
    assert set(o.cause.tolist()) == set(Cause)
    assert set(o.why.tolist()) == set(Why) - {Why.REUSED_NUMBER}


@pytest.mark.parametrize("law, tamper", [row[1:] for row in TAMPERINGS], ids=[row[0] for row in TAMPERINGS])
def test_a_tampered_table_breaks_its_law(law: str, tamper: Callable[[Table], None]) -> None:
    """The law named is among those broken."""
    table = copied()
    tamper(table)
    assert law in broken(replace(RUN, outcomes=Outcomes.of(**table)))


@pytest.mark.parametrize("law, tamper", [row[1:] for row in OF_CALLING_BACK], ids=[row[0] for row in OF_CALLING_BACK])
def test_a_tampered_table_of_calls_back_breaks_its_law(law: str, tamper: Callable[[Table], None]) -> None:
    """The same on the floor where call-takers call back, and attend acceptance."""
    table = copied(BACK)
    tamper(table)
    assert broken(replace(BACK, outcomes=Outcomes.of(**table))) >= {law}


def test_a_floor_of_fewer_trunks_or_call_takers_breaks_their_laws() -> None:
    """The same rows were impossible with one trunk less, or without the second call-taker."""
    fewer = WITH_MACHINE.model_copy(update={"trunks": TRUNKS - 1})
    assert broken(replace(RUN, floor=fewer)) == {"trunks_kept"}
    assert broken(replace(RUN, staffing=staff((0, 0, 200_000, False), persons=3))) == {"one_call_at_a_time"}


def test_another_policy_or_floor_breaks_the_laws_of_what_it_says() -> None:
    """The same rows are not those of other rules, of withheld calls let through, or of a floor without a procedure."""
    apart = policy(*POLICY.rules, allowlist=POLICY.allowlist)
    assert broken(replace(RUN, policy=apart)) == {"minds_whom_it_may"}
    assert "actions_by_their_rules" in broken(replace(RUN, policy=NO_POLICY))
    assert "durations_as_drawn" in broken(replace(RUN, floor=floor(TRUNKS)))


def test_every_law_is_tampered_with() -> None:
    """A law without a tampering might be one that cannot fire."""
    assert {law for _, law, _ in TAMPERINGS} == {law.__name__ for law in LAWS}


def test_a_broken_law_is_told_in_words_with_its_rows() -> None:
    """What must hold, and the first rows where it does not."""
    table = copied()
    row = some(WAITED)
    table["left"][row] += 1
    outcomes = Outcomes.of(**table)
    told = [line for line in broken_laws(PLAN, ROTA, outcomes, WITH_MACHINE, POLICY) if "abandons" in line]
    assert told == [f"{patience_kept.__doc__} Broken by rows [{row}]."]


def test_no_calls_break_no_law() -> None:
    """An empty table is a lawful one."""
    empty = plan([], length=10)
    for lines, rules in ((floor(1), NO_POLICY), (WITH_MACHINE, POLICY)):
        assert broken_laws(empty, ROTA, simulate(empty, ROTA, lines, rules), lines, rules) == ()


@pytest.mark.parametrize("engine", ENGINES)
def test_a_wrap_up_that_goes_on_at_the_end_breaks_no_law(engine: Engine) -> None:
    """Two days of wrap-up: when the call-taker was free again is not known."""
    calls, rota = plan([0], unit=SECOND, talk=5, wrap=200_000), staff((0, 0, 300_000, False))
    outcomes = simulate(calls, rota, floor(1), NO_POLICY, engine)
    assert rows(outcomes, "ending", "talk_end", "free") == [(Ending.ANSWERED, 5 * SECOND, -1)]
    assert broken_laws(calls, rota, outcomes, floor(1), NO_POLICY) == ()


@pytest.mark.parametrize("engine", ENGINES)
def test_a_call_that_is_passed_back_is_nobodys_doing(engine: Engine) -> None:
    """Who is blocked, and gives up, while the other line answers an earlier call is passed back with that one.

    Number 0 is diverted after a prank, number 1 is on the list; of one person's calls at 10 s, 15 s and 30 s the first
    is answered by the other line at 20 s, the second blocked, and the third never made.
    """
    calls = plan(
        [0, 10, 15, 30],
        unit=SECOND,
        person=[0, 1, 1, 1],
        number=[0, 0, 1, 0],
        intent=[PRANK, GENUINE, GENUINE, GENUINE],
        talk=3,
        quit=True,
        listed={1: NEVER},
    )
    rota, rules = staff((0, 0, 900, False)), policy(divert(10 * SECOND, "prank", passes_back={"genuine": 1.0}))
    outcomes = simulate(calls, rota, floor(1), rules, engine)
    assert rows(outcomes, "call", "cause", "ending", "arrival", "left") == [
        (call, cause, ending, arrival * SECOND, left * SECOND)
        for call, cause, ending, arrival, left in [
            (0, Cause.FIRST, Ending.ANSWERED, 0, 3),
            (1, Cause.FIRST, Ending.DIVERTED, 10, 20),
            (2, Cause.FIRST, Ending.BLOCKED, 15, 15),
            (1, Cause.PASSBACK, Ending.ANSWERED, 20, 23),
            (3, Cause.FIRST, Ending.DETERRED, 30, 30),
        ]
    ]
    assert broken_laws(calls, rota, outcomes, floor(1), rules) == ()


def test_who_met_a_line_that_failed_tries_again_as_after_one_that_was_busy() -> None:
    """Of two busy attempts told as failed, as a live target would have them, the redials are still lawful."""
    calls = plan([0, 1], unit=SECOND, talk=60, redial=1 << Ending.BUSY, redial_delay=100, attempts=2)
    rota = staff((0, 0, 900, False))
    outcomes = simulate(calls, rota, floor(1), NO_POLICY)
    assert rows(outcomes, "call", "ending") == [(0, Ending.ANSWERED), (1, Ending.BUSY), (1, Ending.ANSWERED)]
    failed = replace(outcomes, ending=[Ending.ANSWERED, Ending.FAILED, Ending.ANSWERED])
    assert broken_laws(calls, rota, failed, floor(1), NO_POLICY) == ()
    alone = Outcomes.of(**{name: column[:2] for name, column in failed.columns().items()})
    assert "last attempt is one after which nobody redials" in broken_laws(calls, rota, alone, floor(1), NO_POLICY)[0]
