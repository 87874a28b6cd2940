"""A live run says what of the scenario it does not play, and nothing else."""

from typing import Any

import pytest

from simulator.demand.attendance import draw_staffing
from simulator.demand.draw import draw_calls
from simulator.live.contract import DispatchUser
from simulator.live.unplayed import unplayed
from simulator.tables.plan import Plan, Settings
from tests.demand.made import GENUINE, scenario
from tests.live.apis.dialled import api_class
from tests.live.ideal import IdealUser, ListUser

BLOCK = {"on": ["prank"], "action": "block", "for": "1 h"}
DEMOTE = {**BLOCK, "action": "demote"}


class Recorder(DispatchUser):
    """An API that only records calls."""


CASES: list[tuple[type[DispatchUser], dict[str, Any], list[dict[str, Any]], list[str]]] = [
    (IdealUser, {}, [], []),
    (IdealUser, {}, [DEMOTE], []),
    (IdealUser, {"end_of_shift": "hand_over"}, [], ["handing calls over"]),
    (IdealUser, {"silent_procedure": {"listen": "5 s", "machine": {"length": "9 s", "presses": {}}}}, [], ["press 55"]),
    (IdealUser, {"silent_procedure": {"listen": "5 s"}}, [], []),
    (IdealUser, {"blocklist": "warmed 9 d"}, [BLOCK], ["past"]),
    (ListUser, {}, [BLOCK], []),
    (ListUser, {}, [BLOCK, DEMOTE], ["only blocking"]),
    (Recorder, {}, [], ["no queue", "told no verdict"]),
    (Recorder, {"end_of_shift": "hand_over"}, [BLOCK], ["no queue", "told no verdict", "no blocklist"]),
    (api_class("ring: {send: POST /c}"), {}, [], ["no queue", "told no verdict"]),
    (api_class("ring: {send: POST /c}\nverdict: {send: POST /v}"), {}, [], ["no queue"]),
]


@pytest.mark.parametrize("api, floor, rules, said", CASES)
def test_what_is_not_played_is_said(
    api: type[DispatchUser], floor: dict[str, Any], rules: list[dict[str, Any]], said: list[str]
) -> None:
    made = scenario({"some": {**GENUINE, "volume": "1 / d"}}, floor=floor, policy={"rules": rules})
    settings = Settings(run="0badcafe", title="t", scenario="s", start=made.start.isoformat())
    plan = Plan(
        calls=draw_calls(made, 1),
        staffing=draw_staffing(made, 1),
        floor=made.floor,
        policy=made.policy,
        settings=settings,
    )
    told = unplayed(plan, api)
    assert len(told) == len(said)
    assert all(part in sentence for part, sentence in zip(said, told, strict=True))
