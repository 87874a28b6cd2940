"""A target before its first load: its file written from a description, and one made-up call through every step."""

from pathlib import Path

from simulator.live.apis.named import target_named
from simulator.live.apis.plain_client import PlainClient
from simulator.live.apis.scaffold import new_target
from simulator.live.apis.trial import lines_of, try_target
from simulator.live.load.hosts import checked_host
from simulator.live.load.order import Door
from simulator.scenario.errors import BadInput, Fault


def scaffolded(file: Path, openapi: Path | None) -> list[str]:
    """Write a target's file; what to say of it. Raises BadInput."""
    if openapi is None:
        hint = "without one begin with the example in docs/guides/targets.md"
        raise BadInput([Fault("the description of the API: --openapi SPEC", "none", "--openapi", hint=hint)])
    return new_target(file, openapi)


def tried(door: Door, scenario: Path | None, *, insecure: bool = False) -> tuple[list[str], bool]:
    """Every step of a target, with what was said, as text; and whether all were understood. Raises BadInput."""
    kind = target_named(door.target, scenario.parent if scenario else Path())
    host = checked_host(door.host, own=door.own)
    steps = try_target(kind, lambda: PlainClient(host, verify=not insecure), door.keys)
    return lines_of(steps), all(each.well for each in steps)
