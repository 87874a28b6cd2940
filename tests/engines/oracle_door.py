"""The way of an attempt to the queue, told a second time: the policy, the other line, trunks, messages, trying again.

What is to come is a plain list that is sorted before each step. Nothing here is shared with simulator/engines.
"""

from typing import Any

from simulator.scenario.actions import Shares
from simulator.scenario.distribution import FixedDuration
from simulator.scenario.floor import Floor
from simulator.scenario.policy import INTENTS, Policy
from simulator.scenario.units import NEVER
from simulator.tables.calls import DELAY_SCALE, DOUBT_SCALE, OWN, REUSED, Calls
from simulator.tables.outcomes import DISMISSED_BIT, Action, Cause, Ending, Why
from tests.engines.diary import Diary

LEAVE, COME, FREE, TALK_ENDS, STRIKE_COUNTS, PATIENCE_ENDS, MESSAGE_ENDS, OTHER_LINE, REDIAL, FIRST = range(1, 11)
GENUINE, ENQUIRY, PRANK, SILENT = range(4)
AGAIN = (Ending.ABANDONED, Ending.BUSY, Ending.BLOCKED, Ending.DIVERTED, Ending.SCREENED)
Row = dict[str, Any]
BLANK: Row = {
    **dict.fromkeys(("number", "rule", "queued", "answered", "talk_end", "free", "call_taker", "verdict", "left"), -1),
    **dict.fromkeys(("handovers", "waited_over"), 0),
    **dict.fromkeys(("dismissed", "listening", "pressed"), False),
    "action": Action.ACCEPT,
    "why": Why.NONE,
    "ending": Ending.OPEN,
    "rank": 1,
}


class Door:
    """What is to come, who is on a trunk and who waits; each attempt until it waits or is turned away."""

    def __init__(self, calls: Calls, floor: Floor, policy: Policy) -> None:
        self.calls, self.floor, self.policy, self.diary = calls, floor, policy, Diary(policy, calls)
        self.now = -NEVER
        self.rows: list[Row] = []
        self.pending: list[tuple[tuple[int, ...], Any]] = []
        self.on_trunks: list[Row] = []
        self.waiting: list[Row] = []
        self.turns: dict[int, int] = {}
        self.gone_for_good: set[int] = set()
        self.passed_back: set[int] = set()
        for call, when in enumerate(calls.arrival.tolist()):
            self.plan((when, FIRST, -NEVER, call), lambda call=call: self.dial(call, 1, Cause.FIRST, call))

    def plan(self, key: tuple[int, ...], do: Any) -> Any:
        self.pending.append((key, do))
        return self.pending[-1]

    def soon(self, when: int, kind: int, row: Row, do: Any) -> Any:
        """Plan what this row will meet: within a kind by (time of scheduling, call, attempt)."""
        return self.plan((when, kind, self.now, row["call"], row["attempt"]), do)

    def called_off(self, row: Row, name: str) -> None:
        """What this row was to meet under that name does not come about."""
        if name in row:
            self.pending.remove(row.pop(name))

    def happens(self, shares: Shares, drawn: Any, row: Row) -> bool:
        """Whether the number drawn for this row is among the share of calls of its intent."""
        share = shares.get(INTENTS[self.calls.intent[row["call"]]], 0.0)
        return bool(drawn[row["at"]] < round(share * DOUBT_SCALE))

    # an attempt

    def dial(self, call: int, attempt: int, cause: Cause, at: int) -> None:
        calls, person = self.calls, int(self.calls.person[call])
        row = {**BLANK, "call": call, "attempt": attempt, "cause": cause, "arrival": self.now, "at": at}
        self.rows.append(row)
        row["number"] = int(calls.number[call])
        if row["number"] >= 0 and self.turns.get(person, 0):
            row["number"] = int(calls.own[call]) + self.turns[person] % int(calls.sims[calls.group[call]])
        if cause == Cause.PASSBACK:
            self.take_a_line(row)
        elif person in self.gone_for_good:
            self.over(row, Ending.DETERRED)
        else:
            self.meet_the_policy(row)

    def meet_the_policy(self, row: Row) -> None:
        found = self.diary.look(row["number"], bool(self.calls.heeds[row["call"]]), self.now)
        if found:
            row["action"], row["rule"], innocent = found
            if self.honest(row):
                row["why"] = self.why(row, innocent)
        if row["action"] not in (Action.SMS, Action.BLOCK, Action.DIVERT):
            for index in self.diary.counted_calls(row["number"]):
                self.review(index, row)
        if row["action"] == Action.SMS:
            self.over(row, Ending.DETERRED)
        elif row["action"] == Action.BLOCK:
            self.block(row)
        elif row["action"] == Action.DIVERT:
            self.divert(row)
        else:
            self.take_a_line(row)

    def honest(self, row: Row) -> bool:
        return int(self.calls.intent[row["call"]]) in (GENUINE, ENQUIRY)

    def why(self, row: Row, innocent: bool) -> Why:
        route, rules = self.calls.route[row["call"]], self.policy.rules
        if row["number"] < 0:
            return Why.WITHHELD_AS_ONE
        if innocent:
            return Why.MISJUDGED_EARLIER if rules[row["rule"]].on else Why.OWN_EARLIER_CALLS
        listed = row["rule"] == len(rules)
        return Why.REUSED_NUMBER if route == REUSED or (route == OWN and listed) else Why.SHARED_PHONE

    def review(self, index: int, row: Row) -> None:
        """A strike of now will count after its review."""
        number, dated, innocent = row["number"], self.now, self.honest(row)
        when = dated + self.policy.rules[index].review
        self.soon(when, STRIKE_COUNTS, row, lambda: self.diary.strike(index, number, dated, innocent, self.now))

    def block(self, row: Row) -> None:
        person = int(self.calls.person[row["call"]])
        if self.calls.quit[row["at"]]:
            self.gone_for_good.add(person)
        elif self.calls.rotate[row["at"]]:
            self.turns[person] = self.turns.get(person, 0) + 1
        self.over(row, Ending.BLOCKED)

    def divert(self, row: Row) -> None:
        """Another line answers, or the caller gives it up; at one instant it has answered."""
        line, patience = self.policy.rules[row["rule"]].divert, int(self.calls.patience[row["at"]])
        assert line is not None
        after = line.answers_after
        if isinstance(after, FixedDuration):
            delay = after.fixed
        else:
            delay = after.exponential.mean * int(self.calls.passback_delay[row["at"]]) // DELAY_SCALE
        back = delay <= patience and self.happens(line.passes_back, self.calls.passback, row)
        back = back and row["call"] not in self.passed_back
        self.soon(self.now + min(delay, patience), OTHER_LINE, row, lambda: self.other_line(row, back))

    def other_line(self, row: Row, back: bool) -> None:
        if back:
            self.passed_back.add(row["call"])
            row["ending"], row["left"] = Ending.DIVERTED, self.now
            self.dial(row["call"], row["attempt"] + 1, Cause.PASSBACK, row["at"])
        else:
            self.over(row, Ending.DIVERTED)

    # the line

    def take_a_line(self, row: Row) -> None:
        if len(self.on_trunks) == self.floor.trunks:
            self.over(row, Ending.BUSY)
            return
        self.on_trunks.append(row)
        patience = int(self.calls.patience[row["at"]])
        if patience < NEVER:
            row["patience"] = self.soon(self.now + patience, PATIENCE_ENDS, row, lambda: self.abandon(row))
        if row["action"] in (Action.CHALLENGE, Action.WARN):
            self.hear_a_message(row)
        else:
            self.queue(row)

    def hear_a_message(self, row: Row) -> None:
        rule = self.policy.rules[row["rule"]]
        message = rule.challenge or rule.warn
        assert message is not None
        row["message"] = self.soon(self.now + message.length, MESSAGE_ENDS, row, lambda: self.message_ends(row))

    def message_ends(self, row: Row) -> None:
        rule = self.policy.rules[row["rule"]]
        del row["message"]
        if rule.challenge and not self.happens(rule.challenge.passes, self.calls.challenge, row):
            self.hang_up(row, Ending.SCREENED)
        elif rule.warn and self.happens(rule.warn.leaves, self.calls.challenge, row):
            self.hang_up(row, Ending.ABANDONED)
        else:
            self.queue(row)

    def queue(self, row: Row) -> None:
        row["queued"] = self.now
        row["rank"] = 2 if row["action"] == Action.DEMOTE else 1
        self.waiting.append(row)

    def abandon(self, row: Row) -> None:
        del row["patience"]
        self.hang_up(row, Ending.ABANDONED)

    def hang_up(self, row: Row, ending: Ending) -> None:
        self.waiting = [other for other in self.waiting if other is not row]
        self.called_off(row, "patience")
        self.called_off(row, "message")
        self.release(row)
        self.over(row, ending)

    def release(self, row: Row) -> None:
        self.on_trunks = [other for other in self.on_trunks if other is not row]

    def over(self, row: Row, ending: Ending) -> None:
        row["ending"], row["left"] = ending, self.now
        calls, group = self.calls, self.calls.group[row["call"]]
        again = ending in AGAIN and calls.redial[row["at"]] >> ending & 1
        again = again or (row["dismissed"] and calls.redial[row["at"]] >> DISMISSED_BIT & 1)
        if again and row["attempt"] < calls.attempts[group]:
            call, count = row["call"], row["attempt"] + 1
            when, at = self.now + int(calls.redial_delay[row["at"]]), int(calls.later[call]) + count - 2
            self.plan((when, REDIAL, self.now, call, count), lambda: self.dial(call, count, Cause.REDIAL, at))
