"""The agenda of the call floor: SimPy's clock and event queue, with the order of one instant settled by rule.

An event is scheduled with a SimPy priority made of (kind, when it was scheduled, call, attempt), so that ties, common
in logs of whole seconds, never depend on accident. Events are plain SimPy events with one callback. A process
per call waiting on ``request | timeout`` is the usual idiom; it lets zero-delay steps of different calls interleave,
which gets ties wrong, and costs several times more.
"""

from collections.abc import Callable
from enum import IntEnum
from typing import Any

import simpy

from simulator.scenario.units import NEVER

Do = Callable[[Any], None]


class Kind(IntEnum):
    """Kinds of events, in the order in which those of one instant happen."""

    SHIFT_LEAVES = 1
    SHIFT_COMES = 2
    CALL_TAKER_FREE = 3
    END_OF_TALK = 4
    STRIKE_EFFECTIVE = 5
    END_OF_PATIENCE = 6
    END_OF_MESSAGE = 7
    PASS_BACK = 8
    REDIAL = 9
    FIRST_ATTEMPT = 10


class Happening(simpy.Event):
    """Something that happens on the floor at a known time."""

    def __init__(self, env: simpy.Environment, delay: int, priority: int, do: Do) -> None:
        # As simpy.Timeout does, without going through succeed(): the event is triggered from the start.
        self.env = env
        self.callbacks = [do]
        self._value = None
        self._ok = True
        env.schedule(self, priority, delay)  # type: ignore[arg-type]  # any whole number serves as a priority

    def cancel(self) -> None:
        """Let it pass unnoticed."""
        self.callbacks = []


class Agenda:
    """What will happen, and when; times are int microseconds."""

    def __init__(self, begin: int) -> None:
        self.env = simpy.Environment(begin)

    @property
    def now(self) -> int:
        """The time of the event that is happening."""
        return self.env.now  # type: ignore[return-value]  # whole because every delay is

    def at(self, when: int, kind: Kind, call: int, attempt: int, do: Do) -> Happening:
        """Schedule an event; ``call`` and ``attempt`` settle ties within its kind."""
        now = self.now
        return Happening(self.env, when - now, priority(kind, now, call, attempt), do)

    def run(self, until: int, going_on: Callable[[], int]) -> None:
        """Let events before ``until`` happen, one after the other, as long as something is going on."""
        step, peek = self.env.step, self.env.peek
        while going_on() and peek() < until:
            step()


def priority(kind: Kind, since: int, call: int, attempt: int) -> int:
    """A SimPy priority that orders events of one instant by kind, time of scheduling, call and attempt.

    Above SimPy's NORMAL, so that whatever an extension does by ordinary events of zero delay is finished first.
    Room: 2**32 calls, 255 attempts, times of +- 2**62.
    """
    return ((kind << 63) + since + NEVER << 40) + (call << 8) + attempt
