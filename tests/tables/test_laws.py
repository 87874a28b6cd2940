"""Every law of the tables holds for a real run and fires on one that was tampered with."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from simulator.engines.simulate import simulate
from simulator.scenario.policy import INTENTS
from simulator.scenario.units import SECOND
from simulator.tables import laws
from simulator.tables.calls import DOUBT_SCALE, Calls
from simulator.tables.laws import LAWS, broken_laws
from simulator.tables.outcomes import Action, Cause, Ending, Outcomes
from simulator.tables.staffing import Staffing
from tests.plans import floor, plan, policy, rule, staff

Table = dict[str, np.ndarray[Any, Any]]
TRUNKS, CALLS = 4, 600
GENUINE = INTENTS.index("genuine")


def crowd() -> Calls:
    """Calls of every sort: impatient, redialling, pranks, misjudged, several an incident."""
    rng = np.random.default_rng(8)
    size = (CALLS, 3)
    return plan(
        np.sort(rng.integers(0, 4_000, CALLS)),
        unit=SECOND,
        attempts=3,
        talk=rng.integers(1, 25, size),
        duplicate=rng.integers(1, 9, size),
        wrap=rng.integers(1, 4, size),
        patience=rng.integers(10, 60, size),
        intent=rng.integers(0, 4, CALLS),
        number=rng.integers(-1, 150, CALLS),
        incident=rng.integers(-1, 50, CALLS),
        tendency=np.full(CALLS, DOUBT_SCALE // 5),
        doubt=rng.integers(0, DOUBT_SCALE, size),
        verdict=rng.integers(0, 4, size),
        redial=rng.integers(0, 128, size),
        redial_delay=rng.integers(1, 30, size),
        quit=rng.random(size) < 0.1,
    )


PLAN = crowd()
ROTA = staff((0, 0, 1_500, False), (1, 0, 90_000, False), (2, 1_500, 90_000, False))
POLICY = policy(rule(strikes=2, for_=(300 * SECOND,)), rule("silent", action="demote"))
OUTCOMES = simulate(PLAN, ROTA, floor(TRUNKS), POLICY)


def broken(table: Table, trunks: int = TRUNKS, staffing: Staffing = ROTA) -> set[str]:
    """The names of the laws that this table breaks."""
    run = laws.Run(PLAN, staffing, Outcomes.of(**table), trunks, attended=False)
    return {law.__name__ for law in LAWS if len(law(run))}


def some(rows: np.ndarray[Any, Any]) -> int:
    """One of these rows, not the first."""
    return int(np.flatnonzero(rows)[len(np.flatnonzero(rows)) // 2])


def ended(table: Table, ending: Ending) -> int:
    return some(table["ending"] == ending)


def drop(table: Table, row: int) -> None:
    for name in table:
        table[name] = np.delete(table[name], row)


def swap(table: Table, one: int, two: int, *names: str) -> None:
    for name in names:
        table[name][[one, two]] = table[name][[two, one]]


def overtakes(table: Table) -> None:
    """Two calls of one rank that waited are answered in the other order."""
    plain = np.flatnonzero((table["answered"] >= 0) & (table["action"] == Action.ACCEPT))
    one = int(np.flatnonzero(np.diff(table["answered"][plain]) > 0)[50])
    swap(table, int(plain[one]), int(plain[one + 1]), "answered")


def late_redial(table: Table) -> None:
    table["arrival"][some(table["cause"] == Cause.REDIAL)] += 1


def one_more_attempt(table: Table) -> None:
    """A caller who was answered well calls again at once."""
    row = some((table["ending"] == Ending.ANSWERED) & ~table["dismissed"] & (table["attempt"] == 1))
    for name in table:
        table[name] = np.append(table[name], table[name][row])
    table["attempt"][-1], table["cause"][-1] = 2, Cause.REDIAL
    table["arrival"][-1] = table["left"][row] + PLAN.redial_delay[PLAN.later[table["call"][row]]]


def put(name: str, ending: Ending, change: Callable[[Any], Any]) -> Callable[[Table], None]:
    """Change one column of one row with this ending."""

    def tamper(table: Table) -> None:
        row = ended(table, ending)
        table[name][row] = change(table[name][row])

    return tamper


def before_a_third(table: Table) -> int:
    """The row of the second attempt of a call with a third."""
    call = table["call"][some(table["attempt"] == 3)]
    return int(np.flatnonzero((table["call"] == call) & (table["attempt"] == 2))[0])


def early_answer(table: Table) -> None:
    row = ended(table, Ending.ANSWERED)
    table["answered"][row] = table["queued"][row] - 1


def last_redial(table: Table) -> int:
    """The row of a redial that no other follows."""
    later = table["call"][table["cause"] == Cause.REDIAL]
    return int(np.flatnonzero(table["call"] == later[len(later) // 2])[-1])


def last_taken(table: Table) -> int:
    return int(np.flatnonzero(table["call_taker"] >= 0)[-1])


TAMPERINGS: list[tuple[str, str, Callable[[Table], None]]] = [
    ("an attempt is lost", "every_attempt_once", lambda t: drop(t, some(t["attempt"] == 1))),
    ("a second attempt is lost, the third is there", "every_attempt_once", lambda t: drop(t, before_a_third(t))),
    (
        "an attempt has two rows",
        "every_attempt_once",
        lambda t: t.update({n: np.append(c, c[-1]) for n, c in t.items()}),
    ),
    ("a redial comes late", "attempts_in_order", late_redial),
    ("who was answered calls again", "attempts_in_order", one_more_attempt),
    ("a redial that was due is not made", "redials_made", lambda t: drop(t, last_redial(t))),
    ("a first attempt comes late", "attempts_in_order", put("arrival", Ending.BUSY, lambda x: x + 1)),
    ("a first attempt is said to be a redial", "attempts_in_order", put("cause", Ending.ANSWERED, lambda x: 1 - x)),
    ("answered before it came", "times_in_order", early_answer),
    ("the queue joined late", "times_in_order", put("queued", Ending.ANSWERED, lambda x: x + 1)),
    ("the caller gone before the end of talk", "times_in_order", put("left", Ending.ANSWERED, lambda x: x - 1)),
    ("free before the end of talk", "times_in_order", put("free", Ending.ANSWERED, lambda x: x - 10 * SECOND)),
    ("talk cut short", "durations_as_drawn", put("talk_end", Ending.ANSWERED, lambda x: x - 1)),
    ("wrap-up too long", "durations_as_drawn", put("free", Ending.ANSWERED, lambda x: x + 1)),
    ("hung up late", "patience_kept", put("left", Ending.ABANDONED, lambda x: x + 1)),
    ("answered after patience was over", "patience_kept", put("answered", Ending.ANSWERED, lambda x: x + 90 * SECOND)),
    ("busy, but in the queue", "turned_away_at_once", put("queued", Ending.BUSY, lambda _: 5)),
    ("blocked, but answered by somebody", "turned_away_at_once", put("call_taker", Ending.BLOCKED, lambda _: 1)),
    ("blocked without a rule", "turned_away_at_once", put("action", Ending.BLOCKED, lambda _: Action.ACCEPT)),
    ("under a block, but answered", "turned_away_at_once", put("action", Ending.ANSWERED, lambda _: Action.BLOCK)),
    ("one call-taker for all", "one_call_at_a_time", lambda t: t["call_taker"].clip(-1, 0, out=t["call_taker"])),
    ("a call-taker who has gone home", "one_call_at_a_time", lambda t: t["call_taker"].__setitem__(last_taken(t), 0)),
    ("the second in the queue goes first", "first_come_first_served", overtakes),
    ("judged as not drawn", "verdicts_as_drawn", put("verdict", Ending.ANSWERED, lambda x: (x + 1) % 4)),
    ("a verdict on a call never answered", "verdicts_as_drawn", put("verdict", Ending.BUSY, lambda _: GENUINE)),
    ("dismissed without reason", "verdicts_as_drawn", put("dismissed", Ending.ABANDONED, lambda _: True)),
    ("rows out of order", "rows_in_order", lambda t: swap(t, 10, 500, *t)),
]


def copied() -> Table:
    return {name: column.copy() for name, column in OUTCOMES.columns().items()}


def test_a_real_run_keeps_every_law() -> None:
    """The run that is tampered with below: it holds every ending that laws speak of."""
    assert broken_laws(PLAN, ROTA, OUTCOMES, TRUNKS) == ()
    wanted = {Ending.ANSWERED, Ending.ABANDONED, Ending.BUSY, Ending.BLOCKED, Ending.DETERRED}
    assert wanted <= set(OUTCOMES.ending.tolist())


@pytest.mark.parametrize("law, tamper", [row[1:] for row in TAMPERINGS], ids=[row[0] for row in TAMPERINGS])
def test_a_tampered_table_breaks_its_law(law: str, tamper: Callable[[Table], None]) -> None:
    """The law named is among those broken."""
    table = copied()
    tamper(table)
    assert law in broken(table)


def test_a_floor_of_fewer_trunks_or_call_takers_breaks_their_laws() -> None:
    """The same rows were impossible with one trunk less, or without the second call-taker."""
    assert broken(copied(), trunks=TRUNKS - 1) == {"trunks_kept"}
    assert broken(copied(), staffing=staff((0, 0, 90_000, False), persons=3)) == {"one_call_at_a_time"}


def test_every_law_is_tampered_with() -> None:
    """A law without a tampering might be one that can not fire."""
    assert {law for _, law, _ in TAMPERINGS} | {"trunks_kept"} == {law.__name__ for law in LAWS}


def test_a_broken_law_is_told_in_words_with_its_rows() -> None:
    """What must hold, and the first rows where it does not."""
    table = copied()
    row = ended(table, Ending.ABANDONED)
    table["left"][row] += 1
    told = [line for line in broken_laws(PLAN, ROTA, Outcomes.of(**table), TRUNKS) if "abandons" in line]
    assert told == [f"{laws.patience_kept.__doc__} Broken by rows [{row}]."]


def test_no_calls_break_no_law() -> None:
    """An empty table is a lawful one."""
    empty = plan([], length=10)
    assert broken_laws(empty, ROTA, simulate(empty, ROTA, floor(1)), 1) == ()
