"""Through HTTP: a call from its coming in to its verdict, and what is said where a step is not possible."""

from pathlib import Path

import pytest

from simulator.scenario.policy import Policy
from tests.live.standin.servers import Client, serving
from tests.plans import challenge, policy, rule, warn

ONE_STRIKE = policy(rule(for_=(10**12,)))
NUMBER = "+999000000001"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "calls.sqlite"


def test_a_call_is_queued_answered_and_judged(place: Path) -> None:
    with serving(database=place) as client:
        client.sign_on(3)
        rung = client.ring("a", NUMBER)
        assert (rung.status, rung.body["state"], rung.body["position"]) == (201, "queued", 1)
        given = client.next_call(3)
        assert (given.status, given.body["reference"], given.body["number"]) == (200, "a", NUMBER)
        ended = client.judge(rung.body["id"], "genuine", agency="fire")
        assert (ended.status, ended.body["state"]) == (200, "ended")
        ticket = client.ask("desk", "GET", f"/v1/tickets/{ended.body['ticket']}").body
        assert (ticket["agency"], ticket["number"], ticket["state"]) == ("fire", NUMBER, "open")


def test_a_number_judged_a_prank_is_blocked_under_the_rule(place: Path) -> None:
    with serving(ONE_STRIKE, database=place) as client:
        client.sign_on(0)
        client.answer("a", "prank", NUMBER)
        refused = client.ring("b", NUMBER)
        assert (refused.status, refused.body["state"], refused.body["rule"]) == (403, "blocked", 0)
        assert client.ring("c", "+999000000002").status == 201


def test_a_number_is_blocked_however_it_is_written_and_shown_as_it_was_dialled(place: Path) -> None:
    with serving(ONE_STRIKE, database=place) as client:
        client.sign_on(0)
        client.answer("a", "prank", "08123456789")
        assert client.ring("b", "+628123456789").body["state"] == "blocked"
        assert client.ask("supervisor", "DELETE", "/v1/blocklist/00628123456789").status == 204
        assert client.ring("c", "08123456789").status == 201
        assert client.next_call(0).body["number"] == "08123456789"


def test_no_free_trunk_is_busy(place: Path) -> None:
    with serving(trunks=1, database=place) as client:
        assert client.ring("a").status == 201
        busy = client.ring("b")
        assert (busy.status, busy.body["state"]) == (503, "busy")


def test_a_reference_that_was_told_before_gets_the_same_answer_and_no_second_call(place: Path) -> None:
    with serving(trunks=1, database=place) as client:
        first, again = client.ring("a", NUMBER), client.ring("a", NUMBER)
        assert (first.status, again.status) == (201, 200)
        assert first.body == again.body
        assert client.ring("b").body == client.ring("b").body
        assert client.ring("a", "+999000000002").status == 409
        assert len(client.ask("intake", "GET", "/v1/calls").body["calls"]) == 2


def test_a_caller_may_hang_up_until_a_desk_has_the_call(place: Path) -> None:
    with serving(database=place) as client:
        client.sign_on(0)
        first, second = client.ring("a").body["id"], client.ring("b").body["id"]
        left = client.ask("intake", "POST", f"/v1/calls/{first}/hang-up")
        assert (left.status, left.body["state"]) == (200, "abandoned")
        assert client.next_call(0).body["id"] == second
        late = client.ask("intake", "POST", f"/v1/calls/{second}/hang-up")
        assert (late.status, late.body["state"]) == (409, "answered")


def test_after_a_restart_all_is_as_it_was(place: Path) -> None:
    with serving(ONE_STRIKE, trunks=3, database=place) as client:
        client.sign_on(0, 1)
        client.answer("a", "silent", NUMBER)
        client.ring("b", "+999000000002")
        client.ring("c", "+999000000003")
        client.ring("d", "+999000000004")
        assert client.next_call(0).body["reference"] == "b"
    with serving(ONE_STRIKE, trunks=3, database=place) as client:
        assert client.ring("e", NUMBER).status == 403
        assert client.ring("f").body["state"] == "busy"
        assert client.next_call(0).body["reference"] == "b"
        assert client.next_call(1).body["reference"] == "c"
        assert client.ring("c", "+999000000003").status == 200


def test_a_call_in_hand_is_given_again_to_the_desk_that_asks_again(place: Path) -> None:
    with serving(database=place) as client:
        client.sign_on(0, 1)
        client.ring("a")
        assert client.next_call(0).body == client.next_call(0).body
        assert client.next_call(1).status == 204


@pytest.mark.parametrize("action", ["warn", "challenge"])
def test_a_caller_hears_a_message_and_goes_on_or_not(place: Path, action: str) -> None:
    with serving(messages(action), trunks=2, database=place) as client:
        client.sign_on(0)
        client.answer("a", "prank", NUMBER)
        first, second = client.ring("b", NUMBER), client.ring("c", NUMBER)
        assert (first.status, first.body["state"], first.body["message_us"]) == (201, "message", 8)
        assert client.ring("d").body["state"] == "busy"
        assert heard(client, first.body["id"], stays=True) == "queued"
        assert heard(client, second.body["id"], stays=False) == ("screened" if action == "challenge" else "abandoned")
        assert client.next_call(0).body["reference"] == "b"


def messages(action: str) -> Policy:
    made = warn(8, for_=(10**12,)) if action == "warn" else challenge(8, for_=(10**12,))
    return policy(made)


def heard(client: Client, call: int, *, stays: bool) -> str:
    return str(client.ask("intake", "POST", f"/v1/calls/{call}/heard", {"stays": stays}).body["state"])
