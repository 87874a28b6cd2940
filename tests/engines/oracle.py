"""A second telling of the call floor: naive, slow, and written from the rules in prose, not from the engine.

Pending events are a plain list that is sorted before each step; the blocklist is a diary. Nothing here is shared
with simulator/engines.
"""

from typing import Any

from simulator.scenario.floor import Floor
from simulator.scenario.policy import Policy
from simulator.scenario.units import DAY, NEVER
from simulator.tables.calls import OWN, REUSED, Calls
from simulator.tables.outcomes import DISMISSED_BIT, Action, Cause, Ending, Outcomes, Why
from simulator.tables.staffing import Staffing
from tests.engines.diary import Diary

LEAVE, COME, FREE, TALK_ENDS, STRIKE_COUNTS, PATIENCE_ENDS, MESSAGE_ENDS, PASS_BACK, REDIAL, FIRST = range(1, 11)
GENUINE, ENQUIRY, PRANK, SILENT = range(4)
Row = dict[str, Any]
BLANK: Row = {
    **dict.fromkeys(("number", "rule", "queued", "answered", "talk_end", "free", "call_taker", "verdict", "left"), -1),
    **dict.fromkeys(("handovers", "waited_over"), 0),
    "action": Action.ACCEPT,
    "why": Why.NONE,
    "ending": Ending.OPEN,
    "dismissed": False,
}


class Floorplan:
    """The floor: a list of what is to come, a list of who waits, and what each call-taker does."""

    def __init__(self, calls: Calls, staffing: Staffing, floor: Floor, policy: Policy) -> None:
        self.calls, self.floor, self.diary = calls, floor, Diary(policy, calls)
        self.now = -NEVER
        self.rows: list[Row] = []
        self.pending: list[tuple[tuple[int, ...], Any]] = []
        self.on_trunks: list[Row] = []
        self.waiting: list[Row] = []
        self.on_duty: set[int] = set()
        self.free_since: dict[int, int] = {}
        self.occupied: dict[int, Row] = {}
        self.turns: dict[int, int] = {}
        self.gone_for_good: set[int] = set()
        self.known: set[int] = set()
        for when in sorted(set(staffing.off.tolist())):
            leavers = [i for i, off in enumerate(staffing.off.tolist()) if off == when]
            who = sorted((int(staffing.person[i]), bool(staffing.pause[i])) for i in leavers)
            self.plan((when, LEAVE), lambda who=who: self.leave(who))
        for when in sorted(set(staffing.on.tolist())):
            who = [int(p) for p, on in zip(staffing.person, staffing.on, strict=True) if on == when]
            self.plan((when, COME), lambda who=who: self.come(who))
        for call, when in enumerate(calls.arrival.tolist()):
            self.plan((when, FIRST, -NEVER, call), lambda call=call: self.dial(call, 1, Cause.FIRST))

    def plan(self, key: tuple[int, ...], do: Any) -> tuple[tuple[int, ...], Any]:
        self.pending.append((key, do))
        return self.pending[-1]

    def soon(self, when: int, kind: int, row: Row, do: Any) -> Any:
        """Plan what this row will meet: within a kind by (time of scheduling, call, attempt)."""
        return self.plan((when, kind, self.now, row["call"], row["attempt"]), do)

    def run(self) -> Outcomes:
        end = self.calls.length + DAY
        while self.pending:
            self.pending.sort(key=lambda event: event[0])
            key, do = self.pending.pop(0)
            if key[0] >= end:
                break
            self.now = key[0]
            do()
            self.serve()
        for row in self.waiting:
            if row["handovers"]:
                row["waited_over"] += end - row["since"]
        return Outcomes.of(**{name: [row[name] for row in self.rows] for name in Outcomes.DTYPES})

    # shifts

    def leave(self, who: list[tuple[int, bool]]) -> None:
        for person, for_a_break in who:
            self.on_duty.discard(person)
            self.free_since.pop(person, None)
            row = self.occupied.get(person)
            talking = row is not None and row["left"] == -1 and row["talk_until"] > self.now
            if row is not None and talking and self.floor.end_of_shift == "hand_over" and not for_a_break:
                self.pending.remove(row["talk_event"])
                del self.occupied[person]
                row |= {"handovers": row["handovers"] + 1, "since": self.now, "rest": row["talk_until"] - self.now}
                row["rank"] = 0
                self.waiting.append(row)

    def come(self, who: list[int]) -> None:
        for person in who:
            self.on_duty.add(person)
            if person not in self.occupied:
                self.free_since[person] = self.now

    # an attempt

    def dial(self, call: int, attempt: int, cause: Cause) -> None:
        calls, person = self.calls, int(self.calls.person[call])
        at = call if attempt == 1 else int(calls.later[call]) + attempt - 2
        row = {**BLANK, "call": call, "attempt": attempt, "cause": cause, "arrival": self.now, "at": at, "rank": 1}
        self.rows.append(row)
        row["number"] = int(calls.number[call])
        if row["number"] >= 0 and self.turns.get(person, 0):
            row["number"] = int(calls.own[call]) + self.turns[person] % int(calls.sims[calls.group[call]])
        if person in self.gone_for_good:
            self.over(row, Ending.DETERRED)
            return
        found = self.diary.in_force(row["number"], self.now)
        if found:
            row["action"], row["rule"], innocent = found
            if calls.intent[call] in (GENUINE, ENQUIRY):
                row["why"] = self.why(row, innocent)
        if row["action"] == Action.BLOCK:
            if calls.quit[at]:
                self.gone_for_good.add(person)
            elif calls.rotate[at]:
                self.turns[person] = self.turns.get(person, 0) + 1
            self.over(row, Ending.BLOCKED)
        elif len(self.on_trunks) == self.floor.trunks:
            self.over(row, Ending.BUSY)
        else:
            self.queue(row)

    def why(self, row: Row, innocent: bool) -> Why:
        if row["number"] < 0:
            return Why.WITHHELD_AS_ONE
        if innocent:
            return Why.MISJUDGED_EARLIER
        route, listed = self.calls.route[row["call"]], row["rule"] == len(self.diary.policy.rules)
        return Why.REUSED_NUMBER if route == REUSED or (route == OWN and listed) else Why.SHARED_PHONE

    def queue(self, row: Row) -> None:
        row["queued"] = self.now
        row["rank"] = 2 if row["action"] == Action.DEMOTE else 1
        self.on_trunks.append(row)
        self.waiting.append(row)
        patience = int(self.calls.patience[row["at"]])
        if patience < NEVER:
            row["patience"] = self.soon(self.now + patience, PATIENCE_ENDS, row, lambda: self.abandon(row))
        self.serve()

    def abandon(self, row: Row) -> None:
        self.waiting = [other for other in self.waiting if other is not row]
        self.release(row)
        self.over(row, Ending.ABANDONED)

    def release(self, row: Row) -> None:
        self.on_trunks = [other for other in self.on_trunks if other is not row]

    def over(self, row: Row, ending: Ending) -> None:
        row["ending"], row["left"] = ending, self.now
        calls, group = self.calls, self.calls.group[row["call"]]
        again = ending in (Ending.ABANDONED, Ending.BUSY, Ending.BLOCKED) and calls.redial[row["at"]] >> ending & 1
        again = again or (row["dismissed"] and calls.redial[row["at"]] >> DISMISSED_BIT & 1)
        if again and row["attempt"] < calls.attempts[group]:
            call, count = row["call"], row["attempt"] + 1
            when = self.now + int(calls.redial_delay[row["at"]])
            self.plan((when, REDIAL, self.now, call, count), lambda: self.dial(call, count, Cause.REDIAL))

    # call-takers

    def serve(self) -> None:
        while self.free_since and self.waiting:
            person = min(self.free_since, key=lambda p: (self.free_since[p], p))
            row = min(self.waiting, key=lambda r: r["rank"])
            self.waiting = [other for other in self.waiting if other is not row]
            del self.free_since[person]
            self.occupied[person] = row
            row["call_taker"] = person
            if row["handovers"]:
                row["waited_over"] += self.now - row["since"]
                self.talk(row, row["rest"])
            else:
                self.answer(row)

    def answer(self, row: Row) -> None:
        if "patience" in row:
            self.pending.remove(row["patience"])
        row["answered"] = self.now
        column = self.calls.duplicate if int(self.calls.incident[row["call"]]) in self.known else self.calls.talk
        self.talk(row, int(column[row["at"]]))

    def talk(self, row: Row, lasts: int) -> None:
        row["talk_until"] = self.now + lasts
        row["talk_event"] = self.soon(self.now + lasts, TALK_ENDS, row, lambda: self.talk_ends(row))

    def talk_ends(self, row: Row) -> None:
        calls, call, at = self.calls, row["call"], row["at"]
        self.release(row)
        row["talk_end"], row["verdict"] = self.now, self.verdict(call, at)
        honest = calls.intent[call] in (GENUINE, ENQUIRY)
        row["dismissed"] = bool(honest and row["verdict"] in (PRANK, SILENT))
        if row["verdict"] == GENUINE and calls.incident[call] >= 0:
            self.known.add(int(calls.incident[call]))
        for index in self.diary.hear(row["number"], row["verdict"], self.now):
            self.review(index, row, honest)
        self.over(row, Ending.ANSWERED)
        lasts = int(calls.wrap[at])
        if self.floor.attended and row["verdict"] == GENUINE:
            lasts = max(lasts, int(calls.accept[at]))
        if lasts:
            self.soon(self.now + lasts, FREE, row, lambda: self.free(row))
        else:
            self.free(row)

    def review(self, index: int, row: Row, honest: bool) -> None:
        number, dated = row["number"], self.now
        when = dated + self.diary.policy.rules[index].review
        self.soon(when, STRIKE_COUNTS, row, lambda: self.diary.strike(index, number, dated, honest, self.now))

    def verdict(self, call: int, at: int) -> int:
        if self.calls.deceives[call]:
            return GENUINE
        wrong = self.calls.doubt[at] < self.calls.tendency[call]
        return int(self.calls.verdict[at] if wrong else self.calls.intent[call])

    def free(self, row: Row) -> None:
        person = row["call_taker"]
        row["free"] = self.now
        del self.occupied[person]
        if person in self.on_duty:
            self.free_since[person] = self.now


def oracle(calls: Calls, staffing: Staffing, floor: Floor, policy: Policy) -> Outcomes:
    """Outcomes of these calls, told a second time."""
    return Floorplan(calls, staffing, floor, policy).run()
