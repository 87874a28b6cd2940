"""A plan on disk: as a scenario that can be run, and the note that says how."""

from pathlib import Path

from simulator.planning.plan_result import PlanResult
from simulator.planning.requests import PlanRequest
from simulator.planning.sequence import takes
from simulator.planning.standalone import Origin, write_scenario
from simulator.scenario.errors import BadInput
from simulator.scenario.load import Loaded
from simulator.scenario.model import Scenario
from simulator.scenario.notes import Note
from simulator.study.experiment import Experiment, replications_by_default


def scenario_note(
    folder: Path, request: PlanRequest, loaded: Loaded, text: str, planned: Scenario, what: str, options: str = ""
) -> Note:
    """Write a plan as a scenario, as `write_scenario`; the command that runs it, or why there is none."""
    if isinstance(request.scenario, Scenario):
        return Note("hint", "not written as a scenario: the line was given in memory, not as a file")
    origin = Origin(loaded, request.policy, request.targets)
    try:
        path = write_scenario(folder, origin, text, planned)
    except BadInput as error:
        return Note("hint", f"not written as a scenario: {error}")
    return Note("hint", f"{what}: siaga run {path}{options}")


def confirming_options(found: PlanResult, experiment: Experiment, seed: int | None = None) -> str:
    """Options of ``siaga run`` that simulate the callers who confirmed a plan; none where a plain run is enough.

    seed   of those callers, where the plan was last held against others
    """
    many = max(takes(verdict, found.effort.fresh) for verdict in found.confirmed)
    if many <= replications_by_default(experiment.calls_expected):
        return ""
    return f" --seed {found.effort.fresh_seed if seed is None else seed} --replications {found.effort.fresh}"
