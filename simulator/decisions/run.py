"""``siaga run`` from order to answer: load, replicate, keep, judge."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from platform import python_version
from typing import Any

from simulator.decisions.answer import Answer, answer, document
from simulator.decisions.experiment import Experiment, replications_by_default, versions
from simulator.decisions.replicate import Progress, Sweep, replicate
from simulator.engines.simulate import Engine
from simulator.scenario import checks
from simulator.scenario.errors import BadInput, Fault, Interrupted, quoted
from simulator.scenario.load import Loaded, load_policy
from simulator.scenario.model import Scenario
from simulator.scenario.policy import Policy
from simulator.scenario.profile import expected_calls
from simulator.scenario.target import Target, parse_target
from simulator.tables.store import Store, key_of


@dataclass(frozen=True, slots=True)
class Order:
    """What was asked for."""

    loaded: Loaded
    seed: int
    engine: Engine
    replications: int | None
    policy: str | None
    call_takers: int | None
    targets: tuple[str, ...]
    out: Path
    check: bool
    command: str


@dataclass(frozen=True, slots=True)
class Done:
    """What was done, and where it is kept."""

    order: Order
    experiment: Experiment
    sweep: Sweep
    answer: Answer
    document: dict[str, Any]
    folder: Path


def carry_out(order: Order, progress: Progress) -> Done:
    """Run an order and keep its results; raises BadInput, and Interrupted once what has finished is on disk."""
    experiment, began = experiment_of(order), datetime.now(UTC)
    replications = order.replications or replications_by_default(calls_expected(experiment))
    store = Store(order.out / order.loaded.path.stem / key_of(experiment.identity()))
    try:
        with store.claimed():
            sweep = replicate(experiment, replications, store, progress, check=order.check)
            found = answer(experiment, sweep, warnings_of(order.loaded, experiment))
            summary = document(order.loaded.path.stem, experiment, sweep, found)
            store.finish(manifest(order, experiment, replications, began), summary)
    except KeyboardInterrupt:
        raise Interrupted(
            f"interrupted: {store.count()} of {replications} replications are kept in {store.folder}; "
            "the same command goes on from there"
        ) from None
    except OSError as error:
        raise not_writable(error, order.out) from error
    return Done(order, experiment, sweep, found, summary, store.folder)


def warnings_of(loaded: Loaded, experiment: Experiment) -> tuple[str, ...]:
    """What is odd about the scenario as it is run; the options may have changed its staffing."""
    before, now = checks.warnings(loaded.scenario), checks.warnings(experiment.scenario)
    return (*now, *(warning for warning in loaded.warnings if warning not in before))


def experiment_of(order: Order) -> Experiment:
    """The experiment that the options make of the scenario."""
    experiment = Experiment(order.loaded.scenario, order.seed, order.engine)
    if order.policy is not None:
        experiment = experiment.under(policy_named(order.policy, order.loaded.path.parent))
    if order.call_takers is not None:
        experiment = experiment.staffed(order.call_takers)
        _still_holds(experiment.scenario, order)
    if order.targets:
        targets = tuple(_target(text) for text in order.targets)
        experiment = replace(experiment, scenario=experiment.scenario.model_copy(update={"targets": targets}))
    return experiment


def _still_holds(scenario: Scenario, order: Order) -> None:
    """The file was sound; with the call-takers of the option its breaks, or memory, may no longer be."""
    broken = checks.faults(scenario.model_copy(update={"reported": ()}), order.loaded.path.parent)
    if broken:
        given = f"{order.call_takers}: {broken[0].given or '.'.join(map(str, broken[0].key))}"
        raise BadInput([Fault(broken[0].wanted, given, "--call-takers", hint=broken[0].hint)])


def policy_named(name: str, beside: Path) -> Policy:
    """The policy of ``--policy``: a file where the text ends in .yaml or .yml, else a name."""
    try:
        return load_policy(Path(name) if name.endswith((".yaml", ".yml")) else name, beside)
    except BadInput as error:
        raise BadInput(fault if fault.file else replace(fault, key="--policy") for fault in error.faults) from None


def calls_expected(experiment: Experiment) -> float:
    """First attempts expected in one replication, a simulated past included."""
    scenario = experiment.scenario
    begin = -scenario.floor.blocklist.warmed
    return sum(expected_calls(group, scenario, begin, scenario.length) for group in scenario.callers.values())


def manifest(order: Order, experiment: Experiment, replications: int, began: datetime) -> dict[str, Any]:
    """Provenance: everything needed to do the run again."""
    return {
        "command": order.command,
        "scenario": order.loaded.path.stem,
        "scenario_text": order.loaded.text,
        "resolved": experiment.scenario.model_dump(mode="json", by_alias=True),
        "assumptions": [f"{each.key}: {each.value} ({each.reason})" for each in order.loaded.assumptions],
        "seed": order.seed,
        "engine": order.engine,
        "replications": replications,
        "versions": {**versions(), "python": python_version()},
        "began": began.isoformat(timespec="seconds"),
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def not_writable(error: OSError, out: Path) -> BadInput:
    """The complaint about a folder for results that can not be written to."""
    wanted = "a folder that can be written to"
    return BadInput([Fault(wanted, f"{out} ({error.strerror})", "--out", hint="name another with --out DIR")])


def _target(text: str) -> Target:
    try:
        return parse_target(text)
    except ValueError as error:
        raise BadInput([Fault(str(error), quoted(text), "--target")]) from None
