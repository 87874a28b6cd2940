"""A crowd of callers of every sort, and two floors where every rule and both silent procedures are at work."""

from typing import Any

import numpy as np

from simulator.engines.simulate import simulate
from simulator.scenario.floor import Floor
from simulator.scenario.policy import INTENTS, Policy
from simulator.scenario.units import NEVER, SECOND
from simulator.tables.calls import DELAY_SCALE, DOUBT_SCALE, Calls
from simulator.tables.law_run import Run
from simulator.tables.laws import LAWS
from simulator.tables.outcomes import Outcomes
from simulator.tables.staffing import Staffing
from tests.plans import challenge, divert, floor, plan, policy, rule, staff, warn

Table = dict[str, np.ndarray[Any, Any]]
TRUNKS, CALLS = 4, 1500
HALF = dict.fromkeys(INTENTS, 0.5)


def crowd() -> Calls:
    """Calls of every sort: impatient, redialling, pranks, misjudged, several an incident, without a voice."""
    rng = np.random.default_rng(8)
    size = (CALLS, 3)
    person = rng.integers(0, 300, CALLS)
    return plan(
        np.sort(rng.integers(0, 7_500, CALLS)),
        unit=SECOND,
        attempts=3,
        sims=2,
        talk=rng.integers(1, 25, size),
        duplicate=rng.integers(1, 9, size),
        wrap=rng.integers(1, 4, size),
        accept=rng.integers(0, 9, size),
        patience=np.where(rng.random(size) < 0.1, NEVER, rng.integers(5, 60, size)),
        intent=rng.integers(0, 4, CALLS),
        person=person,
        own=2 * person % 150,
        number=np.where(rng.random(CALLS) < 0.1, -1, 2 * person % 150),
        incident=rng.integers(-1, 50, CALLS),
        deceives=rng.random(CALLS) < 0.05,
        voiceless=rng.random(CALLS) < 0.2,
        heeds=rng.random(CALLS) < 0.3,
        tendency=np.full(CALLS, DOUBT_SCALE // 5),
        doubt=rng.integers(0, DOUBT_SCALE, size),
        verdict=rng.integers(0, 4, size),
        redial=rng.integers(0, 128, size),
        redial_delay=rng.integers(1, 30, size),
        rotate=rng.random(size) < 0.3,
        quit=rng.random(size) < 0.1,
        challenge=rng.integers(0, DOUBT_SCALE, size),
        passback=rng.integers(0, DOUBT_SCALE, size),
        passback_delay=rng.exponential(DELAY_SCALE, size).astype(np.int64),
        press55=rng.integers(0, DOUBT_SCALE, size),
    )


PLAN = crowd()
ROTA = staff((0, 0, 3_500, False), (1, 0, 200_000, False), (2, 3_500, 200_000, False))
POLICY = policy(
    rule("prank", action="sms", strikes=2, for_=(300 * SECOND,)),
    rule("prank", strikes=2, for_=(300 * SECOND, 600 * SECOND), extend=True),
    divert(12 * SECOND, calls={"more_than": 2, "within": 300 * SECOND}, for_=(200 * SECOND,), passes_back=HALF),
    divert(9 * SECOND, "enquiry", for_=(200 * SECOND,), passes_back=HALF, exponential=True),
    challenge(7 * SECOND, talk={"longer_than": 16 * SECOND}, for_=(400 * SECOND,), passes=HALF),
    warn(8 * SECOND, "genuine", for_=(300 * SECOND,), leaves=HALF),
    rule("silent", action="demote"),
    as_one=True,
    allowlist=("callers/10", "callers/12", "callers/20"),
)
LISTEN, MACHINE = {"listen": 6 * SECOND}, {"length": 5 * SECOND, "presses": HALF}
WITH_MACHINE = floor(TRUNKS, silent={**LISTEN, "machine": MACHINE})
CALLING_BACK = floor(TRUNKS, attended=True, silent={**LISTEN, "call_back": {"share": 0.5, "takes": 74 * SECOND}})


def judged(outcomes: Outcomes, lines: Floor, rules: Policy = POLICY, staffing: Staffing = ROTA) -> Run:
    """These outcomes under their laws."""
    return Run(PLAN, staffing, outcomes, lines, rules)


RUN = judged(simulate(PLAN, ROTA, WITH_MACHINE, POLICY), WITH_MACHINE)
BACK = judged(simulate(PLAN, ROTA, CALLING_BACK, POLICY), CALLING_BACK)


def copied(run: Run = RUN) -> Table:
    """A table to tamper with."""
    return {name: column.copy() for name, column in run.outcomes.columns().items()}


def broken(run: Run) -> set[str]:
    """The names of the laws that a run breaks."""
    return {law.__name__ for law in LAWS if len(law(run))}
