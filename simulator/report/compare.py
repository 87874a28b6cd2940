"""What ``siaga compare`` prints: 80 columns for who decides on a policy."""

from collections.abc import Callable, Iterator, Sequence
from math import isfinite

from rich.console import Console
from rich.table import Table
from rich.text import Text

from simulator.metrics.estimate import Estimate
from simulator.metrics.paired import ROUTES
from simulator.questions.compare.comparison import DesignEffects
from simulator.questions.compare.result import CompareResult
from simulator.report.compare_words import conclusion, design_name, few, footnotes, in_order, sentences, staffing
from simulator.report.picture import picture_note, write_figure
from simulator.report.terminal import closing
from simulator.report.trade_off import NAME, trade_off
from simulator.report.words import NOTHING, counted, hours, number, per_thousand, share, span
from simulator.scenario.units import DAY

ROUTE_WORDS = {"queue": "longer queue", "deterred": "put off", "withheld_as_one": "withheld, as one"}
"""Routes that do not say themselves what they are."""
MONTH = 30 * DAY


def show(result: CompareResult, to: Console) -> None:
    """Print the whole page."""
    for head in _heads(result):
        to.print(head)
    for table in (_whom(result), _people(result), _saves(result), _harm(result)):
        if table is not None:
            to.print()
            to.print(table)
    to.print()
    for line in (*footnotes(result), *sentences(result)):
        to.print(Text(line))
    closing(to, result.warnings, (picture_note(result.folder / NAME, "the trade-off"), f"kept in {result.folder}"))


def write_picture(result: CompareResult) -> None:
    """Write the picture into the folder of results."""
    write_figure(result.folder / NAME, trade_off(result))


def _heads(result: CompareResult) -> Iterator[Text]:
    scenario = result.designs[0].experiment.scenario
    yield Text(scenario.title, style="bold")
    yield Text(" ".join(conclusion(result)))
    yield Text()
    yield Text(
        f"{counted(result.replications, 'replication')} of {span(scenario.length)} "
        f"from {scenario.start:%a %d %b %Y %H:%M}, seed {result.request.seed}"
    )
    yield Text("every policy meets the same callers, and is held against no blocklist")


def _table(*heads: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for place, head in enumerate(heads):
        # Figures stay whole; where they are wide the names ahead of them give way.
        justify = "left" if place == 0 else "right"
        table.add_column(head, justify=justify, no_wrap=place > 0, overflow="fold")  # type: ignore[arg-type]
    return table


def _rows(result: CompareResult, table: Table, cells: Callable[[DesignEffects], Sequence[str] | None]) -> Table:
    """A row a design, staffing by staffing, the best first and no nuisance last."""
    several = len({design.call_takers for design in result.designs}) > 1
    last: object = object()
    for effects in in_order(result.comparison.effects):
        row = cells(effects)
        if row is None:
            continue
        if several and effects.design.call_takers != last:
            table.add_row(Text(f"with {staffing(effects.design)}", style="bold"))
            last = effects.design.call_takers
        table.add_row(("  " if several else "") + design_name(effects.design), *row)
    return table


def _whom(result: CompareResult) -> Table:
    """The headline: who is never heard because of each policy, who is heard, and what that comes to; the best first."""
    heads = "never heard\nbecause of it", "heard\nbecause of it", "change in\nnever heard", "\nalike"
    table = _table("Of 1,000 genuine\ncallers", *heads)

    def cells(effects: DesignEffects) -> Sequence[str] | None:
        if effects.design.role == "none":
            return ("", "", "0", effects.letters)
        against = effects.against
        gross = map(_of_1000, (against["never_because"], against["heard_because"]))
        return (*gross, _change(against["change_never"]), effects.letters)

    return _rows(result, table, cells)


def _people(result: CompareResult) -> Table:
    """How many people that is, who is late, and who is never heard with the list of an older service."""
    first = result.designs[0].experiment
    length = first.scenario.length - first.warm_up
    times = 1.0 if result.unsteady else 365 * DAY / length
    stretch = f"people in {span(length)}" if result.unsteady else "people a year"
    heads = ["late,\nof 1,000", f"never heard:\n{stretch}"]
    older = {} if result.older is None else {_key(effects): effects for effects in result.older.comparison.effects}
    if result.older is not None:
        heads.append(f"never heard after\n{span(result.older.past)}, of 1,000")
    table = _table("Change in callers", *heads)

    def cells(effects: DesignEffects) -> Sequence[str] | None:
        if effects.design.role == "none":
            return None
        callers = effects.of("genuine", "offered").value or 0.0
        never = effects.against["change_never"].times(times * callers)
        people = "0" if _is_known(never) else f"{_many(never.value)}\n{_bounds(never, _many)}"
        found = [_change(effects.against["change_late"]), people]
        again = older.get(_key(effects))
        return found if again is None else [*found, _change(again.against["change_never"])]

    return _rows(result, table, cells)


def _key(effects: DesignEffects) -> tuple[str, int | None]:
    return effects.design.policy, effects.design.call_takers


def _many(people: float) -> str:
    if not isfinite(people):
        return NOTHING
    if abs(people) < 0.05:
        return "0" if abs(people) < 0.005 else f"{people:+.2f}"
    return f"{people:+,.{0 if abs(people) >= 9.95 else 1}f}"


def _of_1000(found: Estimate) -> str:
    """So many of 1,000, the interval below; of what was never seen, how many there may be all the same."""
    if _is_known(found):
        return "0"
    if found.value == 0 and isfinite(found.high):
        return f"none*\nat most {few(found.high)}"
    return f"{few(found.value)}\n{_bounds(found, few)}"


def _is_known(found: Estimate) -> bool:
    """Whether it is 0 for certain: of a policy that can never act."""
    return found.low == found.value == found.high == 0


def _change(found: Estimate) -> str:
    return "0" if _is_known(found) else f"{_signed(found.value)}\n{_bounds(found, _signed)}"


def _signed(value: float) -> str:
    sign = "-" if value < 0 else "+"
    return "0" if value == 0 else f"{sign}0.00" if abs(value) < 1e-5 else sign + per_thousand(abs(value))


def _bounds(found: Estimate, words: Callable[[float], str]) -> str:
    return f"{words(found.low)} to {words(found.high)}" if isfinite(found.low) and isfinite(found.high) else NOTHING


def _saves(result: CompareResult) -> Table:
    """What each policy saves."""
    table = _table(
        "What it saves",
        "nuisance\nanswered\na day",
        "busy time\nfreed, %",
        "of it\nidle\nanyway",
        "sent out\nin vain\na month",
        "in time\nin the\nworst hour",
    )
    length = result.designs[0].experiment.scenario.length

    def cells(effects: DesignEffects) -> Sequence[str]:
        return (
            number(_nuisance_answered(effects), length / DAY),
            _freed(effects),
            share(effects.freed_idle),
            number(effects.of("all", "wasted_dispatches").value, length / MONTH),
            NOTHING if effects.worst is None else f"{share(effects.worst[1].value)}\n{hours(effects.worst[0])}",
        )

    return _rows(result, table, cells)


def _nuisance_answered(effects: DesignEffects) -> float:
    """Prank and silent callers answered in a replication."""
    found = 0.0
    for intent in ("prank", "silent"):
        offered, never = (effects.of(intent, name).value for name in ("offered", "never_got_through"))
        found += (offered or 0.0) * (1 - (never or 0.0))
    return found


def _freed(effects: DesignEffects) -> str:
    if "freed" not in effects.against:
        return NOTHING
    found = effects.against["freed"]
    if found.value == 0:
        return "none"
    bounds = f"\n{_percent(found.low)} to {_percent(found.high)}" if isfinite(found.low) else ""
    if _percent(found.value) != "0":
        return _percent(found.value) + bounds
    return "< 0.01" + bounds * (bounds != "\n0 to 0")


def _percent(value: float) -> str:
    """``12.3``; more digits where it is small, so that an interval has the digits of its value."""
    percent = abs(100 * value)
    sign = "-" if value < 0 else ""
    if percent >= 0.095:
        return f"{sign}{percent:.1f}"
    return f"{sign}{percent:.2f}" if percent >= 0.005 else "0"


def _harm(result: CompareResult) -> Table | None:
    """Who is never heard because of it, route by route, and enquiring callers turned away."""
    policies = [effects for effects in result.comparison.effects if effects.design.role == "policy"]
    met = [route for route in ROUTES if any(effects.routes[route].value > 0 for effects in policies)]
    words = (ROUTE_WORDS.get(route, route.replace("_", " ")).replace(" ", "\n") for route in met)
    enquiries = any(effects.of("enquiry", "offered").value for effects in policies)
    if not (met or enquiries):
        return None
    table = _table(
        "Never heard because of\nit, of 1,000, counted",
        *words,
        *(["enquiries\nturned\naway"] if enquiries else []),
    )

    def cells(effects: DesignEffects) -> Sequence[str] | None:
        if effects.design.role != "policy":
            return None
        away = [effects.of("enquiry", "policy").value] if enquiries else []
        return [few(value or 0.0) for value in (*(effects.routes[route].value for route in met), *away)]

    return _rows(result, table, cells)
