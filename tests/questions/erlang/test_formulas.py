"""The formulas side by side: an overloaded line is fully busy, and what no number reaches is told with its reason."""

import io
from dataclasses import replace

import pytest

from simulator.questions.erlang.formulas import Ask, Formulas, carry_out
from simulator.report.formulas import print_formulas
from simulator.scenario.errors import BadInput

ASK = Ask(calls="646 / h", handling="10 min", target="90 % of all within 20 s")


def page(found: Formulas) -> str:
    to = io.StringIO()
    print_formulas(found, to, as_json=False)
    return " ".join(to.getvalue().split())


@pytest.mark.parametrize("call_takers", [1, 7, 28, 29, 30, 31, 32, 53, 106, 107])
def test_where_the_queue_grows_call_takers_are_busy_all_the_time(call_takers: int) -> None:
    """107.67 Erlang: whole fractions of it by call-takers do not come out as 1 by themselves."""
    found = carry_out(replace(ASK, call_takers=call_takers))
    grows = [row for row in (*found.rows, *found.around) if not row.stable]
    assert grows
    assert {row.occupancy for row in grows} == {1.0}
    for row in (row for row in found.around if row.stable):
        assert row.occupancy < 1.0


@pytest.mark.parametrize("more", [{}, {"patience": "60 s"}, {"patience": "60 s", "trunks": 5}, {"trunks": 5}])
def test_all_callers_are_asked_for_in_vain_and_the_reason_is_told(more: dict[str, object]) -> None:
    ask = replace(ASK, target="100 % of all within 20 s", **more)
    with pytest.raises(BadInput, match=r"share below 100 %(.|\n)*99.9 %"):
        carry_out(ask)


def test_too_few_lines_are_the_reason_only_of_the_formula_that_knows_lines() -> None:
    said = page(carry_out(replace(ASK, calls="20 / h", handling="3 min", patience="60 s", trunks=1)))
    assert "finite trunks: no number of call-takers reaches the target: too many calls find every line busy." in said
    assert "Erlang A: no number" not in said
