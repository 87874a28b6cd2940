"""The class of the API that is asked for."""

from pathlib import Path

from simulator.live.apis.named import api_named
from simulator.live.contract import DispatchUser


def api_of(name: str) -> type[DispatchUser]:
    """The class of an API by name or by file; raises BadInput."""
    return api_named(name, Path())
