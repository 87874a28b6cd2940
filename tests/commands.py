"""``siaga`` in the process of the test: exit code and streams as of a process of its own, without its start.

Where the process itself is under test (Ctrl-C, pipes, what is imported) one is started: ``interrupted``, ``SIAGA``.
"""

import gc
import io
import os
import signal
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from subprocess import PIPE, CompletedProcess, Popen
from unittest.mock import patch

from simulator.cli import main
from simulator.scenario.thousands import Ambiguous

SIAGA = (sys.executable, "-m", "simulator.cli")
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def siaga(*words: object, cwd: Path) -> CompletedProcess[str]:
    """Run the command in a folder; words are as the shell would pass them on."""
    argv = ["siaga", *map(str, words)]
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
    with chdir(cwd), _process_as_before(), patch.object(sys, "argv", argv), redirect_stdout(out), redirect_stderr(err):
        try:
            main()
            code = 0
        except SystemExit as ended:
            code = int(ended.code or 0)
    return CompletedProcess(argv, code, _text(out), _text(err))


def interrupted(*words: object, cwd: Path, once: Callable[[int], bool]) -> CompletedProcess[str]:
    """The command as a process, given Ctrl-C once it is so far; ``once`` is given its process id."""
    argv = [*SIAGA, *map(str, words)]
    with Popen(argv, cwd=cwd, stdout=PIPE, stderr=PIPE, text=True) as process:
        try:
            until = time.monotonic() + 60
            while not once(process.pid):
                assert time.monotonic() < until, "it never came so far"
                assert process.poll() is None, process.communicate()
                time.sleep(0.1)
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=60)
        finally:
            process.kill()
    return CompletedProcess(argv, process.returncode, out, err)


@contextmanager
def _process_as_before() -> Iterator[None]:
    """What a command sets for its process is as it was afterwards; inputs are warned about anew each time."""
    handlers, thresholds = {name: signal.getsignal(name) for name in SIGNALS}, gc.get_threshold()
    try:
        with warnings.catch_warnings(), patch.dict(os.environ):
            warnings.simplefilter("default", Ambiguous)
            yield
    finally:
        gc.set_threshold(*thresholds)
        for name, handler in handlers.items():
            signal.signal(name, handler)


def _text(stream: io.TextIOWrapper) -> str:
    stream.flush()
    return stream.buffer.getvalue().decode("utf-8")  # type: ignore[attr-defined]
