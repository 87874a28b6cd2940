"""The worker's part: claims calls and call-takers, plays them from the common epoch on, reports, and ends."""

import gc
import logging
from collections.abc import Iterator
from itertools import count
from math import inf
from time import process_time, time
from typing import Any

import gevent
import numpy as np
from gevent.event import AsyncResult, Event

from siaga_locust.apis import api_of
from siaga_locust.clients import Desks
from siaga_locust.duty import Duty
from siaga_locust.latency import Lag
from siaga_locust.messages import (
    BEGIN,
    BROKEN,
    CLAIM,
    CLOSE,
    DRAINED,
    FINAL,
    GIVEN,
    PERSON,
    READY,
    REPORT,
    SHARE,
    TELL,
    TOLD,
    listen,
)
from siaga_locust.options import keys_of
from siaga_locust.world import GreenletWorld
from simulator.live.caller import Caller
from simulator.live.contract import State
from simulator.live.floor import LiveAttempt, LiveFloor
from simulator.scenario.errors import BadInput
from simulator.tables.outcomes import Ending
from simulator.tables.plan import Plan

log = logging.getLogger("siaga")

EVERY = 0.5
"""Seconds between reports."""
SOON = 0.001
"""Seconds for which what is told to others is gathered, so that many answers make one message."""
AT_ONCE = 50
"""Calls that are begun in one go before others have their turn, where the generator is behind."""
YOUNG, MIDDLE, NEVER_OLD = 5_000, 10, 1_000_000
"""When the garbage collector looks: never through everything, which takes as long as there are calls in progress."""
LAST = 30.0
"""Seconds that whoever ends a run as well waits for the end of it."""
ROWS = np.dtype("<i8")


class Floor(LiveFloor):
    """A floor that counts the attempts that failed."""

    failed = 0

    def ended(self, attempt: LiveAttempt) -> None:
        """An attempt has ended."""
        self.failed += attempt.ending == Ending.FAILED
        super().ended(attempt)


class Player:
    """One a process; a new `Run` at each start of a test."""

    def __init__(self, environment: Any) -> None:
        self.environment = environment
        self.run = Run(environment)
        for kind, hear in ((GIVEN, self._given), (BEGIN, self._begin), (TOLD, self._told), (CLOSE, self._close)):
            listen(environment.runner, kind, hear)

    def start(self) -> None:
        """A test starts."""
        self.run.finish(0.0)
        self.run = Run(self.environment)

    def _given(self, msg: Any) -> None:
        self.run.given(msg.data)

    def _begin(self, msg: Any) -> None:
        self.run.begin(msg.data["epoch"])

    def _told(self, msg: Any) -> None:
        self.run.hear(msg.data)

    def _close(self, msg: Any) -> None:
        gevent.spawn(self.run.finish, msg.data["grace"])


class Run:
    """One run, as far as this worker plays it."""

    def __init__(self, environment: Any) -> None:
        self.environment, self.send = environment, environment.runner.send_message
        self.floor: Floor | None = None
        self.world: GreenletWorld
        self.claims: dict[int, AsyncResult] = {}
        self.tokens = count(1)
        self.begun, self.closing, self.over, self.until = Event(), False, Event(), inf
        self.started = self.ended = self.in_progress = 0
        self.duties: dict[int, Duty] = {}
        self.cpu = 0.0

    # -- before ------------------------------------------------------------------------------------------------------

    def claim(self, what: str) -> Any:
        """A share of the calls, or a person; None where there is no more to have."""
        token, answer = next(self.tokens), AsyncResult()
        self.claims[token] = answer
        self.send(CLAIM, {"what": what, "token": token, "clock": time()})
        return answer.get()

    def given(self, data: dict[str, Any]) -> None:
        """The answer to a claim; with the first, the plan."""
        waiting = self.claims.pop(data["token"], None)
        if "plan" in data:
            plan = data["plan"]
            try:
                self._lay_out(Plan.from_bytes(plan) if isinstance(plan, bytes) else plan)
            except Exception as error:  # whatever it is, the others must not wait for this worker
                self.broken(error)
                return
        if waiting is not None:
            waiting.set(data["given"])

    def _lay_out(self, plan: Plan) -> None:
        """The floor, and clients for it; nothing is opened before, so that a process may fork until here."""
        options = self.environment.parsed_options
        api = api_of(options.api)
        self.desks = Desks(self.environment, options, api, keys_of(options))
        fire = self.environment.events.request.fire
        self.world = GreenletWorld(plan.settings.speed, Lag(options.most_lag), fire, self.desks.caller)
        self.floor = Floor(plan, self.world, api)
        self.cut = plan.calls.cut
        gc.collect()
        gc.freeze()
        gc.set_threshold(YOUNG, MIDDLE, NEVER_OLD)

    def prepare(self) -> None:
        """Before the first call: whether the API is there, and what its blocklist holds at the start."""
        assert self.floor
        heard = self.desks.caller().check(self.floor.settings.speed)
        if heard.state is State.FAILED and heard.fault:
            self.world.trouble("check", "", heard.fault)
        self.floor.list_at_start()

    def begin(self, epoch: float) -> None:
        """All have claimed: time runs from this moment."""
        self.world.begin(epoch)
        self.cpu = process_time()
        gevent.spawn(self._report_on)
        gevent.spawn(self._tell_on)
        self.begun.set()

    def broken(self, error: BaseException) -> None:
        """This worker cannot go on."""
        if not isinstance(error, BadInput):
            log.error("an error of siaga's own", exc_info=error)
        self.send(BROKEN, {"why": f"{type(error).__name__}: {error}"})

    # -- calls -------------------------------------------------------------------------------------------------------

    def make_calls(self) -> None:
        """What a driver does: claim a share, and make its calls when they are due."""
        share = self.claim(SHARE)
        if share is not None:
            if share["index"] == 0:
                self.prepare()
            self.send(READY, {"what": SHARE})
            self.begun.wait()
            self._drive(share["rows"])
            self._await_end()
            if not self.closing:
                self._flush()
                self.send(DRAINED, {"index": share["index"]})
        self.over.wait()

    def _drive(self, packed: bytes) -> None:
        world, behind = self.world, 0
        for call, when in self._due(np.frombuffer(packed, dtype=ROWS)):
            if self.closing:
                return
            if world.late(when) < 0:
                gevent.sleep(-world.late(when))
                behind = 0
            elif (behind := behind + 1) >= AT_ONCE:
                gevent.sleep(0)
                behind = 0
            if self.closing:
                return
            self.started += 1
            world.spawn(self._call, call, when)

    def _due(self, rows: Any) -> Iterator[tuple[int, int]]:
        """Calls and their times, a thousand at a time as Python's numbers."""
        assert self.floor
        arrivals = self.floor.plan.calls.arrival
        for begin in range(0, len(rows), 1000):
            some = rows[begin : begin + 1000]
            yield from zip(some.tolist(), arrivals[some].tolist(), strict=True)

    def _call(self, call: int, when: int) -> None:
        assert self.floor
        self.world.lag.note(max(self.world.late(when), 0.0))
        try:
            Caller(self.floor, call).run()
        except gevent.GreenletExit:
            return  # it stays open
        except Exception:
            log.exception("an error of siaga's own, in call %d", call)
        self.ended += 1

    def _await_end(self) -> None:
        """Until no call is in progress; what still is when the floor is cut off stays open."""
        while self.ended < self.started and not self.closing and self.world.now() < self.cut:
            gevent.sleep(0.05)

    # -- call-takers -------------------------------------------------------------------------------------------------

    def take_calls(self) -> None:
        """What a call-taker does: claim a person, and work their shifts."""
        person = self.claim(PERSON)
        if person is not None:
            assert self.floor
            self.send(READY, {"what": PERSON})
            self.begun.wait()
            if not self.closing:
                self.duties[person] = Duty(self.floor, person, self.desks)
        self.over.wait()

    # -- in between --------------------------------------------------------------------------------------------------

    def hear(self, told: list[Any]) -> None:
        """What happened at other workers."""
        if self.floor is not None:
            for kind, values in told:
                self.floor.told(kind, tuple(values))

    def _tell_on(self) -> None:
        while not self.over.is_set():
            self.world.someone_to_tell.wait()
            gevent.sleep(SOON)
            self._flush_told()

    def _flush_told(self) -> None:
        self.world.someone_to_tell.clear()
        told, self.world.told = self.world.told, []
        if told:
            self.send(TELL, told)

    def _report_on(self) -> None:
        while not self.over.wait(EVERY):
            self._flush()

    def _flush(self) -> None:
        """Send what happened since the last report."""
        lines, self.world.lines = self.world.lines, []
        self.send(REPORT, {**self._counts(), "lines": "".join(lines)})

    def _counts(self) -> dict[str, Any]:
        return {
            "now": self.world.now(),
            "started": self.started,
            "ended": self.ended,
            "failed": self.floor.failed if self.floor else 0,
            "requests": self.desks.sent,
            "lag_p99_ms": self.world.lag.p99_ms(),
        }

    # -- the end -----------------------------------------------------------------------------------------------------

    def finish(self, grace: float) -> None:
        """End: call-takers finish what they are at; calls still in progress after ``grace`` seconds stay open.

        Said again, with less grace, it is over sooner.
        """
        self.until = min(self.until, time() + grace)
        if self.closing:
            self.over.wait(grace + LAST)
            return
        self.closing = True
        if self.floor is not None and self.begun.is_set():
            self._end()
            self._flush_told()
            self._flush()
            self.send(FINAL, self._final())
        elif self.claims or self.floor is not None:
            self.send(FINAL, {})
        self.begun.set()
        for waiting in self.claims.values():
            waiting.set(None)
        self.over.set()

    def _end(self) -> None:
        while time() < self.until and (self.ended < self.started or any(duty.busy for duty in self.duties.values())):
            gevent.sleep(0.02)
        gevent.joinall([gevent.spawn(duty.end) for duty in self.duties.values()], timeout=self.desks.timeout + 1)
        self.in_progress = self.started - self.ended
        self.world.kill()
        gevent.sleep(0)

    def _final(self) -> dict[str, Any]:
        return {
            **self._counts(),
            "in_progress": self.in_progress,
            "lag": self.world.lag.packed(),
            "latencies": self.world.latencies.packed(),
            "troubles": self.world.trouble_rows(),
            "cpu_s": process_time() - self.cpu,
        }
