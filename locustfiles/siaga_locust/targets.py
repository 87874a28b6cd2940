"""The class of the target that is asked for."""

from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

from simulator.engines.live.contract import DispatchUser


def target_of(name: str) -> type[DispatchUser]:
    """The class of a target by name or by file; raises BadInput."""
    if find_spec("simulator.engines.live.targets"):
        from simulator.engines.live.targets.named import target_named  # noqa: PLC0415  (reads a library)

        found: type[DispatchUser] = target_named(name, Path())
        return found
    if name == "stand-in":
        from simulator.engines.live.standin import StandIn  # noqa: PLC0415  (only where it is asked for)

        return StandIn
    return _class_in(Path(name))


def _class_in(path: Path) -> type[DispatchUser]:
    spec: Any = spec_from_file_location("siaga_target", path)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    classes = [each for each in vars(module).values() if isinstance(each, type) and issubclass(each, DispatchUser)]
    return next(each for each in classes if each.__module__ == module.__name__)
