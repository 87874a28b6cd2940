"""A plan as a scenario that stands by itself: options are written into it, and files that it names lie beside it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path

from simulator.scenario.errors import BadInput, Fault
from simulator.scenario.library import find_policy
from simulator.scenario.load import Loaded, load_scenario
from simulator.scenario.model import Scenario
from simulator.scenario.policy import POLICY_NAME
from simulator.scenario.rewrite import policy_name, with_policy, with_targets
from simulator.scenario.source import read_text
from simulator.tables.files import renew, utf8

SCENARIO = "planned.yaml"
UNNAMED = "as-planned"
"""The name of a policy whose file's name cannot be used."""
MEANING = attrgetter("start", "callers", "day_factors", "policy", "targets", "floor.blocklist")
"""What a plan was made for; its shifts, trunks and length may be others than the file's."""


@dataclass(frozen=True, slots=True)
class Origin:
    """What a plan was made from: a scenario, and the policy and targets that the request put in place of its own."""

    loaded: Loaded
    policy: str | None = None
    targets: Sequence[str] = ()


def write_scenario(folder: Path, origin: Origin, text: str, planned: Scenario) -> Path:
    """Write the plan, and the files that it names, into a folder; where the scenario is.

    text      the scenario's own, with the shifts of the plan
    planned   the scenario that the plan was made for

    Raises BadInput where a file that it names cannot be read any more, or says something else than when it was planned.
    """
    for name, content in standalone(origin, text, planned).items():
        renew(folder / name, utf8(content))
    path = folder / SCENARIO
    if MEANING(load_scenario(path).scenario) != MEANING(planned):
        path.unlink()
        hint = "run the same command again"
        raise BadInput([Fault("files that stay as they are while a plan is made", "others", hint=hint)])
    return path


def standalone(origin: Origin, text: str, planned: Scenario) -> dict[str, str]:
    """The texts of the scenario and of each file that it names, by their paths relative to it, the scenario last."""
    beside, files = origin.loaded.path.parent, dict[str, str]()
    names = {figure.policy for figure in planned.reported if figure.policy is not None}
    named = policy_name(text)
    if origin.policy is None and named is not None:
        names.add(named)
    files = {_in_library(name): read_text(find_policy(name, beside)) for name in sorted(names)}
    if origin.policy is not None:
        path = Path(origin.policy) if origin.policy.endswith((".yaml", ".yml")) else find_policy(origin.policy, beside)
        usable = re.fullmatch(POLICY_NAME, path.stem) and (origin.policy == path.stem or path.stem not in names)
        name = path.stem if usable else UNNAMED
        files[_in_library(name)], text = read_text(path), with_policy(text, name)
    if origin.targets:
        text = with_targets(text, planned.targets)
    if (listed := planned.floor.blocklist.file) is not None:
        files[listed] = read_text(beside / listed)
    return files | {SCENARIO: text}


def _in_library(name: str) -> str:
    return f"policies/{name}.yaml"
