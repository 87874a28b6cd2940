"""``python -m simulator.cli`` is ``siaga``."""

from simulator.cli import main

main()
