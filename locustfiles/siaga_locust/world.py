"""The world of a live run as a worker of Locust plays it: greenlets, one clock for all workers, Locust's events."""

import logging
from collections import Counter
from collections.abc import Callable
from time import perf_counter, time
from typing import Any

import gevent
from gevent.event import Event

from siaga_locust.latency import Lag, Latencies
from simulator.live.contract import DispatchUser, Fault, Trouble

log = logging.getLogger("siaga")

NO_REPLY = frozenset((Trouble.REFUSED, Trouble.LOST, Trouble.TLS))
"""Nothing came back, so nothing was quick; who waited in vain until a time-out did wait."""


class Failed(Exception):  # noqa: N818  (Locust shows the name beside the text)
    """A step of a call that the API could not do."""

    def __repr__(self) -> str:
        return str(self)


class GreenletWorld:
    """See `simulator.live.world.World`; times of the plan are (clock on the wall - epoch) x speed."""

    def __init__(self, speed: float, lag: Lag, fire: Callable[..., None], user: Callable[[], DispatchUser]) -> None:
        self.scale, self.lag, self.fire, self.user = speed * 1e6, lag, fire, user
        self.latencies = Latencies()
        self.lines: list[str] = []
        """Lines of the log that are not sent yet."""
        self.told: list[tuple[str, tuple[int, ...]]] = []
        """What other workers are to be told."""
        self.someone_to_tell = Event()
        self.troubles: Counter[tuple[str, str, str]] = Counter()
        self.examples: dict[tuple[str, str, str], str] = {}
        self.running: set[Any] = set()
        """Greenlets of calls and of whatever goes on beside them."""
        self.idle: list[Any] = []
        """Greenlets that have nothing to do."""
        self._epoch = perf_counter()

    def begin(self, epoch: float) -> None:
        """The plan's time 0 is at ``epoch`` of the system's clock."""
        self._epoch = perf_counter() + (epoch - time())

    # -- time --------------------------------------------------------------------------------------------------------

    def now(self) -> int:
        """The time of the plan."""
        return int((perf_counter() - self._epoch) * self.scale)

    def seconds(self, duration: int) -> float:
        """How long a duration of the plan takes by the clock on the wall."""
        return duration / self.scale

    def sleep_until(self, when: int) -> None:
        """Sleep until a time of the plan, and note how late the generator woke up."""
        until = self._epoch + when / self.scale
        left = until - perf_counter()
        if left > 0:
            gevent.sleep(left)
            self.lag.note(max(perf_counter() - until, 0.0))

    def late(self, when: int) -> float:
        """How many seconds ago a time of the plan was."""
        return perf_counter() - (self._epoch + when / self.scale)

    # -- greenlets ---------------------------------------------------------------------------------------------------

    def happened(self) -> Event:
        """Something that can be waited for."""
        return Event()

    def spawn(self, task: Callable[..., None], *about: Any) -> None:
        """Do this beside everything else; in a greenlet that has done with another task, where there is one.

        A new greenlet costs ten times as much, for the memory that it asks the system for and gives back.
        """
        if self.idle:
            greenlet = self.idle.pop()
            gevent.get_hub().loop.run_callback(greenlet.switch, task, about)
        else:
            greenlet = gevent.spawn_raw(self._work, task, about)
        self.running.add(greenlet)

    def _work(self, task: Callable[..., None], about: tuple[Any, ...]) -> None:
        me, hub = gevent.getcurrent(), gevent.get_hub()
        while True:
            try:
                task(*about)
            except gevent.GreenletExit:
                return
            except Exception:
                log.exception("an error of siaga's own")
            self.running.discard(me)
            self.idle.append(me)
            task, about = hub.switch()

    def kill(self) -> None:
        """End everything that still goes on."""
        for each in self.running:
            gevent.kill(each)
        self.running.clear()
        self.idle.clear()

    # -- what is said ------------------------------------------------------------------------------------------------

    def tell(self, kind: str, values: tuple[int, ...]) -> None:
        """Tell all other workers."""
        self.told.append((kind, values))
        self.someone_to_tell.set()

    def record(self, line: str) -> None:
        """A line for the log of the run."""
        self.lines.append(line)

    def milestone(self, name: str, intent: str, since: int, fault: Fault | None = None) -> None:
        """A milestone of a call was reached; Locust shows it as a row of type CALL."""
        took = max(self.late(since), 0.0)
        if fault is None or fault.trouble not in NO_REPLY:
            self.latencies.reached(name, intent, took * 1e6)
        self.fire(
            request_type="CALL",
            name=f"{name} {intent}",
            response_time=took * 1000,
            response_length=0,
            context={},
            exception=Failed(str(fault)) if fault else None,
        )

    def trouble(self, step: str, intent: str, fault: Fault) -> None:
        """A step failed: counted, and said once for each kind."""
        key = (str(fault.trouble), step, intent)
        if not self.troubles[key]:
            self.examples[key] = str(fault)
            if not any(other[:2] == key[:2] for other in self.troubles):
                log.warning("%s: %s; more of these are counted, and not said again", step, fault)
        self.troubles[key] += 1

    def trouble_rows(self) -> list[dict[str, Any]]:
        """Troubles as the summary has them."""
        names = ("trouble", "step", "intent")
        return [
            {**dict(zip(names, key, strict=True)), "count": count, "example": self.examples[key]}
            for key, count in sorted(self.troubles.items())
        ]
