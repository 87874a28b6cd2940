"""``siaga erlang``: what the closed forms say of one line, side by side, and the staff and trunks they ask for."""

from dataclasses import asdict, dataclass
from math import exp, inf, isfinite
from typing import Any

from simulator.metrics.erlang.sizing import fewest_staff, fewest_trunks, most_load
from simulator.metrics.erlang.states import californias_positions, extended_erlang_b
from simulator.metrics.erlang.waiting import Line
from simulator.scenario.errors import BadInput, Fault, quoted
from simulator.scenario.target import Target, parse_target
from simulator.scenario.units import HOUR, SECOND, parse_positive_duration, parse_rate, parse_share

P01 = 0.01
AROUND = 2
"""Numbers of call-takers shown on either side of what is asked, or of the fewest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What was asked for, as written; None where it was not."""

    calls: str
    handling: str
    target: str
    call_takers: int | None = None
    patience: str | None = None
    trunks: int | None = None
    redials: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """What one formula says with so many call-takers; shares of attempts, the ASA in s."""

    formula: str
    call_takers: int
    stable: bool
    waits: float
    in_time: float
    in_time_of_answered: float
    in_time_less_short: float
    abandoned: float
    busy: float
    asa: float
    occupancy: float


@dataclass(frozen=True, slots=True)
class Formulas:
    """What the formulas say.

    load       Erlang; fewest: call-takers by formula, None where no number is enough; most_calls: an hour, with those
    rows       every formula with the call-takers asked for, or the fewest of the last formula
    around     the last formula with a few more and fewer
    trunks     at P.01: Erlang B of the load; of the last formula's queue with these call-takers; with redials
    """

    ask: Ask
    target: Target
    load: float
    calls_per_hour: float
    fewest: dict[str, int | None]
    most_calls: dict[str, float]
    rows: tuple[Row, ...]
    around: tuple[Row, ...]
    trunks: dict[str, int | None]
    redials: tuple[float, float] | None
    californias: int

    def document(self) -> dict[str, Any]:
        """The same as JSON; what is endless is null."""
        found = asdict(self)
        plain: dict[str, Any] = _plain(found | {"target": str(self.target)})
        return plain


def carry_out(ask: Ask) -> Formulas:
    """Work out what was asked for; raises BadInput."""
    rate = parsed(parse_rate, ask.calls, "--calls") * SECOND
    handling = parsed(parse_positive_duration, ask.handling, "--handling") / SECOND
    target = target_of(ask.target)
    within, share = target.within / SECOND, target.share
    patience = parsed(parse_positive_duration, ask.patience, "--patience") / SECOND if ask.patience else inf
    redials = parsed(parse_share, ask.redials, "--redials") if ask.redials else None
    kinds = _kinds(patience, ask.trunks)
    fewest = {name: fewest_staff(rate, handling, within, share, **kind) for name, kind in kinds.items()}
    last = list(kinds)[-1]
    c = ask.call_takers or fewest[last] or max(filter(None, fewest.values()), default=1)
    numbers = range(max(c - AROUND, 1), c + AROUND + 1)
    load = rate * handling
    return Formulas(
        ask=ask,
        target=target,
        load=load,
        calls_per_hour=rate * HOUR / SECOND,
        fewest=fewest,
        most_calls={
            name: most_load(handling, c, within, share, **kind) * HOUR / SECOND for name, kind in kinds.items()
        },
        rows=tuple(_row(name, Line(rate, handling, c, **kind), within) for name, kind in kinds.items()),
        around=tuple(_row(last, Line(rate, handling, n, **kinds[last]), within) for n in numbers),
        trunks=_trunks(rate, handling, c, patience),
        redials=None if redials is None else extended_erlang_b(load, ask.trunks or c, redials),
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


def target_of(text: str) -> Target:
    """The target that is asked for; raises BadInput."""
    target: Target = parsed(parse_target, text, "--target")
    if target.share >= 1:
        hint = "no number of call-takers answers all for sure, however many they are: ask for 99.9 %"
        raise BadInput([Fault("a share below 100 %", quoted(text), "--target", hint=hint)])
    return target


def parsed(parse: Any, text: str, option: str) -> Any:
    """What an option says; raises BadInput."""
    try:
        return parse(text)
    except ValueError as error:
        hint = str((getattr(error, "context", None) or {}).get("hint", ""))
        # A hint for a file's groups is no help to an option.
        raise BadInput([Fault(str(error), quoted(text), option, hint=hint.partition(":")[0])]) from None


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    return None if isinstance(value, float) and not isfinite(value) else value
