"""Numbers that are on the list when a scenario starts, as ids of Calls."""

from simulator.demand.callers import People
from simulator.scenario.model import Scenario


def listed_numbers(scenario: Scenario, people: dict[str, People]) -> tuple[list[int], list[int]]:
    """Numbers on the list at the start, and until when (microseconds, NEVER for ever); none unless a file is named.

    Raises ValueError for a number that no group owns; a scenario that was loaded has none.
    """
    listed = scenario.floor.blocklist.listed
    return [_number(written, people) for written, _ in listed], [until for _, until in listed]


def _number(written: str, people: dict[str, People]) -> int:
    name, _, index = written.partition("/")
    if name not in people or int(index) >= people[name].numbers:
        raise ValueError(f"{written} is on the blocklist, and no number of the scenario")
    return people[name].first_number + int(index)
