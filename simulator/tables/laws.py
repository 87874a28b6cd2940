"""What must hold for any outcomes, whatever engine wrote them: a law is a function that returns rows it finds wrong.

`broken_laws` runs them all; every test of an engine does, and `siaga run --check`.
"""

from collections.abc import Callable

from simulator.scenario.floor import Floor
from simulator.scenario.policy import Policy
from simulator.tables.calls import Calls, Int64
from simulator.tables.law_run import Run
from simulator.tables.laws_attempts import (
    attempts_in_order,
    every_attempt_once,
    given_up_for_good,
    numbers_shown,
    passed_back_as_drawn,
    redials_made,
    rows_in_order,
)
from simulator.tables.laws_floor import (
    durations_as_drawn,
    first_come_first_served,
    one_call_at_a_time,
    patience_kept,
    times_in_order,
    trunks_kept,
    verdicts_as_drawn,
)
from simulator.tables.laws_policy import (
    actions_by_their_rules,
    diverted_as_drawn,
    endings_under_their_actions,
    messages_heard,
    minds_whom_it_may,
    reasons_told,
    turned_away_at_once,
)
from simulator.tables.outcomes import Outcomes
from simulator.tables.staffing import Staffing

LAWS: tuple[Callable[[Run], Int64], ...] = (
    *(every_attempt_once, attempts_in_order, redials_made, passed_back_as_drawn, given_up_for_good, numbers_shown),
    *(actions_by_their_rules, minds_whom_it_may, endings_under_their_actions, turned_away_at_once),
    *(diverted_as_drawn, messages_heard, reasons_told),
    *(times_in_order, durations_as_drawn, patience_kept, one_call_at_a_time, trunks_kept, first_come_first_served),
    *(verdicts_as_drawn, rows_in_order),
)


def broken_laws(calls: Calls, staffing: Staffing, outcomes: Outcomes, floor: Floor, policy: Policy) -> tuple[str, ...]:
    """One line for each law that the outcomes break, with the first rows that break it; empty when all hold."""
    run = Run(calls, staffing, outcomes, floor, policy)
    found = ((law, law(run)) for law in LAWS)
    return tuple(
        f"{law.__doc__ or law.__name__} Broken by rows {rows[:5].tolist()}." for law, rows in found if len(rows)
    )
