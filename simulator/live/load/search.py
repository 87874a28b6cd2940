"""The largest scale that holds: doubled until one fails, halved in between, and confirmed with other callers.

Whether a step holds is partly chance. So the bounds come no nearer to each other than chance lets them be told apart,
and the last step that held is played again with other callers: it stands if both draws together hold.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt
from typing import Any, Generic, Protocol, TypeVar

CLOSE = 1.05
"""Bounds this near to each other are near enough."""
LEAST, MOST = 1 / 64, 4096.0
"""How far below and above the first scale it is worth looking."""
DISPROVED = 2
"""How often a step that held may turn out not to, until the search says that chance decides."""


class Step(Protocol):
    """One run at a scale."""

    @property
    def scale(self) -> float:
        """How many times the callers."""

    @property
    def holds(self) -> bool:
        """Whether nothing broke."""

    @property
    def callers(self) -> int:
        """How many decide whether it holds."""

    def holds_with(self, other: Any) -> bool:
        """Whether it holds, together with other callers at the same scale."""


S = TypeVar("S", bound=Step)
Play = Callable[[float, int], S | None]
"""Plays a step: the scale, and which draw of callers (0, 1); None where nobody calls at that scale, or more than
can be drawn."""


@dataclass(frozen=True, slots=True)
class Bounds(Generic[S]):
    """The last scale that held, the first that failed (None where there is none), and every step on the way.

    confirmed   the one that held did so with other callers, too
    """

    good: S | None
    bad: S | None
    steps: tuple[S, ...]
    confirmed: bool


class Search(Generic[S]):
    """Looks for the bounds."""

    def __init__(self, play: Play[S], first: float, close: float = CLOSE) -> None:
        self.play, self.first, self.close = play, first, close
        self.steps: list[S] = []
        self.held: list[S] = []
        """Steps that held, ascending, none of them disproved."""
        self.bad: S | None = None

    def run(self) -> Bounds[S]:
        """Step until the bounds are close, and the good one stands."""
        self._outwards()
        confirmed = False
        for _ in range(DISPROVED + 1):
            self._inwards()
            if not self.held or (confirmed := self._stands()):
                break
        return self.found(confirmed=confirmed)

    def found(self, *, confirmed: bool = False) -> Bounds[S]:
        """The bounds as far as they are known."""
        return Bounds(self.held[-1] if self.held else None, self.bad, tuple(self.steps), confirmed)

    def _outwards(self) -> None:
        """Double until a step fails; where the first one does, halve until one holds."""
        self._step(self.first)
        factor = 0.5 if self.bad else 2.0
        scale = self.first * factor
        while not (self.held and self.bad) and self.first * LEAST <= scale <= self.first * MOST:
            if not self._step(scale):
                return
            scale *= factor

    def _inwards(self) -> None:
        """Halve the distance, as a ratio, until it is small."""
        while self.held and self.bad and self.bad.scale / self.held[-1].scale > self._near(self.held[-1]):
            self._step(sqrt(self.bad.scale * self.held[-1].scale))

    def _near(self, good: S) -> float:
        """How near bounds are near enough: of n callers' share chance leaves about 1 / sqrt(n) in the dark."""
        return max(self.close, 1 + 1 / sqrt(max(good.callers, 1)))

    def _stands(self) -> bool:
        """Whether the good one holds with other callers, too; if not, it is the bad one."""
        good = self.held[-1]
        again = self.play(good.scale, 1)
        if again is not None:
            self.steps.append(again)
        if again is None or again.holds or good.holds_with(again):
            return True
        self.held.pop()
        self.bad = again
        scale = again.scale
        while not self.held and (scale := scale / 2) >= self.first * LEAST and self._step(scale):
            pass
        return False

    def _step(self, scale: float) -> bool:
        """Play a step; whether there was anything to play."""
        step = self.play(scale, 0)
        if step is None:
            return False
        self.steps.append(step)
        if step.holds:
            self.held.append(step)
        else:
            self.bad = step
        return True
