"""Clients for callers and for call-takers, by the client that is asked for; one pool of sockets each, a worker."""

from collections.abc import Mapping
from typing import Any

from siaga_locust.fast import FastClient, FastSite
from siaga_locust.lean import LeanClient, Site
from simulator.live.contract import DispatchUser

DESKS = 10_000
"""Sockets of call-takers: each may hold one for as long as it waits for a call, so they must not share the callers'."""


class Desks:
    """Makes a `DispatchUser` for each caller and each call-taker of a worker."""

    def __init__(self, environment: Any, options: Any, target: type[DispatchUser], keys: Mapping[str, str]) -> None:
        self.target, self.keys, self.timeout = target, dict(keys), options.timeout
        self.expects: frozenset[int] = frozenset(getattr(target, "expects", ()))
        events = environment.events.request
        self._lean = options.client == "lean"
        made = Site if self._lean else FastSite
        self._event = events.fire if self._lean else events
        self.callers = made(environment.host, options.sockets, options.timeout, options.insecure)
        self.takers = made(environment.host, DESKS, options.timeout, options.insecure)

    @property
    def sent(self) -> int:
        """How many requests were sent."""
        return self.callers.sent + self.takers.sent

    def caller(self) -> DispatchUser:
        """A caller at the target's door."""
        return self._at(self.callers)

    def call_taker(self) -> DispatchUser:
        """A call-taker at the target's door."""
        return self._at(self.takers)

    def _at(self, site: Any) -> DispatchUser:
        client = LeanClient if self._lean else FastClient
        return self.target(client(site, self._event, self.expects), self.keys)
