"""Scenes drawn at random on a grid of whole seconds: ties everywhere, zero durations, shifts with nobody, all rules."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from simulator.engines.simulate import play
from simulator.scenario.floor import Floor
from simulator.scenario.policy import Policy
from simulator.scenario.units import NEVER, SECOND
from simulator.tables.calls import DELAY_SCALE, DOUBT_SCALE, Calls
from simulator.tables.outcomes import Outcomes
from simulator.tables.sanctions import Sanctions
from simulator.tables.staffing import Staffing
from tests.engines.scene_rules import Ints, One, drawn_rule, lasting, shares
from tests.plans import floor, plan, policy, staff

GROUPS = ("callers", "others")
EDGES = np.array([0, DOUBT_SCALE // 2 - 1, DOUBT_SCALE // 2, DOUBT_SCALE - 1])
"""Chances drawn on both sides of none, a half and all."""


@dataclass(frozen=True)
class Scene:
    """Everything that an engine is given."""

    calls: Calls
    staffing: Staffing
    floor: Floor
    policy: Policy

    def run(self) -> Outcomes:
        return self.play()[0]

    def play(self) -> tuple[Outcomes, Sanctions]:
        return play(self.calls, self.staffing, self.floor, self.policy)


def scene(ints: Ints, most_calls: int, most_attempts: int = 4) -> Scene:
    """A scene whose every choice comes from ``ints``."""

    def one(low: int, high: int) -> int:
        return int(ints(low, high, 1)[0])

    attempts = one(1, most_attempts)
    crowd = one(0, most_calls)
    return Scene(
        _calls(ints, one, crowd, attempts),
        _staffing(ints, one, span=max(crowd, 12)),
        floor(one(1, 5), hand_over=bool(one(0, 1)), attended=bool(one(0, 1)), silent=_silent(ints, one)),
        policy(*(drawn_rule(ints, one) for _ in range(one(0, 4))), as_one=bool(one(0, 1)), allowlist=_allowed(one)),
    )


def _calls(ints: Ints, one: One, crowd: int, attempts: int) -> Calls:
    rows, longest = (crowd, attempts), one(0, 6)
    some, voiceless = one(0, 1), one(0, 3)
    patience = ints(0, 12, rows)
    person = ints(0, 4, crowd)
    return plan(
        np.sort(ints(-3, 2 * max(crowd, 6), crowd)),
        attempts=(attempts, one(1, attempts)),
        sims=(one(1, 3), one(1, 2)),
        groups=GROUPS,
        first_number=(0, 3),
        unit=SECOND,
        listed={number: one(0, 15) for number in range(max(0, one(-2, 2)))},
        group=person > 2,
        intent=ints(0, 3, crowd),
        person=person,
        number=np.maximum(ints(-2, one(0, 4), crowd), -1),
        own=ints(0, 4, crowd),
        route=ints(0, 2, crowd),
        incident=ints(-1, 2, crowd),
        deceives=ints(0, 3, crowd) == 0,
        voiceless=ints(0, 3, crowd) < voiceless,
        heeds=ints(0, 1, crowd) == 1,
        tendency=ints(0, 2, crowd) * (DOUBT_SCALE // 2),
        patience=np.where(patience > 9, NEVER, patience),
        talk=ints(0, longest, rows),
        duplicate=ints(0, longest, rows),
        wrap=ints(0, 3, rows) * some,
        doubt=ints(0, 1, rows) * (DOUBT_SCALE // 2),
        verdict=ints(0, 3, rows),
        accept=ints(0, 4, rows),
        redial=ints(0, 127, rows),
        redial_delay=ints(0, 3, rows),
        rotate=ints(0, 1, rows) == 1,
        quit=ints(0, 4, rows) == 4,
        challenge=EDGES[ints(0, 3, rows)],
        passback=EDGES[ints(0, 3, rows)],
        passback_delay=ints(0, 3, rows) * DELAY_SCALE,
        press55=EDGES[ints(0, 3, rows)],
    )


def _staffing(ints: Ints, one: One, span: int) -> Staffing:
    stretches: list[tuple[int, int, int, bool]] = []
    persons = one(0, 4)
    for person in range(persons):
        changes = sorted({-4, *ints(-4, 2 * span, 2 * one(0, 3) + 1).tolist()})
        pairs = list(zip(changes[::2], changes[1::2], strict=False))
        stretches += [(person, on, off, bool(one(0, 2) == 0)) for on, off in pairs]
    return staff(*stretches, persons=persons)


def _allowed(one: One) -> tuple[str, ...]:
    """Mostly nobody; else a group, single numbers, and some that there are not."""
    return ((), (), (), ("others",), ("callers/0",), ("callers/1", "others/1", "callers/9"), ("nobody",))[one(0, 6)]


def _silent(ints: Ints, one: One) -> dict[str, Any] | None:
    """No silent procedure, only listening, a machine, or calling back."""
    machine = {"length": lasting(one(1, 9)) * SECOND, "presses": shares(ints)}
    back = {"share": one(0, 2) / 2, "takes": one(1, 3) * SECOND}
    listen = {"listen": one(1, 4) * SECOND}
    return (None, listen, {**listen, "machine": machine}, {**listen, "call_back": back})[one(0, 3)]


@st.composite
def small_scenes(draw: st.DrawFn) -> Scene:
    """Scenes of a few calls; hypothesis makes a failing one smaller still."""
    return scene(lambda low, high, shape: draw(arrays(np.int64, shape, elements=st.integers(low, high))), 8, 3)


def drawn_scene(seed: int, most_calls: int) -> Scene:
    """The scene of this seed."""
    rng = np.random.default_rng(seed)
    return scene(lambda low, high, shape: rng.integers(low, high + 1, shape), most_calls)
