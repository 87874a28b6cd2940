"""Policies, and other files, by name: looked up beside the scenario, then in the library that ships with siaga."""

import os
import re
import warnings
from collections.abc import Callable
from pathlib import Path

from simulator.scenario.errors import BadInput, Fault, field_name, quoted
from simulator.scenario.fixes import listed, nearest
from simulator.scenario.nodes import Node, read_nodes
from simulator.scenario.policy import POLICY_NAME, POLICY_NAME_WANTED, Policy, fix_policy_name
from simulator.scenario.settle import SomeModel, settle
from simulator.scenario.shipped import shipped_scenarios
from simulator.scenario.source import read_text
from simulator.scenario.thousands import Ambiguous, of_file
from simulator.scenario.tidy import tidy


def load_policy(name_or_path: str | Path, beside: Path, *, told: bool = True) -> Policy:
    """The policy of a name (``str``), or in a file that the user chose (``Path``).

    A name is looked up as ``policies/NAME.yaml`` in the folder ``beside`` (that of the scenario), then in the shipped
    library; it cannot lead out of these folders. Raises BadInput; warns as `read_model`, if ``told``.
    """
    path = name_or_path if isinstance(name_or_path, Path) else find_policy(name_or_path, beside)
    return read_model(path, Policy, told=told)


def read_model(
    path: Path,
    model: type[SomeModel],
    beyond: Callable[[SomeModel, Node], list[Fault]] = lambda *_: [],
    *,
    told: bool = True,
) -> SomeModel:
    """The model in a YAML file; raises BadInput with every fault found, warns of numbers that may be thousands.

    ``beyond``: what is wrong with it that the model alone cannot know. ``told``: whether it warns.
    """
    root, faults = read_nodes(read_text(path), str(path))
    more, cut = tidy(root, str(path))
    asked = of_file(root) if told else ()
    found, wrong = settle(root, model, str(path), cut, {})
    faults += [*more, *wrong, *([] if found is None else beyond(found, root))]
    if found is None or faults:
        raise BadInput(faults)
    for warning in asked:
        warnings.warn(f"{path}: {warning}", Ambiguous, stacklevel=2)
    return found


def file_named(name: str, library: str, beside: Path) -> Path:
    """The file of a field: one that the text names, where it ends in .yaml or .yml, else that of a name in a library.

    Raises BadInput, placed at the field of the library's name.
    """
    if name.endswith((".yaml", ".yml")):
        return Path(name)
    if path := find_file(name, library, beside):
        return path
    known = names_in(library, beside)
    hint = nearest(name, known) or f"or name a file: {field_name(library)} my-{library}.yaml"
    raise BadInput([Fault(f"a {ONE[library]} by name: {listed(known)}", quoted(name), field=library, hint=hint)])


def find_policy(name: str, beside: Path) -> Path:
    """The file of a policy's name; raises BadInput, without a place, where there is none or it leads out."""
    if not re.fullmatch(POLICY_NAME, name):
        raise BadInput([Fault(POLICY_NAME_WANTED, quoted(name), hint=fix_policy_name(name))])
    if path := find_file(name, "policies", beside):
        return path
    known = policy_names(beside)
    wanted = f"one of the policies {listed(known)}" if known else "a policy that exists"
    hint = (
        nearest(name, [each for each in known if each != "none"])
        or f"or write its rules in {beside / 'policies' / name}.yaml"
    )
    raise BadInput([Fault(wanted, quoted(name), hint=hint)])


def find_scenario(path: Path) -> Path:
    """The file of a scenario: the path itself, or that of a shipped scenario whose name it is (``bontang``).

    A file of that name comes first. Raises BadInput where a bare name is neither.
    """
    if path.suffix or len(path.parts) != 1 or path.is_file():
        return path
    names = scenario_names()
    if path.name in names:
        return shipped_scenarios() / f"{path.name}.yaml"
    if path.exists():
        return path
    hint = f"did you mean {path}.yaml?" if Path(f"{path}.yaml").is_file() else nearest(path.name, names)
    wanted = f"a scenario file, or one that ships with siaga: {listed(names)}"
    raise BadInput([Fault(wanted, quoted(path), field="scenario", hint=hint)])


def scenario_names() -> list[str]:
    """The names of the scenarios that ship."""
    return sorted(path.stem for path in shipped_scenarios().glob("*.yaml"))


def find_file(name: str, library: str, beside: Path) -> Path | None:
    """The file ``NAME.yaml`` in a library: beside the scenario, then what ships; None where there is none.

    Raises BadInput where a folder cannot be read or the file is a link that leads out of it.
    """
    for folder in _folders(library, beside):
        path = folder / f"{name}.yaml"
        if folder.exists() and not os.access(folder, os.X_OK):
            raise BadInput([Fault("a folder that can be read", str(folder), hint="give yourself the right to read it")])
        if path.is_symlink() and not path.resolve().is_relative_to(folder.resolve()):
            wanted = f"a {ONE[library]} that stands in {folder}"
            raise BadInput([Fault(wanted, f"{quoted(name)}, a link that leads out of it", hint="copy the file there")])
        if path.exists():
            return path
    return None


ONE = {"policies": "policy", "apis": "file of an API", "work": "file of work rules", "people": "file of people"}
"""The libraries, and what one of their files is."""


def policy_names(beside: Path) -> list[str]:
    """The names of all policies that can be named from the folder ``beside``."""
    return names_in("policies", beside)


def names_in(library: str, beside: Path) -> list[str]:
    """The names of all files of a library that can be named from the folder ``beside``."""
    return sorted({path.stem for folder in _folders(library, beside) for path in folder.glob("*.yaml")})


def _folders(library: str, beside: Path) -> tuple[Path, Path]:
    return beside / library, shipped_scenarios() / library
