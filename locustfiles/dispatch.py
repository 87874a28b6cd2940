"""The same calls that siaga simulates, into a real dispatch API, by everything that Locust users know.

    locust -f locustfiles/dispatch.py --host http://127.0.0.1:8112 --plan plan.siaga --headless
    locust -f locustfiles/dispatch.py --host http://127.0.0.1:8112 --scenario bontang --for 6h --speed 60

Web UI, --headless, --csv, --html, --processes, --master and --worker, --tags, --run-time and --stop-timeout work as
ever; the number of users and their rate are the plan's. A locustfile of your own may import these users: it then plays
the whole plan too.

Options: Locust answers --help before it has seen a locustfile, and lists its own alone. Those of siaga:

    locust -f locustfiles/dispatch.py --siaga-help

Tags: `callers` make the calls, `call-takers` work the API's queue, so that `--tags callers` plays against desks that
are staffed by others.

Every play has references of its own: a plan may be played as often as you like at one server.

What is left: --summary FILE says latency and lag, --rows FILE what happened to each attempt. siaga's page, with
targets and their verdicts, is made by `siaga load` alone: it runs this file, and reads what it leaves; the page cannot
 be had afterwards from the files of a run of Locust.
"""

from siaga_locust import wiring  # noqa: F401  (hooks siaga into Locust)
from siaga_locust.users import CallTaker, Driver

__all__ = ["CallTaker", "Driver"]
