"""The policy told a second time: a diary of each number under each rule, read from the beginning when it is asked."""

from collections import defaultdict
from typing import Any

from simulator.scenario.policy import INTENTS, Policy, Rule
from simulator.scenario.units import NEVER
from simulator.tables.calls import Calls
from simulator.tables.outcomes import Action
from simulator.tables.sanctions import Sanctions

Note = dict[str, Any]


class Diary:
    """What was ever noted of each number under each rule: strikes that count, what cleared them, actions, their ends.

    Kinds of notes: ``strike`` one that took effect; ``clear`` and ``ladder`` when strikes, or the ladder, were reset;
    ``action`` each time that strikes sufficed; ``hold`` each time that an action began or was prolonged.
    """

    def __init__(self, policy: Policy, calls: Calls) -> None:
        self.policy = policy
        self.listed = dict(zip(calls.listed.tolist(), calls.listed_until.tolist(), strict=True))
        everybody = range(calls.numbers)
        self.allowed = {number for name in policy.allowlist for number in everybody[calls.numbers_of(name)]}
        self.notes: defaultdict[tuple[int, int, str], list[Note]] = defaultdict(list)
        self.held: list[tuple[int, int, int, int]] = []

    def minds(self, number: int) -> bool:
        """Whether the policy looks at, and remembers, calls of this number."""
        return self.policy.withheld == "as_one" if number < 0 else number not in self.allowed

    # what an attempt meets

    def look(self, number: int, heeds: bool, now: int) -> tuple[Action, int, bool] | None:
        """(action, rule, whether all strikes behind it were innocent) that this attempt meets."""
        if not self.minds(number):
            return None
        texts = [index for index, rule in enumerate(self.policy.rules) if rule.action == "sms"]
        others = [index for index, rule in enumerate(self.policy.rules) if rule.action != "sms"]
        for index in texts if heeds else []:
            if hold := self.in_force(index, number, now):
                return Action.SMS, index, hold["innocent"]
        if number in self.listed and now < self.listed[number]:
            return Action.BLOCK, len(self.policy.rules), False
        for index in others:
            if hold := self.in_force(index, number, now):
                if self.policy.rules[index].extend and later(now, hold["lasts"]) > hold["end"]:
                    self.hold(index, number, now, {**hold, "end": later(now, hold["lasts"])})
                return Action[self.policy.rules[index].action.upper()], index, hold["innocent"]
        return None

    def in_force(self, index: int, number: int, now: int) -> Note | None:
        """The action of this rule that holds now; where several do, the longest, of these the latest."""
        holding = [note for note in self.notes[index, number, "hold"] if note["end"] > now]
        return max(reversed(holding), key=lambda note: note["end"]) if holding else None

    # what is remembered

    def counted_calls(self, number: int) -> list[int]:
        """The rules under which an attempt of this number is a strike, by its arrival alone."""
        return [index for index, rule in enumerate(self.policy.rules) if rule.calls and self.minds(number)]

    def hear(self, number: int, verdict: int, talked: int, now: int) -> list[int]:
        """Note what the verdict clears; returned are the rules under which this call is a strike."""
        if not self.minds(number):
            return []
        struck = []
        for index, rule in enumerate(self.policy.rules):
            if INTENTS[verdict] in rule.reset_by:
                self.notes[index, number, "clear"].append({"at": now})
                if rule.resets_ladder:
                    self.notes[index, number, "ladder"].append({"done": len(self.notes[index, number, "action"])})
            if is_strike(rule, verdict, talked):
                struck.append(index)
            elif rule.consecutive:
                self.notes[index, number, "clear"].append({"at": now})
        return struck

    def strike(self, index: int, number: int, dated: int, innocent: bool, now: int) -> None:
        """A strike takes effect: count those of its window since the last action and since the last clearing."""
        rule = self.policy.rules[index]
        every, actions = self.notes[index, number, "strike"], self.notes[index, number, "action"]
        every.append({"dated": dated, "innocent": innocent})
        cleared = max([note["at"] for note in self.notes[index, number, "clear"]], default=-NEVER)
        since = actions[-1]["used"] if actions else 0
        window = rule.calls.within if rule.calls else rule.within
        counted = [s for s in every[since:] if dated - window < s["dated"] <= dated and s["dated"] > cleared]
        step = len(actions) - ([note["done"] for note in self.notes[index, number, "ladder"]] or [0])[-1]
        needed = rule.calls.more_than + 1 if rule.calls else rule.strikes[min(step, len(rule.strikes) - 1)]
        if dated > cleared and len(counted) >= needed:
            lasts = rule.for_[min(step, len(rule.for_) - 1)]
            actions.append({"used": len(every)})
            running, end = self.in_force(index, number, now), later(now, lasts)
            if running is None or end >= running["end"]:
                innocents = all(s["innocent"] for s in counted)
                self.hold(index, number, now, {"end": end, "lasts": lasts, "innocent": innocents})

    def hold(self, index: int, number: int, now: int, note: Note) -> None:
        self.notes[index, number, "hold"].append(note)
        self.held.append((number, index, now, note["end"]))

    def sanctions(self) -> Sanctions:
        """Every action that began or was prolonged, in that order."""
        names = ("number", "rule", "begin", "end")
        return Sanctions.of(**{name: [row[place] for row in self.held] for place, name in enumerate(names)})


def later(now: int, lasts: int) -> int:
    return NEVER if lasts == NEVER else now + lasts


def is_strike(rule: Rule, verdict: int, talked: int) -> bool:
    """Whether an answered call with this verdict and talk is a strike: of ``on``, of ``talk``, of both if both are."""
    if rule.calls:
        return False
    if rule.talk and talked >= rule.talk.shorter_than:
        return False
    if rule.talk and rule.talk.longer_than is not None and talked <= rule.talk.longer_than:
        return False
    return rule.on is None or INTENTS[verdict] in rule.on
