"""A policy applied from outside: for APIs that have a blocklist and no rules, verdicts are folded here.

What the rules make of a number's calls is written to the API's list as it begins; the API then refuses it.
Only blocking can be written to a list: other actions of a policy are not played on such an API.
"""

from math import inf

from simulator.engines.rules import Blocklist, Due
from simulator.live.contract import State, guarded, shown
from simulator.live.world import World
from simulator.scenario.policy import Policy
from simulator.scenario.units import NEVER
from simulator.tables.calls import Calls


class ListKeeper:
    """The blocklist of the callers of one worker, kept in step with the API's."""

    def __init__(self, calls: Calls, policy: Policy, world: World) -> None:
        allowed = [calls.numbers_of(listed) for listed in policy.allowlist]
        self._world = world
        self._blocks = [rule.traits.refuses for rule in policy.rules]
        self._list = Blocklist(policy, (), [range(numbers.start, numbers.stop) for numbers in allowed])

    def called(self, number: int, *, innocent: bool) -> None:
        """A call has come in from a number."""
        now = self._world.now()
        self._due(self._list.called(number, now, innocent=innocent))

    def judged(self, number: int, verdict: int, talked: int, *, innocent: bool) -> None:
        """A verdict has fallen on a call from a number, after a talk of ``talked`` µs."""
        now = self._world.now()
        self._due(self._list.judge(number, verdict, now, talked=talked, innocent=innocent))

    def rule_of(self, number: int) -> int:
        """The rule that blocks a number now; -1 none."""
        sanction = self._list.look(number, self._world.now())
        return sanction.rule if sanction else -1

    def _due(self, strikes: list[Due]) -> None:
        for due in strikes:
            if due[0] > self._world.now():
                self._world.spawn(self._strike, due)
            else:
                self._strike(due)

    def _strike(self, due: Due) -> None:
        """Let a strike take effect once it is reviewed, and write to the API's list what begins with it."""
        when, strike = due
        self._world.sleep_until(when)
        begun = len(self._list.began)
        self._list.strike(strike, max(when, self._world.now()))
        for number, rule, begin, end in self._list.began[begun:]:
            if self._blocks[rule] and number >= 0:
                self._write(number, inf if end == NEVER else self._world.seconds(end - begin))

    def _write(self, number: int, seconds: float) -> None:
        heard = guarded(self._world.user().block, shown(number), seconds)
        if heard.state is State.FAILED and heard.fault:
            self._world.trouble("block", "", heard.fault)
