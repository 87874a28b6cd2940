"""The rule language, folded over (time, number, verdict): which numbers a policy acts on, and until when.

Plain Python, for the reference engine and whoever else watches calls as they come; the compiled engine tells the
same rules in its own words. Every time is int microseconds on one clock.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from simulator.scenario.actions import action_named
from simulator.scenario.policy import INTENTS, Policy, Rule
from simulator.scenario.units import NEVER
from simulator.tables.outcomes import Action

LONG_AGO = -NEVER


class Sanction(NamedTuple):
    """What a number meets: the action, the rule (as many as there are rules: the list at the start), whether every
    strike behind it was left by a genuine or enquiring call."""

    action: Action
    rule: int
    innocent: bool


class Strike(NamedTuple):
    """A call that counts against a number: dated at the end of talk, or as it came; in effect once reviewed."""

    rule: int
    number: int
    dated: int
    innocent: bool


Due = tuple[int, Strike]
"""When a strike takes effect, and which."""


@dataclass(slots=True)
class Record:
    """What one rule holds against one number; ``lasts`` is how long the action in force was meant to last."""

    strikes: list[tuple[int, bool]] = field(default_factory=list)
    reset: int = LONG_AGO
    step: int = 0
    until: int = LONG_AGO
    lasts: int = 0
    innocent: bool = False


class Blocklist:
    """The numbers under a policy, as calls come and verdicts fall.

    Of the actions in force for a number, that of the first rule counts, texts apart; a number listed at the start is
    blocked before any rule. Actions run for [start, start + duration) and expire without an event. ``allowed`` numbers
    are never minded.
    """

    def __init__(self, policy: Policy, listed: Iterable[tuple[int, int]] = (), allowed: Sequence[range] = ()) -> None:
        self._rules = policy.rules
        self._as_one = policy.withheld == "as_one"
        self._listed = dict(listed)
        self._allowed = tuple(allowed)
        self._records: tuple[dict[int, Record], ...] = tuple({} for _ in policy.rules)
        self._on = tuple(frozenset(INTENTS.index(name) for name in rule.on or INTENTS) for rule in policy.rules)
        self._reset_by = tuple(frozenset(INTENTS.index(name) for name in rule.reset_by) for rule in policy.rules)
        self._calls = tuple(index for index, rule in enumerate(policy.rules) if rule.calls)
        self._texts = tuple(index for index, rule in enumerate(policy.rules) if rule.traits.only_warns)
        self._actions = tuple(action_named(rule.action) for rule in policy.rules)
        self._doors = tuple(index for index, rule in enumerate(policy.rules) if rule.traits.acts_at_the_door)
        self.began: list[tuple[int, int, int, int]] = []
        """(number, rule, begin, end) each time that an action began or was prolonged."""

        self.listed_rule = len(policy.rules)
        """The index that stands for the list at the start."""
        self.minds = bool(policy.rules or self._listed)
        """Whether it can ever act on a number."""

    def watches(self, number: int) -> bool:
        """Whether anything is held against this number: a withheld one (-1) only where all of them count as one."""
        return self._as_one if number < 0 else not any(number in numbers for numbers in self._allowed)

    def look(self, number: int, now: int) -> Sanction | None:
        """The action in force for a number, if any; warnings by SMS are none."""
        if not self.watches(number):
            return None
        if self._listed.get(number, LONG_AGO) > now:
            return Sanction(Action.BLOCK, len(self._rules), innocent=False)
        return self._first(self._doors, number, now)

    def texted(self, number: int, now: int) -> Sanction | None:
        """The warning by SMS in force for a number, if any."""
        return self._first(self._texts, number, now) if self._texts and self.watches(number) else None

    def _first(self, rules: Iterable[int], number: int, now: int) -> Sanction | None:
        for index in rules:
            record = self._records[index].get(number)
            if record is not None and record.until > now:
                return Sanction(self._actions[index], index, record.innocent)
        return None

    def met(self, number: int, sanction: Sanction, now: int) -> None:
        """An attempt has met this action: it begins anew where the rule says so."""
        if sanction.rule == self.listed_rule or not self._rules[sanction.rule].extend:
            return
        record = self._records[sanction.rule][number]
        until = _after(now, record.lasts)
        if until > record.until:
            record.until = until
            self.began.append((number, sanction.rule, now, until))

    def called(self, number: int, now: int, *, innocent: bool) -> list[Due]:
        """Record a call that reaches the line: the strikes of the rules that count calls."""
        if not (self._calls and self.watches(number)):
            return []
        return [(now + self._rules[index].review, Strike(index, number, now, innocent)) for index in self._calls]

    def judge(self, number: int, verdict: int, now: int, *, talked: int, innocent: bool) -> list[Due]:
        """Record a verdict after a talk of ``talked`` µs: resets happen now, its strikes when they are reviewed."""
        if not self.watches(number):
            return []
        strikes = []
        for index, rule in enumerate(self._rules):
            counts = not rule.calls and verdict in self._on[index] and _is_of_length(rule, talked)
            if verdict in self._reset_by[index]:
                self._reset(index, number, now, ladder=rule.resets_ladder)
            elif rule.consecutive and not counts:
                self._reset(index, number, now, ladder=False)
            if counts:
                strikes.append((now + rule.review, Strike(index, number, now, innocent)))
        return strikes

    def strike(self, strike: Strike, now: int) -> None:
        """Let a strike take effect: with the rule's number of strikes in its window the action starts now."""
        rule, record = self._rules[strike.rule], self._record(strike.rule, strike.number)
        if strike.dated <= record.reset:
            return
        oldest = strike.dated - rule.window
        record.strikes = [kept for kept in record.strikes if kept[0] > oldest]
        record.strikes.append((strike.dated, strike.innocent))
        if len(record.strikes) >= _step(rule.needed, record.step):
            self._act(strike, record, now)

    def _act(self, strike: Strike, record: Record, now: int) -> None:
        lasts = _step(self._rules[strike.rule].for_, record.step)
        until = _after(now, lasts)
        # After a reset of the ladder an earlier, longer action may outlast this one; it goes on as it was.
        if until >= record.until:
            record.until, record.lasts = until, lasts
            record.innocent = all(innocent for _, innocent in record.strikes)
            self.began.append((strike.number, strike.rule, now, until))
        record.step += 1
        record.strikes = []

    def _reset(self, rule: int, number: int, now: int, *, ladder: bool) -> None:
        """Clear the strikes dated so far, those under review too; a running action is not lifted."""
        record = self._record(rule, number)
        record.strikes, record.reset = [], now
        if ladder:
            record.step = 0

    def _record(self, rule: int, number: int) -> Record:
        return self._records[rule].setdefault(number, Record())


def _step(ladder: Sequence[int], step: int) -> int:
    """What a ladder has at this step; its last step repeats."""
    return ladder[min(step, len(ladder) - 1)]


def _after(now: int, duration: int) -> int:
    return NEVER if duration == NEVER else now + duration


def _is_of_length(rule: Rule, talked: int) -> bool:
    return rule.talk is None or (rule.talk.longer_than or LONG_AGO) < talked < rule.talk.shorter_than
