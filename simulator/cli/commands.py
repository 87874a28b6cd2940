"""The command ``siaga``: one command a stage. Rooms are imported inside the commands, so that ``--help`` is quick."""

# In the order of the help.
from simulator.cli import simulate  # isort: skip
from simulator.cli import choose, formulas, plan, shifts, roster, live  # isort: skip
from simulator.cli.frame import app, main

__all__ = ["app", "choose", "formulas", "live", "main", "plan", "roster", "shifts", "simulate"]
