"""Which members of a family to try: all of a small one; of a large one those that NSGA-II asks for.

NSGA-II: Deb, Pratap, Agarwal and Meyarivan (2002), IEEE Transactions on Evolutionary Computation 6, 182-197, as Optuna
has it, over the places of the values. A generation is requested as a whole, and simulated together: what
comes out depends on the seed and the numbers alone.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Literal

from simulator.questions.tune.family import Family, Point
from simulator.questions.tune.members import Score

POPULATION = 25
"""Members of a generation. Of families of a thousand rules, some tried out in full, 200 trials found 98 to 99 % of the
hypervolume with 10 to 25 of them, and 94 to 98 % with 40: too few generations are left to learn in."""
BATCH = 50
"""Members that are simulated together where all are tried."""
TRIALS = 200
MOST_CORNERS = 16
PATIENCE = 5
"""Generations without any member that is new, after which the search has nothing more to ask."""

Evaluate = Callable[[Sequence[Point]], Sequence[Score]]
OBJECTIVES: tuple[tuple[str, Literal["maximize", "minimize"]], ...] = (
    ("freed", "maximize"),
    ("never_because", "minimize"),
    ("change_never", "minimize"),
)
"""What is searched for, of a score: the two sides of the front, and what a rule is chosen by."""


def needs_search(family: Family, trials: int) -> bool:
    """Whether the family has too many members to try all."""
    return family.size > trials


def search(family: Family, trials: int, seed: int, evaluate: Evaluate) -> list[Point]:
    """Members tried, at most ``trials``, in the order in which they were."""
    if not needs_search(family, trials):
        points = list(family.points())
        for start in range(0, len(points), BATCH):
            evaluate(points[start : start + BATCH])
        return points
    return _nsga(family, trials, seed, evaluate)


def _nsga(family: Family, trials: int, seed: int, evaluate: Evaluate) -> list[Point]:
    scores: dict[Point, Score] = {}
    corners = family.corners() if len(family.corners()) <= min(MOST_CORNERS, trials) else []

    def learn(points: Sequence[Point]) -> None:
        new = [point for point in dict.fromkeys(points) if point not in scores][: trials - len(scores)]
        scores.update(zip(new, evaluate(new) if new else (), strict=True))

    # How far the trade-off reaches is known at once.
    learn(corners)
    with _study(min(POPULATION, trials), seed) as study:
        idle = 0
        while len(scores) < trials and idle < PATIENCE:
            before, generation = len(scores), [*_generation(study, family, min(POPULATION, trials))]
            learn([point for _, point in generation])
            idle = idle + 1 if len(scores) == before else 0
            for trial, point in generation:
                # The last generation may be more than is left to try.
                if point in scores:
                    study.tell(trial, _objectives(scores[point]))
                else:
                    study.tell(trial, state=_failure())
    return list(scores)


def _generation(study: Any, family: Family, many: int) -> Iterator[tuple[Any, Point]]:
    """A generation."""
    from optuna.distributions import IntDistribution  # noqa: PLC0415

    places: dict[str, Any] = {str(axis): IntDistribution(0, n - 1) for axis, n in enumerate(family.sizes) if n > 1}
    for trial in [study.ask(places) for _ in range(many)]:
        yield trial, tuple(trial.params.get(str(axis), 0) for axis in range(len(family.sizes)))


def _objectives(score: Score) -> list[float]:
    return [getattr(score, name) for name, _ in OBJECTIVES]


def _failure() -> Any:
    from optuna.trial import TrialState  # noqa: PLC0415

    return TrialState.FAIL


@contextmanager
def _study(population: int, seed: int) -> Iterator[Any]:
    """A study that says nothing by itself meanwhile."""
    import optuna  # noqa: PLC0415

    verbosity = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    try:
        sampler = optuna.samplers.NSGAIISampler(population_size=population, seed=seed % 2**32)
        yield optuna.create_study(directions=[direction for _, direction in OBJECTIVES], sampler=sampler)
    finally:
        optuna.logging.set_verbosity(verbosity)
