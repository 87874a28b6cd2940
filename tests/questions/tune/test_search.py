"""Which members of a family are tried: all of a small one, those that NSGA-II asks for of a large one."""

import sys
from collections.abc import Sequence

import pytest

from simulator.questions.tune.family import Family, Point
from simulator.questions.tune.front import pareto_front
from simulator.questions.tune.members import Score
from simulator.questions.tune.search import BATCH, search
from tests.questions.tune.families import family

SMALL = family("bontang-24h", "strikes=1..6", "for=1h..24h")
LARGE = family("bontang-24h", "strikes=1..10", "within=1h..90d", "for=1h..forever")


class Recorder:
    """A made-up trade-off in place of a simulation, and what was asked of it."""

    def __init__(self, of: Family) -> None:
        self.of = of
        self.batches: list[list[Point]] = []

    def __call__(self, points: Sequence[Point]) -> list[Score]:
        self.batches.append(list(points))
        return [self.score(point) for point in points]

    def score(self, point: Point) -> Score:
        """More strikes free less; a long action frees more and harms more than it frees; windows have a best length
        that depends on the strikes; of callers never heard there are fewest between the mildest and the harshest."""
        strikes, within, lasting = (at / max(n - 1, 1) for at, n in zip(point, self.of.sizes, strict=True))
        freed = (1 - 0.8 * strikes) * (0.2 + 0.8 * within) * (0.1 + 0.9 * lasting)
        harm = freed**2 * (1 + abs(strikes - within)) * (0.5 + lasting)
        return Score(freed, harm, harm - 0.5 * freed, 0.0)


def hypervolume(scores: Sequence[Score], worst: float) -> float:
    """The area of all pairs that one of these beats, up to the harm ``worst``."""
    area, before = 0.0, 0.0
    for place in pareto_front(scores):
        freed, harm = scores[place][:2]
        area, before = area + (freed - before) * (worst - harm), freed
    return area


def test_of_a_small_family_all_are_tried_once() -> None:
    recorder = Recorder(SMALL)
    points = search(
        SMALL,
        SMALL.size,
        1,
        lambda points: [Score(1.0, 1.0, 1.0, 0.0)] * len(recorder.batches.append(list(points)) or points),
    )
    assert points == list(SMALL.points())
    assert [point for batch in recorder.batches for point in batch] == points
    assert max(map(len, recorder.batches)) <= BATCH


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_nsga_finds_the_front_of_a_family_that_can_be_enumerated(seed: int) -> None:
    """200 of 1,560 members hold at least 95 % of the hypervolume of all of them."""
    every = [Recorder(LARGE).score(point) for point in LARGE.points()]
    worst = max(each.never_because for each in every)
    recorder = Recorder(LARGE)
    tried = search(LARGE, 200, seed, recorder)
    found = hypervolume([recorder.score(point) for point in tried], worst) / hypervolume(every, worst)
    assert found >= 0.95
    assert found <= 1 + 1e-9


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_nsga_finds_the_best_for_callers_of_a_family_that_can_be_enumerated(seed: int) -> None:
    """200 of all members have one within a twentieth of what the best wins."""
    every = [Recorder(LARGE).score(point).change_never for point in LARGE.points()]
    recorder = Recorder(LARGE)
    found = min(recorder.score(point).change_never for point in search(LARGE, 200, seed, recorder))
    assert found <= 0.95 * min(every) < 0


def test_nsga_beats_as_many_members_drawn_at_random() -> None:
    """So that the recall above is no gift of an easy family."""
    import numpy as np

    every = [Recorder(LARGE).score(point) for point in LARGE.points()]
    worst = max(each.never_because for each in every)
    recorder = Recorder(LARGE)
    searched_for = [
        hypervolume([recorder.score(point) for point in search(LARGE, 200, seed, recorder)], worst) for seed in range(4)
    ]
    draws = np.random.default_rng(1)
    at_random = [hypervolume([every[k] for k in draws.choice(len(every), 200, False)], worst) for _ in range(40)]
    assert np.mean(searched_for) > np.mean(at_random)


def test_the_same_seed_asks_for_the_same_members_in_the_same_order() -> None:
    one, other, another = Recorder(LARGE), Recorder(LARGE), Recorder(LARGE)
    assert search(LARGE, 130, 7, one) == search(LARGE, 130, 7, other)
    search(LARGE, 130, 8, another)
    assert one.batches == other.batches != another.batches


@pytest.mark.parametrize("trials", [2, 24, 25, 26, 41, 400])
def test_no_more_members_are_tried_than_was_said_and_none_twice(trials: int) -> None:
    recorder = Recorder(LARGE)
    tried = search(LARGE, trials, 1, recorder)
    asked = [point for batch in recorder.batches for point in batch]
    assert asked == tried
    assert len(set(tried)) == len(tried) <= trials
    assert all(0 <= at < n for point in tried for at, n in zip(point, LARGE.sizes, strict=True))
    assert len(tried) == trials


def test_more_trials_begin_as_fewer_do() -> None:
    """What a shorter search has simulated is found on disk by a longer one."""
    short, long = Recorder(LARGE), Recorder(LARGE)
    search(LARGE, 120, 1, short)
    search(LARGE, 200, 1, long)
    assert long.batches[: len(short.batches) - 1] == short.batches[:-1]


def test_the_search_says_nothing_by_itself_and_leaves_the_library_as_it_was(capfd: pytest.CaptureFixture[str]) -> None:
    import optuna

    before = optuna.logging.get_verbosity()
    search(LARGE, 90, 1, Recorder(LARGE))
    assert capfd.readouterr() == ("", "")
    assert optuna.logging.get_verbosity() == before


def test_optuna_is_imported_only_to_search() -> None:
    import subprocess

    code = "import sys, simulator.cli.commands, simulator.questions.tune.tune, simulator.report.tune; "
    code += "sys.exit(bool({'optuna', 'plotly'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
