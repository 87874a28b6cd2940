"""A scenario with some of its values replaced, as if its file had been edited."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from simulator.scenario.errors import BadInput
from simulator.scenario.load import Loaded, scenario_of
from simulator.scenario.model import Scenario
from simulator.scenario.nodes import Node, read_nodes, walk
from simulator.scenario.ranges import LeftAlone, Range, ranges_of
from simulator.scenario.tidy import tidy


@dataclass(frozen=True, eq=False, slots=True)
class Template:
    """The file of a scenario, read once, to be made into many scenarios."""

    loaded: Loaded
    root: Node

    @classmethod
    def of(cls, loaded: Loaded) -> "Template":
        """The template of a file that was found to be sound."""
        root, _ = read_nodes(loaded.text, str(loaded.path))
        tidy(root, str(loaded.path))
        return cls(loaded, root)

    def ranges(self) -> tuple[tuple[Range, ...], tuple[LeftAlone, ...]]:
        """The ranges of what the file assumes, and the assumptions in which nothing is varied."""
        return ranges_of(self.root, self.loaded.assumptions)

    def scenario(self, changes: Mapping[str, str]) -> Scenario:
        """The scenario with other values at some key paths, each a text as a file would have it.

        Raises BadInput where it is not sound with them, ValueError for a path at which the file has no text.
        """
        if unknown := set(changes) - {node.label for node in walk(self.root) if node.kind == "text"}:
            raise ValueError(f"the file has no text at {', '.join(sorted(unknown))}")
        scenario, faults = scenario_of(_copy(self.root, changes), self.loaded.path, set())
        if faults or scenario is None:
            raise BadInput(faults)
        return scenario


def _copy(node: Node, changes: Mapping[str, str]) -> Node:
    """A tree of its own, since one is changed as it is read."""
    entries = [(key, _copy(value, changes)) for key, value in node.entries]
    return replace(node, text=changes.get(node.label, node.text), entries=entries)
