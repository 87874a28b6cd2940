"""Why a live API did not take calls, inferred from when it did not: a rate limit, capacity, an outage, a key.

A limit lets so many through however many are sent; too little capacity fails only above some rate; an API that went
down fails from a moment on. What cannot be told apart is counted and said as it is.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulator.metrics.limits import Limit, limit_of
from simulator.scenario.intent import Intent
from simulator.scenario.units import HOUR, MINUTE, SECOND
from simulator.tables.calls import Calls
from simulator.tables.exchanges import TROUBLES, Exchanges, Trouble
from simulator.tables.outcomes import Ending, Outcomes

Times = NDArray[np.int64]
Flags = NDArray[np.bool_]

NO_REPLY = (Trouble.REFUSED, Trouble.LOST, Trouble.TIMEOUT)
OVERLOAD = (Trouble.SERVER, Trouble.TIMEOUT, Trouble.LOST, Trouble.REFUSED)
NEVER = {Trouble.REFUSED: "is not there", Trouble.SERVER: "answers with nothing but errors"}
"""What an API does that never took a call; of the others, which took a connection, that it does not answer."""
LEAST_IN_A_ROW = 20
"""So many failures one after the other are an outage."""
LEAST_IN_BIN = 20
FEW, MANY = 0.02, 0.10
"""Shares of failures below which a rate is well served, and above which it is not."""


class Tries(NamedTuple):
    """Calls as they rang at an API, in order: when (microseconds of the wall clock), index into TROUBLES, what each
    was, and whether the ring itself was taken."""

    at: Times
    trouble: NDArray[np.int8]
    intent: NDArray[np.int8]
    accepted: Flags

    def of(self, *troubles: Trouble) -> Flags:
        """Which of them had one of these troubles."""
        return np.isin(self.trouble, [TROUBLES.index(each) for each in troubles])

    def sorted(self) -> "Tries":
        """In the order of time."""
        order = np.argsort(self.at, kind="stable")
        return Tries(self.at[order], self.trouble[order], self.intent[order], self.accepted[order])


def tries_of(calls: Calls, outcomes: Outcomes, exchanges: Exchanges, speed: float = 1.0) -> Tries:
    """The attempts of a live run that rang, by the clock on the wall."""
    rang = exchanges.sent >= 0
    at = np.rint(exchanges.sent[rang] / speed).astype(np.int64)
    intent = calls.intent[outcomes.call[rang]].astype(np.int8)
    return Tries(at, exchanges.trouble[rang], intent, outcomes.ending[rang] != Ending.FAILED)


def explain(tries: Tries, retry_after: str = "") -> list[str]:
    """What went wrong with calls and most likely why, a sentence each, most calls first; nothing where nothing did.

    ``retry_after`` is what the API said with a 429 about when to come back.
    """
    tries = tries.sorted()
    found = [(int(tries.of(each).sum()), each) for each in TROUBLES[1:]]
    told = sorted((pair for pair in found if pair[0]), key=lambda pair: -pair[0])
    return [_sentence(tries, trouble, retry_after) for _, trouble in told]


def _sentence(tries: Tries, trouble: Trouble, retry_after: str) -> str:
    failed = tries.of(trouble)
    if trouble is Trouble.RATE:
        return _limited(tries, failed, retry_after)
    parts = [f"{trouble}: {_of(int(failed.sum()), len(failed))} attempts", _why(tries, trouble, failed)]
    return "; ".join(part for part in (*parts, _whom(tries, failed)) if part)


def _why(tries: Tries, trouble: Trouble, failed: Flags) -> str:
    if trouble is Trouble.KEY:
        every = bool(failed.all())
        return "the API never took the key: give the right one by --key" if every else "a key has too few rights"
    if trouble is Trouble.REDIRECTED:
        return "siaga follows none: give the address that they lead to, or a log-in to the API"
    if trouble is Trouble.PAGE:
        return "most likely a log-in page: give the API a log-in, or the address of the API itself"
    if trouble is Trouble.TLS:
        return "the certificate or the protocol was refused: check https, the name and the chain of certificates"
    if trouble in OVERLOAD:
        return _outage(tries, trouble, failed) or _overload(tries, failed) or _spread(failed)
    return ""


def _limited(tries: Tries, failed: Flags, retry_after: str) -> str:
    """What an API that said 429 let through."""
    refused = failed & ~tries.accepted
    answered = ~tries.of(*NO_REPLY)
    limit = limit_of(tries.at[answered], refused[answered]) if refused.any() else None
    said = f"{Trouble.RATE}: {_of(int(refused.sum()), len(refused))} attempts were refused as they rang"
    later = int((failed & tries.accepted).sum())
    parts = [
        said + (f", {later:,} more at a later step" if later else ""),
        f"the API {said_of(limit)}: a rate limit, not a lack of capacity" if limit else "",
        _whom(tries, refused),
        f"it said to come back after {retry_after} s" if retry_after else "",
    ]
    return "; ".join(part for part in parts if part)


def said_of(limit: Limit) -> str:
    """A limit in words."""
    if limit.period == 0:
        return f"took {limit.count:,.0f} attempts and then none for the rest of the run"
    name = {SECOND: "second", MINUTE: "minute", HOUR: "hour"}.get(limit.period)
    each = f"{'an' if name == 'hour' else 'a'} {name}" if name else f"every {_time(limit.period)}"
    how = f", the first of each {name or 'such stretch'} and then none until it was over" if limit.cut_off else ""
    return f"took about {limit.count:,.0f} attempts {each} from this address, of {limit.sent:,.0f} sent{how}"


def _outage(tries: Tries, trouble: Trouble, failed: Flags) -> str:
    """A stretch in which every call failed, and hardly any before."""
    runs = _runs(failed)
    begin, end = max(runs, key=lambda run: run[1] - run[0])
    outside = int(failed.sum()) - (end - begin)
    if end - begin < LEAST_IN_A_ROW or outside > (end - begin) / 4:
        return ""
    start = _time(int(tries.at[begin] - tries.at[0]))
    if begin == 0 and end == len(failed):
        return f"from the first call to the last: the API {NEVER.get(trouble, 'does not answer')}"
    if end == len(failed):
        gone = "the API went down and did not come back"
        return f"every one from {start} after the first call (on the wall) on: {gone}"
    back = _time(int(tries.at[end] - tries.at[0]))
    return f"every one from {start} to {back} after the first call (on the wall): the API was down and came back"


def _runs(failed: Flags) -> list[tuple[int, int]]:
    """(begin, end) of the stretches of failures."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], failed.astype(np.int8), [0]))))
    return [(int(begin), int(end)) for begin, end in edges.reshape(-1, 2)]


def _overload(tries: Tries, failed: Flags) -> str:
    """The rate above which calls fail, where they hardly fail below."""
    rates, shares, counts = _by_rate(tries.at, failed)
    order = np.argsort(rates, kind="stable")
    rates, shares, counts = rates[order], shares[order], counts[order]
    lost = np.cumsum(shares * counts)
    below = lost / np.cumsum(counts)
    above = (lost[-1] - lost) / np.maximum(counts.sum() - np.cumsum(counts), 1)
    fits = np.flatnonzero((below[:-1] <= FEW) & (above[:-1] >= MANY))
    if len(fits) == 0:
        return ""
    # The last rate that was well served: of all that fit, the one that parts the two best.
    best = int(fits[np.argmax(above[fits] - below[fits])])
    most = rates[best]
    return f"hardly any below {most:,.3g} attempts a second, {above[best]:.0%} of those above: a lack of capacity"


def _by_rate(at: Times, failed: Flags) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """By stretches of equal length: calls a second, the share that failed, and how many they were."""
    span = int(at[-1] - at[0]) + 1
    bins = max(1, min(len(at) // LEAST_IN_BIN, 600, span // SECOND))
    index = ((at - at[0]) * bins // span).astype(np.int64)
    counts = np.bincount(index, minlength=bins).astype(np.float64)
    lost = np.bincount(index, weights=failed, minlength=bins)
    used = counts > 0
    return counts[used] * bins * SECOND / span, lost[used] / counts[used], counts[used]


def _spread(failed: Flags) -> str:
    """Failures all over the run."""
    parts = [part.mean() for part in np.array_split(failed, 4) if len(part)]
    return "spread over the whole run" if min(parts) > 0 and len(failed) >= 4 * LEAST_IN_BIN else ""


def _whom(tries: Tries, failed: Flags) -> str:
    """How many of the genuine calls it met."""
    genuine = tries.intent == Intent.GENUINE
    return f"{failed[genuine].mean():.0%} of genuine attempts" if (failed & genuine).any() else ""


def _of(some: int, every: int) -> str:
    return f"all {every:,}" if some == every else f"{some:,} of {every:,}"


def _time(duration: int) -> str:
    """A duration in its largest whole unit, to a second."""
    duration = round(duration / SECOND) * SECOND if duration > 10 * SECOND else duration
    for unit, name in ((HOUR, "h"), (MINUTE, "min")):
        if duration >= unit and duration % unit == 0:
            return f"{duration // unit} {name}"
    if duration >= 2 * MINUTE:
        return f"{duration // MINUTE} min {duration % MINUTE // SECOND} s"
    return f"{duration / SECOND:.3g} s"
