"""APIs by name or by file: ``stand-in``, ``ticketscad``, ``mycentre.yaml``, ``mycentre.py``."""

import re
from pathlib import Path

from simulator.live.apis.compiled import compiled
from simulator.live.apis.python_file import class_in
from simulator.live.apis.read import load_api
from simulator.live.apis.target_api import STAND_IN
from simulator.live.contract import DispatchUser
from simulator.scenario.errors import BadInput, Fault, quoted
from simulator.scenario.fixes import listed, nearest
from simulator.scenario.library import find_file, names_in
from simulator.scenario.policy import POLICY_NAME


def api_named(name_or_path: str | Path, beside: Path) -> type[DispatchUser]:
    """The class of an API: ``stand-in``, a name in ``apis/`` beside the scenario or in the shipped library, or a
    file in YAML or Python. Raises BadInput."""
    text = str(name_or_path)
    if isinstance(name_or_path, Path) or re.search(r"[/\\]|[.](py|ya?ml)$", text):
        return _in_file(Path(name_or_path))
    if text == STAND_IN:
        from simulator.live.apis.standin import StandIn  # noqa: PLC0415  (only where it is asked for)

        return StandIn
    found = find_file(text, "apis", beside) if re.fullmatch(POLICY_NAME, text) else None
    if found is None:
        known = api_names(beside)
        hint = nearest(text, known) or f"or name a file: {text or 'mycentre'}.yaml or {text or 'mycentre'}.py"
        if (old := beside / "targets" / f"{text}.yaml").exists():
            hint = f"move {old} to {beside / 'apis'}, and write api: in it in place of target:"
        raise BadInput([Fault(f"one of the APIs {listed(known)}, or a file", quoted(text), "--api", hint=hint)])
    return _in_file(found)


def api_names(beside: Path) -> list[str]:
    """The names of all APIs that can be named from the folder ``beside``."""
    return sorted({STAND_IN, *names_in("apis", beside)})


def _in_file(path: Path) -> type[DispatchUser]:
    if path.suffix == ".py":
        return class_in(path)
    if path.suffix not in {".yaml", ".yml"}:
        hint = f"did you mean {path}.yaml?" if Path(f"{path}.yaml").exists() else ""
        raise BadInput([Fault("a file in YAML (.yaml) or Python (.py)", quoted(path), "--api", hint=hint)])
    return compiled(load_api(path), path.stem)
