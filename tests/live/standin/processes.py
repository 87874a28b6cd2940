"""The server as a process of its own, to be killed; and PostgreSQL, started in a temporary folder."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.live.standin.servers import LONG, SECRET, Client

ROOT = Path(__file__).parents[3]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Process:
    """``siaga serve``, which may be killed and started again on the same database and port."""

    def __init__(self, *words: str, port: int | None = None) -> None:
        self.port = port or free_port()
        self.words = [sys.executable, "-m", "simulator.cli", "serve", "--port", str(self.port), *words]
        self.client = Client(self.port)
        self.lines: list[str] = []

    def start(self) -> "Process":
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "SIAGA_SECRET": SECRET.hex()}
        self.process = subprocess.Popen(
            self.words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
        )
        assert self.process.stdout
        self.lines = []
        while not self.lines or "Ctrl-C" not in self.lines[-1]:
            line = self.process.stdout.readline()
            assert line, self.process.stderr and self.process.stderr.read()
            self.lines.append(line.rstrip("\n"))
        return self

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.communicate(timeout=LONG)

    def stop(self, how: signal.Signals = signal.SIGTERM) -> tuple[int, str, str]:
        self.process.send_signal(how)
        said, complained = self.process.communicate(timeout=LONG)
        return self.process.returncode, said, complained


@contextmanager
def process(*words: str) -> Iterator[Process]:
    running = Process(*words).start()
    try:
        yield running
    finally:
        if running.process.poll() is None:
            running.kill()


def binaries() -> Path | None:
    """Where PostgreSQL's programs are, if it is installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    on_path = shutil.which("initdb")
    return found[-1].parent if found else Path(on_path).parent if on_path else None


@contextmanager
def postgresql() -> Iterator[str]:
    """The URL of an empty database, reached by a socket in a temporary folder alone."""
    programs = binaries()
    if programs is None:
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
    folder = Path(tempfile.mkdtemp(prefix="siaga-pg-"))
    who = _unprivileged(folder)
    data = folder / "data"
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": folder, **who}
    made = [programs / "initdb", "-D", data, "-A", "trust", "-U", "siaga", "-E", "UTF8", "--no-sync"]
    subprocess.run(made, check=True, **quiet)
    listening = ["-k", str(folder), "-c", "listen_addresses=", "-p", "5432"]
    server = subprocess.Popen([programs / "postgres", "-D", data, *listening], **quiet)
    try:
        _wait_for(folder / ".s.PGSQL.5432")
        yield f"postgresql://siaga@/postgres?host={folder}"
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(LONG)
        shutil.rmtree(folder)


def _unprivileged(folder: Path) -> dict[str, str]:
    """PostgreSQL refuses to be run by root: then it is nobody's."""
    if os.getuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    return {"user": "nobody"}


def _wait_for(path: Path) -> None:
    give_up = time.monotonic() + LONG
    while not path.exists():
        assert time.monotonic() < give_up
        time.sleep(0.05)
