"""How the chance that a search says something wrong is divided among all that it says.

Half of it is for plans said to be confirmed. Each plan that is held against fresh Calls may be looked at LOOKS times,
and at most PLANS plans are: each look at each plan has an equal part (Bonferroni). A look at a plan wants every hour's
lower bound to reach its target, each with the look's whole part: a plan with an hour that misses its target is passed
only where that hour's own bound is wrong.

The other half is for plans said to be ruled out. It is divided among the LEVELS numbers of replications at which plans
are tried, and there among all hours of all targets. All plans of a level are tried on the same Calls, on which more
persons never answer fewer in time (`monotone.py` watches that). So whatever excludes a plan excludes it by an hour in
which the plan itself, simulated on these Calls, would have surely missed its target. That no plan below a cost passes
is wrong only where one that does was excluded, hence where one of that plan's own bounds is wrong: how many other plans
were tried, and in what order, adds nothing.
"""

from dataclasses import dataclass

PLANS, LOOKS, LEVELS = 4, 2, 3


@dataclass(frozen=True, slots=True)
class Split:
    """The chance of error of one look at one plan, and of all hours together at one number of replications."""

    confirm: float
    rule_out: float


def split_of(error: float) -> Split:
    """Divide the ``error`` of all that a search says."""
    return Split(error / 2 / (PLANS * LOOKS), error / 2 / LEVELS)
