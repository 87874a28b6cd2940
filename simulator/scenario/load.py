"""A scenario file becomes a frozen Scenario, or one `BadInput` that holds every fault with its place.

The way: bytes to text (`source`), text to nodes (`nodes`), nodes without what no file may hold (`tidy`), nodes to a
model (`settle`), what must hold across its parts (`checks`), and the numbers listed at the start (`listed`).
"""

import warnings
from dataclasses import dataclass
from pathlib import Path

from simulator.scenario import checks, oddities, thousands
from simulator.scenario.assumed import Assumption, find_assumptions
from simulator.scenario.errors import BadInput, Fault
from simulator.scenario.library import find_policy, find_scenario, load_policy
from simulator.scenario.listed import with_listed
from simulator.scenario.model import Scenario
from simulator.scenario.nodes import Node, read_nodes
from simulator.scenario.policy import Policy
from simulator.scenario.settle import settle
from simulator.scenario.source import read_text
from simulator.scenario.stated import range_faults
from simulator.scenario.tidy import tidy
from simulator.scenario.wording import given_of, locate

__all__ = ["Assumption", "BadInput", "Fault", "Loaded", "load_policy", "load_scenario"]


@dataclass(frozen=True, slots=True)
class Loaded:
    """A scenario with the file it came from.

    ``assumptions`` are the values that the file marks as assumed, in its order; ``warnings`` what is odd, not wrong;
    ``asked`` those of them that ask whether a number is meant a thousand times larger.
    """

    scenario: Scenario
    path: Path
    text: str
    assumptions: tuple[Assumption, ...] = ()
    warnings: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()

    def ask(self) -> "Loaded":
        """Itself, once it has warned of what is ``asked``: for commands whose page has no warnings of a scenario."""
        for warning in self.asked:
            warnings.warn(f"{self.path}: {warning}", thousands.Ambiguous, stacklevel=2)
        return self


def load_scenario(path: Path | str) -> Loaded:
    """The scenario in a YAML file, or that ships under a name; raises BadInput with every fault found."""
    path = find_scenario(Path(path))
    text = read_text(path)
    root, faults = read_nodes(text, str(path))
    more, cut = tidy(root, str(path))
    faults += more
    assumptions, unclear = find_assumptions(text, root)
    faults += range_faults(root, assumptions, str(path))
    asked = thousands.of_file(root, assumptions)
    named = root.child("policy")
    scenario, wrong = scenario_of(root, path, cut)
    faults += wrong
    if faults or scenario is None:
        raise BadInput(faults)
    if named is not None and named.kind == "text":
        asked += thousands.of_policy(find_policy(named.text, path.parent))
    if scenario.floor.blocklist.file is not None:
        asked += thousands.of_list(path.parent / scenario.floor.blocklist.file)
    return Loaded(scenario, path, text, assumptions, (*asked, *oddities.warnings(scenario), *unclear), asked)


def scenario_of(root: Node, path: Path, cut: set[str]) -> tuple[Scenario | None, list[Fault]]:
    """The scenario of a tidied tree of nodes, None where nothing is left of it, and every fault found.

    ``path`` is its file; ``cut`` holds the key paths cut out of the tree already. Both tree and ``cut`` are changed.
    """
    named = root.child("policy")
    policy, faults = _policy(root, path, cut)
    scenario, wrong = settle(root, Scenario, str(path), cut, {"policy": policy} if policy else {})
    faults += wrong
    if scenario is None:
        return None, faults
    doubtful = frozenset(label.split(".")[1] for label in cut if label.startswith("callers."))
    # Without a length of its own the scenario has a stand-in's, which says nothing about its figures.
    sure = scenario.model_copy(update={"reported": ()}) if "length" in cut else scenario
    if any(label.endswith((".since", ".until")) for label in cut):
        sure = _overlapping(sure)
    faults += _across(sure, root, path, doubtful, named if policy else None)
    if "callers" not in cut:
        scenario, wrong = with_listed(scenario, path.parent, doubtful)
        faults += wrong
    return scenario, faults


def _overlapping(scenario: Scenario) -> Scenario:
    """The same, its shifts allowed to overlap: a date that could not be read may be what keeps them apart."""
    shifts = tuple(shift.model_copy(update={"may_overlap": True}) for shift in scenario.floor.shifts)
    return scenario.model_copy(update={"floor": scenario.floor.model_copy(update={"shifts": shifts})})


def _policy(root: Node, path: Path, cut: set[str]) -> tuple[Policy | None, list[Fault]]:
    """The policy that the file names, taken out of the tree; none where rules stand in place."""
    node = root.child("policy")
    if node is None or node.kind != "text":
        return None, []
    root.cut(node)
    try:
        return load_policy(node.text, path.parent, told=False), []
    except BadInput as error:
        cut.add("policy")
        return None, [_placed(fault, node, path) for fault in error.faults]


def _placed(fault: Fault, node: Node, path: Path) -> Fault:
    """A fault without a place of its own, put where the name stands."""
    if fault.file:
        return fault
    return Fault(fault.wanted, fault.given, node.label, str(path), node.line, node.column, fault.hint)


def _across(scenario: Scenario, root: Node, path: Path, doubtful: frozenset[str], named: Node | None) -> list[Fault]:
    """What does not hold across the parts of the scenario that is left; ``named`` is where it names its policy."""
    faults = []
    for broken in checks.faults(scenario, path.parent, doubtful):
        node = locate(root, broken.key)[-1]
        given = broken.given or given_of(node)
        if named and broken.key[0] == "policy":
            node, given = named, f"{named.text}, whose {broken.key[1]} has {given}"
        faults.append(Fault(broken.wanted, given, node.label, str(path), node.line, node.column, broken.hint))
    for index, reported in enumerate(scenario.reported):
        faults += _unknown_policy(reported.policy, locate(root, ("reported", index, "policy"))[-1], path)
    return faults


def _unknown_policy(name: str | None, node: Node, path: Path) -> list[Fault]:
    try:
        if name is not None:
            find_policy(name, path.parent)
    except BadInput as error:
        return [_placed(fault, node, path) for fault in error.faults]
    return []
