"""The blocklist told a second time: a diary of each number, read from the beginning whenever it is asked."""

from typing import Any

from simulator.scenario.policy import INTENTS, Policy
from simulator.scenario.units import NEVER
from simulator.tables.calls import Calls
from simulator.tables.outcomes import Action

Note = dict[str, Any]


class Diary:
    """What was ever noted of each number under each rule: strikes that count, resets, actions."""

    def __init__(self, policy: Policy, calls: Calls) -> None:
        self.policy = policy
        self.listed = dict(zip(calls.listed.tolist(), calls.listed_until.tolist(), strict=True))
        self.notes: list[tuple[int, int, str, Note]] = []

    def of(self, rule: int, number: int, kind: str) -> list[Note]:
        return [note for r, n, k, note in self.notes if (r, n, k) == (rule, number, kind)]

    def in_force(self, number: int, now: int) -> tuple[Action, int, bool] | None:
        """(action, rule, whether only misjudged calls brought it about), the first rule first."""
        if number in self.listed and now < self.listed[number]:
            return Action.BLOCK, len(self.policy.rules), False
        for index, rule in enumerate(self.policy.rules):
            running = [a for a in self.of(index, number, "action") if a["start"] <= now < a["end"]]
            if running:
                last = max(reversed(running), key=lambda action: action["end"])
                return Action[rule.action.upper()], index, last["innocent"]
        return None

    def hear(self, number: int, verdict: int, now: int) -> list[int]:
        """Note resets; returned are the rules under which this verdict is a strike."""
        if number < 0 and self.policy.withheld == "let_through":
            return []
        for index, rule in enumerate(self.policy.rules):
            if INTENTS[verdict] in rule.reset_by:
                self.notes.append((index, number, "reset", {"at": now}))
                if rule.resets_ladder:
                    self.notes.append((index, number, "ladder", {"done": len(self.of(index, number, "action"))}))
        return [index for index, rule in enumerate(self.policy.rules) if INTENTS[verdict] in rule.on]

    def strike(self, index: int, number: int, dated: int, innocent: bool, now: int) -> None:
        """A strike takes effect: count those of its window since the last action and the last reset."""
        rule = self.policy.rules[index]
        self.notes.append((index, number, "strike", {"dated": dated, "innocent": innocent}))
        actions = self.of(index, number, "action")
        cleared = max([note["at"] for note in self.of(index, number, "reset")], default=-NEVER)
        used = actions[-1]["used"] if actions else 0
        every = self.of(index, number, "strike")
        counted = [s for s in every[used:] if dated - rule.within < s["dated"] <= dated and s["dated"] > cleared]
        if dated > cleared and len(counted) >= rule.strikes:
            done = ([note["done"] for note in self.of(index, number, "ladder")] or [0])[-1]
            lasts = rule.for_[min(len(actions) - done, len(rule.for_) - 1)]
            action = {"start": now, "end": NEVER if lasts == NEVER else now + lasts, "used": len(every)}
            action["innocent"] = all(s["innocent"] for s in counted)
            self.notes.append((index, number, "action", action))
