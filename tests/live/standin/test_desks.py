"""Desks over the network: long polls that are released, dropped and taken over; a WebSocket; nobody answers twice."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import orjson
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect

from simulator.scenario.policy import NO_POLICY
from tests.live.standin.servers import LONG, Client, Said, serving


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    with serving(NO_POLICY, database=tmp_path / "calls.sqlite") as server:
        yield server


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(8) as pool:
        yield pool


def until(condition: Callable[[], bool]) -> None:
    """Wait for what must come about."""
    give_up = time.monotonic() + LONG
    while not condition():
        assert time.monotonic() < give_up
        time.sleep(0.005)


def asking(client: Client) -> int:
    """How many desks wait for a call now."""
    lines = client.ask("", "GET", "/metrics").body.decode().splitlines()
    return int(float(next(line.split()[1] for line in lines if line.startswith("siaga_desks_asking "))))


def test_a_desk_that_waits_is_given_a_call_as_it_comes_in(client: Client, threads: ThreadPoolExecutor) -> None:
    client.sign_on(1)
    waits = threads.submit(client.next_call, 1, 60)
    until(lambda: asking(client) == 1)
    began = time.monotonic()
    call = client.ring("a").body["id"]
    assert waits.result(LONG).body["id"] == call
    assert time.monotonic() - began < 5


def test_a_wait_without_a_call_ends_after_its_time_with_204(client: Client) -> None:
    client.sign_on(1)
    began = time.monotonic()
    assert client.next_call(1, 0.2).status == 204
    assert 0.2 <= time.monotonic() - began < 5


def test_a_desk_that_asks_anew_ends_its_earlier_wait(client: Client, threads: ThreadPoolExecutor) -> None:
    client.sign_on(1)
    first = threads.submit(client.next_call, 1, 60)
    until(lambda: asking(client) == 1)
    second = threads.submit(client.next_call, 1, 60)
    ended = first.result(LONG)
    assert (ended.status, ended.body["state"]) == (409, "superseded")
    client.ring("a")
    assert second.result(LONG).status == 200


def test_a_desk_that_goes_off_duty_is_let_go_at_once(client: Client, threads: ThreadPoolExecutor) -> None:
    client.sign_on(1)
    waits = threads.submit(client.next_call, 1, 60)
    until(lambda: asking(client) == 1)
    client.ask("desk", "PUT", "/v1/desks/1", {"on_duty": False})
    assert waits.result(LONG).status == 204


def test_a_server_that_stops_lets_everybody_go(tmp_path: Path, threads: ThreadPoolExecutor) -> None:
    with serving(database=tmp_path / "calls.sqlite") as client:
        client.sign_on(1, 2)
        waits = [threads.submit(client.next_call, desk, 60) for desk in (1, 2)]
        until(lambda: asking(client) == 2)
        began = time.monotonic()
    assert [each.result(LONG).status for each in waits] == [204, 204]
    assert time.monotonic() - began < 5


def raw_poll(client: Client, desk: int) -> socket.socket:
    """A long poll of which only the sending end is looked after."""
    connection = socket.create_connection(("127.0.0.1", client.port))
    head = f"POST /v1/desks/{desk}/next?wait=60 HTTP/1.1\r\nHost: x\r\nX-API-Key: desk-key\r\nContent-Length: 0\r\n\r\n"
    connection.sendall(head.encode())
    return connection


def test_a_desk_whose_connection_is_gone_is_not_given_a_call(client: Client) -> None:
    client.sign_on(1, 2)
    dropped = raw_poll(client, 1)
    until(lambda: asking(client) == 1)
    dropped.close()
    until(lambda: asking(client) == 0)
    call = client.ring("a").body["id"]
    assert client.next_call(2).body["id"] == call


def test_a_call_is_never_lost_to_a_connection_that_drops_as_it_is_answered(client: Client) -> None:
    """Whether the server notices before or after the call is given: the desk gets it back, or another desk gets it."""
    client.sign_on(1, 2)
    for count in range(20):
        dropped = raw_poll(client, 1)
        until(lambda: asking(client) == 1)
        closing = threading.Thread(target=dropped.close)
        closing.start()
        call = client.ring(f"a{count}").body["id"]
        closing.join()
        given = client.next_call(1, 0)
        assert given.status == 200, client.state(call)
        assert given.body["id"] == call
        assert client.next_call(2, 0).status == 204
        assert client.judge(call, "enquiry").status == 200


def test_many_desks_and_callers_at_once_answer_every_call_just_once(
    client: Client, threads: ThreadPoolExecutor
) -> None:
    client.sign_on(*range(4))
    calls, answered = 60, list[tuple[int, int]]()

    def work(desk: int) -> None:
        while (given := client.next_call(desk, 1)).status == 200:
            answered.append((desk, given.body["id"]))
            assert client.judge(given.body["id"], "enquiry").status == 200

    desks = [threads.submit(work, desk) for desk in range(4)]
    rung = list(threads.map(client.ring, (f"a{count}" for count in range(calls))))
    for each in desks:
        each.result(60)
    busy = sum(each.status == 503 for each in rung)
    assert sorted(call for _, call in answered) == sorted(each.body["id"] for each in rung if each.status == 201)
    assert len(answered) == calls - busy


# -- by WebSocket ----------------------------------------------------------------------------------------------------


def dial(client: Client, desk: int, key: str = "desk-key") -> ClientConnection:
    url = f"ws://127.0.0.1:{client.port}/v1/desks/{desk}/ws"
    return connect(url, additional_headers={"X-API-Key": key}, compression=None)


def say(at: ClientConnection, **message: Any) -> None:
    at.send(orjson.dumps(message).decode())


def told(at: ClientConnection) -> Any:
    return orjson.loads(at.recv(LONG))


def test_a_desk_works_its_calls_over_one_websocket(client: Client) -> None:
    client.sign_on(1)
    with dial(client, 1) as desk:
        say(desk, next=True)
        until(lambda: asking(client) == 1)
        call = client.ring("a", "+999000000001").body["id"]
        assert told(desk)["call"]["number"] == "+999000000001"
        say(desk, verdict={"id": call, "verdict": "genuine", "agency": "fire"})
        assert told(desk) == {"ended": {"id": call, "state": "ended", "ticket": 1}}
        say(desk, next=True)
        say(desk, stop=True)
        assert told(desk) == {"stopped": True}
        assert asking(client) == 0


@pytest.mark.parametrize(
    "message, detail",
    [
        ('{"next": true}', "not on duty"),
        ('{"verdict": {"id": 7, "verdict": "prank"}}', "in hand"),
        ('{"nxt": true}', "nxt"),
        ('{"verdict": {"id": 7, "verdict": "rude"}}', "verdict"),
        ("no json", ""),
    ],
)
def test_what_a_websocket_can_not_do_is_said_and_it_stays_open(client: Client, message: str, detail: str) -> None:
    with dial(client, 1) as desk:
        for _ in range(2):
            desk.send(message)
            assert detail in told(desk)["problem"]["detail"]


def test_a_websocket_that_is_gone_waits_no_more_and_its_call_in_hand_is_there_when_it_comes_back(
    client: Client,
) -> None:
    client.sign_on(1)
    with dial(client, 1) as desk:
        say(desk, next=True)
        until(lambda: asking(client) == 1)
    until(lambda: asking(client) == 0)
    call = client.ring("a").body["id"]
    for _ in range(2):
        with dial(client, 1) as desk:
            say(desk, next=True)
            assert told(desk)["call"]["id"] == call


@pytest.mark.parametrize("key", ["intake-key", "no-such-key", ""])
def test_a_websocket_wants_the_key_of_a_desk(client: Client, key: str) -> None:
    with pytest.raises(InvalidStatus), dial(client, 1, key):
        pass


def test_a_supervisor_can_end_the_call_of_a_desk_that_never_comes_back(client: Client) -> None:
    client.sign_on(1)
    call = client.ring("a").body["id"]
    client.next_call(1)
    ended: Said = client.ask("supervisor", "POST", f"/v1/calls/{call}/verdict", {"verdict": "enquiry"})
    assert (ended.status, client.next_call(1).status) == (200, 204)
