"""A child process is interrupted as a person would, and nothing that it started outlives the block."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from simulator.live.load.child import Child

ROOT = Path(__file__).parents[3]
SLEEPS = "import time; print('up', flush=True); time.sleep(60)"
DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"


def child(folder: Path, code: str) -> Child:
    return Child([sys.executable, "-c", code], folder / "log")


def wait_for(said: str, log: Path) -> None:
    until = time.monotonic() + 20
    while said not in (log.read_text() if log.exists() else ""):
        assert time.monotonic() < until
        time.sleep(0.02)


def is_gone(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except FileNotFoundError:
        return True


def test_what_it_says_and_how_it_ended_is_known(tmp_path: Path) -> None:
    with child(tmp_path, "import sys; print('\\n'.join(map(str, range(30)))); sys.exit('last words')") as run:
        assert run.wait(20)
    assert run.ended == 1
    assert run.tail().splitlines() == [*map(str, range(19, 30)), "last words"]


def test_an_interrupt_is_ctrl_c_to_the_child(tmp_path: Path) -> None:
    """Also where this process ignores Ctrl-C, as in the background of a shell, and the child would."""
    code = (
        "import signal, time\nsignal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "try:\n print('up', flush=True)\n time.sleep(60)\nexcept KeyboardInterrupt:\n print('as you wish')"
    )
    with child(tmp_path, code) as run:
        wait_for("up", tmp_path / "log")
        run.interrupt()
        assert run.wait(20)
    assert run.tail() == "up\nas you wish"


@pytest.mark.parametrize("code", [SLEEPS, DEAF])
def test_leaving_the_block_ends_it_willing_or_not(tmp_path: Path, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulator.live.load.child.GRACE", 0.3)
    with child(tmp_path, code) as run:
        wait_for("up", tmp_path / "log")
    assert is_gone(run.process.pid)


def test_it_ends_where_this_process_is_killed_outright(tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from simulator.live.load.child import Child\n"
        f"with Child([sys.executable, '-c', {SLEEPS!r}], Path('log')) as run:\n"
        " Path('pid').write_text(str(run.process.pid)); Path('said').write_text('started'); time.sleep(60)"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen([sys.executable, "-c", code], cwd=tmp_path, env=environment) as parent:
        wait_for("up", tmp_path / "log")
        wait_for("started", tmp_path / "said")
        parent.send_signal(signal.SIGKILL)
    until = time.monotonic() + 20
    while not is_gone(int((tmp_path / "pid").read_text())):
        assert time.monotonic() < until
        time.sleep(0.02)
