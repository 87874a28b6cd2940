"""A call-taker at work, of whom it is known whether they are at a call: a run ends when nobody is any more."""

from typing import Any

import gevent

from siaga_locust.clients import Desks
from simulator.live.call_taker import CallTaker
from simulator.live.contract import DispatchUser, Heard, State
from simulator.live.floor import LiveFloor


class Duty:
    """A person at work; ``busy`` while a call is talked through or wrapped up."""

    def __init__(self, floor: LiveFloor, person: int, desks: Desks) -> None:
        self.busy = False
        self._made = desks.call_taker
        world = _Beside(floor.world, self._user)
        self.taker = CallTaker(floor, person)
        self.taker.world = world
        self.greenlet = gevent.spawn(self.taker.run)

    def end(self) -> None:
        """Sign off and go."""
        self.greenlet.kill(block=True)

    def _user(self) -> DispatchUser:
        """A call-taker at the API, of whom it is known whether they are at a call."""
        user = self._made()
        next_call, sign_off = user.next_call, user.sign_off

        def watched(desk: int, wait: float) -> Heard:
            self.busy = False
            heard = next_call(desk, wait)
            self.busy = heard.state is State.ANSWERED
            return heard

        def going(desk: int) -> Heard:
            self.busy = False
            return sign_off(desk)

        user.next_call, user.sign_off = watched, going  # type: ignore[method-assign]
        return user


class _Beside:
    """A world in which users are call-takers."""

    def __init__(self, world: Any, user: Any) -> None:
        self._world, self.user = world, user

    def __getattr__(self, name: str) -> Any:
        return getattr(self._world, name)
