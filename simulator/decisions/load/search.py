"""The largest scale that holds: doubled until one fails, halved in between, and confirmed with other callers.

Whether a step holds is partly chance. What is found lies between a step that held twice, with different callers, and
one that failed, no further apart than a few per cent; a step that held once and then failed counts as failed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt
from typing import Generic, Protocol, TypeVar

CLOSE = 1.05
"""Bounds this near to each other are near enough."""
LEAST, MOST = 1 / 64, 4096.0
"""How far below and above the first scale it is worth looking."""


class Step(Protocol):
    """One run at a scale."""

    @property
    def scale(self) -> float:
        """How many times the callers."""

    @property
    def holds(self) -> bool:
        """Whether nothing broke."""


S = TypeVar("S", bound=Step)
Play = Callable[[float, int], S]
"""Plays a step: the scale, and which draw of callers (0, 1 ...)."""


@dataclass(frozen=True, slots=True)
class Bounds(Generic[S]):
    """The last scale that held (twice), the first that failed, and every step on the way; None where there is none."""

    good: S | None
    bad: S | None
    steps: tuple[S, ...]


class Search(Generic[S]):
    """Looks for the bounds."""

    def __init__(self, play: Play[S], first: float, close: float = CLOSE) -> None:
        self.play, self.first, self.close = play, first, close
        self.steps: list[S] = []
        self.held: list[S] = []
        """Steps that held, ascending, none of them disproved."""
        self.bad: S | None = None

    def run(self) -> Bounds[S]:
        """Step until the bounds are close, and the good one has held twice."""
        self._outwards()
        while self.held and self.bad and not self._confirmed():
            self._inwards()
        return Bounds(self.held[-1] if self.held else None, self.bad, tuple(self.steps))

    def _outwards(self) -> None:
        """Double until a step fails; where the first one does, halve until one holds."""
        self._inwards_once(self.first)
        factor = 0.5 if self.bad else 2.0
        scale = self.first * factor
        while not (self.held and self.bad) and self.first * LEAST <= scale <= self.first * MOST:
            self._inwards_once(scale)
            scale *= factor

    def _inwards(self) -> None:
        """Halve the distance, as a ratio, until it is small."""
        while self.held and self.bad and self.bad.scale / self.held[-1].scale > self.close:
            self._inwards_once(sqrt(self.bad.scale * self.held[-1].scale))

    def _confirmed(self) -> bool:
        """Whether the bounds are close and the good one holds with other callers, too; if not, it is the bad one."""
        assert self.bad
        good = self.held[-1]
        if self.bad.scale / good.scale > self.close:
            return False
        again = self.play(good.scale, 1)
        self.steps.append(again)
        if again.holds:
            return True
        self.held.pop()
        self.bad = again
        if not self.held:
            self._below(again.scale)
        return False

    def _below(self, scale: float) -> None:
        """Nothing is known to hold any more: halve again."""
        while not self.held and scale / 2 >= self.first * LEAST:
            scale /= 2
            self._inwards_once(scale)

    def _inwards_once(self, scale: float) -> None:
        step = self.play(scale, 0)
        self.steps.append(step)
        if step.holds:
            self.held.append(step)
        else:
            self.bad = step
