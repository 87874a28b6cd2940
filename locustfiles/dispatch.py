"""The same calls that siaga simulates, into a real dispatch API, by everything that Locust users know.

    locust -f locustfiles/dispatch.py --host http://127.0.0.1:8112 --plan plan.siaga --headless
    locust -f locustfiles/dispatch.py --host http://127.0.0.1:8112 --scenario bontang --for 1h --speed 60

Web UI, --headless, --csv, --html, --processes, --master and --worker, --tags, --run-time and --stop-timeout work as
ever; the number of users and their rate are the plan's. A locustfile of your own may import these users: it then plays
the whole plan too. `siaga load` runs this file, and makes a result of what it leaves.
"""

from siaga_locust import wiring  # noqa: F401  (hooks siaga into Locust)
from siaga_locust.users import CallTaker, Driver

__all__ = ["CallTaker", "Driver"]
