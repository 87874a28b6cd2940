"""The class of the target that is asked for."""

from pathlib import Path

from simulator.live.apis.named import target_named
from simulator.live.contract import DispatchUser


def target_of(name: str) -> type[DispatchUser]:
    """The class of a target by name or by file; raises BadInput."""
    return target_named(name, Path())
