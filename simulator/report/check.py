"""What `siaga check` says of a file: every fault, or in short what the file holds and what is odd about it."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from textwrap import wrap

from simulator.report.words import counted, span
from simulator.scenario.defaults import defaults_in_force
from simulator.scenario.errors import LONGEST, BadInput, shown
from simulator.scenario.library import scenario_names
from simulator.scenario.load import Loaded, load_scenario
from simulator.scenario.shipped import shipped_scenarios
from simulator.scenario.units import DAY

DONE, BAD_INPUT = 0, 2
LIBRARIES = {
    "policies": "Policies (--policy)",
    "work": "Work rules (siaga shifts --work)",
    "people": "People (siaga roster --people)",
    "apis": "APIs (siaga load --api)",
}
"""The folders of what ships beside scenarios, and the option that takes a name from each."""


def check(path: Path | str, named: Callable[[str], str] = str) -> tuple[str, int]:
    """The report on a scenario file, and the exit code: 0 where it can be run (with warnings or without), 2 if not.

    ``named``: what the reader calls a field, as `BadInput.text`.
    """
    try:
        loaded = load_scenario(path)
    except BadInput as error:
        return f"{error.text(named)}\n\n{counted(len(error.faults), 'fault')} in {shown(str(path), LONGEST)}", BAD_INPUT
    assumed = [f"    line {each.line}: {each.key} = {each.said}: {each.reason}" for each in loaded.assumptions]
    unsaid = [f"    {each}" for each in defaults_in_force(loaded.scenario)]
    in_force = [f"  defaults {len(unsaid)} in force that the file does not state", *unsaid] if unsaid else []
    warnings = [f"warning: {warning}" for warning in loaded.warnings]
    return "\n".join(wrapped([*_holds(loaded), *assumed, *in_force, *warnings])), DONE


def shipped() -> str:
    """The files that ship with siaga, by the name that stands for each."""
    folder = shipped_scenarios()
    lines = ["Scenarios that ship with siaga, by name (siaga run bontang):"]
    lines += [f"  {name:<9} {load_scenario(name).scenario.title}" for name in scenario_names()]
    for library, option in LIBRARIES.items():
        names = sorted(path.stem for path in (folder / library).glob("*.yaml"))
        lines.append(f"{option}: {', '.join(names)}")
    return "\n".join(wrapped([*lines, f"All are in {folder}: copy one to begin your own."]))


def wrapped(lines: Iterable[str]) -> Iterator[str]:
    """Lines of at most 80 columns, what does not fit further in on the next."""
    for line in lines:
        indent = " " * (len(line) - len(line.lstrip()) + 4)
        yield from wrap(line, 80, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False) or [""]


def _holds(loaded: Loaded) -> list[str]:
    scenario = loaded.scenario
    groups = (f"{name} {group.volume * DAY:.4g} a day" for name, group in scenario.callers.items())
    shifts = (f"{shift.name} {shift.call_takers}" for shift in scenario.floor.shifts)
    targets = (str(target) for target in scenario.targets)
    assumed = len(loaded.assumptions)
    lines = {
        "length": f"{span(scenario.length)} from {scenario.start:%Y-%m-%d %H:%M}",
        "callers": ", ".join(groups),
        "floor": f"{scenario.floor.trunks} trunks; call-takers: {', '.join(shifts) or 'none'}",
        "policy": f"{scenario.policy.title} ({counted(len(scenario.policy.rules), 'rule')})",
        "targets": "; ".join(targets) or "none",
        "assumed": f"{counted(assumed, 'value')} marked as assumed",
    }
    return [f"{loaded.path}: {scenario.title}", *(f"  {key:<8} {text}" for key, text in lines.items())]
