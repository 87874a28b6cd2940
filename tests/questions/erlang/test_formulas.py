"""The formulas side by side: an overloaded line is fully busy, and what no number reaches is told with its reason."""

from typing import Any

import pytest

from simulator.questions.erlang.erlang import answer
from simulator.questions.erlang.request import Request
from simulator.questions.erlang.result import Formulas
from simulator.report.answer import as_text
from simulator.scenario.errors import BadInput

ASKED = {"calls": "646 / h", "handling": "10 min", "target": "90 % of all within 20 s"}


def found_of(**more: Any) -> Formulas:
    found = answer(Request(**{**ASKED, **more}))
    assert isinstance(found, Formulas)
    return found


def page(found: Formulas) -> str:
    return " ".join(as_text("erlang", found).split())


@pytest.mark.parametrize("call_takers", [1, 7, 28, 29, 30, 31, 32, 53, 106, 107])
def test_where_the_queue_grows_call_takers_are_busy_all_the_time(call_takers: int) -> None:
    """107.67 Erlang: whole fractions of it by call-takers do not come out as 1 by themselves."""
    found = found_of(call_takers=call_takers)
    grows = [row for row in (*found.by_formula, *found.around) if not row.stable]
    assert grows
    assert {row.occupancy for row in grows} == {1.0}
    for row in (row for row in found.around if row.stable):
        assert row.occupancy < 1.0


@pytest.mark.parametrize("more", [{}, {"patience": "60 s"}, {"patience": "60 s", "trunks": 5}, {"trunks": 5}])
def test_all_callers_are_asked_for_in_vain_and_the_reason_is_told(more: dict[str, object]) -> None:
    with pytest.raises(BadInput, match=r"share below 100 %(.|\n)*99.9 %"):
        found_of(target="100 % of all within 20 s", **more)


def test_too_few_lines_are_the_reason_only_of_the_formula_that_knows_lines() -> None:
    said = page(found_of(calls="20 / h", handling="3 min", patience="60 s", trunks=1))
    assert "finite trunks: no number of call-takers reaches the target: too many calls find every line busy." in said
    assert "Erlang A: no number" not in said
