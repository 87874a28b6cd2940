"""How much memory one replication of a scenario takes, and what takes most of it."""

from typing import NamedTuple

from simulator.scenario.model import Scenario
from simulator.scenario.profile import expected_calls
from simulator.scenario.units import DAY, WEEK

CALL_BYTES = 200
ATTEMPT_BYTES = 100
NUMBER_BYTES = 16
DUTY_BYTES = 25
MOST_BYTES = 8 * 2**30
"""Bytes for each call, attempt, number of a pool, and person's duty; and the most of one replication."""


class Memory(NamedTuple):
    """What one replication holds: expected calls, most attempts, numbers of pools, duties of persons."""

    calls: float
    attempts: float
    numbers: float
    duties: float

    @property
    def size(self) -> float:
        """Bytes."""
        parts = zip(self, (CALL_BYTES, ATTEMPT_BYTES, NUMBER_BYTES, DUTY_BYTES), strict=True)
        return sum(count * size for count, size in parts)

    def __str__(self) -> str:
        said = f"{self.calls:,.0f} expected calls with up to {self.attempts:,.0f} attempts, {self.numbers:,.0f} numbers"
        return f"{said} in pools, {self.duties:,.0f} duties: {self.size / 2**30:,.1f} GiB for one replication"


def expected_memory(scenario: Scenario) -> Memory:
    """What one replication is expected to hold, the simulated past of a warmed blocklist included."""
    past, groups = scenario.floor.blocklist.warmed, scenario.callers
    calls = {name: expected_calls(group, scenario, -past, scenario.length) for name, group in groups.items()}
    most = {name: redial.attempts if (redial := group.redial) else 1 for name, group in groups.items()}
    weeks = (past + scenario.length) / WEEK + 1
    return Memory(
        sum(calls.values()),
        sum(calls[name] * most[name] for name in groups),
        sum((group.numbers.pool or 0) * group.numbers.sims for group in groups.values()),
        sum(shift.call_takers * len(shift.days) * (1 + len(shift.breaks)) for shift in scenario.floor.shifts) * weeks,
    )


def largest(scenario: Scenario) -> tuple[str | int, ...]:
    """The key that most of the memory comes from."""
    span = scenario.floor.blocklist.warmed + scenario.length
    sizes: dict[tuple[str | int, ...], float] = {}
    for name, group in scenario.callers.items():
        sizes["callers", name, "volume"] = group.volume * span * CALL_BYTES
        sizes["callers", name, "numbers", "pool"] = (group.numbers.pool or 0) * group.numbers.sims * NUMBER_BYTES
    for index, shift in enumerate(scenario.floor.shifts):
        sizes["floor", "shifts", index, "call_takers"] = shift.call_takers * span / DAY * DUTY_BYTES
    return max(sizes, key=lambda key: sizes[key])
