"""Drawn chances held against the shares of a policy and of the silent procedure: messages, the other line, press 55."""

from typing import Any

from simulator.engines.attempt import Attempt
from simulator.scenario.actions import Divert, by_intent
from simulator.scenario.distribution import Exponential
from simulator.scenario.floor import SilentProcedure
from simulator.scenario.intent import IntentName
from simulator.scenario.policy import Policy, Rule
from simulator.tables.calls import DELAY_SCALE, chance

Chances = tuple[int, ...]
"""By intent, in units of 1 / DOUBT_SCALE."""


class Messages:
    """How long the message of each rule is, and what callers do at its end."""

    def __init__(self, plan: Any, policy: Policy) -> None:
        self._plan = plan
        self._said = [_said(rule) for rule in policy.rules]

    def length(self, attempt: Attempt) -> int:
        """How long the message is that the attempt hears (µs)."""
        return self._said[attempt.rule][0]

    def stays(self, attempt: Attempt) -> bool:
        """Whether the caller passes the challenge, or goes on after the warning."""
        _, chances, stay_below = self._said[attempt.rule]
        below = bool(self._plan.challenge[attempt.row] < chances[self._plan.intent[attempt.call]])
        return below == stay_below


class OtherLine:
    """The line that calls are diverted to."""

    def __init__(self, plan: Any, policy: Policy) -> None:
        self._plan = plan
        self._lines = [rule.divert and (rule.divert, _chances(rule.divert.passes_back)) for rule in policy.rules]

    def answers_after(self, attempt: Attempt) -> int:
        """How long it takes to answer this caller (µs)."""
        line = self._lines[attempt.rule]
        assert line
        return _delay(line[0], int(self._plan.passback_delay[attempt.row]))

    def passes_back(self, attempt: Attempt) -> bool:
        """Whether it passes this call back, once it has answered."""
        line = self._lines[attempt.rule]
        assert line
        return bool(self._plan.passback[attempt.row] < line[1][self._plan.intent[attempt.call]])


class Silence:
    """What is done where nobody speaks."""

    def __init__(self, plan: Any, procedure: SilentProcedure | None) -> None:
        self._plan = plan
        self.listen = procedure.listen if procedure else None
        machine, back = (procedure.machine, procedure.call_back) if procedure else (None, None)
        self.machine = machine.length if machine else None
        """How long a machine asks (µs); None where there is none."""
        self._presses = _chances(machine.presses) if machine else ()
        self._back = (chance(back.share), back.takes) if back else (0, 0)

    def presses(self, attempt: Attempt) -> bool:
        """Whether the caller presses 55."""
        return bool(self._plan.press55[attempt.row] < self._presses[self._plan.intent[attempt.call]])

    def call_back(self, attempt: Attempt) -> int:
        """How long the call-taker spends on calling back (µs)."""
        share, takes = self._back
        return takes if attempt.number >= 0 and self._plan.press55[attempt.row] < share else 0


def _said(rule: Rule) -> tuple[int, Chances, bool]:
    """Length of a rule's message, chances, and whether those below them go on."""
    message = rule.message
    return (message.length, _chances(message.shares), rule.traits.wants_key) if message else (0, (), True)


def _delay(line: Divert, drawn: int) -> int:
    if isinstance(line.answers_after, Exponential):
        return line.answers_after.exponential.mean * drawn // DELAY_SCALE
    return line.answers_after.fixed


def _chances(shares: dict[IntentName, float]) -> Chances:
    return tuple(chance(share) for share in by_intent(shares))
