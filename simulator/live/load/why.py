"""Why a live API refused a genuine or enquiring caller: derived afterwards, from what it was seen to do.

An API says that a number is blocked, seldom why. The scenario's rules, folded over the calls and verdicts of the run
as the reference engine folds them, name the strikes behind the action. Where they know of none (the API goes by
rules of its own, or was a moment quicker), the verdicts on that number's earlier calls decide.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from heapq import heappop, heappush

import numpy as np

from simulator.engines.rules import Blocklist, Due, Sanction, Strike
from simulator.scenario.actions import actions_that
from simulator.scenario.policy import NUISANCE, Policy
from simulator.tables.calls import OWN, REUSED, Calls
from simulator.tables.outcomes import Action, Cause, Outcomes, Why

LOOKED, CALLED, JUDGED = 0, 1, 2
NUISANCES = frozenset(int(intent) for intent in NUISANCE)
Event = tuple[int, int, int]
"""When, what of it, and the row of Outcomes."""


def with_reasons(calls: Calls, outcomes: Outcomes, policy: Policy) -> Outcomes:
    """The outcomes with ``why`` filled in, for attempts of innocent callers that the API acted on."""
    innocent = ~np.isin(calls.intent[outcomes.call], [int(intent) for intent in NUISANCE])
    acted = np.flatnonzero(innocent & (outcomes.action != Action.ACCEPT))
    if not len(acted):
        return outcomes
    why = outcomes.why.copy()
    watch = _Watch(calls, outcomes, policy)
    for row, sanction, past in watch.met(frozenset(acted.tolist())):
        why[row] = _why(calls, outcomes, policy, row, sanction, past)
    return replace(outcomes, why=why)


@dataclass(slots=True)
class Past:
    """What was seen of a number until now."""

    misjudged: bool = False
    """An innocent call of it was taken for a nuisance."""
    nuisance: bool = False
    """A nuisance call was made from it."""


@dataclass(slots=True)
class _Watch:
    """Follows a run in the order of time."""

    calls: Calls
    outcomes: Outcomes
    policy: Policy
    _list: Blocklist = field(init=False)
    _due: list[tuple[int, int, Strike]] = field(default_factory=list)
    _past: dict[int, Past] = field(default_factory=dict)

    def __post_init__(self) -> None:
        allowed = [self.calls.numbers_of(listed) for listed in self.policy.allowlist]
        listed = zip(self.calls.listed.tolist(), self.calls.listed_until.tolist(), strict=True)
        self._list = Blocklist(self.policy, listed, [range(each.start, each.stop) for each in allowed])

    def met(self, rows: frozenset[int]) -> Iterator[tuple[int, Sanction | None, Past]]:
        """Each of these rows as it was made: what the rules had against its number, and what was seen of that."""
        number = self.outcomes.number.tolist()
        for when, kind, row in self._events():
            self._strike(when)
            if kind == LOOKED and row in rows:
                sanction = self._list.look(number[row], when) or self._list.texted(number[row], when)
                yield row, sanction, self._past.get(number[row], Past())
            elif kind == CALLED:
                self._called(row, when)
            elif kind == JUDGED:
                self._judged(row, when)

    def _events(self) -> list[Event]:
        o = self.outcomes
        away = actions_that(lambda has: has.refuses or has.diverts)
        came = np.flatnonzero(~np.isin(o.action, away) & (o.cause != Cause.PASSBACK))
        judged = np.flatnonzero((o.talk_end >= 0) & (o.verdict >= 0))
        looked = ((when, LOOKED, row) for row, when in enumerate(o.arrival.tolist()))
        called = ((int(o.arrival[row]), CALLED, row) for row in came.tolist())
        ended = ((int(o.talk_end[row]), JUDGED, row) for row in judged.tolist())
        return sorted((*looked, *called, *ended))

    def _called(self, row: int, when: int) -> None:
        number, innocent = int(self.outcomes.number[row]), self._is_innocent(row)
        self._add(self._list.called(number, when, innocent=innocent))
        if not innocent:
            self._past.setdefault(number, Past()).nuisance = True

    def _judged(self, row: int, when: int) -> None:
        o, innocent = self.outcomes, self._is_innocent(row)
        number, verdict = int(o.number[row]), int(o.verdict[row])
        talked = int(o.talk_end[row] - o.answered[row])
        self._add(self._list.judge(number, verdict, when, talked=talked, innocent=innocent))
        if innocent and verdict in NUISANCES:
            self._past.setdefault(number, Past()).misjudged = True

    def _add(self, strikes: list[Due]) -> None:
        for when, strike in strikes:
            heappush(self._due, (when, len(self._due), strike))

    def _strike(self, until: int) -> None:
        while self._due and self._due[0][0] <= until:
            when, _, strike = heappop(self._due)
            self._list.strike(strike, when)

    def _is_innocent(self, row: int) -> bool:
        return int(self.calls.intent[self.outcomes.call[row]]) not in NUISANCES


def _why(calls: Calls, o: Outcomes, policy: Policy, row: int, sanction: Sanction | None, past: Past) -> Why:
    route = int(calls.route[o.call[row]])
    if o.number[row] < 0:
        return Why.WITHHELD_AS_ONE
    if sanction and sanction.innocent:
        by_verdict = policy.rules[sanction.rule].on is not None
        return Why.MISJUDGED_EARLIER if by_verdict else Why.OWN_EARLIER_CALLS
    if sanction is None and past.misjudged and not past.nuisance:
        return Why.MISJUDGED_EARLIER
    # An own number that nobody else has used in this run was on the API's list before it.
    listed = (sanction and sanction.rule == len(policy.rules)) or (sanction is None and not past.nuisance)
    return Why.REUSED_NUMBER if route == REUSED or (listed and route == OWN) else Why.SHARED_PHONE
