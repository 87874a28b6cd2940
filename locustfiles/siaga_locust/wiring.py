"""Where siaga is hooked into Locust: options, and what is set up once Locust knows which process this is."""

import logging
import signal
import sys
from collections.abc import Iterator
from typing import Any

import gevent
from locust import events
from locust.runners import MasterRunner, WorkerRunner

from siaga_locust.conductor import Conductor
from siaga_locust.drawing import plan_for
from siaga_locust.options import TAGS, add_options
from siaga_locust.player import Player
from siaga_locust.shape import PlacedOnce, TableShape
from simulator.scenario.errors import BadInput, Fault, quoted

log = logging.getLogger("siaga")

PATIENCE = 3.0
"""Seconds that a worker gives its master, beyond --stop-timeout, to end an interrupted run in order."""


@events.init_command_line_parser.add_listener
def _add_options(parser: Any) -> None:
    add_options(parser)


@events.init.add_listener
def _set_up(environment: Any, runner: Any, **_: Any) -> None:
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        # Started in the background by a script, whose shell has Ctrl-C ignored: siaga ends Locust by it all the same.
        signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        if not isinstance(runner, WorkerRunner):
            _conduct(environment)
        if not isinstance(runner, MasterRunner):
            _play(environment)
    except BadInput as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(2)
    _end_in_order(environment)


def _conduct(environment: Any) -> None:
    options = environment.parsed_options
    if options.headless and not environment.host:
        hint = "such as --host http://127.0.0.1:8112"
        raise BadInput([Fault("the API's address", "none", "--host", hint=hint)])
    _check_tags(environment)
    conductor = environment.siaga_conductor = Conductor(environment, plan_for(options))
    environment.shape_class = shape = TableShape(conductor)
    shape.runner = environment.runner
    environment.dispatcher_class = type("Placed", (_Counted, PlacedOnce), {"conductor": conductor})
    environment.events.test_stopping.add_listener(lambda **_: conductor.stop())
    environment.events.quitting.add_listener(lambda **_: conductor.stop())
    environment.events.test_stop.add_listener(lambda **_: conductor.stopped())


def _check_tags(environment: Any) -> None:
    """Raise BadInput for a tag that no task has, also of the user's own users: nobody would play, and not say so."""
    options = environment.parsed_options
    known = {*TAGS, *(tag for each in environment.user_classes for tag in _tags(each))}
    for option, given in (("--tags", options.tags), ("--exclude-tags", options.exclude_tags)):
        for tag in given or ():
            if tag not in known:
                wanted = f"one of the tags {', '.join(sorted(known))}"
                hint = "callers make the calls, call-takers work the queue" if known == set(TAGS) else ""
                raise BadInput([Fault(wanted, quoted(tag), option, hint=hint)])


def _tags(holder: Any) -> Iterator[str]:
    """The tags of a user's tasks, and of tasks in them."""
    for task in getattr(holder, "tasks", ()):
        yield from getattr(task, "locust_tag_set", ())
        yield from _tags(task)


class _Counted:
    """Reads from the conductor how many users there are to be."""

    conductor: Conductor

    @property
    def wanted(self) -> dict[str, int]:
        """How many users of each class."""
        drivers, takers = self.conductor.users()
        return {"Driver": drivers, "CallTaker": takers}


def _play(environment: Any) -> None:
    player = environment.siaga_player = Player(environment)
    environment.events.test_start.add_listener(lambda **_: player.start())
    if isinstance(environment.runner, WorkerRunner):
        environment.events.test_stopping.add_listener(lambda **_: player.run.finish(0.0))
        environment.events.quitting.add_listener(lambda **_: player.run.finish(0.0))


def _end_in_order(environment: Any) -> None:
    """Let Ctrl-C be heard by Locust, and not by whichever call happens to be running."""

    def interrupted() -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler)  # a second one is meant
        if isinstance(environment.runner, WorkerRunner) and environment.siaga_player.run.begun.is_set():
            gevent.sleep(float(environment.stop_timeout or 0) + PATIENCE)
        gevent.get_hub().handle_system_error(KeyboardInterrupt, KeyboardInterrupt())

    gevent.signal_handler(signal.SIGINT, interrupted)
    if environment.parsed_options.headless:  # where there is a shape, Locust listens for it only after the run
        gevent.signal_handler(signal.SIGTERM, interrupted)
