"""The class of the target that is asked for."""

from pathlib import Path

from simulator.engines.live.contract import DispatchUser


def target_of(name: str) -> type[DispatchUser]:
    """The class of a target by name or by file; raises BadInput."""
    try:
        from simulator.engines.live.targets.named import target_named  # noqa: PLC0415  (reads a library)
    except ImportError:
        if name == "stand-in":
            from simulator.engines.live.standin import StandIn; return StandIn
        import importlib.util
        spec = importlib.util.spec_from_file_location("target_file", name)
        module = importlib.util.module_from_spec(spec); spec.loader.exec_module(module)
        return next(v for v in vars(module).values() if isinstance(v, type) and issubclass(v, DispatchUser) and v is not DispatchUser)
    return target_named(name, Path())
