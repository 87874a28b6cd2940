"""The policy at the door: which number an attempt shows, what is done with it, and what that does to the person."""

from typing import Any

from simulator.engines.attempt import Attempt
from simulator.engines.rules import Blocklist, Sanction, Strike
from simulator.scenario.policy import NUISANCE, Intent, Policy
from simulator.tables.calls import OWN, REUSED, Calls
from simulator.tables.outcomes import Action, Ending, Why

BLOCKED, DETERRED, BLOCK = int(Ending.BLOCKED), int(Ending.DETERRED), int(Action.BLOCK)
GENUINE = int(Intent.GENUINE)
NUISANCES = frozenset(int(intent) for intent in NUISANCE)


class Gate:
    """A blocklist, and what persons make of being blocked: another SIM card, or giving up for good."""

    def __init__(self, calls: Calls, plan: Any, policy: Policy) -> None:
        self.plan = plan
        self.blocklist = Blocklist(policy, zip(calls.listed.tolist(), calls.listed_until.tolist(), strict=True))
        self.minds = self.blocklist.minds
        """Whether the policy can ever act; a gate that minds nothing need not be asked."""
        self.turn = [0] * calls.persons
        """How often each person has gone on to the next number."""
        self.deterred = [False] * calls.persons

    def refuses(self, attempt: Attempt) -> int | None:
        """The ending of an attempt that is kept from the floor, by the policy now or by what it did before."""
        person = self.plan.person[attempt.call]
        attempt.number = self._number(attempt.call, self.turn[person])
        if self.deterred[person]:
            return DETERRED
        if sanction := self.blocklist.look(attempt.number, attempt.arrival):
            self._sanction(attempt, sanction)
        if attempt.action != BLOCK:
            return None
        self._answer_back(attempt, person)
        return BLOCKED

    def judge(self, attempt: Attempt, now: int) -> list[tuple[int, Strike]]:
        """The strikes of an attempt's verdict, each with the time it takes effect."""
        innocent = self.plan.intent[attempt.call] not in NUISANCES
        return self.blocklist.judge(attempt.number, attempt.verdict, now, innocent=innocent)

    def _number(self, call: int, turn: int) -> int:
        """The number shown: the call's own until the person has gone on to another SIM."""
        if turn == 0 or self.plan.number[call] < 0:
            return int(self.plan.number[call])
        return int(self.plan.own[call] + turn % self.plan.sims[self.plan.group[call]])

    def _sanction(self, attempt: Attempt, sanction: Sanction) -> None:
        attempt.action, attempt.rule = int(sanction.action), sanction.rule
        if self.plan.intent[attempt.call] not in NUISANCES:
            attempt.why = int(self._why(attempt, sanction))

    def _why(self, attempt: Attempt, sanction: Sanction) -> Why:
        """How a genuine caller's number came under the policy."""
        if attempt.number < 0:
            return Why.WITHHELD_AS_ONE
        if sanction.innocent:
            return Why.MISJUDGED_EARLIER
        # Listed before anything happened: an own number was on the list of an earlier owner.
        route, listed = self.plan.route[attempt.call], sanction.rule == self.blocklist.listed_rule
        return Why.REUSED_NUMBER if route == REUSED or (listed and route == OWN) else Why.SHARED_PHONE

    def _answer_back(self, attempt: Attempt, person: int) -> None:
        if self.plan.quit[attempt.row]:
            self.deterred[person] = True
        elif self.plan.rotate[attempt.row]:
            self.turn[person] += 1
