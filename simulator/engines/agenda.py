"""The agenda of the call floor: SimPy's clock and event queue, with the order of one instant settled by rule.

An event is scheduled with a SimPy priority made of (kind, when it was scheduled, call, attempt), so that ties, common
in logs of whole seconds, never depend on accident. Events are plain SimPy events with one callback a kind. A process
per call waiting on ``request | timeout`` is the usual idiom; it lets zero-delay steps of different calls interleave,
which gets ties wrong, and costs several times more.
"""

from collections.abc import Callable, Mapping
from typing import Any

import simpy

from simulator.scenario.units import NEVER

Do = Callable[["Happening"], None]


# Kinds of events, in the order in which those of one instant happen.
(
    SHIFT_LEAVES,
    SHIFT_COMES,
    CALL_TAKER_FREE,
    END_OF_TALK,
    STRIKE_EFFECTIVE,
    END_OF_PATIENCE,
    END_OF_MESSAGE,
    PASS_BACK,
    REDIAL,
    FIRST_ATTEMPT,
) = range(1, 11)


class Happening(simpy.Event):
    """Something that happens on the floor at a known time: triggered from the start, as a simpy.Timeout is."""

    _ok = True
    _value = None

    def __init__(self, env: simpy.Environment, callbacks: tuple[Do, ...], about: Any) -> None:
        self.env = env
        self.callbacks = callbacks  # type: ignore[assignment]  # never added to, so one tuple serves all of a kind
        self.about = about
        """The attempt, call, strike or shift that it is about."""

    def cancel(self) -> None:
        """Let it pass unnoticed."""
        self.callbacks = []


class Agenda:
    """What will happen, and when; times are int microseconds. ``do`` says what is done at each kind of event."""

    def __init__(self, begin: int, do: Mapping[int, Do]) -> None:
        self._env = simpy.Environment(begin)
        # Of each kind its callbacks and its part of a priority, counted from times as far back as -2**62.
        self._kinds = {kind: ((what,), ((kind << 63) + NEVER) << 40) for kind, what in do.items()}
        self.now = begin
        """The time of the event that is happening."""
        self.pending = 0
        """How much is still to be ended; the agenda is done when nothing is."""

    def at(self, when: int, kind: int, about: Any, rank: int = 0) -> Happening:
        """Schedule an event of a kind; within one instant and kind, by time of scheduling, then by ``rank``.

        These stand in one whole number, SimPy's priority: room for ranks to 2**40, times of +- 2**62. It is above
        SimPy's NORMAL, so that what an extension does by events of zero delay is finished first.
        """
        callbacks, base = self._kinds[kind]
        now = self.now
        event = Happening(self._env, callbacks, about)
        self._env.schedule(event, base + (now << 40) + rank, when - now)  # type: ignore[arg-type]  # any int serves
        return event

    def run(self, until: int) -> None:
        """Let events before ``until`` happen, one after the other, as long as anything is pending."""
        step, peek = self._env.step, self._env.peek
        while self.pending and (when := peek()) < until:
            self.now = when  # type: ignore[assignment]  # whole, because every delay is
            step()


def rank(call: int, attempt: int) -> int:
    """The rank of an attempt's events: by call, then attempt (up to 255)."""
    return (call << 8) + attempt
