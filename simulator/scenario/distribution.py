"""Distributions of durations: how long callers talk, wait before they hang up, and take to redial.

A file names one by its field name, ``{lognormal: {mean: 120 s, cv: 0.9}}``, or writes a plain duration for a
fixed one. Each knows its mean and draws whole microseconds from a generator that it is given.
"""

from abc import abstractmethod
from math import exp, log, log1p, pi, sin, sqrt
from typing import Annotated, Any, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag, model_validator
from pydantic_core import PydanticCustomError

from simulator.scenario.fixes import nearest
from simulator.scenario.interrupts import uninterrupted
from simulator.scenario.units import (
    NEVER,
    Duration,
    DurationOrNever,
    PositiveDuration,
    PositiveNumber,
    Share,
    parse_duration_or,
    refuse,
)

Microseconds = NDArray[np.int64]
Draws = np.random.Generator


class Model(BaseModel):
    """A frozen part of a scenario; an unknown key is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    # Pydantic takes Ctrl-C in what tells the families of a union apart for a failure of that, and goes on.
    def model_dump(self, **options: Any) -> dict[str, Any]:
        """As pydantic's; Ctrl-C waits until it is done."""
        with uninterrupted():
            return super().model_dump(**options)

    def model_dump_json(self, **options: Any) -> str:
        """As pydantic's; Ctrl-C waits until it is done."""
        with uninterrupted():
            return super().model_dump_json(**options)


def whole(durations: NDArray[np.float64]) -> Microseconds:
    """Durations in float microseconds, rounded to int64; what is beyond 2**53 (285 years) is cut there."""
    return np.rint(np.minimum(durations, 2.0**53)).astype(np.int64)


class Family(Model):
    """What every distribution of durations can do."""

    @abstractmethod
    def sample(self, draws: Draws, size: int) -> Microseconds:
        """``size`` independent durations, int64 microseconds."""

    @abstractmethod
    def mean(self) -> float:
        """The exact mean in microseconds; infinite where it does not exist."""


class FixedDuration(Family):
    """Always the same duration; ``never`` for patience without end."""

    fixed: DurationOrNever
    """The duration."""

    def sample(self, draws: Draws, size: int) -> Microseconds:  # noqa: ARG002
        """Takes no draw."""
        return np.full(size, self.fixed, dtype=np.int64)

    def mean(self) -> float:
        """The duration itself."""
        return float("inf") if self.fixed == NEVER else float(self.fixed)


class MeanOnly(Model):
    """The parameter of an exponential distribution."""

    mean: PositiveDuration
    """The mean."""


class Exponential(Family):
    """Exponential: memoryless, the distribution of the classical queueing formulas."""

    exponential: MeanOnly
    """Exponential, by its mean."""

    def sample(self, draws: Draws, size: int) -> Microseconds:
        """One standard exponential each."""
        return whole(draws.standard_exponential(size) * self.exponential.mean)

    def mean(self) -> float:
        """The parameter itself."""
        return float(self.exponential.mean)


class MeanOrMedian(Model):
    """Parameters of a lognormal: its mean or its median, and the coefficient of variation."""

    model_config = ConfigDict(json_schema_extra={"oneOf": [{"required": ["mean"]}, {"required": ["median"]}]})

    mean: PositiveDuration | None = None
    """The mean; or give the median."""
    median: PositiveDuration | None = None
    """The median; or give the mean."""
    cv: PositiveNumber
    """Coefficient of variation: standard deviation / mean."""

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.mean is None) == (self.median is None):
            raise refuse("either mean or median, exactly one of them", "both" if self.mean else "neither")
        return self


class Lognormal(Family):
    """Lognormal with sigma² = ln(1 + cv²): the usual shape of talk times."""

    lognormal: MeanOrMedian
    """Lognormal, by its mean or median and its coefficient of variation."""

    def _log_median(self) -> float:
        given = self.lognormal
        return log(given.median) if given.median else log(given.mean or 1) - log1p(given.cv**2) / 2

    def sample(self, draws: Draws, size: int) -> Microseconds:
        """One standard normal each."""
        # In place: 9 ns a duration, 14 with an array of its own for each step.
        drawn = draws.standard_normal(size)
        drawn *= sqrt(log1p(self.lognormal.cv**2))
        drawn += self._log_median()
        return whole(np.exp(drawn, out=drawn))

    def mean(self) -> float:
        """exp(mu + sigma² / 2)."""
        return exp(self._log_median() + log1p(self.lognormal.cv**2) / 2)


class MedianAndShape(Model):
    """Parameters of a log-logistic."""

    median: PositiveDuration
    """The median."""
    shape: PositiveNumber
    """Above 1 the hazard rises and falls; the mean is finite only then."""


class LogLogistic(Family):
    """Log-logistic: a hazard that rises and falls, as patience often shows; mean infinite for shape <= 1."""

    log_logistic: MedianAndShape
    """Log-logistic, by its median and shape."""

    def sample(self, draws: Draws, size: int) -> Microseconds:
        """By inversion, one uniform each."""
        u = draws.random(size)
        with np.errstate(divide="ignore"):
            odds = u / (1 - u)
        return whole(self.log_logistic.median * odds ** (1 / self.log_logistic.shape))

    def mean(self) -> float:
        """median * b / sin(b) with b = pi / shape."""
        if self.log_logistic.shape <= 1:
            return float("inf")
        b = pi / self.log_logistic.shape
        return self.log_logistic.median * b / sin(b)


class MeanAndCv(Model):
    """Parameters of a gamma: mean and coefficient of variation."""

    mean: PositiveDuration
    """The mean."""
    cv: PositiveNumber
    """Coefficient of variation: standard deviation / mean."""


class Gamma(Family):
    """Gamma with shape 1 / cv²."""

    gamma: MeanAndCv
    """Gamma, by its mean and coefficient of variation."""

    def sample(self, draws: Draws, size: int) -> Microseconds:
        """One standard gamma each."""
        shape = self.gamma.cv**-2
        return whole(draws.standard_gamma(shape, size) * (self.gamma.mean / shape))

    def mean(self) -> float:
        """The parameter itself."""
        return float(self.gamma.mean)


class SpikeAndRest(Model):
    """Parameters of a spike: a ``share`` of durations is exactly ``at``, the others follow ``rest``."""

    share: Share
    """The share of durations that are exactly ``at``."""
    at: Duration
    """The duration of the spike."""
    rest: "Distribution"
    """The distribution of the others."""


class SpikePlus(Family):
    """A spike plus the rest: say 7 % of calls hang up at once."""

    spike_plus: SpikeAndRest
    """A share of exactly one duration, and a distribution for the rest."""

    def sample(self, draws: Draws, size: int) -> Microseconds:
        """One uniform each, then as the rest, for those that are no spike."""
        others = np.flatnonzero(draws.random(size) >= self.spike_plus.share)
        drawn = np.full(size, self.spike_plus.at, dtype=np.int64)
        drawn[others] = self.spike_plus.rest.sample(draws, len(others))
        return drawn

    def mean(self) -> float:
        """The mean of spike and rest, weighted."""
        share = self.spike_plus.share
        return share * self.spike_plus.at + (1 - share) * self.spike_plus.rest.mean()


class Empirical(Family):
    """Durations that were measured: each is drawn as often as the others."""

    empirical: Annotated[tuple[Duration, ...], Field(min_length=1)]
    """The measured durations."""

    def sample(self, draws: Draws, size: int) -> Microseconds:
        """One index each, with replacement."""
        return np.asarray(self.empirical, dtype=np.int64)[draws.integers(0, len(self.empirical), size)]

    def mean(self) -> float:
        """The mean of what was measured."""
        return float(np.mean(self.empirical))


FAMILIES = ("fixed", "exponential", "lognormal", "log_logistic", "gamma", "spike_plus", "empirical")
WANTED = f"a duration such as 90 s, or one of {', '.join(FAMILIES)}, such as {{exponential: {{mean: 20 s}}}}"


def _wrap_plain(given: Any) -> Any:
    """A plain duration is a fixed one; a mapping must name exactly one family."""
    if isinstance(given, Family):
        return given
    if isinstance(given, str):
        return {"fixed": _plain(given)}
    if not isinstance(given, dict) or len(given) != 1 or next(iter(given)) not in FAMILIES:
        keys = ", ".join(map(str, given)) if isinstance(given, dict) else ""
        raise refuse(WANTED, f"the key {keys}" if keys else str(given), nearest(keys, FAMILIES))
    return given


def _plain(given: str) -> int:
    """The microseconds of a plain duration; what is none could also have named a family."""
    try:
        return parse_duration_or("never")(given)
    except PydanticCustomError as error:
        hint = f"write {{{given}: {{mean: 20 s}}}}" if given == "exponential" else (error.context or {})["hint"]
        raise refuse(WANTED, given, hint) from error


def _family(given: Any) -> str:
    return str(next(iter(given if isinstance(given, dict) else type(given).model_fields)))


_Families = Annotated[
    Annotated[FixedDuration, Tag("fixed")]
    | Annotated[Exponential, Tag("exponential")]
    | Annotated[Lognormal, Tag("lognormal")]
    | Annotated[LogLogistic, Tag("log_logistic")]
    | Annotated[Gamma, Tag("gamma")]
    | Annotated[SpikePlus, Tag("spike_plus")]
    | Annotated[Empirical, Tag("empirical")],
    Discriminator(_family),
]
Distribution = Annotated[_Families, BeforeValidator(_wrap_plain, json_schema_input_type=_Families | DurationOrNever)]
SpikeAndRest.model_rebuild()
SpikePlus.model_rebuild()
