"""A call-taker at the API's queue: the scenario's shifts, the drawn talk and wrap-up, the drawn verdicts."""

from simulator.live.contract import DispatchUser, Heard, Ring, State, guarded, shown
from simulator.live.floor import ANSWERED, ENDED_TALK, GENUINE, REPORTED, LiveFloor, said_of
from simulator.scenario.intent import INTENTS
from simulator.scenario.units import MILLISECOND
from simulator.tables.row_log import line

LONGEST_WAIT = 20.0
"""Seconds of the wall clock for which an API is asked to wait for a call."""
TRIES, PAUSE = 5, 0.5
"""How often a verdict is sent where the API does not take it, and the seconds between, and after other faults."""


class CallTaker:
    """One person of the staffing."""

    def __init__(self, floor: LiveFloor, person: int) -> None:
        self.floor, self.world, self.person = floor, floor.world, person

    def run(self) -> None:
        """Work all shifts; whoever ends the run ends this in the middle of one."""
        for on, off in self.floor.duty_of(self.person):
            if off > self.world.now():
                self.world.sleep_until(on)
                self._shift(self.world.user(), off)

    def _shift(self, user: DispatchUser, off: int) -> None:
        self._step("sign-on", guarded(user.sign_on, self.person))
        try:
            while (left := off - self.world.now()) > 0:
                wait = min(LONGEST_WAIT, max(self.world.seconds(left), 0.001))
                heard = guarded(user.next_call, self.person, wait)
                self._step("next call", heard)
                if heard.state is State.ANSWERED:
                    self._call(user, heard)
        finally:
            self._step("sign-off", guarded(user.sign_off, self.person), pause=False)

    def _step(self, step: str, heard: Heard, *, pause: bool = True) -> None:
        """An API in trouble is not asked again at once."""
        if heard.state is State.FAILED and heard.fault:
            self.world.trouble(step, "", heard.fault)
            if pause:
                self._pause()

    def _pause(self) -> None:
        simulated = round(PAUSE * self.floor.settings.speed * 1000) * MILLISECOND
        self.world.sleep_until(self.world.now() + simulated)

    def _call(self, user: DispatchUser, heard: Heard) -> None:
        """Talk, give the verdict, wrap up."""
        known = self.floor.attempt_of(heard.reference)
        if known is None:
            self._stranger(user, heard)
            return
        call, count, row = known
        answered, rank = self.world.now(), (call << 8) + count
        self.floor.tell(ANSWERED, rank, answered, self.person)
        until = answered + self.floor.talk_of(call, row)
        self.world.sleep_until(until)
        verdict = self.floor.verdict_of(call, row)
        last = self._judge(user, self._ring(heard, call, count), INTENTS[verdict], until)
        talk_end = self.world.now()
        self.floor.tell(ENDED_TALK, rank, talk_end, verdict, *said_of(last))
        if (incident := int(self.floor.columns.incident[call])) >= 0 and verdict == GENUINE:
            self.floor.tell(REPORTED, incident)
        self.world.sleep_until(talk_end + self.floor.busy_after(call, row, verdict))
        self.world.record(line("F", (call, count, self.world.now())))

    def _ring(self, heard: Heard, call: int, count: int) -> Ring:
        plan = self.floor.columns
        return Ring(
            reference=heard.reference,
            number=heard.number or shown(int(plan.number[call])),
            group=self.floor.plan.calls.groups[plan.group[call]],
            intent=INTENTS[plan.intent[call]],
            attempt=count,
            passed_back=heard.reference.endswith("p"),
            at=self.floor.settings.at(self.world.now()),
            id=heard.id,
        )

    def _judge(self, user: DispatchUser, ring: Ring, verdict: str, since: int) -> Heard:
        """Give the verdict, again where the API did not take it: it would keep the call-taker at this call.

        ``since``: when it was meant to be given. Returns what the API said to the last try.
        """
        for _ in range(TRIES):
            heard = guarded(user.verdict, ring, verdict)
            self.world.milestone("verdict", ring.intent, since, heard.fault)
            if heard.state is not State.FAILED:
                break
            assert heard.fault
            self.world.trouble("verdict", ring.intent, heard.fault)
            self._pause()
            since = self.world.now()
        return heard

    def _stranger(self, user: DispatchUser, heard: Heard) -> None:
        """A call that this run did not make, such as one left in the queue by an earlier run: nobody is there.

        It is ended as an enquiry, which is no strike against a number that this run knows nothing of.
        """
        nobody = Ring(heard.reference, "", "", "", 1, passed_back=False, at="", id=heard.id)
        self._judge(user, nobody, "enquiry", self.world.now())
