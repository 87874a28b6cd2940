"""The master's part, and that of a run on its own: who gets which calls, when time begins, and when it is over.

Whoever claims gets: the shares of the calls and the persons of the staffing are handed to the users that ask, wherever
Locust placed those. A worker that is lost takes its share with it, and the run ends: half a table is no result.
"""

import logging
import secrets
from dataclasses import dataclass, field, replace
from math import inf
from time import monotonic, time
from typing import Any

import gevent
import numpy as np
from gevent.event import Event

from siaga_locust.apis import api_of
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
from siaga_locust.options import TAGS, is_wanted
from siaga_locust.player import ROWS
from siaga_locust.reporting import Reporter
from simulator.live.shares import split
from simulator.tables.plan import Plan

log = logging.getLogger("siaga")

LEAD = 0.5
"""Seconds from "begin" to the plan's time 0, so that the message is everywhere by then."""
CLAIM_TIME = 120.0
"""Seconds within which every share must be claimed and ready."""
LAST_REPORT = 15.0
"""Seconds that workers have for their last report, beyond the grace for calls in progress."""
WRAP_UP_TIME = 3600.0
"""Seconds that call-takers have to wrap up after the last call has ended."""
MISSING_TIME = 6.0
"""Seconds that a worker may be missing before its share is given up."""
APART = 0.5
"""Seconds that a worker's clock may be apart from the master's before it is set right."""


@dataclass(slots=True)
class Worker:
    """What the master knows of a worker."""

    name: str
    shares: list[int] = field(default_factory=list)
    calls: int = 0
    clock: float = 0.0
    """How far the worker's clock is ahead."""
    counts: dict[str, Any] = field(default_factory=dict)
    has_plan: bool = False
    final: bool = False
    lost: bool = False
    missing_since: float = 0.0


class Conductor:
    """One a process; what it knows of a run begins anew with each."""

    def __init__(self, environment: Any, plan: Plan) -> None:
        self.environment, self.runner, self.options = environment, environment.runner, environment.parsed_options
        self.plan, self.keeps_run = plan, bool(self.options.keep_run)
        self.api = api_of(self.options.api)
        self.tasks = {name: is_wanted(self.options, name) for name in TAGS}
        hears = {CLAIM: self._claim, READY: self._ready, REPORT: self._report, TELL: self._tell, FINAL: self._final}
        for kind, hear in {**hears, DRAINED: self._drained, BROKEN: self._broken}.items():
            listen(self.runner, kind, hear)
        self._forget()

    def _forget(self) -> None:
        self.workers: dict[str, Worker] = {}
        self.shares: list[Any] = []
        self.persons: list[int] = []
        self.given: dict[str, int] = {SHARE: 0, PERSON: 0}
        self.ready = 0
        self.drained: set[int] = set()
        self.started_at = self.epoch = 0.0
        self.under_way = self.interrupted = self.aborted = self.closing = False
        self.until = inf
        self.over = Event()
        self.over.set()
        self.reporter: Reporter | None = None

    # -- who plays ---------------------------------------------------------------------------------------------------

    def users(self) -> tuple[int, int]:
        """How many drivers and call-takers there are to be, fixed when a test starts."""
        return len(self.shares), len(self.persons)

    def lay_out(self, workers: int) -> None:
        """Divide the calls among so many workers."""
        if self.under_way or not workers:
            return
        self._forget()
        self._name_run()
        classes = {each.__name__ for each in self.environment.user_classes}
        self.shares = split(self.plan.calls, workers) if self._plays("callers", "Driver", classes) else []
        queue = self.api.has_queue and self._plays("call-takers", "CallTaker", classes)
        self.persons = sorted({int(who) for who in self.plan.staffing.person}) if queue else []
        self.under_way, self.started_at = True, monotonic()
        self.over.clear()
        self.reporter = Reporter(self.options, self.plan)
        gevent.spawn(self._watch)
        if not sum(self.users()):
            self._abort(f"nobody plays: no calls, or --tags and --exclude-tags leave none of {', '.join(TAGS)}")

    def _name_run(self) -> None:
        """Each play has references of its own: those of one before the API knows, and what became of the calls."""
        if not self.keeps_run:
            self.plan = replace(self.plan, settings=replace(self.plan.settings, run=secrets.token_hex(4)))
        self.keeps_run = False  # a plan is freshly drawn once

    def _plays(self, tag: str, user: str, classes: set[str]) -> bool:
        if user not in classes:
            log.warning("no user class %s: nobody plays the %s", user, tag)
        return self.tasks[tag] and user in classes

    # -- what workers say --------------------------------------------------------------------------------------------

    def _claim(self, msg: Any) -> None:
        worker = self.workers.setdefault(msg.node_id, Worker(msg.node_id))
        worker.clock = msg.data["clock"] - time()
        what, nth = msg.data["what"], self.given[msg.data["what"]]
        there = self.shares if what == SHARE else self.persons
        reply: dict[str, Any] = {"token": msg.data["token"], "given": None}
        if self.under_way and not self.closing and nth < len(there):
            self.given[what] += 1
            reply["given"] = self._share(worker, nth) if what == SHARE else self.persons[nth]
            if not worker.has_plan:
                worker.has_plan = True
                reply["plan"] = self.plan if self._is_alone else self.plan.to_bytes()
        self.runner.send_message(GIVEN, reply, worker.name)

    def _share(self, worker: Worker, nth: int) -> dict[str, Any]:
        worker.shares.append(nth)
        worker.calls += len(self.shares[nth])
        return {"index": nth, "rows": np.asarray(self.shares[nth], dtype=ROWS).tobytes()}

    @property
    def _is_alone(self) -> bool:
        return not hasattr(self.runner, "clients")

    def _ready(self, _: Any) -> None:
        self.ready += 1
        if self.ready == sum(self.users()) and not self.epoch:
            self._begin()

    def _begin(self) -> None:
        self.epoch = time() + LEAD
        for worker in self.workers.values():
            ahead = worker.clock if abs(worker.clock) > APART else 0.0
            if ahead:
                log.warning("the clock of worker %s is %.1f s apart, and is set right", worker.name, ahead)
            self.runner.send_message(BEGIN, {"epoch": self.epoch + ahead}, worker.name)
        drivers, takers = self.users()
        calls = sum(map(len, self.shares))
        log.info("%d calls begin, by %d drivers; call-takers: %d", calls, drivers, takers)

    def _report(self, msg: Any) -> None:
        worker = self.workers.get(msg.node_id)
        if worker is not None and self.reporter is not None:
            self.reporter.write_rows(msg.data.pop("lines"))
            worker.counts = msg.data

    def _tell(self, msg: Any) -> None:
        for name, worker in self.workers.items():
            if name != msg.node_id and not worker.lost:
                self.runner.send_message(TOLD, msg.data, name)

    def _drained(self, msg: Any) -> None:
        self.drained.add(msg.data["index"])
        if len(self.drained) == len(self.shares) and not self.closing:
            gevent.spawn(self.close, WRAP_UP_TIME)

    def _broken(self, msg: Any) -> None:
        if msg.node_id in self.workers and not self.aborted:
            gevent.spawn(self._abort, "worker %s cannot go on, the run ends: %s", msg.node_id, msg.data["why"])

    def _final(self, msg: Any) -> None:
        worker = self.workers.get(msg.node_id)
        if worker is None or worker.final:
            return
        worker.final = True
        if msg.data and self.reporter is not None:
            worker.counts = {name: msg.data[name] for name in (*worker.counts, "in_progress")}
            self.reporter.add(msg.data)

    # -- how it ends -------------------------------------------------------------------------------------------------

    def is_over(self) -> bool:
        """Whether everything is played and reported, or the run cannot go on."""
        limit = self.options.run_time
        if self.under_way and not self.closing and limit and monotonic() - self.started_at >= limit:
            log.info("--run-time limit reached")
            self.stop()
        return self.under_way and self.over.is_set()

    def stop(self) -> None:
        """Stop before the end: calls in progress have --stop-timeout seconds, and are open after that."""
        if self.under_way and not self.over.is_set():
            self.interrupted = True
            self.close(float(self.environment.stop_timeout or 0.0))
        self.over.wait()

    def stopped(self) -> None:
        """Locust's test is over: the next one begins anew."""
        self.under_way = False

    def close(self, grace: float) -> None:
        """Let everybody end within so many seconds, and wait for their last reports; said again, if sooner."""
        for worker in self.workers.values():
            if not worker.lost:
                self.runner.send_message(CLOSE, {"grace": grace}, worker.name)
        self.until = min(self.until, monotonic() + grace + LAST_REPORT)
        if self.closing:
            return
        self.closing = True
        while monotonic() < self.until and not all(each.final or each.lost for each in self.workers.values()):
            gevent.sleep(0.02)
        self._conclude()
        self.over.set()

    def _conclude(self) -> None:
        assert self.reporter
        silent = [each.name for each in self.workers.values() if not (each.final or each.lost)]
        if silent:
            log.error("no last report came from %s: its figures are missing", ", ".join(silent))
        drained = len(self.drained) == len(self.shares) and not self.interrupted and not self.aborted
        self.reporter.conclude(self._counts(), len(self.workers), drained=drained, interrupted=self.interrupted)
        if self.reporter.is_saturated:
            self.environment.process_exit_code = 3
        elif self.aborted or silent:
            self.environment.process_exit_code = 1

    def _abort(self, why: str, *about: Any) -> None:
        log.error(why, *about)
        self.aborted = True
        self.close(0.0)

    def _watch(self) -> None:
        """Once a second: how far it is, and whether everybody is still there."""
        while not self.over.wait(1.0):
            if self.reporter:
                self.reporter.write_status(self._counts())
            if not self.closing:
                self._look()

    def _look(self) -> None:
        if not self.epoch and monotonic() - self.started_at > CLAIM_TIME:
            self._abort("%d of %d users were ready in time: the run ends", self.ready, sum(self.users()))
            return
        if (
            not self.shares
            and self.epoch
            and (time() - self.epoch) * self.plan.settings.speed * 1e6 > self.plan.calls.length
        ):
            gevent.spawn(self.close, WRAP_UP_TIME)
            return
        lost = [each for each in self.workers.values() if self._is_lost(each)]
        for worker in lost:
            worker.lost = True
            ended = worker.counts.get("ended", 0)
            said = "worker %s was lost: %d of the %d calls of its share had ended, the others are missing"
            log.error(said, worker.name, ended, worker.calls)
        if lost:
            self._abort("the run ends: half a table is no result")

    def _is_lost(self, worker: Worker) -> bool:
        if self._is_alone or worker.final:
            return False
        node = self.runner.clients.get(worker.name)
        if node is None:
            return True
        if node.state != "missing":
            worker.missing_since = 0.0
            return False
        worker.missing_since = worker.missing_since or monotonic()
        return monotonic() - worker.missing_since > MISSING_TIME

    def _counts(self) -> dict[str, Any]:
        counts = [each.counts for each in self.workers.values() if each.counts]
        total = {name: sum(each.get(name, 0) for each in counts) for name in ("started", "ended", "failed", "requests")}
        return {
            "now": max((each["now"] for each in counts), default=0),
            "epoch": self.epoch,
            "calls": sum(map(len, self.shares)),
            **total,
            "in_progress": total["started"] - total["ended"],
            "lag_p99_ms": max((each["lag_p99_ms"] for each in counts), default=0.0),
        }
