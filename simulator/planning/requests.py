"""What the requests of planning questions share: their fields, the experiment they ask for, and where answers go."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Protocol

from pydantic import Field

from simulator.planning.floors import Simulations
from simulator.scenario.errors import BadInput, Fault, Interrupted, field_name, quoted
from simulator.scenario.load import Loaded
from simulator.scenario.model import Scenario
from simulator.study.experiment import Experiment
from simulator.study.manifest import not_writable, provenance
from simulator.study.options import check_targets, experiment_with
from simulator.study.question import Progress
from simulator.study.runs.executors import executors
from simulator.study.runs.progress import Meter
from simulator.tables.store import Store, key_of

Targets = Annotated[
    tuple[str, ...],
    Field(description="A target in place of the file's: '90 % of genuine within 15 s, every hour'. Repeatable."),
]
Phases = Annotated[str | None, Field(description="Plan a launch: phases of whole days, each with staffing of its own.")]
PolicyName = Annotated[str | None, Field(description="Another blocklist policy: a name or a file.")]
Seed = Annotated[int, Field(ge=0, description="Seed of all draws: the same seed, the same callers.")]
Workers = Annotated[int | None, Field(ge=1, le=1024, description="Processes to simulate with; by default one a core.")]
Out = Annotated[Path, Field(description="Where results are kept.")]


class PlanRequest(Protocol):
    """The fields that every request of a planning question has."""

    @property
    def scenario(self) -> Path | Scenario:
        """The scenario to plan for."""

    @property
    def targets(self) -> Sequence[str]:
        """Targets in place of the file's."""

    @property
    def policy(self) -> str | None:
        """A policy in place of the file's."""

    @property
    def replications(self) -> int | None:
        """How often to simulate each plan."""

    @property
    def seed(self) -> int:
        """Seed of all draws."""

    @property
    def workers(self) -> int | None:
        """Processes to simulate with."""

    @property
    def out(self) -> Path:
        """Where results are kept."""

    @property
    def command(self) -> str:
        """The command as it was typed."""


def planned_experiment(request: PlanRequest, loaded: Loaded, wanted: str = "a target to plan for") -> Experiment:
    """The experiment of a request; raises BadInput where no target is stated, or none that can be shown to be met."""
    experiment = experiment_with(loaded, request.seed, policy=request.policy, targets=request.targets)
    if not experiment.scenario.targets:
        hint = f"name one: {field_name('targets')} '90 % of genuine within 15 s, every hour'"
        raise BadInput([Fault(wanted, f"{loaded.path.name}, which states none", hint=hint)])
    check_targets(experiment.scenario)
    if certain := [str(target) for target in experiment.scenario.targets if target.share == 1]:
        hint = "of all callers ever nothing can be sure, however many are simulated: ask for 99.9 %"
        raise BadInput([Fault("a share below 100 %", quoted(certain[0]), field="targets", hint=hint)])
    return experiment


@contextmanager
def open_store(
    request: PlanRequest, loaded: Loaded, kind: str, progress: Progress, *identity: object
) -> Iterator[tuple[Store, Simulations]]:
    """The answer's store, claimed, and how floors are simulated; ``identity``: what the answer depends on.

    Raises BadInput where nothing can be written there, and Interrupted, which says how much is stored, upon Ctrl-C.
    """
    store = Store(request.out / loaded.path.stem / f"{kind}-{key_of(*identity)}", with_rows=0)
    folder = store.folder.parent
    try:
        with store.claimed(), executors(request.workers) as choose:
            yield store, Simulations(choose, folder, Meter(progress.replications), progress.compiling)
    except KeyboardInterrupt:
        raise _interrupted(folder) from None
    except OSError as error:
        raise not_writable(error, request.out) from error


def finish(
    store: Store,
    request: PlanRequest,
    loaded: Loaded,
    experiment: Experiment,
    replications: int,
    began: datetime,
    document: dict[str, Any],
) -> None:
    """Store the document, and where its numbers come from."""
    store.finish(provenance(request.command, loaded, experiment, replications, began), document)


def _interrupted(folder: Path) -> Interrupted:
    """What to say after Ctrl-C: how much is stored, and how to go on."""
    many = sum(1 for _ in folder.glob("trials-*/*.parquet"))
    if not many:
        return Interrupted("interrupted before the first trial was simulated: nothing is kept")
    what = "1 trial is" if many == 1 else f"{many:,} trials are"
    return Interrupted(f"interrupted: {what} kept in {folder}; the same command goes on from there")
