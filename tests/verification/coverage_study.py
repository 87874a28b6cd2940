"""How often intervals hold the truth on real scenarios: ``python -m tests.verification.coverage_study``.

Many replications of a scenario are simulated once, the pool. A run of R replications is R drawn from it with
replacement; the truth of such runs is the pool's own ratio, so that a run's intervals either hold it or do not. Every
measure of ``siaga run`` but percentiles is looked at, on the same runs. A pool of a fixed seed and runs of another
always give the same table. It takes about three minutes of two cores; ``--pool 2000 --runs 500`` takes seconds.
"""

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TextIO

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from simulator.metrics.estimate import Estimate, Kind, ratios
from simulator.metrics.measures import Measure, catalogue
from simulator.metrics.summary import Clusters, intent_name
from simulator.scenario.load import load_scenario
from simulator.study.experiment import Experiment, run_once

Float = NDArray[np.float64]
SCENARIOS = Path(__file__).parents[2] / "scenarios"
BUSY = """
title: A busy line, one day
start: 2024-01-01T00:00+08:00
length: 1 d
callers:
  residents:
    intent: genuine
    volume: 500 / d
    by_hour: evening_peak
    talk: {lognormal: {mean: 120 s, cv: 0.9}}
    wrap_up: {exponential: {mean: 30 s}}
    patience: {lognormal: {median: 165 s, cv: 1.5}}
    redial: {after: {busy: 85 %, abandoned: 60 %}, delay: {exponential: {mean: 20 s}}, attempts: 6}
    misjudged: {as: {prank: 1 %}, correlation: 30 %}
  children:
    intent: prank
    volume: 300 / d
    by_hour: daytime
    talk: {exponential: {mean: 20 s}}
    patience: {exponential: {mean: 60 s}}
floor:
  trunks: 5
  shifts: [{name: always, from: '00:00', to: '24:00', call_takers: 3}]
"""
NAMES = ("bontang", "madiun", "ketapang", "busy line")
REPLICATIONS = (10, 20, 100)
RUNS, POOL, CALLS = 2000, 20_000, 20_000_000
"""Runs of each size; replications of a pool, and about how many calls it has at most."""
BATCH = 100
SHOWN = (
    ("genuine", "service_level"),
    ("genuine", "asa"),
    ("all", "asa"),
    ("all", "handling_time"),
    ("genuine", "busy"),
    ("genuine", "blocked_attempts_shared_phone"),
    ("genuine", "blocked_callers"),
)
METHODS = {
    Kind.SHARE: "t or gamma",
    Kind.SHARE_OF_ATTEMPTS: "t or gamma, bursts",
    Kind.SHARE_OF_TIME: "t",
    Kind.RATE: "t or gamma",
    Kind.MEAN: "t and gamma, longer waits",
}
Key = tuple[str, str]
RIVALLED: Key = ("genuine", "asa")
"""The measure that other methods are tried on, too."""


@dataclass(frozen=True)
class Coverage:
    """Of the runs of one size: which share of the intervals held the truth; of all, a run without an upper bound holds
    whatever is above its lower one; ``shown``: which share has both bounds, and of these. ``width``: the median, as a
    part of the truth."""

    scenario: str
    key: Key
    method: str
    replications: int
    covered: float
    shown: float
    covered_shown: float
    width: float
    flat: int


def experiment(name: str, seed: int = 7) -> Experiment:
    """The scenario, compiled."""
    if name != "busy line":
        return Experiment(load_scenario(SCENARIOS / f"{name}.yaml").scenario, seed, engine="kernel")
    with TemporaryDirectory() as folder:
        path = Path(folder) / "busy.yaml"
        path.write_text(BUSY, encoding="utf-8")
        return Experiment(load_scenario(path).scenario, seed, engine="kernel")


def measures(name: str) -> list[tuple[Measure, int]]:
    """All ratios of all intents."""
    thresholds = run_once(experiment(name), 0).counts.thresholds
    return [(measure, intent) for measure in catalogue(thresholds) for intent in measure.intents]


def pool(name: str, size: int, workers: int = 2) -> dict[tuple[Measure, int], tuple[Float, Float]]:
    """Numerators and denominators by replication of every measure; where there is neither, it is left out."""
    size = min(size, int(CALLS / experiment(name).calls_expected))
    edges = [*range(0, size, BATCH), size]
    batches = [(name, low, high) for low, high in pairwise(edges)]
    if workers == 1:
        parts = [_batch(batch) for batch in batches]
    else:
        with ProcessPoolExecutor(workers) as executor:
            parts = list(executor.map(_batch, batches))
    sums = np.concatenate(parts)
    found = {key: (sums[:, place, 0], sums[:, place, 1]) for place, key in enumerate(measures(name))}
    return {key: (x, y) for key, (x, y) in found.items() if y.any() and x.any() and not _whole(key[0], x, y)}


def _whole(measure: Measure, x: Float, y: Float) -> bool:
    return measure.kind.at_most_one and bool((x == y).all())


def _batch(batch: tuple[str, int, int]) -> Float:
    """Numerator and denominator of each measure [replications][measures][2]."""
    name, low, high = batch
    made = experiment(name)
    clusters = Clusters([run_once(made, number).counts for number in range(low, high)])
    keys = [(each, intent) for each in catalogue(clusters.thresholds) for intent in each.intents]
    columns = [
        [clusters.totals(measure.numerator, intent), clusters.totals(measure.denominator, intent)]
        for measure, intent in keys
    ]
    return np.array(columns).transpose(2, 0, 1)


def study(
    name: str,
    sums: Mapping[tuple[Measure, int], tuple[Float, Float]],
    replications: Sequence[int] = REPLICATIONS,
    runs: int = RUNS,
    only: Sequence[Key] = (),
) -> Iterator[Coverage]:
    """Coverage of every measure, or of those of these intents and names ``only``."""
    for (measure, intent), (x, y) in sums.items():
        key = intent_name(intent), measure.name
        for size in replications if not only or key in only else ():
            drawn = np.random.default_rng([11, size]).integers(0, len(x), (size, runs))
            truth, method = float(x.sum() / y.sum()), METHODS[measure.kind]
            yield _coverage(name, key, method, size, ratios(x[drawn], y[drawn], measure.kind), truth)
            if key == RIVALLED:
                yield _coverage(name, key, "Student's t alone", size, student(x[drawn], y[drawn]), truth)


def student(x: Float, y: Float) -> list[Estimate]:
    """The linearised Student t interval of each column, for comparison: what most programs print."""
    clusters, whole = len(x), y.sum(axis=0)
    value = x.sum(axis=0) / whole
    error = np.sqrt(clusters / (clusters - 1) * np.square(x - value * y).sum(axis=0)) / whole
    half = float(stdtrit(clusters - 1, 0.975)) * error
    return [Estimate(v, v - h, v + h, clusters, "t") for v, h in zip(value, half, strict=True)]


def _coverage(name: str, key: Key, method: str, size: int, estimates: Sequence[Estimate], truth: float) -> Coverage:
    low, high = (np.array([getattr(each, side) for each in estimates]) for side in ("low", "high"))
    held, shown = (low <= truth) & (truth <= high), np.isfinite(high)
    width = float(np.median(high[shown] - low[shown]) / truth) if shown.any() else float("nan")
    of_shown = float(held[shown].mean()) if shown.any() else float("nan")
    flat = int((low == high).sum())
    return Coverage(name, key, method, size, float(held.mean()), float(shown.mean()), of_shown, width, flat)


def table(found: Sequence[Coverage], to: TextIO) -> None:
    """The figures as Markdown: measures of which much is asked, then the worst of all."""
    print("| scenario | measure | method | replications | covered | shown | covered where shown | width |", file=to)
    print("|---|---|---|---|---|---|---|---|", file=to)
    for each in found:
        if each.key in SHOWN:
            cells = (each.scenario, f"`{':'.join(each.key)}`", each.method, each.replications)
            figures = (f"{100 * share:.1f} %" for share in (each.covered, each.shown, each.covered_shown))
            print(f"| {' | '.join(map(str, (*cells, *figures, f'{each.width:.2f}')))} |", file=to)
    print("\n| scenario | replications | measures | mean | least | of |\n|---|---|---|---|---|---|", file=to)
    for name in dict.fromkeys(each.scenario for each in found):
        for size in dict.fromkeys(each.replications for each in found):
            sized = (each for each in found if (each.scenario, each.replications) == (name, size))
            these = [each for each in sized if each.method in METHODS.values()]
            worst, mean = min(these, key=lambda each: each.covered), np.mean([each.covered for each in these])
            figures = (len(these), f"{100 * mean:.1f} %", f"{100 * worst.covered:.1f} %", f"`{':'.join(worst.key)}`")
            print(f"| {' | '.join(map(str, (name, size, *figures)))} |", file=to)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table of docs/coverage.md."""
    parser = argparse.ArgumentParser(prog="python -m tests.verification.coverage_study", description=__doc__)
    parser.add_argument("--pool", type=int, default=POOL, help="replications simulated of each scenario, at most")
    parser.add_argument("--runs", type=int, default=RUNS, help="runs of each size drawn from them")
    parser.add_argument("--scenarios", default=",".join(NAMES), help="which, with commas")
    asked = parser.parse_args(arguments)
    with np.errstate(all="ignore"):
        names = asked.scenarios.split(",")
        found = [each for name in names for each in study(name, pool(name, asked.pool), runs=asked.runs)]
    table(found, sys.stdout)


if __name__ == "__main__":
    main()
