"""One person after the other makes a number of calls, each from a number of their own that nothing is held against yet.

So a batch of calls holds many persons, which is what a mean over persons needs; and what is exact is the share of the
first n calls of a person, by a Markov chain over those that are let through (`renewal.met_of_first`).
"""

from math import inf
from typing import Any

import numpy as np
from scipy.stats import gamma

from simulator.scenario.units import DAY, HOUR, NEVER, SECOND
from simulator.tables.calls import DOUBT_SCALE, Calls
from tests.plans import plan, policy, rule
from tests.verification import renewal
from tests.verification.floors import GENUINE, PRANK, Case, Draws, poisson

DAY_S = DAY / SECOND


def _calls(rng: Draws, size: int, each: int, rate: float, **columns: Any) -> Calls:
    person = np.arange(size) // each
    return plan(poisson(rng, size, rate), person=person, number=person, doubt=_doubt(rng, size), **columns)


def _doubt(rng: Draws, size: int) -> Any:
    return rng.integers(0, DOUBT_SCALE, size)


def ladder(name: str, catches: str, steps: tuple[int, ...], strikes: tuple[int, ...], **rules: Any) -> Case:
    """A prankster, judged one with chance d = 70 % and else genuine, climbs a ladder from its first step.

    States (strikes held, step). An answered call is a strike with chance d; with the N-th of its step the action begins
    and is met by lam D attempts on average, D the step's, and the next step is due, the last one again and again. With
    a reset a genuine verdict clears the strikes, and the ladder too where it resets that.
    """
    share, rate, each = 0.7, 10 / DAY_S, 60
    resets, down = "reset_by" in rules, rules.get("resets_ladder", False)

    def moves(state: Any) -> list[tuple[float, Any, float]]:
        held, step = state
        lasts = steps[min(step, len(steps) - 1)]
        full = held + 1 == strikes[min(step, len(strikes) - 1)]
        # steps beyond those of either ladder are alike
        higher = min(step + 1, max(len(steps), len(strikes)) - 1)
        struck = (0, higher) if full else (held + 1, step)
        met = (inf if lasts == NEVER else rate * lasts / SECOND) if full else 0.0
        return [(share, struck, met), (1 - share, (0 if resets else held, 0 if down else step), 0.0)]

    def draw(rng: Draws, size: int) -> Calls:
        mistaken = {"tendency": round((1 - share) * DOUBT_SCALE), "verdict": GENUINE}
        return _calls(rng, size, each, rate, intent=PRANK, **mistaken)

    exact = {"blocked": renewal.met_of_first(each, (0, 0), moves)}
    rules = {"for_": steps, "strikes": strikes[0] if len(strikes) == 1 else strikes, **rules}
    return Case(f"ladder: {name}", catches, draw, 1, exact, policy=policy(rule("prank", **rules)))


def misjudged(strikes: int, within: int, *, correlation: float, each: int = 40, size: int = 60_000) -> Case:
    """Genuine callers, misjudged with a chance of their own (mean 15 %, beta), under N strikes and a block of 24 h.

    Given that chance m, the chain over a person's n calls is met_of_first's: strikes held 0 .. N - 1; or, of two within
    a window W, how many calls ago the strike held was made, j: j gaps are gamma distributed, and the next strike begins
    the block with the chance that they are shorter than W, else it is the strike held. The share is a polynomial of
    degree n in m, averaged over the beta distribution.
    """
    mean, rate = 0.15, 4 / DAY_S
    of_window = gamma(np.arange(1, each + 1), scale=1 / rate).cdf(within / SECOND)
    met = rate * DAY_S

    def all_strikes(m: float) -> renewal.Moves:
        def moves(held: Any) -> list[tuple[float, Any, float]]:
            full = held + 1 == strikes
            return [(m, 0 if full else held + 1, met if full else 0.0), (1 - m, held, 0.0)]

        return moves

    def two_in_window(m: float) -> renewal.Moves:
        def moves(ago: Any) -> list[tuple[float, Any, float]]:
            near = of_window[ago - 1] if ago else 0.0
            return [(m * near, 0, met), (m * (1 - near), 1, 0.0), (1 - m, ago and ago + 1, 0.0)]

        return moves

    chain = all_strikes if within == NEVER else two_in_window
    blocked = renewal.over_beta(mean, correlation, each, lambda m: renewal.met_of_first(each, 0, chain(m)))

    def draw(rng: Draws, size: int) -> Calls:
        k = 1 / correlation - 1
        tendency = rng.beta(mean * k, (1 - mean) * k, size // each + 1)[np.arange(size) // each]
        columns = {"tendency": np.rint(tendency * DOUBT_SCALE), "verdict": PRANK, "intent": GENUINE}
        return _calls(rng, size, each, rate, **columns)

    exact = {"blocked": blocked, "blocked, misjudged before": blocked}
    window = "" if within == NEVER else f" within {within // HOUR} h"
    name = f"misjudged genuine callers: {strikes} strikes{window}, correlation {correlation:.0%}"
    rules = policy(rule("prank", strikes=strikes, within=within, for_=(DAY,)))
    return Case(
        name, "errors drawn anew for each call, or genuine callers' strikes lost", draw, 1, exact, size, policy=rules
    )


def persons() -> list[Case]:
    """Ladders with several steps, some for ever, some reset; genuine callers misjudged alike or not."""
    steps = (HOUR, 12 * HOUR, 4 * DAY)
    return [
        ladder("1 h, 12 h, 4 d", "steps left out, or the first one again", steps, (2,)),
        ladder(
            "1 h, 12 h, 4 d, a genuine verdict goes back to the first",
            "a ladder that is not reset, or strikes that are not",
            steps,
            (2,),
            reset_by="genuine",
            resets_ladder=True,
        ),
        ladder("for ever after 20 strikes", "a block that ends, or begins early", (NEVER,), (20,)),
        ladder(
            "1, 3, 3 and 2 strikes, 6 h, 12 h, 24 h, for ever",
            "strikes or durations of another step",
            (DAY // 4, DAY // 2, DAY, NEVER),
            (1, 3, 3, 2),
        ),
        misjudged(3, NEVER, correlation=0.01),
        misjudged(3, NEVER, correlation=0.3, size=100_000),
        misjudged(2, 12 * HOUR, correlation=0.3, size=120_000),
    ]
