"""Folders that are needed only while a process runs, where the system keeps such.

They are gone at its end. Of a process that was killed they are left behind: the next that needs such a folder removes
them. A lock, which ends with whoever holds it, tells those that are still in use.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from shutil import rmtree
from time import time

PREFIX = "siaga-run-"
GOES_WITH = "goes-with-it"
"""A file in such a folder that names another to be removed with it."""
YOUNG = 60.0
"""Seconds within which a folder may be made and not yet locked."""


@contextmanager
def scratch() -> Iterator[Path]:
    """A new folder, which ends with the block; those that killed processes left behind are removed first."""
    _sweep(Path(tempfile.gettempdir()))
    with tempfile.TemporaryDirectory(prefix=PREFIX, ignore_cleanup_errors=True) as name:
        held = _locked(name)
        try:
            yield Path(name)
        finally:
            if held is not None:
                os.close(held)


def discard(folder: Path) -> None:
    """Remove such a folder and what goes with it."""
    with suppress(OSError):
        rmtree(os.fsdecode((folder / GOES_WITH).read_bytes()), ignore_errors=True)
    rmtree(folder, ignore_errors=True)


def _sweep(beside: Path) -> None:
    for folder in beside.glob(f"{PREFIX}*"):
        try:
            about = folder.lstat()
        except OSError:
            continue
        if about.st_uid == _user() and time() - about.st_mtime > YOUNG and not folder.is_symlink():
            held = _locked(str(folder))
            if held is not None:
                discard(folder)
                os.close(held)


def _user() -> int:
    return os.getuid() if hasattr(os, "getuid") else -1


def _locked(folder: str) -> int | None:
    """A lock on a folder; None where another process has it, or the system has no such locks."""
    held = None
    try:
        import fcntl  # noqa: PLC0415

        held = os.open(folder, os.O_RDONLY)
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (ImportError, OSError):
        if held is not None:
            os.close(held)
        return None
    return held
