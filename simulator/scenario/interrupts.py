"""Ctrl-C held back where it would be lost, or would leave something half done."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uninterrupted(insists: int = 1_000) -> Iterator[None]:
    """Let Ctrl-C wait until this is done, such as a file on disk; pressed so often, it does not wait.

    Where Ctrl-C is ignored, as in workers, it stays so.
    """
    main = threading.current_thread() is threading.main_thread()
    if not main or signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        yield
        return
    pressed: list[object] = []

    def press(*_: object) -> None:
        pressed.append(None)
        if len(pressed) >= insists:
            raise KeyboardInterrupt

    before = signal.signal(signal.SIGINT, press)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if pressed:
        raise KeyboardInterrupt
