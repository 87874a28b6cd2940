"""The floor of a live run: the plan, who waits for whom, and what callers remember. The API has all the rest."""

from collections.abc import Iterator
from math import inf
from types import SimpleNamespace
from typing import Any

import numpy as np

from simulator.engines.attempt import Attempt
from simulator.engines.lines import Messages, OtherLine, Silence
from simulator.live.contract import DispatchUser, Heard, Ring, State, guarded, shown
from simulator.live.list_keeper import ListKeeper
from simulator.live.world import Happened, World
from simulator.scenario.intent import INTENTS, Intent
from simulator.scenario.units import NEVER
from simulator.tables.exchanges import TROUBLES
from simulator.tables.outcomes import Cause
from simulator.tables.plan import Plan
from simulator.tables.row_log import BEGUN, ENDED, line

ANSWERED, ENDED_TALK, REPORTED = "answered", "ended", "reported"
GENUINE, SILENT = int(Intent.GENUINE), int(Intent.SILENT)


class LiveAttempt(Attempt):
    """One attempt while it lives: what the API said of it, and, in its queue, what callers wait to hear."""

    sent = acknowledged = kept = -1
    trouble = status = 0
    picked_up: Happened | None = None
    """Set as a call-taker answers; ``talk_ended`` as the verdict falls."""
    talk_ended: Happened | None = None
    ring: Ring

    def judged(self, kept: int, trouble: int, status: int) -> None:
        """The verdict was given to an API that kept it (1), or did not (0), for this reason: see Exchanges."""
        self.kept = kept
        if not self.trouble:
            self.trouble, self.status = trouble, status


class LiveFloor:
    """What callers and call-takers of one worker share."""

    def __init__(self, plan: Plan, world: World, api: type[DispatchUser]) -> None:
        self.plan, self.world, self.settings = plan, world, plan.settings
        columns: Any = SimpleNamespace(**plan.calls.columns())
        self.columns = columns
        self.messages, self.other_line = Messages(columns, plan.policy), OtherLine(columns, plan.policy)
        self.silence = Silence(columns, plan.floor.silent_procedure)
        self.most_attempts = columns.attempts[columns.group]
        self.texts = any(rule.traits.only_warns for rule in plan.policy.rules)
        self.waiting: dict[int, LiveAttempt] = {}
        """Attempts of this worker that a call-taker may answer, or is talking to, by rank."""
        self.turn: dict[int, int] = {}
        """How often each person has gone on to the next number."""
        self.gave_up: set[int] = set()
        self.reported: set[int] = set()
        """Incidents that a call-taker knows of."""
        kept_here = bool(plan.policy.rules) and api.has_blocklist and not api.knows_policy
        self.keeper = ListKeeper(plan.calls, plan.policy, world) if kept_here else None
        """Applies the policy where the API has a blocklist, and no rules of its own."""

    def list_at_start(self) -> None:
        """Put the numbers that the scenario lists at the start on the API's blocklist."""
        calls, user = self.plan.calls, self.world.user()
        for number, until in zip(calls.listed.tolist(), calls.listed_until.tolist(), strict=True):
            heard = guarded(user.block, shown(number), inf if until == NEVER else self.world.seconds(until))
            if heard.fault:
                self.world.trouble("block", "", heard.fault)

    # -- what is sent ------------------------------------------------------------------------------------------------

    def number_of(self, call: int) -> int:
        """The number shown: the call's own until the person has gone on to another SIM; -1 withheld."""
        number, turn = int(self.columns.number[call]), self.turn.get(int(self.columns.person[call]), 0)
        if number < 0 or not turn:
            return number
        return int(self.columns.own[call] + turn % self.columns.sims[self.columns.group[call]])

    def ring_of(self, attempt: LiveAttempt) -> Ring:
        """An attempt as the API is told of it."""
        call, passed_back = attempt.call, attempt.cause == Cause.PASSBACK
        return Ring(
            reference=f"{self.settings.run}-{call}-{attempt.attempt}{'p' if passed_back else ''}",
            number=shown(attempt.number),
            group=self.plan.calls.groups[self.columns.group[call]],
            intent=INTENTS[self.columns.intent[call]],
            attempt=attempt.attempt,
            passed_back=passed_back,
            at=self.settings.at(attempt.arrival),
            talk=self.talk_of(call, attempt.row),
            verdict=INTENTS[self.verdict_of(call, attempt.row)],
        )

    def attempt_of(self, reference: str) -> tuple[int, int, int] | None:
        """(call, attempt, row) of a reference; None of another run's, or of somebody else's call."""
        run, _, rest = reference.partition("-")
        call, _, count = rest.removesuffix("p").partition("-")
        if (
            run != self.settings.run
            or not (call.isdecimal() and count.isdecimal())
            or int(call) >= len(self.plan.calls)
        ):
            return None
        row = self.plan.calls.row(np.int64(call), np.int64(count), rest.endswith("p"))  # type: ignore[arg-type]
        return int(call), int(count), int(row)

    # -- what was drawn ----------------------------------------------------------------------------------------------

    def talk_of(self, call: int, row: int) -> int:
        """How long the call-taker talks (µs): listens only, where nobody speaks; less of a known incident."""
        if self.columns.voiceless[call] and self.silence.listen is not None:
            return self.silence.listen
        incident = int(self.columns.incident[call])
        return int(self.columns.duplicate[row] if incident in self.reported else self.columns.talk[row])

    def verdict_of(self, call: int, row: int) -> int:
        """What the call-taker takes the call for."""
        plan, unheard = self.columns, bool(self.columns.voiceless[call])
        if plan.deceives[call] and not unheard:
            return GENUINE
        if plan.doubt[row] < plan.tendency[call]:
            return int(plan.verdict[row])
        return SILENT if unheard else int(plan.intent[call])

    def busy_after(self, call: int, row: int, verdict: int) -> int:
        """How long the call-taker is busy after talk (µs): wrap-up, a call back, an acceptance that is attended."""
        busy = int(self.columns.wrap[row])
        if self.columns.voiceless[call]:
            busy += self.silence.call_back(self._shown(call, row))
        if self.plan.floor.attended and verdict == GENUINE:
            busy = max(busy, int(self.columns.accept[row]))
        return busy

    def _shown(self, call: int, row: int) -> Attempt:
        attempt = Attempt(call, 0, 0, row, 0, 0)
        attempt.number = int(self.columns.number[call])
        return attempt

    def duty_of(self, person: int) -> Iterator[tuple[int, int]]:
        """When a call-taker comes and goes, in order."""
        staffing = self.plan.staffing
        mine = staffing.person == person
        return zip(staffing.on[mine].tolist(), staffing.off[mine].tolist(), strict=True)

    # -- who tells whom ----------------------------------------------------------------------------------------------

    def tell(self, kind: str, *values: int) -> None:
        """Something that callers, here or at another worker, wait to hear."""
        if not self.told(kind, values) or kind == REPORTED:
            self.world.tell(kind, values)

    def told(self, kind: str, values: tuple[int, ...]) -> bool:
        """Hear of an answer, an end of talk or a reported incident; whether it was one of this worker's callers."""
        if kind == REPORTED:
            self.reported.add(values[0])
            return False
        attempt = self.waiting.get(values[0])
        if attempt is None:
            return False
        if kind == ANSWERED:
            _, attempt.answered, attempt.call_taker = values
            _set(attempt.picked_up)
        else:
            _, attempt.talk_end, attempt.verdict, *said = values
            attempt.judged(*said)
            _set(attempt.talk_ended)
        return True

    # -- what is written ---------------------------------------------------------------------------------------------

    def begun(self, attempt: LiveAttempt) -> None:
        """An attempt is made."""
        self.world.record(line("B", [getattr(attempt, name) for name in BEGUN]))

    def ended(self, attempt: LiveAttempt) -> None:
        """An attempt has ended."""
        self.world.record(line("E", [int(getattr(attempt, name)) for name in ENDED]))

    def note_fault(self, attempt: LiveAttempt, step: str, heard: Heard) -> None:
        """Remember the first fault of an attempt."""
        assert heard.fault
        if not attempt.trouble:
            _, attempt.trouble, attempt.status = said_of(heard)
        self.world.trouble(step, INTENTS[self.columns.intent[attempt.call]], heard.fault)


def said_of(heard: Heard) -> tuple[int, int, int]:
    """Whether a step was done (1, 0) and, where it was not, the index into TROUBLES and the status: as Exchanges have
    them."""
    if heard.state is not State.FAILED:
        return 1, 0, 0
    assert heard.fault
    return 0, TROUBLES.index(heard.fault.trouble), heard.fault.status


def _set(happened: Happened | None) -> None:
    if happened is not None:
        happened.set()
