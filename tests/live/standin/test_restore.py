"""What a server that is started again knows: calls, desks, tickets, the blocklist, the clock, its audit log."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from simulator.live.standin import database as tables
from simulator.live.standin.calls import row_of
from simulator.live.standin.clock import Anchor, Clock, goes_on, wall
from simulator.live.standin.database import open_database
from simulator.live.standin.floor import Floor
from simulator.live.standin.numbers import Numbers
from simulator.live.standin.restore import restore
from simulator.scenario.policy import Policy
from tests.engines.scene_rules import drawn_rule
from tests.live.standin.processes import postgresql
from tests.live.standin.servers import SECRET, serving
from tests.live.standin.test_floor import Told
from tests.plans import policy, rule

NUMBER, OTHER = "+999000000001", "+999000000002"
HASHES = [f"{number:016x}" for number in range(3)]
DAY = 86_400 * 10**6


@pytest.fixture
def place(tmp_path: Path) -> str:
    return str(tmp_path / "calls.sqlite")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def either(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield str(tmp_path / "calls.sqlite")
    else:
        with postgresql() as url:
            yield url


def test_queue_desks_tickets_and_blocklist_are_as_they_were(either: str) -> None:
    rules = policy(rule("prank", strikes=2, for_=(DAY,)))
    with serving(rules, trunks=5, database=either) as client:
        client.sign_on(1, 2, 3)
        client.answer("a", "prank", NUMBER, desk=1)
        client.ask("supervisor", "PUT", f"/v1/blocklist/{OTHER}", {"seconds": 3600})
        ticket = client.answer("b", "genuine", desk=2).body["ticket"]
        client.ask("desk", "POST", f"/v1/tickets/{ticket}/accept")
        assert [client.next_call(desk).status for desk in (3, 2, 1)] == [204] * 3
        idle = client.ask("desk", "GET", "/v1/desks").body
        for name in ("c", "d", "e"):
            client.ring(name)
        left = client.ring("f").body["id"]
        client.ask("intake", "POST", f"/v1/calls/{left}/hang-up")
    with serving(rules, trunks=5, database=either) as client:
        assert client.ask("desk", "GET", "/v1/desks").body == idle
        assert client.ring("g", OTHER).status == 403
        found = client.ask("desk", "GET", f"/v1/tickets/{ticket}").body
        assert (found["state"], found["agency"]) == ("accepted", "emergency")
        assert [client.next_call(desk).body["reference"] for desk in (3, 1, 2)] == ["c", "d", "e"]
        assert client.state(left) == "abandoned"
        call = client.ring("h", NUMBER).body["id"]
        client.judge(client.next_call(3).body["id"], "enquiry")
        assert client.next_call(3).body["id"] == call
        client.judge(call, "prank")
        assert client.ring("i", NUMBER).status == 403


def test_a_number_that_was_taken_off_stays_off(place: str) -> None:
    rules = policy(rule(for_=(DAY,)))
    with serving(rules, database=place) as client:
        client.sign_on(0)
        client.answer("a", "prank", NUMBER)
        assert client.ask("supervisor", "DELETE", f"/v1/blocklist/{NUMBER}").status == 204
    with serving(rules, database=place) as client:
        assert client.ring("b", NUMBER).status == 201


def test_a_policy_that_is_new_to_a_database_finds_the_past_as_if_it_had_been_in_force(place: str) -> None:
    with serving(database=place) as client:
        client.sign_on(0)
        client.answer("a", "prank", NUMBER)
    with serving(policy(rule(for_=(DAY,))), database=place) as client:
        assert client.ring("b", NUMBER).status == 403


class Written:
    """A book that writes straight to a database."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def keep(self, thing: object) -> None:
        table = {"Call": tables.calls, "Desk": tables.desks, "Ticket": tables.tickets}[type(thing).__name__]
        self.connection.execute(tables.upsert(table, "sqlite"), row_of(thing))  # type: ignore[arg-type]

    def enter(self, entry: object) -> None:
        pass

    def list(self, number: str, at: int, until: int | None) -> None:
        self.connection.execute(tables.upsert(tables.listings, "sqlite"), {"at": at, "number": number, "until": until})


STEPS = st.lists(
    st.tuples(
        st.integers(1, 4 * 10**6),
        st.sampled_from(["call", "call", "call", "genuine", "enquiry", "prank", "silent", "block", "unblock"]),
        st.sampled_from([*HASHES, None]),
    ),
    max_size=40,
)


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    """One to three rules of all kinds."""

    def ints(low: int, high: int, shape: int) -> object:
        import numpy as np

        return np.array(draw(st.lists(st.integers(low, high), min_size=shape, max_size=shape)), dtype=np.int64)

    rules = [drawn_rule(ints, lambda low, high: draw(st.integers(low, high))) for _ in range(draw(st.integers(1, 3)))]
    return policy(*rules, as_one=draw(st.booleans()))


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(rules=policies(), steps=STEPS)
def test_a_restored_blocklist_holds_what_the_one_that_lived_through_it_holds(
    tmp_path_factory: pytest.TempPathFactory, rules: Policy, steps: list[tuple[int, str, str | None]]
) -> None:
    database = open_database(str(tmp_path_factory.mktemp("restored") / "calls.sqlite"))
    with database.engine.begin() as connection:
        told = Told(trunks=9, rules=rules)
        told.floor.book = Written(connection)  # type: ignore[assignment]
        now = live_through(told, steps)
    again = Floor(9, rules, told.book)
    restore(database, again, Numbers(SECRET))
    for later in (now, now + 2 * 10**6, now + 7 * 10**6):
        assert again.watch.all_standing(later) == told.floor.watch.all_standing(later)
    assert (again.on_trunks, again.waiting, again.last_call) == (
        *(told.floor.on_trunks, told.floor.waiting, told.floor.last_call),
    )
    database.engine.dispose()


def live_through(told: Told, steps: list[tuple[int, str, str | None]]) -> int:
    """Calls that come in, verdicts on those that wait, numbers put on the list and taken off; when it ended."""
    now = 0
    for by, what, number in steps:
        now += by
        if what == "call":
            told.ring(now, number)
        elif what == "block" and number:
            told.floor.block(now, "supervisor", number, 3.0)
        elif what == "unblock" and number:
            told.floor.unblock(now, "supervisor", number)
        elif what in {"genuine", "enquiry", "prank", "silent"}:
            now += 1
            if call := told.ask(now, 0):
                now += 2 * 10**6
                told.floor.judge(now, "desk", call, what, "fire")
            told.floor.stop_asking(0)
    return now


# -- the clock ---------------------------------------------------------------------------------------------------------


def test_the_clock_goes_on_while_the_server_is_down_at_the_speed_it_had() -> None:
    hour_ago = Anchor(wall() - 3600 * 10**6, 1_000, 60.0)
    anchor = goes_on(hour_ago, 2_000, 1.0)
    assert anchor.speed == 1.0
    assert abs(anchor.simulated - 60 * 3600 * 10**6) < 60 * 10**6


def test_the_clock_never_goes_back_even_if_the_wall_clock_was_set_back() -> None:
    in_an_hour = Anchor(wall() + 3600 * 10**6, 5_000, 1.0)
    assert goes_on(in_an_hour, 7_000, 1.0).simulated == 7_000


def test_no_two_moments_of_a_clock_are_the_same() -> None:
    clock = Clock(speed=0.001)
    moments = [clock.now() for _ in range(1_000)]
    assert sorted(set(moments)) == moments


def test_a_clock_goes_at_its_speed() -> None:
    clock = Clock(speed=1e5)
    began, since = clock.now(), wall()
    while wall() < since + 20_000:
        pass
    assert 1e5 * 20_000 <= clock.now() - began < 1e5 * 20_000 * 50


# -- the audit log -----------------------------------------------------------------------------------------------------


def audited(place: str) -> None:
    with serving(policy(rule()), database=place) as client:
        client.sign_on(0)
        client.answer("a", "prank", NUMBER)
        client.answer("b", "genuine", OTHER)


def broken_at(place: str) -> int | None:
    database = open_database(place)
    past = restore(database, Told().floor, Numbers(SECRET))
    database.engine.dispose()
    return past.broken_at


def test_an_audit_log_that_nobody_touched_is_whole(place: str) -> None:
    audited(place)
    assert broken_at(place) is None


@pytest.mark.parametrize(
    "tampering, noticed",
    [
        ("UPDATE siaga_audit SET who = 'nobody' WHERE seq = 3", 3),
        ("UPDATE siaga_audit SET detail = 'genuine' WHERE detail = 'prank'", 4),
        ("DELETE FROM siaga_audit WHERE seq = 4", 5),
        ("UPDATE siaga_audit SET seq = 100 WHERE seq = 1", 2),
    ],
)
def test_a_line_that_was_changed_or_taken_out_is_noticed(place: str, tampering: str, noticed: int) -> None:
    audited(place)
    with sqlite3.connect(place) as connection:
        assert connection.execute(tampering).rowcount > 0
    connection.close()
    assert broken_at(place) == noticed


def test_no_telephone_number_is_left_in_the_database_once_its_call_is_over(tmp_path: Path) -> None:
    """Nor in pages that SQLite has freed; a genuine caller's stands in the ticket until that is closed."""
    place = tmp_path / "calls.sqlite"
    with serving(policy(rule()), database=place) as client:
        client.sign_on(0)
        client.answer("a", "prank", NUMBER)
        client.ring("b", NUMBER)
        ticket = client.answer("c", "genuine", OTHER).body["ticket"]
        found = client.ask("supervisor", "GET", f"/v1/audit?number=%2B{NUMBER[1:]}").body["audit"]
        assert [line["what"] for line in found] == ["ring", "verdict", "answer", "ring"]
    assert NUMBER.encode() not in place.read_bytes()
    assert OTHER.encode() in place.read_bytes()
    with serving(policy(rule()), database=place) as client:
        client.ask("desk", "POST", f"/v1/tickets/{ticket}/close")
    assert OTHER.encode() not in place.read_bytes()
