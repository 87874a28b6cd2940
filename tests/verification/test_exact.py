"""The engine agrees with exact queueing theory, from two calls an hour to overload, in one family of comparisons.

Every case runs once from a fixed seed; the stretch in which the floor fills is left out, the rest is cut into batches
long beside the floor's memory, and each measure is a ratio of sums. The bound is Bonferroni's over the whole family of
(case, measure) pairs; a second bound on the standard error keeps the family able to find a fault of a few per cent.
"""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import t as student

from simulator.scenario.units import SECOND
from simulator.tables.calls import SHARED, Calls
from simulator.tables.outcomes import Action, Cause, Ending, Outcomes, Why
from tests.verification.cases import CASES
from tests.verification.floors import GENUINE, PRANK, Case

BATCHES = 30
WARM_UP = 0.03
FAMILY_ERROR = 1e-3
"""Chance that a right engine fails anywhere in the family."""
PRECISION = 0.035
"""Largest standard error, as a share of the exact value; most are half of it."""
FAMILY = sum(len(case.exact) for case in CASES)
BOUND = float(student.ppf(1 - FAMILY_ERROR / FAMILY / 2, BATCHES - 1))

Pair = tuple[NDArray[np.float64], NDArray[np.float64]]


def measure(name: str, case: Case, calls: Calls, o: Outcomes) -> Pair:
    """Numerator and denominator of a measure, one value an attempt."""
    ones, let_in, first = np.ones(len(o)), o.queued >= 0, o.attempt == 1
    wait = np.where(let_in, np.where(o.answered >= 0, o.answered, o.left) - o.arrival, 0) / SECOND
    busy, demoted = o.ending == Ending.BUSY, o.action == Action.DEMOTE
    blocked, screened, deterred, diverted = (
        o.ending == ending for ending in (Ending.BLOCKED, Ending.SCREENED, Ending.DETERRED, Ending.DIVERTED)
    )
    genuine, pranks = (calls.intent[o.call] == intent for intent in (GENUINE, PRANK))
    shared, heeding = calls.route[o.call] == SHARED, calls.heeds[o.call]
    answered_genuine = genuine & (o.answered >= 0)
    table = {
        "busy": (busy, ones),
        "abandoned": (o.ending == Ending.ABANDONED, let_in),
        "wait": (wait, let_in),
        "delayed": (let_in & (o.answered != o.arrival), let_in),
        "late": (let_in & ((o.answered < 0) | (wait > case.within)), let_in),
        "wait of normal": (wait * ~demoted, ~demoted),
        "wait of demoted": (wait * demoted, demoted),
        "first attempts busy": (busy & first, first),
        "attempts a call": (ones, first),
        "redials busy": (busy & ~first, ~first),
        "blocked": (blocked, ones),
        "blocked of genuine": (blocked & genuine, genuine),
        "blocked of pranks": (blocked & pranks, pranks),
        "blocked of shared": (blocked & shared, shared),
        "blocked for a shared phone": (blocked & (o.why == Why.SHARED_PHONE), shared),
        "blocked, withheld as one": (blocked & (o.why == Why.WITHHELD_AS_ONE), genuine),
        "blocked, misjudged before": (blocked & (o.why == Why.MISJUDGED_EARLIER), ones),
        "screened": (screened, ones),
        "screened of genuine": (screened & genuine, genuine),
        "screened of pranks": (screened & pranks, pranks),
        "left the message": ((o.ending == Ending.ABANDONED) & ~let_in, ones),
        "wait of genuine": (wait * answered_genuine, answered_genuine),
        "deterred": (deterred, ones),
        "deterred of heeding": (deterred & heeding, heeding),
        "diverted": (diverted, first),
        "diverted for own earlier calls": (diverted & (o.why == Why.OWN_EARLIER_CALLS), first),
        "passed back of diverted": (o.cause == Cause.PASSBACK, diverted),
    }
    over, under = table[name]
    return np.asarray(over, dtype=float), np.asarray(under, dtype=float)


def estimated(pair: Pair) -> tuple[float, float]:
    """A ratio of sums and its standard error by batch means, linearised."""
    rows = slice(int(WARM_UP * len(pair[0])), int((1 - WARM_UP) * len(pair[0])))
    over, under = (np.array([part.sum() for part in np.array_split(each[rows], BATCHES)]) for each in pair)
    ratio = over.sum() / under.sum()
    return ratio, float(np.std(over - ratio * under, ddof=1) / under.mean() / BATCHES**0.5)


def check(case: Case, seed: int, size: int) -> list[str]:
    """What is wrong with this case, in words."""
    calls, outcomes = case.run(seed, size)
    wrong = []
    for name, exact in case.exact.items():
        value, error = estimated(measure(name, case, calls, outcomes))
        said = f"{name} {value:.6g} +- {error:.2g}, exactly {exact:.6g}: {(value - exact) / error:+.1f} standard errors"
        if abs(value - exact) > BOUND * error:
            wrong.append(f"{said}; looks like {case.catches}")
        if error > PRECISION * exact:
            wrong.append(f"{said}; too few calls to tell")
    return wrong


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_engine_is_exact(case: Case) -> None:
    """Every measure is within the family's bound of its exact value, and known well enough to tell a fault."""
    assert check(case, 20_260_112, case.size) == []


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_engine_is_exact_in_long_runs(case: Case) -> None:
    """The same with ten times the calls and another seed."""
    assert check(case, 20_260_113, 10 * case.size) == []
