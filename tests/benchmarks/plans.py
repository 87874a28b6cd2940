"""Plans by default, seed by seed: what each seed finds, and whether it holds with callers that no search has seen.

    python -m tests.benchmarks.plans [--seeds 10] [--only 'staff serang']

Each row is a search in one process. "holds": its plan simulated in FRESH replications of other callers; the worst hour
there, by how much it is above its target, and what is said of all hours together with 95 % confidence.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from simulator.metrics.counts import Counts
from simulator.metrics.targets import ERROR, by_hour
from simulator.planning.effort import budget_for, guess, replications_for
from simulator.planning.level import person_hours
from simulator.planning.phases import phases_of
from simulator.planning.plan_result import PlanResult
from simulator.planning.requests import planned_experiment
from simulator.planning.sequence import search
from simulator.planning.space import Space
from simulator.questions.shifts.shifts import week_for
from simulator.questions.staff.request import Request
from simulator.questions.staff.staff import space_for
from simulator.report.planned import hour_words
from simulator.report.words import share
from simulator.scenario.load import load_scenario
from simulator.scenario.units import HOUR
from simulator.scenario.work import work_named
from simulator.study.experiment import Experiment
from tests.planning.lines import floor_runs

SCENARIOS = Path("scenarios")
FRESH, FRESH_SEED, AT_ONCE = 1_000, 900_000, 100


@dataclass(frozen=True, slots=True)
class Case:
    """A command and what it is asked of."""

    name: str
    scenario: str
    interval: str | None = "1 h"
    phases: str | None = None

    def of(self, seed: int) -> tuple[Experiment, Space, float]:
        """The experiment, the plans to look among, and the chance of error, as the command has them."""
        path = SCENARIOS / f"{self.scenario}.yaml"
        request = Request(scenario=path, seed=seed, interval=self.interval or "1 h")
        experiment, error = planned_experiment(request, load_scenario(path)), ERROR
        if self.phases is not None:
            phases = phases_of(experiment, self.phases)
            experiment, error = phases[0].experiment, ERROR / len(phases)
        if self.interval is None:
            return experiment, week_for(experiment, *work_named("eight-hours", SCENARIOS)), error
        return experiment, space_for(experiment, request), error


CASES = (
    Case("shifts madiun", "madiun", None),
    Case("shifts serang", "serang", None),
    Case("staff serang --interval shift", "serang", "shift"),
    Case("staff serang", "serang"),
    Case("staff madiun", "madiun"),
    Case("staff kendari, first 7 d", "kendari", phases="7 d, 7 d"),
)
HEAD = ("command", "seed", "state", "hours a day", "a week", "cost", "all below ruled out", "not shown", "starts",
        "CPU s", "worst hour of 1,000 fresh", "in time", "is said")  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a row a case and seed, as it is found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--only", default="")
    asked = parser.parse_args(arguments)
    say(HEAD)
    say(("---",) * len(HEAD))
    for case in (case for case in CASES if asked.only in case.name):
        for seed in range(1, asked.seeds + 1):
            say(row(case, seed))


def say(cells: Sequence[str]) -> None:
    """Write a row of the table at once."""
    sys.stdout.write(f"| {' | '.join(cells)} |\n")
    sys.stdout.flush()


def row(case: Case, seed: int) -> tuple[str, ...]:
    """What a search finds, and how its plan does with fresh callers."""
    experiment, space, error = case.of(seed)
    begun = time.process_time()
    with floor_runs(experiment, replications_for(experiment), 1) as runs:
        begin = guess(experiment.scenario, experiment.warm_up)
        found = search(space, runs, begin, error=error, budget=budget_for(experiment))
    seconds = time.process_time() - begun
    hours = person_hours(found.shifts, experiment.scenario) if found.has_plan else float("nan")
    starts = " ".join(sorted({f"{shift.from_ // HOUR:02d}" for shift in found.shifts}))
    unshown = "-" if found.unshown is None else f"{found.unshown.cost:.0f}"
    said = (case.name, str(seed), found.state, f"{hours:.0f}", f"{7 * hours:.0f}", f"{found.cost:.1f}")
    held = holds(experiment, found) if found.has_plan else ("-", "-", "-")
    return (*said, f"{found.bound:.1f}", unshown, starts if found.has_plan else "-", f"{seconds:.0f}", *held)


def holds(experiment: Experiment, found: PlanResult) -> tuple[str, str, str]:
    """The hour nearest to its target in FRESH replications, its share, and what all hours together are shown to be."""
    floor = experiment.scenario.floor.model_copy(update={"shifts": found.shifts})
    counts: list[Counts] = []
    for part in range(FRESH // AT_ONCE):
        with floor_runs(replace(experiment, seed=FRESH_SEED + part), AT_ONCE, 1) as runs:
            counts += runs.counts(floor)
    verdicts = by_hour(experiment.scenario.targets, counts)
    worst = min(verdicts, key=lambda v: v.estimate.value - v.target.share)
    state = "met" if all(v.met for v in verdicts) else "missed" if any(v.missed for v in verdicts) else "not shown"
    return hour_words(worst), share(worst.estimate.value), state


if __name__ == "__main__":
    sys.exit(main())
