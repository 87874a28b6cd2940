"""In Locust's place: plays a plan in virtual time at an API that does what the model says, and leaves what it would.

``--fake`` says what goes wrong: ``ideal`` nothing; ``refuses`` every second ring meets a rate limit; ``down`` every
one is refused a connection; ``forgets`` no verdict of a genuine call is kept; ``strangers`` are in its queue;
``saturated``; ``dies`` half way; ``loses`` a worker half way; ``slow`` plays until it is stopped. No call is made where
it is ``killed``, loses a worker ``early``, or is ``broken``, which says why.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from simulator.live.call_taker import CallTaker
from simulator.live.caller import Caller
from simulator.live.contract import Heard, Ring, Trouble, failed
from simulator.live.floor import LiveFloor
from simulator.tables.plan import Plan
from tests.live.ideal import Centre, IdealUser
from tests.live.virtual import VirtualWorld


class Down(IdealUser):
    """Lets nobody in."""

    def ring(self, call: Ring) -> Heard:
        return failed(Trouble.REFUSED)


class Forgets(IdealUser):
    """Takes every call, and fails at every verdict of a genuine one, as often as it is given: it keeps none."""

    def verdict(self, call: Ring, verdict: str) -> Heard:
        ended = self.centre.__dict__.setdefault("ended", set())
        lost = failed(Trouble.SERVER, 500, "not saved")
        heard = lost if call.reference in ended else super().verdict(call, verdict)
        ended.add(call.reference)
        return lost if call.intent == "genuine" else heard


class Refusing(IdealUser):
    """Lets no more than every second ring in."""

    rung = 0

    def ring(self, call: Ring) -> Heard:
        Refusing.rung += 1
        return failed(Trouble.RATE, 429) if Refusing.rung % 2 else super().ring(call)


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    for name in ("plan", "rows", "status", "summary"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--fake", default=os.environ.get("SIAGA_TEST_FAKE", "ideal"))
    return parser.parse_known_args()[0]


def main() -> None:
    asked = options()
    kind = asked.fake
    if kind == "broken":
        sys.exit("the API said: wrong key")
    if kind == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    if kind == "early":
        asked.summary.write_text(json.dumps({"drained": False, "interrupted": False, "saturated": False}))
        sys.exit(1)
    plan = Plan.read(asked.plan)
    lines = play(plan, {"refuses": Refusing, "down": Down, "forgets": Forgets}.get(kind, IdealUser), plan.calls.cut)
    if kind in {"dies", "slow", "loses"}:
        half = plan.calls.length // 2
        lines = play(plan, IdealUser, half)
        asked.rows.write_text("".join(lines) + "B 1 1 0", encoding="ascii")
        told = {"now": half, "calls": len(plan.calls), "started": len(lines), "in_progress": 2, "lag_p99_ms": 0.5}
        asked.status.write_text(json.dumps(told), encoding="utf-8")
        if kind == "dies":
            child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
            asked.rows.with_name("grandchild").write_text(str(child.pid))
            os.kill(os.getpid(), signal.SIGKILL)
        if kind == "slow":
            wait_for_ctrl_c()
    else:
        asked.rows.write_text("".join(lines), encoding="ascii")
    p99 = 55.0 if kind == "saturated" else 1.5
    summary = {
        "drained": kind not in {"slow", "loses"},
        "interrupted": kind == "slow",
        "saturated": kind == "saturated",
        "lag": {"p50_ms": 0.2, "p99_ms": p99, "max_ms": 60.0, "count": len(lines)}
        | {"late": 7 if kind == "saturated" else 0},
        "workers": 1,
        "requests": len(lines),
        "latency": [
            {"milestone": "ring", "intent": "genuine", "count": 9, "p50_ms": 1.5, "p90_ms": 2.25, "p95_ms": 2.5}
            | {"p99_ms": 3.75, "p99.9_ms": 4.0, "max_ms": 4.0}
        ],
        "troubles": [],
    }
    if kind == "strangers":
        summary["latency"].append({**summary["latency"][0], "milestone": "verdict", "intent": "", "count": 3})
    asked.summary.write_text(json.dumps(summary), encoding="utf-8")
    sys.exit(3 if kind == "saturated" else 0)


def play(plan: Plan, kind: type[IdealUser], until: int) -> list[str]:
    world = VirtualWorld(Centre(plan, kind=kind).user)
    floor = LiveFloor(plan, world, kind)
    floor.list_at_start()
    for person in range(plan.staffing.persons):
        world.spawn(CallTaker(floor, person).run)
    for call in range(len(plan.calls)):
        world.spawn(Caller(floor, call).run)
    world.run(until)
    return world.lines


def wait_for_ctrl_c() -> None:
    try:
        time.sleep(60)
    except KeyboardInterrupt:
        return


if __name__ == "__main__":
    main()
