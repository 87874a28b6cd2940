"""What the formulas say: of a steady load side by side, or of a day hour by hour."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from math import inf
from typing import Any

from simulator.metrics.histogram import ALL
from simulator.questions.erlang.request import Request
from simulator.scenario.notes import Note
from simulator.scenario.target import Target
from simulator.tables.files import finite

SIMULATED = Note(
    "hint",
    "Formulas know no shifts, prank callers' habits, blocklists or absences: siaga staff simulates them.",
)
ONE_KIND = Note(
    "assumption",
    "Formulas know one kind of caller and one steady hour: the target is taken to be of all callers.",
)


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
    """What the formulas say of a steady load.

    load       Erlang; fewest: call-takers by formula, None where no number is enough; most_calls: an hour, with those
    by_formula every formula with the call-takers asked for, or the fewest of the last formula
    around     the last formula with a few more and fewer
    trunks     at P.01: Erlang B of the load; of the last formula's queue with these call-takers; with redials
    """

    request: Request
    target: Target
    load: float
    calls_per_hour: float
    fewest: dict[str, int | None]
    most_calls: dict[str, float]
    by_formula: tuple[Row, ...]
    around: tuple[Row, ...]
    trunks: dict[str, int | None]
    redials: tuple[float, float] | None
    californias: int
    exit_code: int = 0

    @property
    def notes(self) -> tuple[Note, ...]:
        """What formulas leave out."""
        steady = self.target.intent == ALL and self.target.scope == "overall"
        return (SIMULATED,) if steady else (ONE_KIND, SIMULATED)

    def document(self) -> dict[str, Any]:
        """The same as JSON; what is endless is null."""
        found: dict[str, Any] = finite(
            {
                "request": self.request.model_dump(mode="json", exclude={"day"}),
                "target": str(self.target),
                "load": self.load,
                "calls_per_hour": self.calls_per_hour,
                "fewest": self.fewest,
                "most_calls": self.most_calls,
                "rows": [asdict(row) for row in self.by_formula],
                "around": [asdict(row) for row in self.around],
                "trunks": self.trunks,
                "redials": self.redials,
                "californias": self.californias,
            }
        )
        return found

    def rows(self) -> Iterator[dict[str, Any]]:
        """A row a formula."""
        yield from self.document()["rows"]


@dataclass(frozen=True, slots=True)
class Method:
    """Loads by hour (Erlang), the fewest call-takers they ask for, and the share in time that these really bring.

    That is None in hours in which nobody calls.
    """

    load: tuple[float, ...]
    fewest: tuple[int | None, ...]
    in_time: tuple[float | None, ...] | None


@dataclass(frozen=True, slots=True)
class ByHour:
    """What the formulas say of a day; calls an hour, handling (mean of each hour's calls, if any) and patience in s."""

    title: str
    target: Target
    calls: tuple[float, ...]
    handling: tuple[float | None, ...]
    patience: float
    trunks: int
    methods: dict[str, Method]
    exit_code: int = 0

    @property
    def notes(self) -> tuple[Note, ...]:
        """What formulas leave out."""
        return (SIMULATED,)

    def document(self) -> dict[str, Any]:
        """The same as JSON; endless patience is null."""
        return {
            "title": self.title,
            "target": str(self.target),
            "calls": list(self.calls),
            "handling": list(self.handling),
            "patience": None if self.patience == inf else self.patience,
            "trunks": self.trunks,
            "methods": {name: asdict(method) for name, method in self.methods.items()},
        }

    def rows(self) -> Iterator[dict[str, Any]]:
        """A row an hour; of each method its load, call-takers and share in time."""
        for hour, (calls, handling) in enumerate(zip(self.calls, self.handling, strict=True)):
            row: dict[str, Any] = {"hour": hour, "calls": calls, "handling": handling}
            for name, method in self.methods.items():
                row[f"{name} load"], row[f"{name} fewest"] = method.load[hour], method.fewest[hour]
                row[f"{name} in_time"] = None if method.in_time is None else method.in_time[hour]
            yield row
