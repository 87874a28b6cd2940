"""The stand-in as an API: each step of a caller and of a call-taker, against a real server."""

import http.client
import json
from collections.abc import Iterator, Mapping
from math import inf
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from simulator.live.apis.standin import StandIn
from simulator.live.contract import Heard, Ring, State, Trouble
from simulator.tables.outcomes import Action
from tests.live.standin.servers import serving
from tests.plans import divert, policy, rule, warn

KEYS = {role: f"{role}-key" for role in ("intake", "desk", "supervisor")}
NUMBER, OTHER, THIRD = "+999000000001", "+999000000002", "+999000000003"
SECOND = 10**6


class PlainClient:
    """A client of the contract's shape, over the standard library."""

    def __init__(self, port: int) -> None:
        self.port, self.names = port, set[str]()

    def request(
        self,
        method: str,
        path: str,
        *,
        name: str | None = None,
        json: Any = None,
        data: str | bytes | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: float | None = None,
    ) -> Any:
        self.names.add(name or path)
        return _sent(self.port, method, path, json, dict(headers or {}), timeout)


def _sent(port: int, method: str, path: str, body: Any, headers: dict[str, str], timeout: float | None) -> Any:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout or 20)
    try:
        sent = None if body is None else json.dumps(body)
        connection.request(method, path, sent, {**headers, **({"Content-Type": "application/json"} if sent else {})})
        reply = connection.getresponse()
        text = reply.read().decode()
    except OSError as error:
        return SimpleNamespace(status_code=0, error=error, headers={}, text=None, json=lambda: None)
    finally:
        connection.close()
    return SimpleNamespace(
        status_code=reply.status, error=None, headers=reply.headers, text=text, json=lambda: json.loads(text)
    )


def ring(reference: str, number: str = "") -> Ring:
    return Ring(reference, number, "residents", "genuine", 1, passed_back=False, at="")


@pytest.fixture
def place(tmp_path: Path) -> str:
    return str(tmp_path / "calls.sqlite")


@pytest.fixture
def user(place: str) -> Iterator[StandIn]:
    with serving(database=place) as server:
        yield StandIn(PlainClient(server.port), KEYS)


def heard(user: StandIn, number: str, verdict: str = "prank") -> None:
    """One call of this number, from its ring to its verdict."""
    call = ring(f"before-{number[-1]}", number)
    call.id = user.ring(call).id
    user.sign_on(1)
    assert user.next_call(1, 5).reference == call.reference
    assert user.verdict(call, verdict).state is State.ENDED


def test_a_call_goes_from_its_ring_to_its_verdict(user: StandIn) -> None:
    call = ring("a", NUMBER)
    assert user.sign_on(4).state is State.DONE
    said = user.ring(call)
    assert (said.state, said.action, said.rule) == (State.QUEUED, Action.ACCEPT, -1)
    assert user.next_call(4, 5) == Heard(State.ANSWERED, id=said.id, reference="a", number=NUMBER)
    call.id = said.id
    assert user.hang_up(call).state is State.ANSWERED
    assert user.verdict(call, "genuine").state is State.ENDED
    assert user.next_call(4, 0).state is State.NOTHING
    assert user.sign_off(4).state is State.DONE
    assert user.client.names == {  # type: ignore[attr-defined]
        *("PUT /v1/desks/{desk}", "POST /v1/calls", "POST /v1/desks/{desk}/next"),
        *("POST /v1/calls/{id}/hang-up", "POST /v1/calls/{id}/verdict"),
    }


def test_a_caller_who_hangs_up_in_the_queue_has_ended_the_call(user: StandIn) -> None:
    call = ring("a")
    call.id = user.ring(call).id
    assert user.hang_up(call).state is State.ENDED


def test_no_trunk_is_busy(place: str) -> None:
    with serving(trunks=1, database=place) as server:
        user = StandIn(PlainClient(server.port), KEYS)
        assert [user.ring(ring(name)).state for name in ("a", "b")] == [State.QUEUED, State.BUSY]


@pytest.mark.parametrize(
    "acting, meets, action, after",
    [
        (rule(), State.BLOCKED, Action.BLOCK, 0),
        (rule(action="demote"), State.QUEUED, Action.DEMOTE, 0),
        (warn(3 * SECOND), State.MESSAGE, Action.WARN, 3 * SECOND),
        (divert(3 * SECOND), State.DIVERTED, Action.DIVERT, 0),
    ],
)
def test_the_rules_of_the_scenario_act(place: str, acting: Any, meets: State, action: Action, after: int) -> None:
    with serving(policy(acting), database=place) as server:
        user = StandIn(PlainClient(server.port), KEYS)
        heard(user, NUMBER)
        said = user.ring(ring("b", NUMBER))
        assert (said.state, said.action, said.rule, said.after) == (meets, action, 0, after)
        passed_back = ring("c", NUMBER)
        passed_back.passed_back = True
        assert user.ring(passed_back).action is Action.ACCEPT


def test_a_number_is_listed_blocked_and_taken_off(user: StandIn) -> None:
    assert user.listed(NUMBER) == Heard(State.DONE)
    assert user.block(NUMBER, 60).state is State.DONE
    assert user.block(OTHER, inf).state is State.DONE
    assert user.listed(NUMBER) == Heard(State.DONE, action=Action.BLOCK, rule=0)
    assert [user.ring(ring(name[1:], name)).state for name in (NUMBER, OTHER, THIRD)] == [
        *(State.BLOCKED, State.BLOCKED, State.QUEUED)
    ]
    assert [user.unblock(NUMBER).state for _ in range(2)] == [State.DONE, State.DONE]
    assert user.listed(NUMBER) == Heard(State.DONE)


def test_a_warning_by_sms_is_listed_though_the_number_is_blocked_too(place: str) -> None:
    """In the model, who heeds it does not call at all."""
    with serving(policy(rule(), rule(action="sms")), database=place) as server:
        user = StandIn(PlainClient(server.port), KEYS)
        heard(user, NUMBER)
        assert user.listed(NUMBER) == Heard(State.DONE, action=Action.SMS, rule=1)


def test_a_clock_of_another_speed_is_said(place: str) -> None:
    with serving(speed=60, database=place) as server:
        user = StandIn(PlainClient(server.port), KEYS)
        assert user.check(60).state is State.DONE
        said = user.check(1)
        assert said.fault
        assert "siaga serve --speed 1" in said.fault.detail


def test_what_goes_wrong_is_named(user: StandIn) -> None:
    stranger = StandIn(user.client, {"": "no such key"})
    gone = StandIn(PlainClient(1), KEYS)
    unheard_of = ring("a")
    unheard_of.id = "99"
    said = [stranger.ring(unheard_of), gone.ring(unheard_of), user.hang_up(unheard_of), user.next_call(9, 0)]
    assert [each.fault and each.fault.trouble for each in said] == [
        *(Trouble.KEY, Trouble.REFUSED, Trouble.STATUS, Trouble.STATUS)
    ]
