"""A lone serial prankster under a blocklist: which share of the attempts is blocked, by renewal theory.

A cycle is the stretch from the end of one block to the end of the next: A calls are answered on average, then
lam D are blocked; the share is lam D / (A + lam D).
"""

from typing import Any

import numpy as np

from simulator.scenario.units import DAY, HOUR, SECOND
from simulator.tables.calls import DOUBT_SCALE, Calls
from tests.plans import plan, policy, rule
from tests.verification import renewal, theory
from tests.verification.floors import GENUINE, PRANK, TWO_AN_HOUR, Case, Draws, durations, poisson

DAY_S, HOUR_S = DAY / SECOND, HOUR / SECOND


def prankster(
    name: str,
    catches: str,
    share: float,
    rate: float,
    blocked: float,
    size: int,
    *,
    else_: int = GENUINE,
    **rules: Any,
) -> Case:
    """One number calls alone at Poisson ``rate`` a second, judged a prank with chance ``share``, else genuine."""

    def draw(rng: Draws, size: int) -> Calls:
        doubt = rng.integers(0, DOUBT_SCALE, size)
        mistaken = {"tendency": round((1 - share) * DOUBT_SCALE), "doubt": doubt, "verdict": else_}
        return plan(poisson(rng, size, rate), intent=PRANK, number=0, person=0, **mistaken)

    rules = {"for_": (DAY,), **rules}
    return Case(
        f"prankster: {name}", catches, draw, 1, {"blocked": blocked}, size, policy=policy(rule("prank", **rules))
    )


def pranksters() -> list[Case]:
    """Share blocked = lam D / (A + lam D), A the mean number of answered calls between blocks."""
    share, rate, review = 0.7, 10 / DAY_S, 6 * HOUR_S
    judged = share * rate
    dated_last = review - (1 - np.exp(-judged * review)) / judged
    cases = [
        prankster(
            f"{n} strikes, judged {d:.0%}, {rate * DAY_S:g} a day",
            "strikes that outlive the block, or a block of another length",
            d,
            rate,
            theory.blocked_share(n / d, DAY_S, rate),
            size,
            strikes=n,
        )
        for n, d, rate, size in [(1, 1.0, 2 / DAY_S, 60_000), (1, 0.7, rate, 60_000), (3, 0.7, 2 / 3600, 120_000)]
    ]
    cases += [
        prankster(
            f"{n} strikes within 4 h",
            "a window that is longer, shorter, or never slides",
            share,
            rate,
            theory.blocked_share(theory.strikes_in_window(n, judged, 4 * HOUR_S) / share, DAY_S, rate),
            80_000,
            strikes=n,
            within=4 * HOUR,
        )
        for n in (2, 3)
    ]
    cases.append(
        prankster(
            "3 strikes in a row, a genuine verdict clears them",
            "resets ignored",
            share,
            rate,
            theory.blocked_share(theory.strikes_in_a_row(3, share), DAY_S, rate),
            60_000,
            strikes=3,
            reset_by="genuine",
        )
    )
    # From the first strike on calls are answered until its review is done; strikes of that time then prolong the block.
    cases.append(
        prankster(
            "1 strike, review of 6 h",
            "a strike that counts before its review, or is forgotten",
            share,
            rate,
            theory.blocked_share(1 / share + rate * review, DAY_S + dated_last, rate),
            60_000,
            review=6 * HOUR,
        )
    )
    ladder = (HOUR, DAY)
    cases.append(
        prankster(
            "2 strikes, ladder of 1 h and 24 h",
            "the ladder's first step repeated",
            share,
            rate,
            theory.blocked_share(2 / share, DAY_S, rate),
            60_000,
            strikes=2,
            for_=ladder,
        )
    )
    return [*cases, *attempts_and_talks(share, rate)]


def attempts_and_talks(share: float, rate: float) -> list[Case]:
    """Strikes by what follows what, by the length of talk, and blocks that attempts prolong."""
    enquiry, short, talk, lasts = 1, 10.0, 20.0, 4 * HOUR
    brief = -np.expm1(-short / talk)
    in_a_row = prankster(
        "3 strikes, consecutive only, an enquiry between clears them",
        "verdicts that are no strike ignored, or only those named in reset_by minded",
        share,
        rate,
        theory.blocked_share(theory.strikes_in_a_row(3, share), DAY_S, rate),
        60_000,
        else_=enquiry,
        strikes=3,
        consecutive=True,
    )
    # A block is renewed by each attempt: it ends with a gap longer than D.
    prolonged = prankster(
        "2 strikes, a block of 4 h that attempts prolong",
        "a block that attempts do not prolong, or to another time",
        share,
        rate,
        theory.blocked_share(2 / share, renewal.prolonged(rate, lasts / SECOND), rate),
        60_000,
        strikes=2,
        for_=(lasts,),
        extend=True,
    )
    return [in_a_row, prolonged, talker(short, talk, brief)]


def talker(short: float, talk: float, brief: float) -> Case:
    """A genuine caller's exponential talks; those shorter than x are strikes: a share d = 1 - e^(-x / mean) of them.

    A few seconds of talk are nothing beside the hours between calls: as if strikes fell at arrivals.
    """

    def draw(rng: Draws, size: int) -> Calls:
        return plan(poisson(rng, size, TWO_AN_HOUR), number=0, person=0, talk=durations(rng, size, talk))

    blocked = theory.blocked_share(3 / brief, 4 * HOUR_S, TWO_AN_HOUR)
    rules = policy(rule(talk={"shorter_than": round(short * SECOND)}, strikes=3, for_=(4 * HOUR,)))
    name = f"talker: 3 talks shorter than {short:g} s of mean {talk:g} s"
    catches = "talks of another length counted, or waiting and wrap-up with them"
    return Case(name, catches, draw, 1, {"blocked": blocked}, policy=rules)
