"""The least cost of a plan that meets what simulation has asked for so far: an integer programme, solved by HiGHS.

    minimise    sum_c cost_c x_c                              x_c persons of column c, whole, 0 .. most_c
    subject to  n = A x                                       persons on each place
                n_p >= least_p, and of each cut one of its (p, v): n_p >= v
                of each gain: sum_p gain_p(n_p) >= wanted     gain_p concave hull not assumed: a binary a step

A cut of one place only raises that place's least. Others have a binary for each of their (p, v):
n_p >= least_p + (v - least_p) b, and the binaries of a cut sum to 1 or more.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from itertools import pairwise
from typing import Any

import numpy as np

from simulator.decisions.planning.space import Column, Cut, Float, Space
from simulator.scenario.errors import BadInput, Fault
from simulator.tables.calls import Int64

GAP = 1e-3
TIME = 60.0


@dataclass(frozen=True, slots=True)
class Gain:
    """What persons on a place bring: ``table`` float [places][levels], of which the sum has to reach ``wanted``."""

    table: Float
    wanted: float


@dataclass(frozen=True, slots=True)
class Solved:
    """A plan of least cost, and below what cost none can be; ``gap`` relative to the cost."""

    persons: Int64
    cost: float
    bound: float

    @property
    def gap(self) -> float:
        """How far the plan may be from the least, as a share of its cost."""
        return (self.cost - self.bound) / self.cost if self.cost > 0 else 0.0


@dataclass(slots=True)
class _Model:
    """Rows and columns as HiGHS takes them."""

    cost: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    rows: list[tuple[float, dict[int, float]]] = field(default_factory=list)

    def variable(self, cost: float, upper: float) -> int:
        self.cost.append(cost)
        self.upper.append(upper)
        return len(self.cost) - 1

    def at_least(self, least: float, terms: dict[int, float]) -> None:
        self.rows.append((least, terms))


def need_highs() -> None:
    """Raise BadInput where HiGHS is not installed."""
    if find_spec("highspy") is None:
        hint = "install it: pip install 'siaga[plan]'"
        raise BadInput([Fault("HiGHS, which plans are found with", "an installation without highspy", hint=hint)])


def solve(
    space: Space, cuts: Sequence[Cut], gains: Sequence[Gain] = (), *, gap: float = GAP, seconds: float = TIME
) -> Solved | None:
    """The plan of least cost under these cuts; None where there is none, or none was found in so many seconds."""
    columns, covering = space.columns, _covering(space)
    least = _least(space, cuts)
    model = _Model()
    for column in columns:
        model.variable(column.cost, column.most)
    for place, persons in enumerate(least.tolist()):
        if persons > 0:
            model.at_least(persons, dict.fromkeys(covering[place], 1.0))
    for cut in _open(cuts, least):
        _add(model, cut, least, covering)
    for gain in gains:
        _gained(model, gain, covering)
    return _solved(model, columns, gap, seconds)


def _covering(space: Space) -> list[list[int]]:
    """Which columns cover each place."""
    covering: list[list[int]] = [[] for _ in space.least]
    for index, column in enumerate(space.columns):
        for place in column.covers:
            covering[place].append(index)
    return covering


def _least(space: Space, cuts: Sequence[Cut]) -> Int64:
    least = space.least.copy()
    for cut in cuts:
        if len(cut.needs) == 1:
            [(place, persons)] = cut.needs
            least[place] = max(least[place], persons)
    return least


def _open(cuts: Sequence[Cut], least: Int64) -> Iterator[Cut]:
    """Cuts that the least does not meet already."""
    yield from (cut for cut in dict.fromkeys(cuts) if len(cut.needs) != 1 and cut.broken_by(least))


def _add(model: _Model, cut: Cut, least: Int64, covering: list[list[int]]) -> None:
    ways = []
    for place, persons in cut.needs:
        way = model.variable(0.0, 1.0)
        model.at_least(float(least[place]), dict.fromkeys(covering[place], 1.0) | {way: float(least[place] - persons)})
        ways.append(way)
    model.at_least(1.0, dict.fromkeys(ways, 1.0))


def _gained(model: _Model, gain: Gain, covering: list[list[int]]) -> None:
    """A binary for each person on a place: the k-th counts only if there are k, and after the one before it."""
    terms: dict[int, float] = {}
    for place, row in enumerate(gain.table):
        steps = [model.variable(0.0, 1.0) for _ in row[1:]]
        model.at_least(0.0, dict.fromkeys(covering[place], 1.0) | dict.fromkeys(steps, -1.0))
        for before, after in pairwise(steps):
            model.at_least(0.0, {before: 1.0, after: -1.0})
        terms |= dict(zip(steps, np.diff(row).tolist(), strict=True))
    model.at_least(gain.wanted - float(gain.table[:, 0].sum()), terms)


def _solved(model: _Model, columns: Sequence[Column], gap: float, seconds: float) -> Solved | None:
    import highspy  # noqa: PLC0415

    class Quiet(highspy.Highs):
        """HiGHS, told to be silent before it first speaks: its name would stand among the JSON."""

        def enableCallbacks(self) -> None:  # noqa: N802
            self.setOptionValue("output_flag", False)
            super().enableCallbacks()  # type: ignore[no-untyped-call]

    highs = Quiet()  # type: ignore[no-untyped-call]
    for name, value in (("mip_rel_gap", gap), ("time_limit", seconds), ("random_seed", 1)):
        highs.setOptionValue(name, value)
    highs.passModel(_as_lp(highspy, model))
    highs.run()
    status, info = highs.getModelStatus(), highs.getInfo()
    known = status in (highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kTimeLimit)
    if not known or info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return None
    values = np.rint(np.asarray(highs.getSolution().col_value[: len(columns)])).astype(np.int64)
    cost = float(values @ np.array([column.cost for column in columns]))
    return Solved(values, cost, min(cost, float(info.mip_dual_bound)))


def _as_lp(highspy: Any, model: _Model) -> Any:
    lp = highspy.HighsLp()
    many, rows = len(model.cost), len(model.rows)
    lp.num_col_, lp.num_row_ = many, rows
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = np.array(model.cost), np.zeros(many), np.array(model.upper)
    lp.row_lower_ = np.array([least for least, _ in model.rows], dtype=np.float64)
    lp.row_upper_ = np.full(rows, highspy.kHighsInf)
    lp.integrality_ = [highspy.HighsVarType.kInteger] * many
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = np.cumsum([0, *(len(terms) for _, terms in model.rows)]).astype(np.int32)
    lp.a_matrix_.index_ = np.array([key for _, terms in model.rows for key in terms], dtype=np.int32)
    lp.a_matrix_.value_ = np.array([value for _, terms in model.rows for value in terms.values()], dtype=np.float64)
    return lp
