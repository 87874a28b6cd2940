"""What the closed forms say of one line, side by side, and the staff and trunks they ask for."""

from collections.abc import Callable
from math import exp, inf
from typing import Any, TypeVar

from simulator.metrics.erlang.sizing import fewest_staff, fewest_trunks, most_load
from simulator.metrics.erlang.states import californias_positions, extended_erlang_b
from simulator.metrics.erlang.waiting import Line
from simulator.questions.erlang.request import Request
from simulator.questions.erlang.result import Formulas, Row
from simulator.scenario.errors import BadInput, Fault, quoted
from simulator.scenario.target import Target, parse_target
from simulator.scenario.units import HOUR, SECOND, parse_positive_duration, parse_rate, parse_share

P01 = 0.01
AROUND = 2
"""Numbers of call-takers shown on either side of what is asked, or of the fewest."""
Parsed = TypeVar("Parsed")


def formulas(request: Request, calls: str, handling_time: str) -> Formulas:
    """What the formulas say of so many calls of this mean handling time; raises BadInput."""
    rate = parsed(parse_rate, calls, "calls") * SECOND
    handling = parsed(parse_positive_duration, handling_time, "handling") / SECOND
    target = target_of(request)
    within, share = target.within / SECOND, target.share
    patience = patience_of(request)
    redials = parsed(parse_share, request.redials, "redials") if request.redials else None
    kinds = _kinds(patience, request.trunks)
    fewest = {name: fewest_staff(rate, handling, within, share, **kind) for name, kind in kinds.items()}
    last = list(kinds)[-1]
    c = request.call_takers or fewest[last] or max(filter(None, fewest.values()), default=1)
    numbers = range(max(c - AROUND, 1), c + AROUND + 1)
    load = rate * handling
    return Formulas(
        request=request,
        target=target,
        load=load,
        calls_per_hour=rate * HOUR / SECOND,
        fewest=fewest,
        most_calls={
            name: most_load(handling, c, within, share, **kind) * HOUR / SECOND for name, kind in kinds.items()
        },
        by_formula=tuple(_row(name, Line(rate, handling, c, **kind), within) for name, kind in kinds.items()),
        around=tuple(_row(last, Line(rate, handling, n, **kinds[last]), within) for n in numbers),
        trunks=_trunks(rate, handling, c, patience),
        redials=None if redials is None else extended_erlang_b(load, request.trunks or c, redials),
        californias=californias_positions(rate * HOUR / SECOND, handling),
    )


def _kinds(patience: float, trunks: int | None) -> dict[str, dict[str, Any]]:
    """The formulas that what was given allows."""
    kinds: dict[str, dict[str, Any]] = {"Erlang C": {}}
    if patience < inf:
        kinds["Erlang A"] = {"patience": patience}
    if trunks is not None:
        kinds["finite trunks"] = {"patience": patience, "trunks": float(trunks)}
    return kinds


def _trunks(rate: float, handling: float, c: int, patience: float) -> dict[str, int | None]:
    """Trunks at P.01; a queue that grows for ever fills any number."""
    return {
        "nobody waits (Erlang B)": _fewest_b(rate * handling),
        "with the queue": fewest_trunks(rate, handling, c, P01, patience=patience),
    }


def _fewest_b(load: float) -> int:
    trunks, lost = 0, 1.0
    while lost > P01:
        trunks += 1
        lost = load * lost / (trunks + load * lost)
    return trunks


def _row(formula: str, line: Line, within: float) -> Row:
    return Row(
        formula=formula,
        call_takers=line.c,
        stable=line.stable,
        waits=exp(line.log_waits()),
        in_time=line.level_offered(within),
        in_time_of_answered=line.level_answered(within),
        in_time_less_short=line.level_less_short(within),
        abandoned=line.abandoned_within(inf),
        busy=line.busy(),
        asa=line.mean_wait(),
        occupancy=line.occupancy(),
    )


def target_of(request: Request) -> Target:
    """The target that is asked for; raises BadInput."""
    target = parsed(parse_target, request.target, "target")
    if target.share >= 1:
        hint = "no number of call-takers answers all for sure, however many they are: ask for 99.9 %"
        raise BadInput([Fault("a share below 100 %", quoted(request.target), hint=hint, field="target")])
    return target


def patience_of(request: Request) -> float:
    """Mean patience, s; endless unless stated. Raises BadInput."""
    return parsed(parse_positive_duration, request.patience, "patience") / SECOND if request.patience else inf


def parsed(parse: Callable[[str], Parsed], text: str, field: str) -> Parsed:
    """What a field says; raises BadInput."""
    try:
        return parse(text)
    except ValueError as error:
        hint = str((getattr(error, "context", None) or {}).get("hint", ""))
        # A hint for a file's groups is no help to a field.
        raise BadInput([Fault(str(error), quoted(text), hint=hint.partition(":")[0], field=field)]) from None
