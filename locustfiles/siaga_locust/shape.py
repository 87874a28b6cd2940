"""How many users there are, and where: as many as the plan needs, for as long as it lasts; none is moved.

Set by an event and not left to Locust to discover: a locustfile that imports the users and not the shape would
otherwise run half a table, and not say so.
"""

from collections.abc import Iterator
from itertools import cycle
from typing import Any

from locust import LoadTestShape
from locust.dispatch import UsersDispatcher

from siaga_locust.conductor import Conductor

RATE = 100.0
"""Users that Locust says it starts a second; all are started at once."""


class TableShape(LoadTestShape):
    """Runs until the table is played and reported."""

    def __init__(self, conductor: Conductor) -> None:
        super().__init__()
        self.conductor = conductor

    def tick(self) -> tuple[int, float] | None:
        """The number of users; None when it is over."""
        self.conductor.lay_out(self._workers())
        if self.conductor.is_over():
            return None
        return max(sum(self.conductor.users()), 1), RATE

    def _workers(self) -> int:
        """Workers that can take a share now; 1 where there is only this process."""
        clients = getattr(self.conductor.runner, "clients", None)
        return 1 if clients is None else len(clients.ready) + len(clients.spawning) + len(clients.running)


class PlacedOnce(UsersDispatcher):
    """Drivers in turn, one a worker, then call-takers in turn; a call in progress cannot be moved, so nobody is.

    Locust's own would divide users anew when a worker comes or goes, and stop those that have calls in progress.
    """

    wanted: dict[str, int]
    """How many users of each class; set as a test starts."""

    def __init__(self, worker_nodes: list[Any], user_classes: list[Any]) -> None:
        super().__init__(worker_nodes, user_classes)
        self._is_placed = False

    def _dispatcher(self) -> Iterator[dict[str, dict[str, int]]]:  # type: ignore[override]
        self._dispatch_in_progress = True
        if not self._is_placed:
            self._is_placed = True
            self._place()
        self._current_user_count = self._target_user_count
        yield self._users_on_workers
        self._dispatch_in_progress = False

    def _place(self) -> None:
        nodes = cycle(self._worker_nodes)
        for user_class in sorted(self._user_classes, key=lambda each: each.__name__ != "Driver"):
            for _ in range(self.wanted.get(user_class.__name__, user_class.fixed_count)):
                self._users_on_workers[next(nodes).id][user_class.__name__] += 1

    def add_worker(self, worker_node: Any) -> None:
        """A worker that comes late gets no calls."""

    def remove_worker(self, worker_node: Any) -> None:
        """Users of a worker that is lost are lost."""
        self._worker_nodes = [node for node in self._worker_nodes if node.id != worker_node.id]
        self._users_on_workers.pop(worker_node.id, None)
        self._initial_users_on_workers.pop(worker_node.id, None)
