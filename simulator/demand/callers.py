"""Who calls and from which number: persons, pools with heavy tails, shared phones, several SIMs a person."""

from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulator.demand.lookup import Lookup
from simulator.demand.streams import Draws, Streams, Values, happens
from simulator.scenario.callers import Choice, Misjudged, Numbers
from simulator.scenario.model import Scenario
from simulator.tables.calls import DOUBT_SCALE, OWN, REUSED, SHARED, Bool, Int32, Int64

Float = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class People:
    """Persons and numbers of one group, as ranges of the ids of the whole replication."""

    first_person: int
    first_number: int
    persons: int
    sims: int

    @property
    def numbers(self) -> int:
        """How many numbers the group's persons own."""
        return self.persons * self.sims

    def own(self, person: Int64) -> Int64:
        """The first number of each of these persons (local ids)."""
        return self.first_number + (person * self.sims if self.sims > 1 else person)


def census(scenario: Scenario, new_persons: dict[str, int]) -> dict[str, People]:
    """Ranges of ids for every group, in the order of the file: its pool, or as many as there are new persons."""
    people: dict[str, People] = {}
    person = number = 0
    for name, group in scenario.callers.items():
        persons = group.numbers.pool or new_persons[name]
        people[name] = People(person, number, persons, group.numbers.sims)
        person, number = person + persons, number + persons * group.numbers.sims
    return people


def draw_callers(
    scenario: Scenario, name: str, people: dict[str, People], first_new: int, size: int, streams: Streams, label: str
) -> dict[str, Values]:
    """Columns of Calls for ``size`` calls of a group; new persons are counted from ``first_new`` (local ids).

    Columns left out stand at 0; ``own`` is there where it differs from ``person``, ``number`` where from ``own``.
    """
    group, own = scenario.callers[name], people[name]
    person = _persons(group.numbers, first_new, size, streams, name, label)
    columns: dict[str, Values] = {"person": own.first_person + person}
    if group.deceives:
        columns["deceives"] = happens(group.deceives, size, streams, name, "deceives", label)
    if group.share_voiceless:
        columns["voiceless"] = happens(group.share_voiceless, size, streams, name, "voiceless", label)
    if group.deterred_by_sms:
        columns["heeds"] = _of_persons(group.deterred_by_sms, own.persons, streams, name, "heeds")[person]
    if own.sims > 1 or own.first_number != own.first_person:
        columns["own"] = own.own(person)
    if group.numbers.withheld or group.numbers.shared_with or group.numbers.reused_from:
        columns |= _numbers(scenario, name, people, person, streams.of(name, "number", label))
    if group.misjudged:
        columns["tendency"] = tendencies(group.misjudged, own.persons, streams.of(name, "tendency"))[person]
    return columns


def tendencies(misjudged: Misjudged, persons: int, draws: Draws) -> Int32:
    """Each person's chance of a misjudgement in units of 1 / DOUBT_SCALE: beta by mean and intra-caller correlation.

    Beta(m k, (1 - m) k) with k = 1 / correlation - 1 has mean m and variance correlation * m * (1 - m), so two
    judgements on one caller correlate by just that.
    """
    mean, correlation = min(1.0, sum(misjudged.as_.values())), misjudged.correlation
    if correlation == 0 or mean in {0, 1}:
        chance = np.full(persons, mean)
    elif correlation == 1:
        chance = (draws.random(persons) < mean).astype(float)
    else:
        k = 1 / correlation - 1
        chance = draws.beta(mean * k, (1 - mean) * k, persons)
    return np.asarray(np.rint(chance * DOUBT_SCALE), dtype=np.int32)


def _of_persons(share: float, persons: int, streams: Streams, *name: str) -> Bool:
    """Which of the persons have a trait that this share of them has."""
    return streams.of(*name).random(persons) < share


@lru_cache(maxsize=16)
def _cumulative(pool: int, zipf: float) -> Lookup:
    """Of each person of a pool, the share of its calls that they and those before them make; kept, since all
    replications share it."""
    upto = np.cumsum(np.arange(1, pool + 1, dtype=float) ** -zipf)
    return Lookup(upto / upto[-1])


def _persons(numbers: Numbers, first_new: int, size: int, streams: Streams, name: str, label: str) -> Int64:
    """Persons (local ids): each new, or of the pool."""
    if not numbers.pool:
        return np.arange(first_new, first_new + size)
    return _pick(numbers, size, streams.of(name, "person", label))


def _pick(numbers: Numbers, size: int, draws: Draws) -> Int64:
    """Persons of a pool, drawn as often as they call."""
    shares = _cumulative(numbers.pool or 1, numbers.heavy_tail.zipf if numbers.heavy_tail else 0.0)
    return shares.find(draws.random(size))


class Route(NamedTuple):
    """A way to a number that is not the caller's own: its chance, whose number it is, and how that is chosen.

    ``group`` is '' where no number is shown.
    """

    share: float
    group: str
    by: int
    choose: Choice


def routes(numbers: Numbers) -> tuple[Route, ...]:
    """The ways to a number other than the own one, in the order in which one uniform is held against their shares."""
    return (
        Route(numbers.withheld, "", OWN, "by_number"),
        *(Route(with_.share, who, SHARED, with_.choose) for who, with_ in numbers.shared_with.items()),
        *(Route(share, who, REUSED, "by_number") for who, share in numbers.reused_from.items()),
    )


def chances_of_numbers(numbers: Numbers, choose: Choice) -> Float:
    """Of a group with a pool: the chance of each of its numbers to be chosen, in their order; they add up to 1."""
    pool = numbers.pool or 1
    if choose == "by_number":
        return np.full(pool * numbers.sims, 1 / (pool * numbers.sims))
    upto = _cumulative(pool, numbers.heavy_tail.zipf if numbers.heavy_tail else 0.0).edges
    chances = np.zeros(pool * numbers.sims)
    chances[:: numbers.sims] = np.diff(upto, prepend=0.0)
    return chances


def _numbers(
    scenario: Scenario, name: str, people: dict[str, People], person: Int64, draws: Draws
) -> dict[str, Values]:
    """The number that each call shows, and the route to it: its own, none, a shared phone's, a reused one."""
    numbers = scenario.callers[name].numbers
    number, route = people[name].own(person), np.full(len(person), OWN, dtype=np.int8)
    u, upto = draws.random(len(person)), 0.0
    for way in routes(numbers):
        taken = np.flatnonzero((u >= upto) & (u < upto + way.share))
        upto += way.share
        number[taken] = _phones(scenario, people, way, len(taken), draws)
        route[taken] = way.by
    return {"number": number, "route": route}


def _phones(scenario: Scenario, people: dict[str, People], way: Route, size: int, draws: Draws) -> Int64 | int:
    """Numbers of another group: of a random call of theirs, or any of their numbers alike; -1 where none is shown."""
    if not way.group:
        return -1
    numbers, owners = scenario.callers[way.group].numbers, people[way.group]
    if way.choose == "by_call":
        return owners.own(_pick(numbers, size, draws))
    return owners.first_number + draws.integers(0, owners.numbers, size)
