"""A child process and everything that it starts: interrupted as a person would, and never left behind."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from time import monotonic, sleep
from types import TracebackType
from typing import Self

TAIL = 12
"""Lines of a log that tell why a child ended."""
GRACE = 5.0
"""Seconds from being asked to end until being made to."""
DIES_WITH_PARENT = (
    *(sys.executable, "-c"),
    "import ctypes, os, sys; ctypes.CDLL(None).prctl(1, 15, 0, 0, 0); os.execv(sys.argv[1], sys.argv[1:])",
)
"""On Linux: where this process is killed outright, its child is told to end (PR_SET_PDEATHSIG, SIGTERM), too."""


def how_it_ended(code: int) -> str:
    """``killed by SIGKILL``; ``ended with code 1``."""
    if code >= 0:
        return f"ended with code {code}"
    known = {each.value: each.name for each in signal.Signals}
    return f"was killed by {known.get(-code, f'signal {-code}')}"


class Child:
    """A process in a session of its own, its output in a log. Leaving the block ends it, and all that it started."""

    def __init__(self, command: Sequence[str], log: Path, more: Mapping[str, str] | None = None) -> None:
        """``more``: variables of its environment beside those of this process."""
        self.command, self.log = tuple(command), log
        self._environment = {**os.environ, **(more or {})}
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [*(DIES_WITH_PARENT if sys.platform == "linux" else ()), *self.command],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=self._environment,
                start_new_session=True,
            )
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._signal(signal.SIGTERM)
        self.wait(GRACE)
        if hasattr(signal, "SIGKILL"):
            self._signal(signal.SIGKILL)
        self.process.wait()

    @property
    def process(self) -> "subprocess.Popen[bytes]":
        """The process itself, once it was started."""
        assert self._process is not None
        return self._process

    @property
    def ended(self) -> int | None:
        """Its exit code; None while it runs."""
        return self.process.poll()

    def wait(self, seconds: float) -> bool:
        """Wait until it has ended, at most so long; whether it has."""
        until = monotonic() + seconds
        while self.ended is None and monotonic() < until:
            sleep(0.02)
        return self.ended is not None

    def interrupt(self) -> None:
        """As Ctrl-C would: the process itself only, which sees to its own."""
        if self.ended is None:
            self.process.send_signal(signal.SIGINT)

    def tail(self) -> str:
        """The last lines of its log."""
        try:
            text = self.log.read_text(encoding="utf-8", errors="replace")
        except OSError:
            return ""
        return "\n".join(text.rstrip().splitlines()[-TAIL:])

    def _signal(self, number: int) -> None:
        """To the whole session: what the child started may outlive it."""
        try:
            if hasattr(os, "killpg"):
                os.killpg(self.process.pid, number)
            elif self.ended is None:
                self.process.terminate()
        except (ProcessLookupError, PermissionError):
            pass
