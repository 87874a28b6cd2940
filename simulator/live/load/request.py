"""What is asked of a live run: which calls are played, and by which load generator."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pydantic_core import PydanticCustomError

from simulator.scenario.errors import BadInput, Fault, quoted
from simulator.scenario.load import Loaded
from simulator.scenario.units import parse_duration, parse_positive_duration
from simulator.study.experiment import Experiment
from simulator.study.options import experiment_with

DEFAULT_LAG = "10 ms"
MOST_SPEED, MOST_SCALE = 10_000, 1_000_000
Parsed = TypeVar("Parsed")


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioOptions:
    """A scenario, what is changed of it, and where results go."""

    loaded: Loaded
    seed: int = 1
    policy: str | None = None
    call_takers: int | None = None
    targets: tuple[str, ...] = ()
    out: Path = Path("results")
    command: str = ""

    def experiment(self) -> Experiment:
        """The scenario as it is changed. Raises BadInput."""
        return experiment_with(self.loaded, self.seed, self.policy, self.call_takers, self.targets)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Which part of the scenario is played, how fast, and with how many callers.

    begin    microseconds from the scenario's start
    length   microseconds; None: to the scenario's end
    speed    simulated time a second of the clock on the wall
    scale    how many times the scenario's volumes, and pools of numbers
    """

    begin: int = 0
    length: int | None = None
    speed: float = 1.0
    scale: float = 1.0

    @classmethod
    def of(cls, begin: str | None, length: str | None, speed: float, scale: float) -> "Stretch":
        """From the texts of ``--from`` and ``--for``; raises BadInput."""
        return cls(
            parsed(parse_duration, begin, "--from") if begin else 0,
            parsed(parse_positive_duration, length, "--for") if length else None,
            _between(speed, MOST_SPEED, "--speed"),
            _between(scale, MOST_SCALE, "--scale"),
        )


@dataclass(frozen=True, slots=True)
class Generator:
    """Locust: its client, how many processes, the most lag at which its figures count, and further words for it.

    0 processes leave their number to Locust.
    """

    client: str = "fast"
    processes: int = 0
    most_lag: str = DEFAULT_LAG
    more: tuple[str, ...] = ()


def parsed(parse: Callable[[object], Parsed], text: str, option: str) -> Parsed:
    """What an option's text says; its complaint names the option."""
    try:
        return parse(text)
    except PydanticCustomError as error:
        said = error.context or {}
        raise BadInput([Fault(str(error), quoted(text), option, hint=str(said.get("hint", "")))]) from None


def lag_of(text: str) -> str:
    """The text of ``--most-lag``, held sound; Locust's option reads the same one. Raises BadInput."""
    parsed(parse_positive_duration, text, "--most-lag")
    return text


def _between(value: float, most: float, option: str) -> float:
    if not 0 < value <= most:
        hint = f"1 plays the scenario as it is: {option} 1"
        raise BadInput([Fault(f"a number above 0, at most {most:,}", f"{value:g}", option, hint=hint)])
    return value
