"""A family of rules: a policy whose keys take each of their values, in all combinations."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Any

from pydantic import ValidationError

from simulator.questions.tune.keys import MORE_IS_MILDER, Value, with_values
from simulator.questions.tune.vary import Axis, refusal
from simulator.scenario.model import Scenario
from simulator.scenario.policy import Policy, Rule
from simulator.scenario.units import DAY

Point = tuple[int, ...]
"""A member of a family: of each axis the place of its value."""


@dataclass(frozen=True, slots=True)
class Family:
    """A policy, and the axes along which it is varied."""

    policy: Policy
    axes: tuple[Axis, ...]

    @property
    def sizes(self) -> Point:
        """How many values each axis has."""
        return tuple(len(axis.values) for axis in self.axes)

    @property
    def size(self) -> int:
        """How many members there are."""
        return prod(self.sizes)

    def points(self) -> Iterator[Point]:
        """All members, in the order of the axes."""
        return product(*map(range, self.sizes))

    def corners(self) -> list[Point]:
        """Those with an end of every axis."""
        return list(product(*(sorted({0, size - 1}) for size in self.sizes)))

    def at(self, point: Point) -> Policy:
        """The policy of a member."""
        values: dict[int, dict[str, Value]] = {}
        for axis, place in zip(self.axes, point, strict=True):
            values.setdefault(axis.rule, {})[axis.key] = axis.values[place]
        rules = enumerate(self.policy.rules)
        varied = tuple(with_values(rule, values[place]) if place in values else rule for place, rule in rules)
        return self.policy.model_copy(update={"rules": varied})

    def texts(self, point: Point) -> dict[str, str]:
        """The values of a member by the names of its keys, as a file would have them."""
        return {name: axis.texts[place] for name, axis, place in zip(self.names, self.axes, point, strict=True)}

    @property
    def names(self) -> tuple[str, ...]:
        """The keys; with the rule's number where there are several rules."""
        several = len(self.policy.rules) > 1
        return tuple(f"{axis.rule + 1}.{axis.key}" if several else axis.key for axis in self.axes)

    def document(self) -> list[dict[str, Any]]:
        """What is varied, as JSON: each key, the number of its rule, and its values."""
        return [
            {"key": name, "rule": axis.rule + 1, "values": list(axis.texts)}
            for name, axis in zip(self.names, self.axes, strict=True)
        ]

    def replacements(self) -> Iterator[str]:
        """A word on each list of the policy in whose place one value stands."""
        for name, axis in zip(self.names, self.axes, strict=True):
            rule = self.policy.rules[axis.rule]
            before = {"strikes": rule.strikes, "for": rule.for_}.get(axis.key, ())
            if len(before) > 1:
                steps = ", ".join(axis.kind.text(step) for step in before)
                yield f"{name}: each value stands in place of the policy's list, {steps}"

    def severity(self, point: Point) -> Point:
        """Sorts members from mild to harsh on paper; those that come out alike are told by it, the last axis first."""
        places = zip(self.axes, self.sizes, point, strict=True)
        return tuple(n - 1 - at if axis.key in MORE_IS_MILDER else at for axis, n, at in reversed([*places]))


def span_of(scenario: Scenario) -> int:
    """All the time in which a rule can act, µs: the warming, the length, and the day that a floor may run on for."""
    return scenario.floor.blocklist.warmed + scenario.length + DAY


def family_of(policy: Policy, axes: tuple[Axis, ...]) -> Family:
    """The family; raises BadInput where values of two keys do not go together."""
    family = Family(policy, axes)
    for number, rule in enumerate(policy.rules):
        _go_together(rule, [axis for axis in axes if axis.rule == number])
    return family


def _go_together(rule: Rule, axes: Sequence[Axis]) -> None:
    """Raises BadInput where ends of the ranges do not; what a rule refuses, it refuses at an end."""
    for values in product(*(sorted({axis.values[0], axis.values[-1]}) for axis in axes)):
        try:
            with_values(rule, {axis.key: value for axis, value in zip(axes, values, strict=True)})
        except ValidationError as error:
            context = error.errors()[0].get("ctx", {})
            given = " and ".join(f"{axis.key}={axis.kind.text(v)}" for axis, v in zip(axes, values, strict=True))
            wanted = str(context.get("wanted", "values that go together"))
            raise refusal(given, wanted, "narrow the ranges", str(context.get("given", ""))) from None
