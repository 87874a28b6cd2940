"""The users that Locust starts: drivers, who make the calls of a share, and call-takers, who work the queue."""

from typing import Any, cast

from locust import User, tag, task
from locust.exception import StopUser

from siaga_locust.player import Player


def player_of(environment: Any) -> Player:
    """What plays in this process."""
    return cast("Player", environment.siaga_player)


class Driver(User):
    """Makes the calls of one share, each in a greenlet of its own, when they are due. One a worker."""

    @tag("callers")
    @task
    def make_calls(self) -> None:
        """Make them."""
        _play(self, "make_calls")


class CallTaker(User):
    """A person of the scenario's staffing, at the API's queue."""

    @tag("call-takers")
    @task
    def take_calls(self) -> None:
        """Work the shifts."""
        _play(self, "take_calls")


def _play(user: User, part: str) -> None:
    """Play a part to the end of the run; an error of siaga's own ends it."""
    run = player_of(user.environment).run
    try:
        getattr(run, part)()
    except Exception as error:
        run.broken(error)
        raise StopUser from None
    raise StopUser
