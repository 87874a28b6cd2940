"""The layout that `siaga replay` takes: a call a row, times and texts under names of their own."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from simulator.logs.conventions import Conventions, Remark, remark
from simulator.logs.numbers import LOST, Kind, is_filler, reader
from simulator.logs.table import Column, Table, plain, read_table
from simulator.logs.times import fix_of_arrival, fix_of_duration, parser
from simulator.logs.units import (
    FEW,
    arrivals_in_days,
    durations_in_days,
    minutes_point_seconds,
    mostly_hours,
    mostly_short,
    points_of_thousands,
)
from simulator.scenario.errors import SHOWN, BadInput, Fault, quoted
from simulator.scenario.fixes import listed, nearest
from simulator.scenario.policy import INTENTS
from simulator.scenario.units import NEVER, SECOND
from simulator.tables.calls import Int64
from simulator.tables.outcomes import REDIAL_BITS

REQUIRED = ("arrival_s", "handling_s")
ALL_ENDINGS = sum(1 << bit for bit in REDIAL_BITS.values())
EMPTY = {
    "patience_s": NEVER,
    "number": -1,
    "intent": 0,
    "wrap_up_s": 0,
    "verdict": -1,
    "person": -1,
    "incident": -1,
    "accept_s": 0,
    "attempts": 1,
    "redial_after": ALL_ENDINGS,
    "redial_delay_s": 0,
}
"""Columns that may be missing, and what an empty cell means."""
DURATIONS = ("handling_s", "patience_s", "wrap_up_s", "accept_s", "redial_delay_s")
NAMES = ("person", "incident")
MOST_ATTEMPTS = 100
UNKNOWN = ("leave the cell empty if it is not known", "a call needs it: leave out the line if it is not known")
"""What to do about a cell where nothing is known, and where something is required."""
FAULTS_SHOWN = 10
"""How many faults of a column are told one by one."""
MOST_ROWS = 10_000_000
"""Most attempts of all calls together."""
_LOST = "export the column as text from where the log comes: a spreadsheet has cut off its last digits"


@dataclass(frozen=True, eq=False, slots=True)
class Recorded:
    """Recorded calls in the order of the file.

    columns    of REQUIRED and EMPTY, one int64 a call: times in µs, intents and verdicts by their index (-1: not
               stated), endings as bits; number, person and incident as ids by first appearance, -1 for none
    numbers    the numbers by id, as the file first writes each
    remarks    what was taken under a convention
    """

    columns: dict[str, Int64]
    numbers: tuple[str, ...]
    remarks: tuple[Remark, ...]


def read_recorded(path: Path, conventions: Conventions) -> Recorded:
    """The calls of a CSV file: columns REQUIRED, and those of EMPTY that it has; raises BadInput with every fault."""
    table = read_table(path, REQUIRED, tuple(EMPTY))
    if not (len(table.lines) or table.faults):
        raise BadInput([Fault("a line for each call", "none", file=str(path), line=2)])
    reading = _Reading(path, table, conventions)
    columns = {name: np.full(len(table.lines), empty, dtype=np.int64) for name, empty in EMPTY.items()}
    columns |= {name: reading.column(name) for name in table.columns if name != "number"}
    numbers: tuple[str, ...] = ()
    if "number" in table.columns:
        columns["number"], numbers = reading.numbers()
    if not reading.faults:
        reading.check(columns)
    if reading.faults:
        raise BadInput(reading.faults)
    if table.unused:
        short = [name if name.isprintable() and len(name) <= SHOWN else quoted(name) for name in table.unused]
        text = f"columns not used: {listed(short)}"
        reading.remarks.append(Remark("", text, 0, (), warning=False))
    return Recorded(columns, numbers, tuple(reading.remarks))


def _intent(text: str) -> int:
    if text not in INTENTS:
        raise ValueError("one of " + ", ".join(INTENTS))
    return INTENTS.index(text)


def _attempts(text: str) -> int:
    if not (text.isdigit() and text.isascii() and len(text) < 10) or not 1 <= int(text) <= MOST_ATTEMPTS:
        raise ValueError(f"a whole number from 1 to {MOST_ATTEMPTS}, the first attempt included")
    return int(text)


def _endings(text: str) -> int:
    names = text.replace(";", " ").split()
    if not all(name in REDIAL_BITS for name in names):
        raise ValueError("endings out of " + ", ".join(REDIAL_BITS) + ", with ; between them")
    return sum(1 << REDIAL_BITS[name] for name in set(names))


class _Reading:
    """A table being read: its faults and remarks come together here."""

    def __init__(self, path: Path, table: Table, conventions: Conventions) -> None:
        self.path, self.table, self.conventions = path, table, conventions
        self.faults, self.remarks = list(table.faults), list(table.remarks)

    def column(self, name: str) -> Int64:
        """A column's values: times, words and counts text by text, persons and incidents as ids."""
        if name in NAMES:
            return self._ids(name)
        notations = self.conventions
        if name == "arrival_s":
            return self._parsed(name, parser(notations.arrivals or "seconds", notations), fix_of_arrival)
        if name in DURATIONS:
            return self._parsed(name, parser(notations.durations or "seconds", notations), fix_of_duration)
        parse, words = {"attempts": (_attempts, ()), "redial_after": (_endings, REDIAL_BITS)}.get(
            name, (_intent, INTENTS)
        )
        return self._parsed(name, parse, lambda text: nearest(text, words))

    def _parsed(self, name: str, parse: Callable[[str], int], fix: Callable[[str], str]) -> Int64:
        column, values, wrong = self.table.columns[name], [], {}
        for code, cell in enumerate(column.texts):
            text = plain(cell)
            try:
                values.append(parse(text) if text or name in REQUIRED else EMPTY[name])
            except ValueError as error:
                values.append(0)
                known = text and not is_filler(text)
                hint = fix(text) if known else UNKNOWN[name in REQUIRED]
                wrong[code] = Fault(str(error), quoted(text) if text else "nothing", hint=hint)
        self._refuse(name, wrong)
        return column.of_each(values)

    def _refuse(self, name: str, wrong: Mapping[int, Fault]) -> None:
        """Add the faults of texts, by their code, for the first rows that have one, and how many more have."""
        if not wrong:
            return
        column, file = self.table.columns[name], str(self.path)
        rows = np.flatnonzero(column.rows(code in wrong for code in range(len(column.texts))))
        codes, lines = column.codes[rows].tolist(), self.table.lines[rows].tolist()
        for code, line in zip(codes[:FAULTS_SHOWN], lines[:FAULTS_SHOWN], strict=True):
            self.faults.append(replace(wrong[code], key=name, file=file, line=line))
        if (more := len(codes) - FAULTS_SHOWN) > 0:
            wanted = wrong[codes[FAULTS_SHOWN]].wanted
            self.faults.append(Fault(wanted, f"{more:,} more cells like these", name, file, lines[FAULTS_SHOWN]))

    def _remark(self, name: str, text: str, chosen: Sequence[bool]) -> None:
        """Add a remark on the rows that have the texts chosen, if there are any."""
        if any(chosen):
            self.remarks.append(remark(name, text, self.table.columns[name].rows(chosen), self.table.lines))

    def _texts(self, name: str) -> list[str]:
        """The plain texts of a column of names or numbers; refuses 8.12E+11: nobody can know which that was."""
        texts = [plain(text) for text in self.table.columns[name].texts]
        lost = {
            code: Fault("a number with all its digits", quoted(text), hint=_LOST)
            for code, text in enumerate(texts)
            if LOST.fullmatch(text)
        }
        self._refuse(name, lost)
        return texts

    def _ids(self, name: str) -> Int64:
        """Persons or incidents by their text; fillers such as - or unknown name none."""
        column, texts = self.table.columns[name], self._texts(name)
        fillers = [bool(text) and is_filler(text) for text in texts]
        self._remark(name, f"{_most(texts, fillers, column)} taken as not known", fillers)
        zeros = [bool(text) and not text.strip("0") for text in texts]
        if column.rows(zeros).sum() > 1:
            text = f"0 is one {name} like any other; leave the cells empty if it means that none is known"
            self._remark(name, text, zeros)
        known: dict[str, int] = {}
        keys = [known.setdefault(t, len(known)) if t and not f else -1 for t, f in zip(texts, fillers, strict=True)]
        return in_order(column.of_each(keys))

    def numbers(self) -> tuple[Int64, tuple[str, ...]]:
        """Numbers by their phone, and how the file first writes each."""
        column, texts = self.table.columns["number"], self._texts("number")
        read, region = reader(self.conventions.region), self.conventions.region.upper()
        found = [read(text) for text in column.texts]
        known: dict[tuple[int, str], int] = {}
        keys = [-1 if each.kind == Kind.WITHHELD else known.setdefault(each[:2], len(known)) for each in found]
        ids = in_order(column.of_each(keys))
        fillers = [each.filler for each in found]
        self._remark("number", f"{_most(texts, fillers, column)} taken as withheld, never blocked", fillers)
        pairs = {(key, text) for key, text, each in zip(keys, texts, found, strict=True) if each.kind == Kind.PHONE}
        writings = Counter(key for key, _ in pairs)
        several = {key: count for key, count in writings.items() if count > 1}
        phones = f"{len(several):,} phone" + "s" * (len(several) != 1)
        text = f"{sum(several.values()):,} writings of {phones} taken as the same (region {region})"
        self._remark("number", text, [key in several for key in keys])
        text = f"neither 0 nor a country code in front: taken as mobile numbers of region {region} that lost their 0"
        self._remark("number", text, [each.zero_lost for each in found])
        self._remark("number", "a spreadsheet's .0 at the end left out", [each.cut for each in found])
        text = f"no valid number of region {region}: each such text counts as a phone of its own"
        self._remark("number", text, [each.kind == Kind.TEXT for each in found])
        first = np.unique(ids[ids >= 0], return_index=True)[1]
        return ids, tuple(texts[code] for code in column.codes[ids >= 0][first].tolist())

    def check(self, columns: Mapping[str, Int64]) -> None:
        """Refuse columns that look as if another unit was meant, unless theirs is stated, and too many attempts."""
        arrivals, notations = columns["arrival_s"], self.conventions
        if notations.arrivals is None:
            if arrivals_in_days(arrivals):
                given = f"{len(arrivals):,} calls within {np.ptp(arrivals) / SECOND:.3g} s"
                self._refuse_unit("arrival_s", given, "a spreadsheet's days", "--arrivals days")
            self._check_points("arrival_s", "--arrivals")
        for name in (name for name in DURATIONS if name in self.table.columns):
            values = columns[name][columns[name] < NEVER]
            if notations.durations is None:
                self._check_durations(name, values)
                if name == "handling_s" and mostly_short(values):
                    text = "half of them are shorter than 10 s: taken as seconds, not as minutes"
                    self._remark(name, text, [True] * len(self.table.columns[name].texts))
            if name in {"handling_s", "wrap_up_s"} and mostly_hours(values):
                text = f"half of them are longer than four hours, taken as {notations.durations or 'seconds'}"
                self._remark(name, text, [True] * len(self.table.columns[name].texts))
        if (attempts := columns["attempts"].sum()) > MOST_ROWS:
            wanted = f"at most {MOST_ROWS:,} attempts of all calls"
            self.faults.append(Fault(wanted, f"{attempts:,}", "attempts", str(self.path)))

    def _check_durations(self, name: str, values: Int64) -> None:
        texts = [plain(text) for text in self.table.columns[name].texts]
        below = "not one of a second or more"
        if durations_in_days(values):
            if name in {"handling_s", "patience_s"}:
                self._refuse_unit(name, below, "a spreadsheet's days", "--durations days")
            else:
                self._remark(name, f"{below}: taken as seconds, not as a spreadsheet's days", [True] * len(texts))
        points = [text.replace(",", ".") for text in texts] if self.conventions.decimal_comma else texts
        if alike := minutes_point_seconds(points):
            given = f"{alike:,} values with a point, all with .00 to .59 behind it"
            if alike >= FEW:
                self._refuse_unit(name, given, "minutes.seconds", "--durations mm.ss")
            else:
                self._remark(name, f"{given}: taken as seconds, not as minutes.seconds", ["." in t for t in points])
        self._check_points(name, "--durations")

    def _check_points(self, name: str, option: str) -> None:
        """Whether 1.250 is a thousand and more."""
        texts = [plain(text) for text in self.table.columns[name].texts]
        many, sure = (0, False) if self.conventions.decimal_comma else points_of_thousands(texts)
        if not many:
            return
        example = next(text for text in texts if "." in text)
        if sure and many >= FEW:
            given = f"{many:,} values such as {example} among whole numbers below 1000"
            self._refuse_unit(name, given, "thousands", "--decimal-comma", f"{option} seconds")
        else:
            text = f"{example} taken as {example} seconds, not as {example.replace('.', '')}"
            self._remark(name, f"{text}; --decimal-comma reads it so", ["." in t for t in texts])

    def _refuse_unit(self, name: str, given: str, meant: str, option: str, stated: str = "") -> None:
        stated = stated or f"{option.split(maxsplit=1)[0]} seconds"
        hint = f"if these are {meant}: {option}; if they are seconds after all: {stated}"
        self.faults.append(Fault("seconds", given, name, str(self.path), hint=hint))


def _most(texts: list[str], chosen: list[bool], column: Column) -> str:
    """The texts chosen that most rows have, for a remark."""
    rows = np.bincount(column.codes, minlength=len(texts)).tolist()
    counts = Counter[str]()
    for text, yes, count in zip(texts, chosen, rows, strict=True):
        counts[text] += count * yes
    named = [quoted(text) for text, count in counts.most_common(4) if count]
    return ", ".join(named[:3]) + (", ..." if len(named) > 3 else "")


def in_order(keys: Int64) -> Int64:
    """Ids counted from 0 in the order of first appearance; negative keys stay -1."""
    found, first, each = np.unique(keys, return_index=True, return_inverse=True)
    none = int((found < 0).sum())
    ids = np.empty(len(found), dtype=np.int64)
    ids[np.argsort(np.where(found < 0, -1, first), kind="stable")] = np.arange(len(found)) - none
    return np.maximum(ids, -1)[each]
