"""Who calls and from which number: persons, pools with heavy tails, shared phones, several SIMs a person."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.demand.streams import Draws, Streams, happens
from simulator.scenario.callers import CallerGroup, Misjudged, SharedWith
from simulator.scenario.model import Scenario
from simulator.tables.calls import DOUBT_SCALE, OWN, REUSED, SHARED, Bool, Int64

Shares = NDArray[np.float64]


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
        return self.first_number + person * self.sims


@dataclass(frozen=True, slots=True)
class Callers:
    """Who makes each call of a group: columns of Calls, one row a call."""

    person: Int64
    number: Int64
    own: Int64
    route: Int64
    tendency: Int64
    deceives: Bool


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
) -> Callers:
    """The callers of ``size`` calls of a group; new persons are counted from ``first_new`` (local ids)."""
    group, own = scenario.callers[name], people[name]
    person = _persons(group, first_new, size, streams.of(name, "person", label))
    number, route = _numbers(scenario, name, people, person, streams.of(name, "number", label))
    return Callers(
        person=own.first_person + person,
        number=number,
        own=own.own(person),
        route=route,
        tendency=tendencies(group.misjudged, own.persons, streams.of(name, "tendency"))[person],
        deceives=happens(group.deceives, size, streams.of(name, "deceives", label)),
    )


def weights(group: CallerGroup) -> Shares:
    """Share of the group's calls that each person of its pool makes."""
    pool = group.numbers.pool or 1
    tail = group.numbers.heavy_tail
    weight = np.arange(1, pool + 1, dtype=float) ** -(tail.zipf if tail else 0.0)
    return np.asarray(weight / weight.sum())


def tendencies(misjudged: Misjudged | None, persons: int, draws: Draws) -> Int64:
    """Each person's chance of a misjudgement in units of 1 / DOUBT_SCALE: beta by mean and intra-caller correlation.

    Beta(m k, (1 - m) k) with k = 1 / correlation - 1 has mean m and variance correlation * m * (1 - m), so two
    judgements on one caller correlate by just that.
    """
    mean = min(1.0, sum(misjudged.as_.values())) if misjudged else 0.0
    correlation = misjudged.correlation if misjudged else 0.0
    if correlation == 0 or mean in {0, 1}:
        chance = np.full(persons, mean)
    elif correlation == 1:
        chance = (draws.random(persons) < mean).astype(float)
    else:
        k = 1 / correlation - 1
        chance = draws.beta(mean * k, (1 - mean) * k, persons)
    return np.asarray(np.rint(chance * DOUBT_SCALE), dtype=np.int64)


def _persons(group: CallerGroup, first_new: int, size: int, draws: Draws) -> Int64:
    if not group.numbers.pool:
        return np.arange(first_new, first_new + size)
    return _pick(weights(group), size, draws)


def _pick(shares: Shares, size: int, draws: Draws) -> Int64:
    """Indices drawn with these shares."""
    found = np.searchsorted(np.cumsum(shares), draws.random(size), side="right")
    return np.asarray(np.minimum(found, len(shares) - 1), dtype=np.int64)


def _numbers(
    scenario: Scenario, name: str, people: dict[str, People], person: Int64, draws: Draws
) -> tuple[Int64, Int64]:
    """The number that each call shows, and the route to it: its own, none, a shared phone's, a reused one."""
    numbers = scenario.callers[name].numbers
    number, route = people[name].own(person), np.full(len(person), OWN)
    u, upto = draws.random(len(person)), numbers.withheld
    number = np.where(u < upto, -1, number)
    shared = [(who, SHARED, with_) for who, with_ in numbers.shared_with.items()]
    reused = [(who, REUSED, SharedWith(share=p, choose="by_number")) for who, p in numbers.reused_from.items()]
    for who, by, with_ in (*shared, *reused):
        taken = (u >= upto) & (u < upto + with_.share)
        upto += with_.share
        number[taken] = _phones(scenario.callers[who], people[who], with_, int(taken.sum()), draws)
        route[taken] = by
    return number, route


def _phones(other: CallerGroup, people: People, with_: SharedWith, size: int, draws: Draws) -> Int64:
    """Numbers of another group: of a random call of theirs, or any of their numbers alike."""
    if with_.choose == "by_call":
        return people.own(_pick(weights(other), size, draws))
    return people.first_number + draws.integers(0, people.numbers, size)
