"""Load that changes over the day: what to put into a stationary formula, period by period. The day is a circle.

Calls come at a constant rate within each period. Three answers to "how many Erlang are these?":

sipp                    each period on its own (stationary independent period by period): lam h
lagged                  the calls of the stretch one mean handling time earlier, since the floor is busiest after the
                        callers are (Green, Kolesar and Soares, Operations Research 49, 2001)
modified_offered_load   the mean number busy were call-takers endless, m' = lam(t) - m / h: exact for those, and a good
                        load for a stationary formula (Jennings, Mandelbaum, Massey and Whitt, Management Science 42,
                        1996); the largest of each period to staff by, the mean to tell the period's level by

Loads of several kinds of calls, each with a handling time of its own, add up. Green, Kolesar and Whitt (Production and
Operations Management 16, 2007) compare the three; `forward` has the exact chances.
"""

from math import exp

import numpy as np

from simulator.metrics.erlang.states import Float


def sipp(lam: Float, handling: float | Float) -> Float:
    """Load of each period on its own, Erlang; ``lam``: calls a second by period, ``handling`` s."""
    return np.asarray(np.asarray(lam, dtype=np.float64) * handling)


def lagged(lam: Float, handling: float, period: float) -> Float:
    """Mean load of the stretch one handling time earlier, Erlang; ``period`` in s."""
    rates = np.asarray(lam, dtype=np.float64)
    whole, part = divmod(handling / period, 1.0)
    earlier, more = np.roll(rates, int(whole)), np.roll(rates, int(whole) + 1)
    return np.asarray(handling * ((1 - part) * earlier + part * more))


def modified_offered_load(lam: Float, handling: float, period: float) -> Float:
    """The largest mean number busy in each period with endless call-takers, day after day, Erlang."""
    begins = busy_at_begins(lam, handling, period)
    # Towards the load of its own, all the way up or all the way down.
    return np.asarray(np.maximum(begins, np.roll(begins, -1)))


def mean_modified_offered_load(lam: Float, handling: float, period: float) -> Float:
    """The same averaged over each period, Erlang."""
    begins, own = busy_at_begins(lam, handling, period), sipp(lam, handling)
    faded = (1 - exp(-period / handling)) * handling / period
    return np.asarray(own + (begins - own) * faded)


def busy_at_begins(lam: Float, handling: float, period: float) -> Float:
    """The mean number busy with endless call-takers at the begin of each period, day after day, Erlang.

    m(t + p) = lam h + (m(t) - lam h) exp(-p / h)
    """
    own, fade = sipp(lam, handling), exp(-period / handling)
    busy = np.zeros(len(own))
    at = 0.0
    for place in range(1, len(own)):
        at = own[place - 1] + (at - own[place - 1]) * fade
        busy[place] = at
    # What a day leaves of any beginning is one factor, so the day that ends as it began needs no more days.
    ends = own[-1] + (at - own[-1]) * fade
    first = ends / (1 - fade ** len(own))
    return np.asarray(busy + first * fade ** np.arange(len(own)))
