"""The same calls simulated and live, held beside each other attempt by attempt.

They may part where two things happen at nearly the same moment: patience ends as a call-taker answers, a line is freed
as a caller dials. Such a race may close the other way in a real API; whatever hangs on it then goes another way, too.
"""

from collections import Counter
from dataclasses import dataclass
from math import ceil, log

import numpy as np

from simulator.live.load.collect import Happened
from simulator.live.load.races import Race, Races
from simulator.scenario.policy import INTENTS
from simulator.scenario.units import MILLISECOND
from simulator.tables.calls import Int64
from simulator.tables.exchanges import TROUBLES
from simulator.tables.outcomes import Ending, Outcomes
from simulator.tables.sanctions import Sanctions

SHARES = (0.5, 0.9, 0.99, 1.0)
NEVER_MADE = "not made"
MOSTLY = 0.99
"""The share of calls whose waits have to agree; of fewer than a hundred all but one."""
SURE = 0.95
"""How surely an API whose waits agree for no more than that share has to show a wait that does not."""
NEEDED = ceil(log(1 - SURE) / log(MOSTLY))
"""The fewest waits that can tell: of so many (299) all would agree with a chance below 1 - SURE."""


@dataclass(frozen=True, slots=True)
class Spread:
    """Durations of which so many are: the middle, 90 %, 99 %, and the most, in the unit of whoever asks."""

    count: int
    p50: float
    p90: float
    p99: float
    most: float

    @classmethod
    def of(cls, values: np.ndarray[tuple[int], np.dtype[np.float64]]) -> "Spread | None":
        """None of nothing."""
        if not len(values):
            return None
        return cls(len(values), *(float(v) for v in np.quantile(values, SHARES, method="inverted_cdf")))


@dataclass(frozen=True, slots=True)
class Differs:
    """An attempt that ended one way simulated and another way live, the first such of its call."""

    call: int
    attempt: int
    intent: str
    at: int
    simulated: str
    live: str
    race: Race


@dataclass(frozen=True, slots=True)
class Difference:
    """What the API makes of the calls that the model does not.

    attempts   made in both; ``alike`` of them ended the same way
    open       cut short by a stop, and not among these
    follow     attempts that differ, or were made in one only, behind an earlier one of the same call
    endings    by intent and ending: how many simulated, how many live
    waits      of attempts answered in both, how far apart the waits are: ms of the wall clock
    close      share of these within ``within`` µs of simulated time; ``near`` how many those are
    not_kept   calls that the API answered and whose verdict it did not keep, as the model does
    needed     how many waits have to be compared until their agreement says anything
    replies    from the ring to the reply, and ``handover`` from the reply to the call-taker who was free: ms
    """

    attempts: int
    alike: int
    open: int
    follow: int
    endings: dict[str, dict[str, tuple[int, int]]]
    differ: tuple[Differs, ...]
    waits: Spread | None
    close: float
    near: int
    within: int
    replies: Spread | None
    handover: Spread | None
    not_kept: int = 0
    needed: int = NEEDED

    @property
    def compared(self) -> int:
        """How many waits are held beside each other."""
        return self.waits.count if self.waits else 0

    @property
    def parts(self) -> bool:
        """Whether the API was seen to do otherwise: waits apart, endings but for races that close, verdicts lost."""
        far = self.compared - self.near
        gaps = [each.race.gap for each in self.differ]
        apart = far > 1 and self.close < MOSTLY
        return apart or self.not_kept > 0 or any(gap is None or gap > self.within for gap in gaps)

    @property
    def enough(self) -> bool:
        """Whether so many waits were compared that a difference would have shown."""
        return self.compared >= self.needed

    @property
    def held(self) -> bool:
        """Whether the API was shown to do what the model says."""
        return self.enough and not self.parts


def difference(
    run: Happened, simulated: tuple[Outcomes, Sanctions], trunks: int, speed: float, within: int, *, cut: bool = False
) -> Difference:
    """Hold a live run against the simulation of its calls; ``within``: µs of simulated time that count as alike.

    ``cut``: the run was stopped; what was open then, and what the model goes on to, is left out.
    """
    model, sanctions = simulated
    of_model, of_live = ended_before_the_stop(model, run.outcomes) if cut else (_all(model), _all(run.outcomes))
    keys = _key(model)[of_model], _key(run.outcomes)[of_live]
    both, *places = np.intersect1d(*keys, assume_unique=True, return_indices=True)
    in_model, in_live = of_model[places[0]], of_live[places[1]]
    alike = model.ending[in_model] == run.outcomes.ending[in_live]
    races = Races(run.calls, model, run.outcomes, sanctions, trunks)
    differ = _differ(run, races, of_model, of_live)
    apart = _apart(run, model, in_model, in_live)
    unlike = int((~alike).sum()) + len(of_model) + len(of_live) - 2 * len(both)
    return Difference(
        attempts=len(both),
        alike=int(alike.sum()),
        open=int((run.outcomes.ending == Ending.OPEN).sum()) if cut else 0,
        follow=unlike - len(differ),
        endings=_endings(run, model, of_model, of_live),
        differ=tuple(differ),
        waits=Spread.of(apart / (speed * MILLISECOND)),
        close=float((apart <= within).mean()) if len(apart) else 1.0,
        near=int((apart <= within).sum()),
        within=within,
        replies=Spread.of(_replies(run) / (speed * MILLISECOND)),
        handover=Spread.of(_handover(run, model, in_model, in_live) / (speed * MILLISECOND)),
        not_kept=sum(run.not_kept),
    )


def ended_before_the_stop(model: Outcomes, live: Outcomes) -> tuple[Int64, Int64]:
    """Rows of the model, and of a live run that was stopped, of attempts that the stop did not cut short.

    Left out are attempts that were open, those behind one in the same call, and what the model makes after the stop.
    """
    stop = max(int(getattr(live, name).max(initial=-1)) for name in ("arrival", "answered", "talk_end", "left"))
    open_at: dict[int, int] = {}
    for row in np.flatnonzero(live.ending == Ending.OPEN).tolist():
        call, attempt = int(live.call[row]), int(live.attempt[row])
        open_at[call] = min(attempt, open_at.get(call, attempt))
    of_model, of_live = (
        np.array([k < open_at.get(call, k + 1) for call, k in pairs], dtype=np.bool_)
        for pairs in (zip(each.call.tolist(), each.attempt.tolist(), strict=True) for each in (model, live))
    )
    return np.flatnonzero(of_model & (model.arrival <= stop)), np.flatnonzero(of_live)


def _all(outcomes: Outcomes) -> Int64:
    return np.arange(len(outcomes), dtype=np.int64)


def _key(outcomes: Outcomes) -> Int64:
    return np.asarray(outcomes.call.astype(np.int64) << 9 | outcomes.attempt)


def _apart(run: Happened, model: Outcomes, in_model: Int64, in_live: Int64) -> Int64:
    """How far apart the waits of attempts are that were answered in both."""
    live = run.outcomes
    answered = (model.answered[in_model] >= 0) & (live.answered[in_live] >= 0)
    one, other = in_model[answered], in_live[answered]
    waits = model.answered[one] - model.arrival[one], live.answered[other] - live.arrival[other]
    return np.asarray(np.abs(waits[0] - waits[1]))


def _replies(run: Happened) -> Int64:
    known = (run.exchanges.acknowledged >= 0) & (run.exchanges.sent >= 0)
    return np.asarray(run.exchanges.acknowledged[known] - run.exchanges.sent[known])


def _handover(run: Happened, model: Outcomes, in_model: Int64, in_live: Int64) -> Int64:
    """From the reply to the answer, where a call-taker was free: of calls that waited neither here nor in the model."""
    live, known = run.outcomes, run.exchanges.acknowledged[in_live] >= 0
    free = (model.answered[in_model] == model.arrival[in_model]) & (live.answered[in_live] >= 0) & known
    rows = in_live[free]
    return np.asarray(np.maximum(live.answered[rows] - run.exchanges.acknowledged[rows], 0))


def _endings(run: Happened, model: Outcomes, of_model: Int64, of_live: Int64) -> dict[str, dict[str, tuple[int, int]]]:
    found: dict[str, dict[str, tuple[int, int]]] = {}
    one, other = Counter(_pairs(run, model, of_model)), Counter(_pairs(run, run.outcomes, of_live))
    for intent, ending in sorted(one.keys() | other.keys()):
        both = one[intent, ending], other[intent, ending]
        found.setdefault(INTENTS[intent], {})[Ending(ending).name.lower()] = both
    return found


def _pairs(run: Happened, outcomes: Outcomes, rows: Int64) -> list[tuple[int, int]]:
    intent = run.calls.intent[outcomes.call[rows]]
    return list(zip(intent.tolist(), outcomes.ending[rows].tolist(), strict=True))


def _differ(run: Happened, races: Races, of_model: Int64, of_live: Int64) -> list[Differs]:
    """The first attempt of each call that ended otherwise, in order of time."""
    model = races.model
    one, other = _by_key(model, of_model), _by_key(run.outcomes, of_live)
    found: dict[int, Differs] = {}
    for call, attempt in sorted(one.keys() | other.keys()):
        a, b = one.get((call, attempt), -1), other.get((call, attempt), -1)
        if call not in found and _ending(model, a) != _ending(run.outcomes, b):
            found[call] = _told(run, model, races, call, attempt, a, b)
    return sorted(found.values(), key=lambda each: (each.at, each.call))


def _by_key(outcomes: Outcomes, rows: Int64) -> dict[tuple[int, int], int]:
    keys = zip(outcomes.call[rows].tolist(), outcomes.attempt[rows].tolist(), strict=True)
    return dict(zip(keys, rows.tolist(), strict=True))


def _ending(outcomes: Outcomes, row: int) -> str:
    return NEVER_MADE if row < 0 else Ending(outcomes.ending[row]).name.lower()


def _told(run: Happened, model: Outcomes, races: Races, call: int, attempt: int, a: int, b: int) -> Differs:
    trouble = str(TROUBLES[run.exchanges.trouble[b]]) if b >= 0 else ""
    return Differs(
        call=call,
        attempt=attempt,
        intent=INTENTS[run.calls.intent[call]],
        at=int(model.arrival[a] if a >= 0 else run.outcomes.arrival[b]),
        simulated=_ending(model, a),
        live=_ending(run.outcomes, b),
        race=races.of(a, b, trouble),
    )
