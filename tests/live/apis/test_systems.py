"""TicketsCAD and Ranger IMS: what siaga sends them and what it makes of their replies.

In the ordinary suite with replies that were recorded, each given only to the very request that it was given to; with
``-m systems`` at the systems themselves (docs/guides/ticketscad.md and ranger-ims.md say how to start them).
"""

import json
import re
import time

import pytest

from simulator.live.apis.plain_client import PlainClient
from simulator.live.apis.trial import lines_of, try_api
from simulator.live.contract import DispatchUser, State
from tests.live.apis.plays import PLAYS, Play, ring_of
from tests.live.apis.recordings import FOLDER, ROLES, RUN, Recorded, class_of, recorded
from tests.live.apis.systems import KEYS, client_for, keys_of, quieten, url_of

NAMES = [f"{play.api}: {play.name}" for play in PLAYS]


@pytest.mark.parametrize("play", PLAYS, ids=NAMES)
def test_recorded_replies_are_understood_and_nothing_else_is_sent(play: Play) -> None:
    client, kind = Recorded(recorded(play)), class_of(play)
    keys = {**{role: f"{role.upper()}-KEY" for role in ROLES}, **play.keys}

    def users() -> DispatchUser:
        return kind(client, keys)

    assert play.said(play.course(users, RUN)) == play.ends
    assert client.done


def test_a_refused_ring_repeats_when_to_come_back() -> None:
    [play] = [each for each in PLAYS if each.flood]
    kind = class_of(play)
    [heard] = play.course(lambda: kind(Recorded(recorded(play)), {"": "INTAKE-KEY"}), RUN)
    assert heard.fault is not None
    assert heard.fault.detail == "60"


def test_no_secret_is_in_a_recording() -> None:
    for path in FOLDER.glob("*.json"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"eyJ[\w-]{20}|\b[0-9a-f]{40}|throwaway|tcad_|PHPSESSID|TWISTED_SESSION|Set-Cookie", text)


@pytest.mark.systems
@pytest.mark.parametrize("play", PLAYS, ids=NAMES)
def test_the_system_itself_answers_so(play: Play) -> None:
    if not url_of(play.api):
        pytest.skip(f"{play.api} does not run here")
    keys, kind = {**keys_of(play.api), **play.keys}, class_of(play)
    run = f"{time.time_ns() % 2**32:08x}"
    quieten(play)
    assert play.said(play.course(lambda: kind(client_for(play), keys), run)) == play.ends


@pytest.mark.systems
@pytest.mark.parametrize("api", KEYS)
def test_a_trial_understands_every_step_of_the_system(api: str) -> None:
    if not url_of(api):
        pytest.skip(f"{api} does not run here")
    [play, *_] = [each for each in PLAYS if each.api == api]
    quieten(play)
    tried = try_api(class_of(play), lambda: PlainClient(url_of(api)), keys_of(api))
    assert lines_of(tried)[-1] == f"all {len(tried)} steps are understood"
    assert not any(secret in "\n".join(lines_of(tried)) for secret in keys_of(api).values())


def test_a_call_taker_who_was_too_late_finds_nothing() -> None:
    """The reply is TicketsCAD's own, recorded as two claimed one call."""
    [play] = [each for each in PLAYS if each.name == "a prank that is taken"]
    exchanges = recorded(play)
    claim = next(nth for nth, each in enumerate(exchanges) if "action=claim" in each["request"])
    late = {"success": False, "reason": "already_claimed", "claimed_by_name": "admin", "state": "claimed"}
    client = Recorded([*exchanges[:claim], {**exchanges[claim], "reply": json.dumps(late)}])
    desk = class_of(play)(client, {role: f"{role.upper()}-KEY" for role in ROLES})
    desk.ring(ring_of(RUN, 8))
    desk.sign_on(0)
    assert desk.next_call(0, 0.0).state is State.NOTHING
    assert client.done
