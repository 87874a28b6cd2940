"""The policy at the door: which number an attempt shows, what is done with it, and what that does to the person."""

from typing import Any

from simulator.engines.attempt import Attempt
from simulator.engines.rules import Blocklist, Due, Sanction
from simulator.scenario.actions import actions_that
from simulator.scenario.intent import NUISANCE, Intent
from simulator.scenario.policy import Policy
from simulator.tables.calls import OWN, REUSED, Calls
from simulator.tables.outcomes import Ending, Why

BLOCKED, DETERRED = int(Ending.BLOCKED), int(Ending.DETERRED)
REFUSES = frozenset(map(int, actions_that(lambda has: has.refuses)))
DIVERTS = frozenset(map(int, actions_that(lambda has: has.diverts)))
GENUINE, SILENT = int(Intent.GENUINE), int(Intent.SILENT)
NUISANCES = frozenset(int(intent) for intent in NUISANCE)


class Gate:
    """A blocklist, and what persons make of being blocked: another SIM card, or giving up for good."""

    def __init__(self, calls: Calls, plan: Any, policy: Policy) -> None:
        self.plan = plan
        allowed = [calls.numbers_of(listed) for listed in policy.allowlist]
        listed = zip(calls.listed.tolist(), calls.listed_until.tolist(), strict=True)
        self.blocklist = Blocklist(policy, listed, [range(numbers.start, numbers.stop) for numbers in allowed])
        self.minds = self.blocklist.minds
        """Whether the policy can ever act; a gate that minds nothing need not be asked."""
        self.turn = [0] * calls.persons
        """How often each person has gone on to the next number."""
        self.deterred = [False] * calls.persons
        self._by_verdict = [rule.on is not None for rule in policy.rules]

    def refuses(self, attempt: Attempt) -> int | None:
        """The ending of an attempt that is kept from the floor, by the policy now or by what it did before."""
        person = self.plan.person[attempt.call]
        if self.deterred[person]:
            return DETERRED
        if self.plan.heeds[attempt.call] and (text := self.blocklist.texted(attempt.number, attempt.arrival)):
            self._sanction(attempt, text)
            return DETERRED
        if sanction := self.blocklist.look(attempt.number, attempt.arrival):
            self._sanction(attempt, sanction)
            self.blocklist.met(attempt.number, sanction, attempt.arrival)
        if attempt.action not in REFUSES:
            return None
        self._answer_back(attempt, person)
        return BLOCKED

    def called(self, attempt: Attempt) -> list[Due]:
        """The strikes of rules that count calls, each with the time it takes effect; diverted calls do not count."""
        if attempt.action in DIVERTS:
            return []
        return self.blocklist.called(attempt.number, attempt.arrival, innocent=self._innocent(attempt))

    def judge(self, attempt: Attempt, talked: int, now: int) -> list[Due]:
        """The strikes of an attempt's verdict, each with the time it takes effect."""
        innocent = self._innocent(attempt)
        return self.blocklist.judge(attempt.number, attempt.verdict, now, talked=talked, innocent=innocent)

    def number(self, call: int) -> int:
        """The number shown: the call's own until the person has gone on to another SIM."""
        turn = self.turn[self.plan.person[call]]
        if turn == 0 or self.plan.number[call] < 0:
            return int(self.plan.number[call])
        return int(self.plan.own[call] + turn % self.plan.sims[self.plan.group[call]])

    def _innocent(self, attempt: Attempt) -> bool:
        return self.plan.intent[attempt.call] not in NUISANCES

    def _sanction(self, attempt: Attempt, sanction: Sanction) -> None:
        attempt.action, attempt.rule = int(sanction.action), sanction.rule
        if self._innocent(attempt):
            attempt.why = int(self._why(attempt, sanction))

    def _why(self, attempt: Attempt, sanction: Sanction) -> Why:
        """How a genuine caller's number came under the policy."""
        if attempt.number < 0:
            return Why.WITHHELD_AS_ONE
        if sanction.innocent:
            return Why.MISJUDGED_EARLIER if self._by_verdict[sanction.rule] else Why.OWN_EARLIER_CALLS
        # Listed before anything happened: an own number was on the list of an earlier owner.
        route, listed = self.plan.route[attempt.call], sanction.rule == self.blocklist.listed_rule
        return Why.REUSED_NUMBER if route == REUSED or (listed and route == OWN) else Why.SHARED_PHONE

    def _answer_back(self, attempt: Attempt, person: int) -> None:
        if self.plan.quit[attempt.row]:
            self.deterred[person] = True
        elif self.plan.rotate[attempt.row]:
            self.turn[person] += 1
