"""The one door to the engines: calls and staffing in, outcomes out."""

from collections.abc import Callable
from typing import Literal

from simulator.scenario.model import Floor
from simulator.scenario.policy import NO_POLICY, Policy
from simulator.tables.calls import Calls
from simulator.tables.outcomes import Outcomes
from simulator.tables.sanctions import Sanctions
from simulator.tables.staffing import Staffing

Engine = Literal["reference", "kernel"]
ENGINES: tuple[Engine, ...] = ("reference", "kernel")
DEFAULT_ENGINE: Engine = "reference"


def simulate(
    calls: Calls, staffing: Staffing, floor: Floor, policy: Policy = NO_POLICY, engine: Engine = DEFAULT_ENGINE
) -> Outcomes:
    """Outcomes of these calls on this floor, one row per attempt; the same inputs give the same rows.

    Nothing is drawn: chance is in `calls` and `staffing` alone, so two policies or floors are compared on the very
    same callers. Raises ValueError for an engine that is not one of ENGINES, and where the policy or the floor needs
    what was not drawn with the calls.
    """
    return play(calls, staffing, floor, policy, engine)[0]


def play(
    calls: Calls, staffing: Staffing, floor: Floor, policy: Policy = NO_POLICY, engine: Engine = DEFAULT_ENGINE
) -> tuple[Outcomes, Sanctions]:
    """The same, with what the policy did to numbers: one row each time that an action began or was prolonged."""
    if engine not in ENGINES:
        raise ValueError(f"engine {engine!r} is not one of {', '.join(ENGINES)}")
    if missing := (policy.needs | floor.needs) - set(calls.extras):
        raise ValueError(f"these calls were drawn without {', '.join(sorted(missing))}, which policy or floor need")
    return _run(engine)(calls, staffing, floor, policy)


def _run(engine: Engine) -> Callable[[Calls, Staffing, Floor, Policy], tuple[Outcomes, Sanctions]]:
    """The engine's own door. Imported here: who runs one engine need not load the other, nor its compiler."""
    if engine == "kernel":
        from simulator.engines.kernel import run  # noqa: PLC0415

        return run
    from simulator.engines.reference import run as run_reference  # noqa: PLC0415

    return run_reference
