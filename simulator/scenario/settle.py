"""From a tree of nodes to a model, finding every fault at once.

A validator that checks a whole part only runs once all its fields are right, and what must hold across parts can
only be checked on a scenario. So what is wrong is reported, cut out, and the rest is read again; a key that must not
lack is given a stand-in. Complaints about a part that something was cut out of are not to be trusted, and dropped.
"""

from itertools import pairwise
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from simulator.scenario.distribution import Model
from simulator.scenario.errors import Fault
from simulator.scenario.nodes import Node, plain_data
from simulator.scenario.wording import fault_of, locate

SomeModel = TypeVar("SomeModel", bound=Model)

MOST_AT_ONCE = 200
"""Where a reading finds more complaints than this, the first of them have to do."""

STAND_INS: dict[str, Any] = {
    "title": "?",
    "start": "2000-01-01T00:00+00:00",
    "length": "1 s",
    "callers": {"stand-in": {"intent": "genuine", "volume": "1 / w", "talk": "1 s"}},
    "floor": {"trunks": "1"},
    "floor.trunks": "1",
    "callers.*.intent": "genuine",
    "callers.*.volume": "1 / w",
    "callers.*.talk": "1 s",
    "floor.shifts.*.call_takers": "1",
    "people.*.name": "?",
    "api.ring": {"send": "GET /"},
    "api.*.send": "GET /",
    "api.*.*.send": "GET /",
}
"""Values that make no fault of their own, for keys that must not lack."""


def settle(
    root: Node, model: type[SomeModel], file: str, cut: set[str], given: dict[str, Any]
) -> tuple[SomeModel | None, list[Fault]]:
    """The model that is left once all faults are cut out (None where nothing is), and the faults.

    ``cut`` holds the key paths cut already, and grows; ``given`` are values that are models already. Whatever is
    dropped as doubtful, a tree with a fault of its own never comes back without one.
    """
    faults: list[Fault] = []
    untold: list[Fault] = []
    while True:
        try:
            return model.model_validate({**plain_data(root), **given}), faults or untold
        except ValidationError as error:
            errors = error.errors(include_url=False)
        untold = untold or ([] if cut else [fault_of(error, root, model, file) for error in errors[:MOST_AT_ONCE]])
        faults.extend(_faults(errors[:MOST_AT_ONCE], root, model, file, cut))
        if len(errors) > MOST_AT_ONCE:
            return None, faults or untold
        if not _cut_out(errors, root, cut):
            return None, faults


def _faults(errors: list[ErrorDetails], root: Node, model: type[Model], file: str, cut: set[str]) -> list[Fault]:
    misspelt = _misspelt(errors, root, model, file)
    told = [error for error in errors if not _doubtful(error, root, cut) and _path(error, root) not in misspelt]
    return [fault_of(error, root, model, file) for error in told]


def _path(error: ErrorDetails, root: Node) -> str:
    """The key path of a missing key; '' of another complaint."""
    above = locate(root, error["loc"])[-1].label
    return f"{above}.{error['loc'][-1]}".lstrip(".") if error["type"] == "missing" else ""


def _misspelt(errors: list[ErrorDetails], root: Node, model: type[Model], file: str) -> set[str]:
    """Key paths of missing keys that an unknown key of the same mapping most likely means."""
    paths = set()
    for error in errors:
        hint = fault_of(error, root, model, file).hint if error["type"] == "extra_forbidden" else ""
        if hint:
            above = locate(root, error["loc"][:-1])[-1].label
            paths.add(f"{above}.{hint.removeprefix('did you mean ').rstrip('?')}".lstrip("."))
    return paths


def _doubtful(error: ErrorDetails, root: Node, cut: set[str]) -> bool:
    """Whether the complaint may come of what was cut out."""
    node = locate(root, error["loc"])[-1]
    here = node.label
    if error["type"] == "missing":
        return not cut.isdisjoint({_path(error, root), f"{here}.<<".lstrip(".")})
    if error["type"] == "too_short" and (node.entries or node.kind == "text"):
        return True
    return any(path.startswith((f"{here}.", f"{here}[")) for path in cut) if here else bool(cut)


def _cut_out(errors: list[ErrorDetails], root: Node, cut: set[str]) -> bool:
    """Cut every part with a complaint out of the tree, or give a stand-in; False where neither can be done."""
    chains = [locate(root, error["loc"]) for error in errors]
    paths = [_path(error, root) for error in errors]
    done = False
    for error, chain, path in zip(errors, chains, paths, strict=True):
        name = str(error["loc"][-1]) if path else ""
        cut.update([path] if path else [])
        if path and (value := _stand_in(chain, name)) is not None:
            _put(chain[-1], name, value)
            done = True
        else:
            done = _cut(chain, cut) or done
    return done


def _cut(chain: list[Node], cut: set[str]) -> bool:
    """Cut the last node of a chain out of the one above; False where it is the root or gone already."""
    if len(chain) < 2 or all(value is not chain[-1] for _, value in chain[-2].entries):
        return False
    chain[-2].cut(chain[-1])
    cut.add(chain[-1].label)
    return True


def _stand_in(chain: list[Node], name: str) -> Any:
    """The stand-in for a key; any name or item stands for *."""
    parts = [_name(above, below) for above, below in pairwise(chain)]
    for pattern, value in STAND_INS.items():
        wanted = pattern.split(".")
        if len(wanted) == len(parts) + 1 and all(w in {"*", g} for w, g in zip(wanted, [*parts, name], strict=True)):
            return value
    return None


def _name(above: Node, below: Node) -> str:
    return next((key.text if key else "*" for key, value in above.entries if value is below), "*")


def _put(node: Node, name: str, value: Any) -> None:
    """Add a key with plain data; it takes the place of the mapping it is added to."""
    key = Node("text", node.line, node.column, node.begin, text=name)
    node.entries.append((key, _node(value, node, f"{node.label}.{name}".lstrip("."))))


def _node(value: Any, at: Node, label: str) -> Node:
    made = Node("mapping" if isinstance(value, dict) else "text", at.line, at.column, at.begin, label=label)
    if isinstance(value, dict):
        for name, below in value.items():
            key = Node("text", at.line, at.column, at.begin, text=name)
            made.entries.append((key, _node(below, at, f"{label}.{name}")))
    else:
        made.text = str(value)
    return made
