"""A plan by phases on disk: a table of persons on duty, and all phases as one scenario."""

from simulator.planning.phases import Launch
from simulator.planning.plan_files import scenario_note
from simulator.scenario.notes import Note
from simulator.scenario.rewrite import lengthened, with_floor
from simulator.scenario.units import DAY
from simulator.tables.files import csv_bytes, renew

TABLE = "phases.csv"


def write_phases(launch: Launch) -> tuple[Note, ...]:
    """Write the plan, if there is one, into the folder of the answer; where things are."""
    stored = Note("hint", f"kept in {launch.folder}")
    if not launch.has_plan:
        return (stored,)
    loaded, scenario, request = launch.loaded, launch.horizon.scenario, launch.request
    rows = list(launch.rows())
    renew(launch.folder / TABLE, csv_bytes(tuple(rows[0]), (tuple(row.values()) for row in rows)))
    text = with_floor(loaded.text, launch.shifts)
    if scenario.length > loaded.scenario.length:
        text = lengthened(text, -(-scenario.length // DAY))
    return scenario_note(launch.folder, request, loaded, text, scenario, "all phases as one scenario"), stored
