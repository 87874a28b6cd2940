"""A small mixed-integer programme, row by row, and its best solution by HiGHS."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from simulator.planning.space import Float

INFINITE = float("inf")


@dataclass(frozen=True, slots=True)
class Best:
    """Values of all variables, what they cost, and below what cost none can be."""

    values: Float
    cost: float
    bound: float


@dataclass(slots=True)
class Programme:
    """Minimise a sum over variables from 0 to ``upper``, whole numbers or not, under rows low <= sum <= high."""

    cost: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    whole: list[bool] = field(default_factory=list)
    rows: list[tuple[float, float, dict[int, float]]] = field(default_factory=list)

    def variable(self, upper: float = 1.0, cost: float = 0.0, *, whole: bool = False) -> int:
        """A further variable; its number."""
        self.cost.append(cost)
        self.upper.append(upper)
        self.whole.append(whole)
        return len(self.cost) - 1

    def at_most(self, most: float, terms: Mapping[int, float]) -> None:
        """A row that is bounded above; one that cannot be broken is left out."""
        if sum(max(factor, 0.0) * self.upper[key] for key, factor in terms.items()) > most:
            self.rows.append((-INFINITE, most, dict(terms)))

    def at_least(self, least: float, terms: Mapping[int, float]) -> None:
        """A row that is bounded below."""
        self.rows.append((least, INFINITE, dict(terms)))

    def equal(self, value: float, terms: Mapping[int, float]) -> None:
        """A row with one value."""
        self.rows.append((value, value, dict(terms)))

    def best(
        self,
        seconds: float,
        start: Mapping[int, float] | None = None,
        fixed: Mapping[int, float] | None = None,
        *,
        gap: float = 0.0,
        known: float = 0.0,
    ) -> Best | None:
        """The solution of least cost found in so many seconds; None where none was.

        ``start``: values to begin with; ``fixed``: values that stay, so that the bound is one of what is left only.
        ``gap``: so far from the least, as a share of it, is near enough; ``known``: a cost that no solution is below,
        so that the first within the gap of it will do.
        """
        import highspy  # noqa: PLC0415

        class Quiet(highspy.Highs):
            """HiGHS, told to be silent before it first speaks: its name would stand among the JSON."""

            def enableCallbacks(self) -> None:  # noqa: N802
                self.setOptionValue("output_flag", False)
                super().enableCallbacks()  # type: ignore[no-untyped-call]

        highs = Quiet()  # type: ignore[no-untyped-call]
        options = {"time_limit": seconds, "random_seed": 1, "mip_rel_gap": gap, "mip_abs_gap": 1e-6}
        options |= {"objective_target": known * (1 + gap)} if known > 0 else {}
        for name, value in options.items():
            highs.setOptionValue(name, value)
        highs.passModel(self._as_lp(highspy, fixed or {}))
        if start is not None:
            highs.setSolution(len(start), np.array([*start], dtype=np.int32), np.array([*start.values()]))
        _run(highs)
        info = highs.getInfo()
        if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            return None
        values = np.asarray(highs.getSolution().col_value, dtype=np.float64)
        cost = float(values @ np.array(self.cost))
        # Without whole numbers it is a linear programme, whose solution is the bound.
        bound = float(info.mip_dual_bound) if any(self.whole) else cost
        return Best(values, cost, min(cost, max(known, bound)))

    def _as_lp(self, highspy: Any, fixed: Mapping[int, float]) -> Any:
        lp = highspy.HighsLp()
        many, rows = len(self.cost), len(self.rows)
        lp.num_col_, lp.num_row_ = many, rows
        lower, upper = np.zeros(many), np.array(self.upper)
        lower[[*fixed]] = upper[[*fixed]] = [*fixed.values()]
        lp.col_cost_, lp.col_lower_, lp.col_upper_ = np.array(self.cost), lower, upper
        lp.row_lower_ = np.array([low for low, _, _ in self.rows], dtype=np.float64)
        lp.row_upper_ = np.array([high for _, high, _ in self.rows], dtype=np.float64)
        kinds = highspy.HighsVarType
        lp.integrality_ = [kinds.kInteger if whole else kinds.kContinuous for whole in self.whole]
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = np.cumsum([0, *(len(terms) for _, _, terms in self.rows)]).astype(np.int32)
        lp.a_matrix_.index_ = np.array([key for _, _, terms in self.rows for key in terms], dtype=np.int32)
        values = [factor for _, _, terms in self.rows for factor in terms.values()]
        lp.a_matrix_.value_ = np.array(values, dtype=np.float64)
        return lp


def _run(highs: Any) -> None:
    """Run HiGHS in a thread of its own, so that Ctrl-C is heard meanwhile."""
    highs.HandleUserInterrupt = True
    thread = highs.startSolve()
    try:
        while not highs.wait(0.2)[0]:
            pass
    except KeyboardInterrupt:
        highs.cancelSolve()
        thread.join()
        raise
