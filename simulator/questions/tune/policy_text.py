"""A policy as the text of a policy file, which reads back as the same policy."""

from collections.abc import Mapping, Sequence
from typing import Any

from simulator.scenario.distribution import Model
from simulator.scenario.policy import Policy
from simulator.scenario.units import duration_text, share_text

TIMES = frozenset({"within", "for", "review", "shorter_than", "longer_than", "length", "fixed", "mean"})
"""Keys that hold durations; other whole numbers are counts, and fractions are shares."""


def policy_text(policy: Policy, comments: Sequence[str] = ()) -> str:
    """YAML in the order and with the units of a file; ``comments`` go ahead of it, a line each."""
    lines = [f"# {comment}" for comment in comments]
    for name, value in _fields(policy).items():
        if name == "rules" and value:
            lines += ["rules:", *(line for rule in value for line in _rule(rule))]
        else:
            lines.append(f"{name}: {_flow(name, value)}")
    return "\n".join(lines) + "\n"


def _rule(rule: Model) -> list[str]:
    lines = [f"{name}: {_flow(name, value)}" for name, value in _fields(rule).items()]
    return [f"  {'- ' if place == 0 else '  '}{line}" for place, line in enumerate(lines)]


def _fields(part: Model) -> dict[str, Any]:
    """What was given of it, in the order of its keys; what is empty is as good as not given."""
    given = {name: kind for name, kind in type(part).model_fields.items() if name in part.model_fields_set}
    return {kind.alias or name: value for name, kind in given.items() if (value := getattr(part, name)) not in ((), {})}


def _flow(name: str, value: Any) -> str:
    """A value on one line."""
    if isinstance(value, Model):
        fields = _fields(value)
        return _flow("fixed", fields["fixed"]) if "fixed" in fields else _mapping(fields)
    if isinstance(value, Mapping):
        return _mapping(value)
    if isinstance(value, tuple):
        parts = [_flow(name, part) for part in value]
        return parts[0] if len(parts) == 1 and name != "sources" else f"[{', '.join(parts)}]"
    return _scalar(name, value)


def _mapping(fields: Mapping[str, Any]) -> str:
    return "{" + ", ".join(f"{name}: {_flow(name, value)}" for name, value in fields.items()) + "}"


def _scalar(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return share_text(value)
    if isinstance(value, int):
        return duration_text(value) if name in TIMES else str(value)
    if name in {"title", "sources"}:
        return "'" + str(value).replace("'", "''") + "'"
    return str(value)
