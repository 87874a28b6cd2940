"""What must hold across the parts of a scenario."""

from collections.abc import Iterator
from itertools import accumulate, chain, islice
from math import log
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulator.scenario.callers import CallerGroup, Surge
from simulator.scenario.dates import meet, span_of
from simulator.scenario.fixes import listed, nearest
from simulator.scenario.floor import Break, Shift
from simulator.scenario.memory import MOST_BYTES, expected_memory, largest
from simulator.scenario.model import Scenario
from simulator.scenario.policy_checks import unknown_numbers
from simulator.scenario.units import DAY, MINUTE
from simulator.scenario.week import MINUTES, minutes_of, overlap, spoken

MOST_FAULTS = 200
MOST_TIMES = 1_000_000


class Broken(NamedTuple):
    """Something that does not hold: the key path (names and indexes from 0), what was given, wanted, and the fix.

    An empty ``given`` stands for the value at that place.
    """

    key: tuple[str | int, ...]
    given: str
    wanted: str
    hint: str = ""


def faults(scenario: Scenario, beside: Path | None = None, doubtful: frozenset[str] = frozenset()) -> list[Broken]:
    """What does not hold across the parts of a scenario.

    ``beside`` is the folder of its file, for the files that it names; ``doubtful`` are groups known to be faulty,
    about which nothing is said that depends on them. The first `MOST_FAULTS` are returned.
    """
    parts = (_start(scenario), _shifts(scenario), _groups(scenario, doubtful), _names(scenario), _reported(scenario))
    found = chain(*parts, _memory(scenario), _blocklist(scenario, beside), _allowlist(scenario))
    return list(islice(found, MOST_FAULTS))


def _start(scenario: Scenario) -> Iterator[Broken]:
    if not 1900 <= scenario.start.year <= 2200:
        yield Broken(("start",), "", "a year from 1900 to 2200")


def _shifts(scenario: Scenario) -> Iterator[Broken]:
    shifts = scenario.floor.shifts
    for index, shift in enumerate(shifts):
        if shift.from_ == DAY:
            yield Broken(
                ("floor", "shifts", index, "from"),
                "",
                "a beginning from 00:00 to 23:59",
                "write 00:00 and the next day",
            )
        for number, pause in enumerate(shift.breaks):
            yield from _break(shift, pause, ("floor", "shifts", index, "breaks", number))
    yield from _overlaps(shifts)


def _overlaps(shifts: tuple[Shift, ...]) -> Iterator[Broken]:
    """Shifts that overlap an earlier one, the first of which is named; dated ones on dates that both have."""
    minutes, spans = [minutes_of(shift) for shift in shifts], [span_of(shift) for shift in shifts]
    taken: dict[tuple[int, int], NDArray[np.bool_]] = {}
    for index, two in enumerate(shifts):
        clash = any(meet(span, spans[index]) and (on & minutes[index]).any() for span, on in taken.items())
        if clash and not two.may_overlap:
            earlier = (one for one, span in zip(shifts[:index], spans, strict=False) if meet(span, spans[index]))
            found = ((one, hours) for one in earlier if (hours := overlap(one, two)).any())
            for one, hours in islice(found, 1):
                given = f"shift {two.name}, which overlaps shift {one.name}: {spoken(hours)}"
                hint = "change its times, or add may_overlap: yes if it is meant"
                yield Broken(("floor", "shifts", index), given, "shifts that do not overlap", hint)
        taken[spans[index]] = taken.get(spans[index], np.zeros(MINUTES, dtype=np.bool_)) | minutes[index]


def _break(shift: Shift, pause: Break, key: tuple[str | int, ...]) -> Iterator[Broken]:
    """A break outside its shift, longer than it, or in turn longer than what is left of it."""
    after = (pause.at - shift.from_) % DAY
    persons = max(shift.call_takers, 1) if pause.in_turn else 1
    if after >= shift.length:
        yield Broken((*key, "at"), "", f"a time within shift {shift.name}")
    elif after + pause.for_ > shift.length:
        yield Broken((*key, "for"), "", f"a break that ends before shift {shift.name} does")
    elif after + pause.for_ * persons > shift.length:
        minutes = pause.for_ * persons / MINUTE
        given = f"{persons} breaks one after the other, {minutes:g} min in all"
        wanted = f"breaks that end before shift {shift.name} does"
        yield Broken((*key, "for"), given, wanted, "begin earlier, make it shorter, or add in_turn: no")


def _groups(scenario: Scenario, doubtful: frozenset[str]) -> Iterator[Broken]:
    for name, group in scenario.callers.items():
        for source in ("shared_with", "reused_from"):
            for other in getattr(group.numbers, source):
                key = ("callers", name, "numbers", source, other)
                if other not in doubtful:
                    yield from _other_group(name, other, scenario.callers, key)
        if group.busy_with is not None and group.busy_with not in scenario.day_factors:
            known = listed(scenario.day_factors)
            wanted = f"one of the day factors {known}" if known else "a day factor that stands under day_factors"
            hint = (
                nearest(group.busy_with, scenario.day_factors) or f"add day_factors: {{{group.busy_with}: {{cv: 0.2}}}}"
            )
            yield Broken(("callers", name, "busy_with"), "", wanted, hint)


def _other_group(name: str, other: str, groups: dict[str, CallerGroup], key: tuple[str | int, ...]) -> Iterator[Broken]:
    """A reference to a group that is missing, itself, or without a pool whose numbers could be shared."""
    others = [each for each in groups if each != name]
    if other == name:
        yield Broken(key, f"{other}, the group itself", "another group")
    elif other not in groups:
        wanted = f"one of the groups {listed(others)}" if others else "another group of callers"
        yield Broken(key, f"{other}, which is no group of callers", wanted, nearest(other, others))
    elif not groups[other].numbers.pool:
        hint = f"add numbers: {{pool: 40}} to {other}"
        yield Broken(key, f"{other}, whose numbers are new each time", "a group with a pool of numbers", hint)


def _names(scenario: Scenario) -> Iterator[Broken]:
    """Names given twice."""
    shifts, reported = scenario.floor.shifts, scenario.reported
    for key, names in (
        (("floor", "shifts"), [shift.name for shift in shifts]),
        (("reported",), [each.name for each in reported]),
    ):
        seen: set[str] = set()
        for index, name in enumerate(names):
            if name in seen:
                yield Broken((*key, index, "name"), "", "a name that no earlier item of the list has")
            seen.add(name)


def _reported(scenario: Scenario) -> Iterator[Broken]:
    """Reported figures of a stretch that the scenario does not have, or of days in a stretch without a whole one."""
    for index, reported in enumerate(scenario.reported):
        end = reported.after + (reported.for_ or 0)
        key, last = "after" if reported.after >= scenario.length else "for", scenario.length / DAY
        if reported.after >= scenario.length or end > scenario.length:
            yield Broken(("reported", index, key), "", f"a stretch within the scenario's length, {last:g} d")
        elif reported.per == "day" and (reported.for_ or scenario.length - reported.after) < DAY:
            yield Broken(("reported", index, "per"), "", "a stretch of a day at least where single days are compared")


def _surges(scenario: Scenario) -> Iterator[Broken]:
    """Surges that together multiply a rate beyond `MOST_TIMES`."""
    for name, group in scenario.callers.items():
        changes = [change for surge in group.surges if surge.times for change in _changes(surge)]
        if max(accumulate(change for _, change in sorted(changes)), default=0) > log(MOST_TIMES) + 1e-9:
            given, hint = "surges at one time that multiply by more", "lower times:, or let them not overlap"
            yield Broken(
                ("callers", name, "surges"), given, f"a rate multiplied by at most {MOST_TIMES:,} in all", hint
            )


def _changes(surge: Surge) -> tuple[tuple[int, float], tuple[int, float]]:
    """When the logarithm of the factor changes, and by how much."""
    return (surge.after, log(surge.times)), (surge.after + surge.for_, -log(surge.times))


def _memory(scenario: Scenario) -> Iterator[Broken]:
    if surges := list(_surges(scenario)):
        yield from surges
        return
    memory = expected_memory(scenario)
    if memory.size > MOST_BYTES:
        wanted = f"at most {MOST_BYTES / 2**30:g} GiB"
        key = largest(scenario)
        hint = "lower it, or the length" if key[-1] in {"volume", "call_takers"} else "lower it"
        yield Broken(key, str(memory), wanted, hint)


def _blocklist(scenario: Scenario, beside: Path | None) -> Iterator[Broken]:
    name = scenario.floor.blocklist.file
    if name is not None and beside is not None and not (beside / name).is_file():
        yield Broken(("floor", "blocklist"), "", f"a file that exists in {beside}")


def _allowlist(scenario: Scenario) -> Iterator[Broken]:
    for index, given, wanted, hint in unknown_numbers(scenario.policy, scenario):
        yield Broken(("policy", "allowlist", index), given, wanted, hint)
