"""The command ``siaga``: one command a stage. Rooms are imported inside the commands, so that ``--help`` is quick."""

# In the order of the help.
from simulator.cli import simulate  # isort: skip
from simulator.cli import choose, formulas, plan, shifts, roster, live, apis  # isort: skip
from simulator.cli.frame import app, main

__all__ = ["apis", "app", "choose", "formulas", "live", "main", "plan", "roster", "shifts", "simulate"]
