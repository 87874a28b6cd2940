"""Shifts on disk: a table, and the plan as a scenario."""

from simulator.planning.plan_files import confirming_options, scenario_note
from simulator.questions.shifts.result import Shifts
from simulator.scenario.notes import Note
from simulator.scenario.rewrite import with_floor
from simulator.tables.files import csv_bytes, renew

TABLE = "shifts.csv"


def write_plan(result: Shifts) -> tuple[Note, ...]:
    """Write the plan, if there is one, into the folder of the answer; where things are."""
    stored = Note("hint", f"kept in {result.folder}")
    if not result.has_plan:
        return (stored,)
    columns = ("persons", "from", "to", "breaks", "days", "name")
    renew(result.folder / TABLE, csv_bytes(columns, (tuple(row.values()) for row in result.rows())))
    request, planned = result.request, result.experiment.scenario
    text = with_floor(result.loaded.text, result.found.shifts)
    options = confirming_options(result.found, result.experiment)
    what = "these shifts as a scenario"
    return scenario_note(result.folder, request, result.loaded, text, planned, what, options), stored
