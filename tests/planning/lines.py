"""Small lines to plan: busy enough for a few days of callers to tell plans apart."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from simulator.planning.floors import FloorRuns, Simulations
from simulator.planning.growth import Growth
from simulator.scenario.load import load_scenario
from simulator.scenario.model import Scenario
from simulator.scenario.target import parse_target
from simulator.study.experiment import Experiment
from simulator.study.runs.executors import executors

LINE = """
title: a small line
start: 2026-03-02T00:00+07:00
length: 2 d
callers:
  residents:
    intent: genuine
    volume: {genuine} / d
    by_hour: evening_peak
    talk: {{exponential: {{mean: 150 s}}}}
    wrap_up: {{exponential: {{mean: 30 s}}}}
    patience: {{exponential: {{mean: 90 s}}}}
    redial: {{after: {{busy: 80 %, abandoned: 50 %}}, delay: {{exponential: {{mean: 30 s}}}}, attempts: 3}}
  children:
    intent: prank
    volume: {prank} / d
    by_hour: after_school
    talk: {{exponential: {{mean: 30 s}}}}
    patience: {{exponential: {{mean: 60 s}}}}
floor:
  trunks: 8
  shifts:
    - {{name: morning, from: '06:00', to: '14:00', call_takers: 2, attendance: {attendance}}}
    - {{name: evening, from: '14:00', to: '22:00', call_takers: 2}}
    - {{name: night, from: '22:00', to: '06:00', call_takers: 1}}
targets:
  - 90 % of genuine within 15 s, every hour
"""


def scenario(folder: Path, *targets: str, genuine: int = 250, prank: int = 300, attendance: str = "100 %") -> Scenario:
    """The line with these targets."""
    path = folder / "line.yaml"
    path.write_text(LINE.format(genuine=genuine, prank=prank, attendance=attendance))
    found = load_scenario(path).scenario
    return found.model_copy(update={"targets": tuple(map(parse_target, targets))}) if targets else found


def experiment(folder: Path, *targets: str, seed: int = 1, **kind: object) -> Experiment:
    """The same, to be simulated by the compiled engine."""
    return Experiment(scenario(folder, *targets, **kind), seed, engine="kernel")  # type: ignore[arg-type]


@contextmanager
def floor_runs(
    experiment: Experiment,
    replications: int,
    workers: int = 1,
    folder: Path | None = None,
    growth: Growth | None = None,
) -> Iterator[FloorRuns]:
    """Floors of an experiment, simulated by so many processes."""
    with executors(workers) as choose:
        yield FloorRuns(experiment, replications, Simulations(choose, folder), growth)
