"""A staffing on disk: a table, and the plan as a scenario."""

from collections.abc import Iterator

from simulator.planning.plan_files import confirming_options, scenario_note
from simulator.planning.split import PLANS
from simulator.questions.staff.result import Staff
from simulator.scenario.notes import Note
from simulator.scenario.rewrite import with_floor
from simulator.tables.files import csv_bytes, renew

TABLE = "staffing.csv"


def write_plan(result: Staff) -> tuple[Note, ...]:
    """Write the plan, if there is one, into the folder of the answer; where things are."""
    stored = Note("hint", f"kept in {result.folder}")
    if not result.has_plan:
        return (stored,)
    renew(result.folder / TABLE, csv_bytes(("from", "to", "call_takers"), table_rows(result)))
    request, experiment = result.request, result.experiment
    text = with_floor(result.loaded.text, result.found.shifts, _trunks(result))
    options = confirming_options(result.found, experiment, experiment.seed + PLANS + 1 if result.holds else None)
    what = "the plan as a scenario"
    return scenario_note(result.folder, request, result.loaded, text, experiment.scenario, what, options), stored


def table_rows(result: Staff) -> Iterator[tuple[str, str, str]]:
    """From, to and call-takers, with the name of a shift behind them, as texts."""
    for row in result.rows():
        name = f" ({row['shift']})" if row["shift"] else ""
        yield row["from"], row["to"], f"{row['call_takers']}{name}"


def _trunks(result: Staff) -> int | None:
    """The lines to write: those asked for, as few as P.01 allows if the plan holds on them; None: the file's."""
    if result.holds:
        return result.lines
    planned = result.experiment.scenario.floor.trunks
    return planned if planned != result.loaded.scenario.floor.trunks else None
