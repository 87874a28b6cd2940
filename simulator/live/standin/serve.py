"""``siaga serve``: the stand-in dispatch API as a process of its own, until it is told to stop."""

import asyncio
import os
import signal
import socket
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

import uvicorn

from simulator.live.standin.app import create_app
from simulator.live.standin.database import open_database, said, take_alone
from simulator.live.standin.keys import keys_for
from simulator.live.standin.numbers import Numbers, secret_for
from simulator.live.standin.service import Service, Setting
from simulator.scenario.errors import BadInput, Fault
from simulator.scenario.load import load_scenario
from simulator.scenario.policy import NO_POLICY, Policy
from simulator.study.options import policy_named

TRUNKS = 30
"""Assumed, where no scenario says."""
BROKEN = 74
"""Exit code of a server whose database failed it (EX_IOERR)."""
PATIENCE = 10
"""Seconds that requests in progress have to end, once the server is told to stop."""
HOW: dict[str, Any] = {
    "http": "httptools",
    "ws": "websockets-sansio",
    "lifespan": "off",
    "log_config": None,
    "access_log": False,
    "backlog": 4096,
    "timeout_keep_alive": 75,
    "timeout_graceful_shutdown": PATIENCE,
    "proxy_headers": False,
    "server_header": False,
    "date_header": False,
}
"""How uvicorn serves."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked for on the command line."""

    scenario: Path | None = None
    policy: str | None = None
    trunks: int | None = None
    speed: float = 1.0
    host: str = "127.0.0.1"
    port: int = 8112
    database: str | None = None
    keys: Path | None = None


def serve(wish: Wish, say: Callable[[str], None], complain: TextIO = sys.stderr) -> None:
    """Serve until Ctrl-C or SIGTERM. Raises BadInput where that cannot begin."""
    scenario = load_scenario(wish.scenario).ask().scenario if wish.scenario else None
    policy = _policy(wish, scenario.policy if scenario else NO_POLICY)
    trunks = wish.trunks or (scenario.floor.trunks if scenario else TRUNKS)
    keys, keys_said = keys_for(wish.host, wish.keys)
    with ExitStack() as held:
        listening = held.enter_context(listen(wish.host, wish.port))
        place = wish.database or str(Path(tempfile.mkdtemp(prefix="siaga-")) / "calls.sqlite")
        database = open_database(place)
        held.callback(database.engine.dispose)
        held.enter_context(take_alone(database))
        numbers = Numbers(secret_for(database.secret_file))
        setting = Setting(
            policy, trunks, wish.speed, database, numbers, keys, lambda error: _fail_stop(error, complain)
        )
        lines = _lines(wish, policy, trunks, database.place, keys_said, listening.getsockname()[1])
        runner = held.enter_context(asyncio.Runner(loop_factory=_loop_factory()))
        runner.run(_run(setting, listening, lines, say))


async def _run(setting: Setting, listening: socket.socket, lines: list[str], say: Callable[[str], None]) -> None:
    service = Service(setting)
    if service.past.broken_at is not None:
        lines.append(
            f"The audit log was changed by somebody: line {service.past.broken_at} does not follow the one before."
        )
    server = Server(service, lambda: say("\n".join(lines)))
    try:
        await server.serve(sockets=[listening])
    finally:
        await service.close()
    count = service.floor.last_call
    say(f"stopped; {count:,} {'call is' if count == 1 else 'calls are'} in {setting.database.place}")


def _policy(wish: Wish, of_scenario: Policy) -> Policy:
    """The policy to follow. Raises BadInput for one that speaks of a scenario's callers."""
    beside = wish.scenario.parent if wish.scenario else Path()
    policy = policy_named(wish.policy, beside) if wish.policy else of_scenario
    if policy.allowlist:
        given = f"{policy.title}, whose allowlist has {policy.allowlist[0]}"
        hint = "a server knows telephone numbers, not a scenario's groups: leave allowlist out"
        raise BadInput([Fault("a policy without an allowlist", given, "--policy", hint=hint)])
    return policy


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens there; port 0: any that is free. Raises BadInput."""
    try:
        return _bound(host, port)
    except OSError as error:
        hint = "choose another with --port; 0 takes any that is free" if port else ""
        raise BadInput(
            [Fault("an address to listen at", f"{host}:{port}, where {error.strerror}", "--port", hint=hint)]
        ) from None


def _bound(host: str, port: int) -> socket.socket:
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    listening = socket.socket(family, kind, protocol)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(4096)
    except OSError:
        listening.close()
        raise
    return listening


def _lines(wish: Wish, policy: Policy, trunks: int, place: str, keys: str, port: int) -> list[str]:
    host = f"[{wish.host}]" if ":" in wish.host else wish.host
    url = f"http://{host}:{port}"
    given = wish.trunks or wish.scenario
    return [
        f"siaga stand-in dispatch API at {url}",
        f"  docs      {url}/docs",
        f"  policy    {policy.title}",
        f"  trunks    {trunks}{'' if given else ' (assumed: no scenario and no --trunks)'}",
        f"  speed     {wish.speed:g} x the wall clock",
        f"  database  {place}",
        f"  keys      {keys}",
        "Stop it with Ctrl-C.",
    ]


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop]:
    try:
        import uvloop  # noqa: PLC0415  (not on Windows)
    except ImportError:
        return asyncio.new_event_loop
    return uvloop.new_event_loop


def _fail_stop(error: BaseException, complain: TextIO) -> None:
    """The database cannot be written: end at once, before anything more is acknowledged."""
    print(f"stopped: the database cannot be written: {said(error)}", file=complain, flush=True)
    os._exit(BROKEN)


class Server(uvicorn.Server):
    """A server that, told to stop, first lets go of those who wait for a call; Ctrl-C is an ordinary way to end it."""

    def __init__(self, service: Service, started: Callable[[], None] = lambda: None) -> None:
        super().__init__(uvicorn.Config(create_app(service), **HOW))
        self._loop = asyncio.get_running_loop()
        self._service, self._say_started = service, started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and say so."""
        await super().startup(sockets)
        self._say_started()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """SIGINT and SIGTERM stop the server; unlike the base class, do not raise them once more afterwards."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {sig: signal.signal(sig, self.handle_exit) for sig in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for sig, handler in before.items():
                signal.signal(sig, handler)

    def handle_exit(self, sig: int, frame: Any) -> None:
        """Stop; a second Ctrl-C does not wait."""
        super().handle_exit(sig, frame)
        self.stop()

    def stop(self) -> None:
        """Stop soon, from whatever thread."""
        self.should_exit = True
        self._loop.call_soon_threadsafe(self._service.waiting.release_all)
