"""Plans tried on fixed Calls: whole ones, and single hours on their own while all else is at its fullest."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import product

import numpy as np

from simulator.metrics.counts import at
from simulator.metrics.histogram import ALL
from simulator.metrics.targets import HourVerdict, by_hour
from simulator.planning.floors import FloorRuns
from simulator.planning.space import HOURS_A_DAY, Space
from simulator.planning.split import Split
from simulator.scenario.clock import clock_of
from simulator.scenario.floor import Shift
from simulator.scenario.units import DAY, HOUR
from simulator.tables.calls import Int64

APART = 6
"""Hours that are tried in one simulation, each alone with its number while all else is fullest, are so far apart."""

Key = tuple[int, int | None]
"""An hour of a target: the target's place, and the hour."""


class Trial:
    """Tries plans of a space; ``split`` says how sure bounds are."""

    def __init__(self, space: Space, runs: FloorRuns, split: Split) -> None:
        self.space, self.runs, self.split = space, runs, split
        self.targets = runs.experiment.scenario.targets
        self.most = space.most

    def judge(self, shifts: tuple[Shift, ...], runs: FloorRuns | None = None) -> list[HourVerdict]:
        """Every hour of every target with these shifts, by default on the search's own Calls.

        Lower bounds are those by which a plan is confirmed, upper bounds those by which plans are ruled out.
        """
        runs = runs or self.runs
        floor = runs.experiment.scenario.floor.model_copy(update={"shifts": shifts})
        counts = runs.counts(floor)
        lows = by_hour(self.targets, counts, error=self.split.confirm, each=True)
        highs = by_hour(self.targets, counts, error=self.split.rule_out)
        return [
            replace(low, estimate=replace(low.estimate, high=high.estimate.high))
            for low, high in zip(lows, highs, strict=True)
        ]

    def alone(self, hours: dict[Key, HourVerdict], own: dict[Key, dict[int, int]]) -> dict[Key, HourVerdict]:
        """The hours that fail with these persons on these places and all others fullest; hours far apart at once."""
        failed: dict[Key, HourVerdict] = {}
        for first in range(APART):
            together = {key for key, verdict in hours.items() if self.hour(verdict) % APART == first}
            for batch in self._disjoint(together, own):
                levels = self.most.copy()
                for key in batch:
                    levels[list(own[key])] = list(own[key].values())
                judged = {key_of(v): v for v in self.judge(self.space.staffed(levels))}
                failed |= {key: judged[key] for key in batch if not judged[key].met}
        return failed

    @staticmethod
    def _disjoint(keys: set[Key], own: dict[Key, dict[int, int]]) -> list[list[Key]]:
        """Hours whose places differ, or want the same of a place they share, together."""
        batches: list[tuple[list[Key], dict[int, int]]] = []
        for key in sorted(keys, key=lambda key: (key[0], -1 if key[1] is None else key[1])):
            for batch, used in batches:
                if not used.keys() & own[key].keys():
                    batch.append(key)
                    used.update(own[key])
                    break
            else:
                batches.append(([key], dict(own[key])))
        return [batch for batch, _ in batches]

    def tables(self, overall: Sequence[int]) -> dict[int, np.ndarray]:
        """What persons on a place bring to each target over the whole day, of all its callers: [places][levels]."""
        most = int(self.most.max())
        shares = self._shares()
        tables = {place: np.zeros((len(self.most), most + 1)) for place in overall}
        for level in range(most + 1):
            for target, brought in self._brought(np.minimum(self.most, level), overall).items():
                tables[target][:, level] = (shares * brought).sum(axis=1)
        return {target: np.maximum.accumulate(table, axis=1) for target, table in tables.items()}

    def ceilings(self, overall: Sequence[int]) -> tuple[tuple[tuple[int, ...], ...], dict[int, np.ndarray]]:
        """What can be brought at most to each such target in each hour of the day, whatever else: [24][levels].

        Of an hour's callers no more are answered in time than with so many persons on each of its places, and all
        others fullest. With them the places of each hour. Hours far apart are tried at once.
        """
        most, hours = int(self.most.max()), range(HOURS_A_DAY)
        groups = tuple(self.space.touching(hour * HOUR, (hour + 1) * HOUR) for hour in hours)
        full = self._brought(self.most, overall)
        tables = {target: np.repeat(full[target][:, None], most + 1, axis=1) for target in full}
        for level, batch in product(range(most), _apart(groups)):
            levels = self.most.copy()
            own = [place for hour in batch for place in groups[hour]]
            levels[own] = np.minimum(levels[own], level)
            for target, brought in self._brought(levels, overall).items():
                tables[target][batch, level] = brought[batch]
        return groups, {target: np.maximum.accumulate(table, axis=1) for target, table in tables.items()}

    def _brought(self, levels: Int64, overall: Sequence[int]) -> dict[int, np.ndarray]:
        """Of all callers of each target, the share answered in time in each hour of the day, with so many on places."""
        floor = self.runs.experiment.scenario.floor
        counts = self.runs.counts(floor.model_copy(update={"shifts": self.space.staffed(levels)}))
        found: dict[int, np.ndarray] = {}
        for place in overall:
            target = self.targets[place]
            x, y = (
                sum(_hours(c.sums[name], target.intent) for c in counts)
                for name in (at("in_time", target.within), "offered")
            )
            found[place] = np.asarray(x / max(float(np.sum(y)), 1.0))
        return found

    def _shares(self) -> np.ndarray:
        """Of each hour of the day, how much each place is answerable for: float [places][24], columns sum to 1."""
        shares = np.zeros((len(self.most), HOURS_A_DAY))
        for hour in range(HOURS_A_DAY):
            shares[list(self.space.touching(hour * HOUR, (hour + 1) * HOUR)), hour] = 1
        return np.asarray(shares / np.maximum(shares.sum(axis=0), 1))

    def hour(self, verdict: HourVerdict) -> int:
        """The hour of the day; clock hours are counted from that in which counting starts."""
        if verdict.target.scope != "every clock hour":
            return verdict.hour or 0
        experiment = self.runs.experiment
        return ((clock_of(experiment.scenario.start) + experiment.warm_up) // HOUR + (verdict.hour or 0)) % HOURS_A_DAY

    def stretch(self, verdict: HourVerdict, beside: int) -> tuple[int, int]:
        """The stretch of the day in which an hour's callers wait, and so much on either side."""
        begin = self.hour(verdict) * HOUR
        return begin - beside, begin + HOUR + min(verdict.target.within, DAY // 2) + beside

    def places(self, verdict: HourVerdict, beside: int) -> tuple[int, ...]:
        """The places on duty in that stretch."""
        return self.space.touching(*self.stretch(verdict, beside))

    def unique(self, verdicts: Sequence[HourVerdict]) -> list[HourVerdict]:
        """One verdict for each hour of the day and target."""
        return list({(v.place, self.hour(v)): v for v in verdicts}.values())


def key_of(verdict: HourVerdict) -> Key:
    """The hour that a verdict is of."""
    return verdict.place, verdict.hour


def _apart(groups: Sequence[tuple[int, ...]]) -> list[list[int]]:
    """Hours with places in batches: those of a batch are APART or more hours from one another, and share no place."""
    batches: list[tuple[list[int], set[int]]] = []
    for hour, places in enumerate(groups):
        near = {(hour + off) % HOURS_A_DAY for off in range(1 - APART, APART)}
        for batch, taken in batches:
            if not near & set(batch) and not taken & set(places):
                batch.append(hour)
                taken.update(places)
                break
        else:
            batches += [([hour], set(places))] if places else []
    return [batch for batch, _ in batches]


def _hours(table: Int64, intent: int) -> Int64:
    return np.asarray(table.sum(axis=0) if intent == ALL else table[intent])
