"""A stand-in dispatch API for tests that run commands: ``siaga serve`` as a process of its own."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[1]
SIAGA = (sys.executable, "-m", "simulator.cli")


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}


@contextmanager
def serving(folder: Path, *words: object) -> Iterator[str]:
    """The address of a stand-in, told these words, on a port that was free."""
    log = folder / "serve.log"
    command = [*SIAGA, "serve", *map(str, words), "--port", "0", "--database", str(folder / "calls.sqlite")]
    with log.open("wb") as output, subprocess.Popen(command, stdout=output, stderr=output, env=environment()) as server:
        try:
            yield _address(server, log)
        finally:
            server.terminate()


def _address(server: "subprocess.Popen[bytes]", log: Path) -> str:
    until = time.monotonic() + 60
    while time.monotonic() < until and server.poll() is None:
        if found := re.search(r"dispatch API at (http://\S+)", log.read_text(encoding="utf-8")):
            return found[1]
        time.sleep(0.05)
    raise AssertionError(log.read_text(encoding="utf-8"))
