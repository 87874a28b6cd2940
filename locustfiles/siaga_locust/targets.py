"""The class of the target that is asked for."""

from pathlib import Path

from simulator.engines.live.contract import DispatchUser
from simulator.engines.live.targets.named import target_named


def target_of(name: str) -> type[DispatchUser]:
    """The class of a target by name or by file; raises BadInput."""
    return target_named(name, Path())
