"""A second telling of the call floor: naive, slow, and written from the rules in prose, not from the engine.

Pending events are a plain list that is sorted before each step; the blocklist is a diary. Nothing here is shared
with simulator/engines.
"""

from simulator.scenario.floor import Floor
from simulator.scenario.policy import Policy
from simulator.scenario.units import DAY
from simulator.tables.calls import DOUBT_SCALE, Calls
from simulator.tables.outcomes import Ending, Outcomes
from simulator.tables.sanctions import Sanctions
from simulator.tables.staffing import Staffing
from tests.engines.oracle_door import COME, FREE, GENUINE, LEAVE, MESSAGE_ENDS, PRANK, SILENT, TALK_ENDS, Door, Row


class Floorplan(Door):
    """The floor: behind the door, what each call-taker does."""

    def __init__(self, calls: Calls, staffing: Staffing, floor: Floor, policy: Policy) -> None:
        super().__init__(calls, floor, policy)
        self.silent = floor.silent_procedure
        self.on_duty: set[int] = set()
        self.free_since: dict[int, int] = {}
        self.occupied: dict[int, Row] = {}
        self.known: set[int] = set()
        for when in sorted(set(staffing.off.tolist())):
            leavers = [i for i, off in enumerate(staffing.off.tolist()) if off == when]
            who = sorted((int(staffing.person[i]), bool(staffing.pause[i])) for i in leavers)
            self.plan((when, LEAVE), lambda who=who: self.leave(who))
        for when in sorted(set(staffing.on.tolist())):
            who = [int(p) for p, on in zip(staffing.person, staffing.on, strict=True) if on == when]
            self.plan((when, COME), lambda who=who: self.come(who))

    def run(self) -> tuple[Outcomes, Sanctions]:
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
        outcomes = Outcomes.of(**{name: [row[name] for row in self.rows] for name in Outcomes.DTYPES})
        return outcomes, self.diary.sanctions()

    # shifts

    def leave(self, who: list[tuple[int, bool]]) -> None:
        for person, for_a_break in who:
            self.on_duty.discard(person)
            self.free_since.pop(person, None)
            row = self.occupied.get(person)
            talking = row is not None and row["left"] == -1 and row["talk_until"] > self.now
            if row is not None and talking and self.floor.end_of_shift == "hand_over" and not for_a_break:
                self.called_off(row, "talk_event")
                del self.occupied[person]
                row["rest"] = row["talk_until"] - self.now
                self.wait_to_be_taken_over(row, since=self.now)

    def come(self, who: list[int]) -> None:
        for person in who:
            self.on_duty.add(person)
            if person not in self.occupied:
                self.free_since[person] = self.now

    # call-takers

    def wait_to_be_taken_over(self, row: Row, since: int) -> None:
        row |= {"handovers": row["handovers"] + 1, "since": since, "rank": 0}
        self.waiting.append(row)

    def serve(self) -> None:
        while self.free_since and self.waiting:
            person = min(self.free_since, key=lambda p: (self.free_since[p], p))
            row = min(self.waiting, key=lambda r: r["rank"])
            self.waiting = [other for other in self.waiting if other is not row]
            del self.free_since[person]
            self.occupied[person] = row
            row["call_taker"], row["free"] = person, -1
            if row["handovers"]:
                row["waited_over"] += self.now - row["since"]
                self.talk(row, row.pop("rest") if "rest" in row else self.drawn_talk(row))
            else:
                self.answer(row)

    def answer(self, row: Row) -> None:
        self.called_off(row, "patience")
        row["answered"] = self.now
        if self.silent and self.calls.voiceless[row["call"]]:
            row["listening"] = True
            self.talk(row, self.silent.listen)
        else:
            self.talk(row, self.drawn_talk(row))

    def drawn_talk(self, row: Row) -> int:
        known = int(self.calls.incident[row["call"]]) in self.known
        return int((self.calls.duplicate if known else self.calls.talk)[row["at"]])

    def talk(self, row: Row, lasts: int) -> None:
        row["talk_until"] = self.now + lasts
        row["talk_event"] = self.soon(self.now + lasts, TALK_ENDS, row, lambda: self.talk_ends(row))

    def talk_ends(self, row: Row) -> None:
        del row["talk_event"]
        listened, row["listening"] = row["listening"], False
        if listened and self.silent and self.silent.machine:
            self.free(row)
            self.soon(self.now + self.silent.machine.length, MESSAGE_ENDS, row, lambda: self.machine_ends(row))
            return
        self.call_ends(row, self.now - row["answered"] - row["waited_over"])
        if lasts := self.wrap_up(row):
            self.soon(self.now + lasts, FREE, row, lambda: self.free(row))
        else:
            self.free(row)

    def machine_ends(self, row: Row) -> None:
        assert self.silent is not None
        assert self.silent.machine is not None
        if self.happens(self.silent.machine.presses, self.calls.press55, row):
            row["pressed"] = True
            self.wait_to_be_taken_over(row, since=row["free"])
        else:
            self.call_ends(row, self.silent.listen)

    def call_ends(self, row: Row, talked: int) -> None:
        call = row["call"]
        self.release(row)
        row["talk_end"], row["verdict"] = self.now, self.verdict(row)
        row["dismissed"] = self.honest(row) and row["verdict"] in (PRANK, SILENT)
        if row["verdict"] == GENUINE and self.calls.incident[call] >= 0:
            self.known.add(int(self.calls.incident[call]))
        for index in self.diary.hear(row["number"], row["verdict"], talked, self.now):
            self.review(index, row)
        self.over(row, Ending.ANSWERED)

    def wrap_up(self, row: Row) -> int:
        lasts, back = int(self.calls.wrap[row["at"]]), self.silent.call_back if self.silent else None
        if back and self.calls.voiceless[row["call"]] and row["number"] >= 0:
            lasts += back.takes if self.calls.press55[row["at"]] < round(back.share * DOUBT_SCALE) else 0
        attended = self.floor.attended and row["verdict"] == GENUINE
        return max(lasts, int(self.calls.accept[row["at"]])) if attended else lasts

    def verdict(self, row: Row) -> int:
        calls, call = self.calls, row["call"]
        speaks = row["pressed"] or not calls.voiceless[call]
        if calls.deceives[call] and speaks:
            return GENUINE
        if calls.doubt[row["at"]] < calls.tendency[call]:
            return int(calls.verdict[row["at"]])
        return int(calls.intent[call]) if speaks else SILENT

    def free(self, row: Row) -> None:
        person = row["call_taker"]
        row["free"] = self.now
        del self.occupied[person]
        if person in self.on_duty:
            self.free_since[person] = self.now


def oracle(calls: Calls, staffing: Staffing, floor: Floor, policy: Policy) -> tuple[Outcomes, Sanctions]:
    """Outcomes of these calls, and what the policy did to their numbers, told a second time."""
    return Floorplan(calls, staffing, floor, policy).run()
