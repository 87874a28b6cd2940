"""The service level of M/M/c+M in closed form, in the time of a few special functions: for sizing.

With H(x) = (1 - exp(-theta x)) / theta, an arriving call that could wait for ever would wait 0 with probability
E / (E + lam J), and x > 0 with density lam exp(lam H(x) - c mu x) / (E + lam J), where 1 / E is Erlang B of c - 1
call-takers and J the integral of exp(lam H(x) - c mu x), an incomplete gamma function of c mu / theta and lam / theta
(Zeltyn and Mandelbaum, 2005, "Call centers with impatient customers", section 4; Palm, 1957). `waiting.py` sums the
same from the states; both are held together by tests.
"""

from math import exp, expm1, inf, lgamma, log, log1p

DEFINITIONS = ("offered", "answered", "less short abandons")
"""Definitions of the service level by attempt, as in `measures.service_levels`."""
LARGEST = 1e6
"""Of services, or arrivals, to a patience, up to which the special functions are sure to ten digits."""


def level_with_patience(lam: float, handling: float, c: int, patience: float, within: float, of: str) -> float | None:
    """The service level at ``within`` s in one of DEFINITIONS; None where these functions cannot tell it.

    lam calls a second, handling and patience s. c is at least 1.
    """
    if patience == inf:
        return _patient(lam, handling, c, within)
    served, offered = c * patience / handling, lam * patience
    if max(served, offered) > LARGEST:
        return None
    from scipy.special import gammainc  # noqa: PLC0415

    late = exp(-within / patience)
    here, there = float(gammainc(served, offered)), float(gammainc(served, offered * late))
    idle = _log_inverse_b(lam * handling, c - 1)
    if here < 1e-290 or idle is None:
        return None
    # log(lam J / E)
    odds = offered - (served - 1) * log(offered) + lgamma(served) + log(here) - idle
    waits, at_once = _logistic(odds), _logistic(-odds)
    kept = there / here
    grown = _grown(offered * (1 - late) - served * within / patience, idle, odds)
    in_time = served / offered * waits * (1 - kept) + grown
    return _level(at_once + in_time, served / offered * waits + at_once * -expm1(-idle), late * waits * kept, of)


def _level(in_time: float, answered: float, still_waits: float, of: str) -> float:
    if of == "answered":
        return min(in_time / answered, 1.0)
    if of == "less short abandons":
        return min(in_time / (in_time + still_waits), 1.0)
    return min(in_time, 1.0)


def _patient(lam: float, handling: float, c: int, within: float) -> float | None:
    """Erlang C: nobody gives up, so the definitions agree; 0 where the queue grows for ever."""
    load = lam * handling
    if load >= c:
        return 0.0
    idle = _log_inverse_b(load, c)
    if idle is None:
        return None
    b = exp(-idle)
    return 1 - c * b / (c - load * (1 - b)) * exp(-(c - load) * within / handling)


def _log_inverse_b(load: float, trunks: int) -> float | None:
    """Logarithm of 1 / Erlang B: of the Poisson distribution's sum over its last term."""
    from scipy.special import gammaincc  # noqa: PLC0415

    below = float(gammaincc(trunks + 1, load))
    return log(below) - (trunks * log(load) - load - lgamma(trunks + 1)) if below > 1e-290 else None


def _grown(power: float, idle: float, odds: float) -> float:
    """(exp(power) - 1) exp(-idle) / (1 + exp(odds)), without overflow."""
    if power < 1:
        return expm1(power) * exp(-idle) * _logistic(-odds)
    lost = odds if odds > 700 else log1p(exp(odds))
    return exp(power - idle - lost) - exp(-idle - lost)


def _logistic(odds: float) -> float:
    return 1 / (1 + exp(-odds)) if odds > -700 else 0.0
