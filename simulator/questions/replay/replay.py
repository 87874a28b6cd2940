"""A recorded table of calls through a floor with the same call-takers all the time."""

from collections.abc import Iterator

from simulator.demand.trace import Trace, read_trace
from simulator.engines.simulate import Engine, simulate
from simulator.logs.conventions import Conventions
from simulator.metrics.count import DEFAULT_THRESHOLDS, count_by_day
from simulator.metrics.counts import merge
from simulator.metrics.summary import measures_of
from simulator.questions.replay.request import Request
from simulator.questions.replay.result import COLUMNS, Replay, rows_of
from simulator.scenario.errors import BadInput, Fault
from simulator.scenario.floor import Floor
from simulator.scenario.policy import NO_POLICY, Policy
from simulator.study.options import policy_named
from simulator.study.question import SILENT, Progress
from simulator.study.runs.executors import engine_for
from simulator.tables.files import write_csv
from simulator.tables.laws import broken_laws
from simulator.tables.outcomes import Outcomes
from simulator.tables.staffing import Staffing, always


def answer(request: Request, progress: Progress = SILENT) -> Replay:  # noqa: ARG001  (done at once)
    """Send the recorded calls through the floor, and write what became of each attempt. Raises BadInput.

    A file that stands there already is not lost: it is renamed to NAME.csv.1 (or .2, ...) first.
    """
    policy = _policy(request)
    conventions = Conventions(request.region, request.arrivals, request.durations, request.decimal_comma)
    trace = read_trace(request.calls, conventions)
    outcomes, staffing = replay(
        trace, request.call_takers, request.trunks, policy, request.engine or engine_for(len(trace.calls))
    )
    days = list(count_by_day(trace.calls, outcomes, staffing, DEFAULT_THRESHOLDS))
    kept = (*_written(request, trace, outcomes), f"every attempt: {request.outcomes}")
    return Replay(trace, outcomes, tuple(measures_of((merge(days),), days)), len(days), kept)


def _policy(request: Request) -> Policy:
    if request.policy is None:
        return NO_POLICY
    policy = policy_named(request.policy, request.calls.parent)
    if policy.needs or policy.allowlist:
        wanted = "a policy that leaves nothing to chance: block or demote, and no allowlist of groups"
        given = f"{request.policy}, which has messages, diversion or an allowlist"
        hint = "a recorded table does not say who would pass a challenge, heed a message or be passed back"
        raise BadInput([Fault(wanted, given, hint=hint, field="policy")])
    return policy


def replay(trace: Trace, call_takers: int, trunks: int, policy: Policy, engine: Engine) -> tuple[Outcomes, Staffing]:
    """The recorded calls on ``trunks`` lines with ``call_takers`` on duty from the first to the last."""
    calls, floor = trace.calls, Floor(trunks=trunks)
    staffing = always(call_takers, 0, calls.cut)
    outcomes = simulate(calls, staffing, floor, policy, engine)
    if broken := broken_laws(calls, staffing, outcomes, floor, policy):
        raise AssertionError("\n".join(broken))
    return outcomes, staffing


def _written(request: Request, trace: Trace, outcomes: Outcomes) -> Iterator[str]:
    """Write the file of outcomes; where the one that stood there before is now, if there was one."""
    to = request.outcomes
    if to.is_dir() or to.resolve() == request.calls.resolve():
        raise BadInput([Fault("the name of a new file", str(to), hint="such as outcomes.csv", field="outcomes")])
    try:
        aside = write_csv(to, COLUMNS, rows_of(trace, outcomes))
    except OSError as error:
        given = f"{to} ({error.strerror})"
        raise BadInput([Fault("a file in a folder that can be written to", given, field="outcomes")]) from error
    if aside:
        yield f"the earlier {to} is now {to.with_name(aside.name)}"
