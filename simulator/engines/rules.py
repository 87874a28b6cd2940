"""The rule language, folded over (time, number, verdict): which numbers a policy acts on, and until when.

Plain Python, for the reference engine and whoever else watches calls as they come; the compiled engine tells the
same rules in its own words. Every time is int microseconds on one clock.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from simulator.scenario.policy import INTENTS, Policy, Rule
from simulator.scenario.units import NEVER
from simulator.tables.outcomes import Action

ACTIONS = {"block": Action.BLOCK, "demote": Action.DEMOTE}
LONG_AGO = -NEVER


class Sanction(NamedTuple):
    """What a number meets: the action, the rule (as many as there are rules: the list at the start), whether every
    strike behind it was a misjudged genuine or enquiring call."""

    action: Action
    rule: int
    innocent: bool


class Strike(NamedTuple):
    """A verdict that counts against a number: dated at the end of talk, in effect once reviewed."""

    rule: int
    number: int
    dated: int
    innocent: bool


@dataclass(slots=True)
class Record:
    """What one rule holds against one number."""

    strikes: list[tuple[int, bool]] = field(default_factory=list)
    reset: int = LONG_AGO
    step: int = 0
    until: int = LONG_AGO
    innocent: bool = False


class Blocklist:
    """The numbers under a policy, as verdicts fall.

    Of the actions in force for a number, that of the first rule counts; a number listed at the start is blocked
    before any rule. Actions run for [start, start + duration) and expire without an event.
    """

    def __init__(self, policy: Policy, listed: Iterable[tuple[int, int]] = ()) -> None:
        self._rules = policy.rules
        self._as_one = policy.withheld == "as_one"
        self._listed = dict(listed)
        self._records: tuple[dict[int, Record], ...] = tuple({} for _ in policy.rules)
        self._on = tuple(frozenset(INTENTS.index(name) for name in rule.on) for rule in policy.rules)
        self._reset_by = tuple(frozenset(INTENTS.index(name) for name in rule.reset_by) for rule in policy.rules)

        self.listed_rule = len(policy.rules)
        """The index that stands for the list at the start."""
        self.minds = bool(policy.rules or self._listed)
        """Whether it can ever act on a number."""

    def watches(self, number: int) -> bool:
        """Whether verdicts on this number are kept: a withheld one (-1) only where all of them count as one."""
        return number >= 0 or self._as_one

    def look(self, number: int, now: int) -> Sanction | None:
        """The action in force for a number, if any."""
        if self._listed.get(number, LONG_AGO) > now:
            return Sanction(Action.BLOCK, len(self._rules), innocent=False)
        for index, records in enumerate(self._records):
            record = records.get(number)
            if record is not None and record.until > now:
                return Sanction(ACTIONS[self._rules[index].action], index, record.innocent)
        return None

    def judge(self, number: int, verdict: int, now: int, *, innocent: bool) -> list[tuple[int, Strike]]:
        """Record a verdict: resets happen now; returned are its strikes, each with the time it takes effect."""
        if not self.watches(number):
            return []
        for index, resetting in enumerate(self._reset_by):
            if verdict in resetting:
                self._reset(index, number, now)
        return [
            (now + self._rules[index].review, Strike(index, number, now, innocent))
            for index, counted in enumerate(self._on)
            if verdict in counted
        ]

    def strike(self, strike: Strike, now: int) -> None:
        """Let a strike take effect: with the rule's number of strikes in its window the action starts now."""
        rule, record = self._rules[strike.rule], self._record(strike.rule, strike.number)
        if strike.dated <= record.reset:
            return
        oldest = strike.dated - rule.within
        record.strikes = [kept for kept in record.strikes if kept[0] > oldest]
        record.strikes.append((strike.dated, strike.innocent))
        if len(record.strikes) >= rule.strikes:
            self._act(rule, record, now)

    def _act(self, rule: Rule, record: Record, now: int) -> None:
        duration = rule.for_[min(record.step, len(rule.for_) - 1)]
        until = NEVER if duration == NEVER else now + duration
        # After a reset of the ladder an earlier, longer action may outlast this one; it goes on as it was.
        if until >= record.until:
            record.until, record.innocent = until, all(innocent for _, innocent in record.strikes)
        record.step += 1
        record.strikes = []

    def _reset(self, rule: int, number: int, now: int) -> None:
        """Clear the strikes dated so far, those under review too; a running action is not lifted."""
        record = self._record(rule, number)
        record.strikes, record.reset = [], now
        if self._rules[rule].resets_ladder:
            record.step = 0

    def _record(self, rule: int, number: int) -> Record:
        return self._records[rule].setdefault(number, Record())
