"""A run under its laws: the plan, what happened, and what plan, floor and policy say of each row."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from simulator.scenario.actions import Shares, Traits, actions_that, by_intent
from simulator.scenario.distribution import FixedDuration
from simulator.scenario.floor import Floor
from simulator.scenario.policy import Policy, Rule
from simulator.tables.calls import DELAY_SCALE, Bool, Calls, Int64, chance
from simulator.tables.outcomes import Cause, Ending, Outcomes
from simulator.tables.staffing import Staffing


@dataclass(frozen=True)
class Run:
    """A run under its laws; every property has one value a row of Outcomes."""

    calls: Calls
    staffing: Staffing
    outcomes: Outcomes
    floor: Floor
    policy: Policy

    @cached_property
    def row(self) -> Int64:
        """Rows of the attempt columns of Calls."""
        o = self.outcomes
        found = self.calls.row(o.call.astype(np.int64), o.attempt.astype(np.int64), self.passed_back)
        # A table that is wrong may tell of attempts that nobody planned; other laws say so.
        return np.asarray(np.clip(found, 0, max(len(self.calls.patience) - 1, 0)))

    @cached_property
    def answered(self) -> Bool:
        """Answered, and talked to the end."""
        return np.asarray(self.outcomes.ending == Ending.ANSWERED)

    @cached_property
    def taken(self) -> Bool:
        """Taken by a call-taker, those cut off while they talked included."""
        return np.asarray(self.outcomes.call_taker >= 0)

    @cached_property
    def passed_back(self) -> Bool:
        """Made by the other line."""
        return np.asarray(self.outcomes.cause == Cause.PASSBACK)

    @cached_property
    def honest(self) -> Bool:
        """Of genuine and enquiring callers."""
        return np.asarray(self.calls.intent[self.outcomes.call] < 2)

    @cached_property
    def intent(self) -> Int64:
        """What the call is."""
        return np.asarray(self.calls.intent[self.outcomes.call], dtype=np.int64)

    @cached_property
    def on_a_trunk(self) -> Bool:
        """Took a trunk."""
        o = self.outcomes
        held = np.isin(o.ending, (Ending.ANSWERED, Ending.ABANDONED, Ending.SCREENED))
        return np.asarray(held | ((o.ending == Ending.OPEN) & ~self.under(lambda has: has.diverts)))

    @cached_property
    def hears(self) -> Bool:
        """Took a trunk, and hears a message or challenge before the queue."""
        return self.on_a_trunk & self.under(lambda has: has.plays_message)

    @cached_property
    def message(self) -> Int64:
        """How long the rule's message or challenge is; 0 where there is none."""
        return self.by_rule(lambda rule: rule.message.length if rule.message else 0)

    @cached_property
    def turned_out(self) -> Bool:
        """Fails the challenge, or leaves after the warning."""
        below = self.calls.challenge[self.row] < self.chance_by_rule(_shares)
        return np.asarray(np.where(self.under(lambda has: has.wants_key), ~below, below))

    @cached_property
    def delay(self) -> Int64:
        """How long the other line takes to answer."""
        drawn = self.by_rule(_mean_delay) * self.calls.passback_delay[self.row] // DELAY_SCALE
        return np.asarray(self.by_rule(_fixed_delay) + drawn)

    @cached_property
    def comes_back(self) -> Bool:
        """The other line would pass it back, if it answers."""
        shares = self.chance_by_rule(lambda rule: rule.divert.passes_back if rule.divert else {})
        return np.asarray(self.calls.passback[self.row] < shares)

    @cached_property
    def listened(self) -> Bool:
        """Nobody speaks, and the floor has a procedure for it."""
        voiceless = self.calls.voiceless[self.outcomes.call]
        return np.asarray(voiceless & (self.floor.silent_procedure is not None))

    @cached_property
    def pressed(self) -> Bool:
        """Nobody speaks, there is a machine, and the caller presses 55."""
        silent = self.floor.silent_procedure
        if silent is None or silent.machine is None:
            return np.zeros(len(self.outcomes), dtype=bool)
        return np.asarray(
            self.listened & (self.calls.press55[self.row] < _chances(silent.machine.presses)[self.intent])
        )

    @cached_property
    def left_to_machine(self) -> Bool:
        """Ended by a machine."""
        silent = self.floor.silent_procedure
        return np.asarray(self.answered & self.listened & ~self.pressed & bool(silent and silent.machine))

    def under(self, have: Callable[[Traits], bool]) -> Bool:
        """Met an action with these traits."""
        return np.isin(self.outcomes.action, actions_that(have))

    def by_rule(self, value: Callable[[Rule], int]) -> Int64:
        """What each row's rule says; 0 where no rule acted, or the list at the start."""
        return np.array([*map(value, self.policy.rules), 0], dtype=np.int64)[self._rule]

    def chance_by_rule(self, shares: Callable[[Rule], Shares]) -> Int64:
        """The chance that each row's rule gives to its intent."""
        return np.array([*(_chances(shares(rule)) for rule in self.policy.rules), _chances({})])[
            self._rule, self.intent
        ]

    @cached_property
    def _rule(self) -> Int64:
        rule, rules = self.outcomes.rule.astype(np.int64), len(self.policy.rules)
        return np.where((rule >= 0) & (rule < rules), rule, rules)


def earlier_of(key: Int64, what: Bool) -> Int64:
    """How many rows before each, in the order of the table, have the same key and are ``what``."""
    order = np.argsort(key, kind="stable")
    count: Int64 = np.cumsum(what[order]) - what[order]
    begins = np.flatnonzero(np.append(True, np.diff(key[order]) != 0))[: len(key)]
    sizes = np.diff(np.append(begins, len(key)))
    found = np.empty(len(key), dtype=np.int64)
    found[order] = count - np.repeat(count[begins], sizes)
    return found


def _shares(rule: Rule) -> Shares:
    """Of those who hear its message."""
    return rule.message.shares if rule.message else {}


def _fixed_delay(rule: Rule) -> int:
    after = rule.divert.answers_after if rule.divert else None
    return after.fixed if isinstance(after, FixedDuration) else 0


def _mean_delay(rule: Rule) -> int:
    after = rule.divert.answers_after if rule.divert else None
    return 0 if after is None or isinstance(after, FixedDuration) else after.exponential.mean


def _chances(shares: Shares) -> Int64:
    return np.array([chance(share) for share in by_intent(shares)], dtype=np.int64)
