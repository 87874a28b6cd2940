"""Clients for callers and for call-takers, by the client that is asked for; one pool of sockets each, a worker."""

from collections.abc import Mapping
from typing import Any

from siaga_locust.fast import FastClient, FastSite
from siaga_locust.lean import LeanClient, Site
from siaga_locust.options import SOCKETS
from simulator.live.contract import DispatchUser

DESKS = 10_000
"""Sockets of call-takers: each may hold one for as long as it waits for a call, so they must not share the callers'."""


class Desks:
    """Makes a `DispatchUser` for each caller and each call-taker of a worker."""

    def __init__(self, environment: Any, options: Any, api: type[DispatchUser], keys: Mapping[str, str]) -> None:
        self.api, self.keys, self.timeout = api, dict(keys), options.timeout
        self.expects: frozenset[int] = frozenset(getattr(api, "expects", ()))
        events = environment.events.request
        self._lean = options.client == "lean"
        made = Site if self._lean else FastSite
        self._event = events.fire if self._lean else events
        insecure = options.insecure or api.insecure
        self.callers = made(environment.host, options.sockets or api.sockets or SOCKETS, options.timeout, insecure)
        self.takers = made(environment.host, DESKS, options.timeout, insecure)

    @property
    def sent(self) -> int:
        """How many requests were sent."""
        return self.callers.sent + self.takers.sent

    def caller(self) -> DispatchUser:
        """A caller at the API."""
        return self._at(self.callers)

    def call_taker(self) -> DispatchUser:
        """A call-taker at the API."""
        return self._at(self.takers)

    def _at(self, site: Any) -> DispatchUser:
        client = LeanClient if self._lean else FastClient
        return self.api(client(site, self._event, self.expects), self.keys)
