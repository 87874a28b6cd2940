"""Folders for a while: gone with the block, gone at the next start where a process was killed, kept while in use."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from time import time

import pytest

from simulator.tables.scratch import GOES_WITH, PREFIX, YOUNG, scratch

HOLDS = "from simulator.tables.scratch import scratch\nwith scratch() as f: print(f, flush=True); input()"


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def aged(folder: Path) -> Path:
    os.utime(folder, (time() - 2 * YOUNG,) * 2)
    return folder


def left(place: Path, name: str) -> Path:
    folder = place / name
    folder.mkdir()
    (folder / "calls.sqlite").write_text("calls")
    return aged(folder)


def test_a_folder_is_gone_with_its_block_and_all_that_is_in_it(place: Path) -> None:
    with scratch() as folder:
        (folder / "a").write_text("a")
        assert folder.parent == place
    assert not list(place.iterdir())


def test_what_a_killed_process_left_is_removed_with_what_goes_with_it(place: Path) -> None:
    folder, other = left(place, f"{PREFIX}abc"), left(place, "pymp-abc")
    (folder / GOES_WITH).write_bytes(os.fsencode(other))
    aged(folder)
    with scratch():
        assert not folder.exists()
        assert not other.exists()


def test_what_is_young_or_another_s_is_kept(place: Path) -> None:
    young, other = place / f"{PREFIX}abc", left(place, "siaga-abc")
    young.mkdir()
    link = place / f"{PREFIX}link"
    link.symlink_to(other)
    with scratch():
        assert young.is_dir()
        assert (other / "calls.sqlite").is_file()


def test_what_a_living_process_holds_is_kept_until_it_is_killed(place: Path) -> None:
    words = [sys.executable, "-c", HOLDS]
    with subprocess.Popen(
        words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ, "TMPDIR": str(place)}
    ) as child:
        assert child.stdout is not None
        held = aged(Path(child.stdout.readline().strip()))
        with scratch():
            assert held.is_dir()
        child.kill()
    with scratch():
        assert not held.exists()
