"""The blocklist of a server: the project's rule language over hashed numbers, as calls come and verdicts fall."""

from collections.abc import Iterator
from heapq import heappop, heappush
from typing import NamedTuple

from simulator.engines.rules import LONG_AGO, Blocklist, Due, Sanction, Strike
from simulator.scenario.intent import INTENTS
from simulator.scenario.policy import Policy
from simulator.scenario.units import NEVER
from simulator.tables.outcomes import Action

WITHHELD = -1


class Hold(NamedTuple):
    """An action that holds: which, whose rule, until when (NEVER: for ever)."""

    action: Action
    rule: int
    until: int


class Standing(NamedTuple):
    """What holds against a number: what its calls meet, and the warning by SMS that it was sent, which stops none."""

    number: int
    door: Hold | None
    text: Hold | None

    @property
    def first(self) -> Hold:
        """What a call meets; else the warning."""
        found = self.door or self.text
        assert found
        return found


class OpenBlocklist(Blocklist):
    """A blocklist on which a supervisor may put numbers, take them off, and look."""

    def put(self, number: int, until: int) -> None:
        """Block a number until then, whatever the rules say."""
        self._listed[number] = until

    def take_off(self, number: int, now: int) -> None:
        """End every action against a number, and forget its strikes, those under review too; not its ladder."""
        self._listed.pop(number, None)
        for index, records in enumerate(self._records):
            self._reset(index, number, now, ladder=False)
            records[number].until = LONG_AGO

    def standing(self, number: int, now: int) -> Standing | None:
        """What holds against a number now."""
        door, text = (self._hold(number, found) for found in (self.look(number, now), self.texted(number, now)))
        return Standing(number, door, text) if door or text else None

    def _hold(self, number: int, found: Sanction | None) -> Hold | None:
        return found and Hold(found.action, found.rule, self._until(number, found.rule))

    def until(self, number: int, rule: int) -> int:
        """Until when the action of this rule holds against the number."""
        return self._until(number, rule)

    def _until(self, number: int, rule: int) -> int:
        return self._listed[number] if rule == self.listed_rule else self._records[rule][number].until

    def all_standing(self, now: int) -> Iterator[Standing]:
        """Everything that holds against any number now."""
        for number in {*self._listed, *(number for records in self._records for number in records)}:
            if found := self.standing(number, now):
                yield found


class Watch:
    """The blocklist over time: strikes under review take effect in between, as the clock goes on.

    What a call is nobody here knows before it is answered, nor afterwards: there is only the verdict.
    """

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.blocklist = OpenBlocklist(policy)
        self._under_review: list[tuple[int, int, Strike]] = []
        self._scheduled = 0

    def rings(self, number: int, now: int) -> Sanction | None:
        """What a call that comes in now meets; it counts, where a rule counts calls, once it is let in."""
        self._review(now)
        found = self.blocklist.look(number, now)
        if found:
            self.blocklist.met(number, found, now)
        if not (found and (found.action.traits.refuses or found.action.traits.diverts)):
            self._soon(self.blocklist.called(number, now, innocent=False))
        return found

    def judged(self, number: int, verdict: str, now: int, talked: int) -> None:
        """A verdict has fallen. Of one instant, verdicts come before strikes that take effect."""
        self._review(now - 1)
        self._soon(self.blocklist.judge(number, INTENTS.index(verdict), now, talked=talked, innocent=False))

    def standing(self, number: int, now: int) -> Standing | None:
        """What holds against a number now."""
        self._review(now)
        return self.blocklist.standing(number, now)

    def all_standing(self, now: int) -> list[Standing]:
        """All that holds now, the longest first."""
        self._review(now)
        return sorted(self.blocklist.all_standing(now), key=lambda each: (-each.first.until, each.number))

    def put(self, number: int, until: int | None, now: int) -> None:
        """A supervisor blocks a number until then (None: for ever)."""
        self._review(now)
        self.blocklist.put(number, NEVER if until is None else until)

    def take_off(self, number: int, now: int) -> None:
        """A supervisor takes a number off."""
        self._review(now)
        self.blocklist.take_off(number, now)

    def until(self, number: int, sanction: Sanction) -> int | None:
        """Until when an action holds; None for ever."""
        until = self.blocklist.until(number, sanction.rule)
        return None if until == NEVER else until

    def _soon(self, strikes: list[Due]) -> None:
        for when, strike in strikes:
            self._scheduled += 1
            heappush(self._under_review, (when, self._scheduled, strike))

    def _review(self, until: int) -> None:
        while self._under_review and self._under_review[0][0] <= until:
            when, _, strike = heappop(self._under_review)
            self.blocklist.strike(strike, when)
