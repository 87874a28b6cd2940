"""What is measured: contenders, each made ready in a process of its own, and what callers met with them.

A contender is the name of a function in this folder, `ready`, which gets a load and gives `Ready`: what to run, and how
many calls that is. Packages that others may not have are imported by the module that needs them, and by no other.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any, NamedTuple

Work = Callable[[], Any]
"""Runs all calls of a load once; what it gives can be asked for `Met` afterwards, outside of the time measured."""


class Met(NamedTuple):
    """What callers met: the share that abandoned, and the mean wait of those answered, in seconds."""

    abandoned: float
    wait: float


@dataclass(frozen=True, slots=True)
class Ready:
    """Works by name (one, mostly) and how many calls each of them runs."""

    works: Mapping[str, Work]
    calls: float


@dataclass(frozen=True, slots=True)
class Contender:
    """``ready`` is "module:function" in this folder, called with ``given``; ``small`` is a first run, to compile."""

    name: str
    ready: str
    given: tuple[Any, ...] = ()
    small: tuple[Any, ...] = ()
    needs: str = ""

    @property
    def installed(self) -> bool:
        """Whether the package that it needs is there."""
        return not self.needs or find_spec(self.needs) is not None

    def get_ready(self, *given: Any) -> Ready:
        """Made ready for what is given."""
        module, function = self.ready.split(":")
        ready: Ready = getattr(import_module(f"{__package__}.{module}"), function)(*given)
        return ready
