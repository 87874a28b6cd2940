"""The command ``siaga``: one command a stage. All but the beginning is imported once Ctrl-C is seen to."""

import os
import signal
from typing import Any


def main() -> None:
    """Run the command; who presses Ctrl-C while it is still being imported meets exit code 130, too."""
    signal.signal(signal.SIGINT, _end)
    from simulator.cli.commands import main as run

    run()


def _end(*_: object) -> None:
    # There is nothing to keep yet, and an exception would come out of whatever is being imported as something else.
    os.write(2, b"interrupted\n")
    os._exit(130)


def __getattr__(name: str) -> Any:
    if name == "app":
        from simulator.cli.commands import app

        return app
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
