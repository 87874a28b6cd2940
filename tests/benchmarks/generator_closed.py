"""CPU of one kind of request, sent one after the other by a few greenlets; run in a process of its own.

    python -m tests.benchmarks.generator_closed KIND URL REQUESTS

KIND: FastHttpUser as Locust has it, or siaga's clients, a new one for every two requests as a call has.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from time import process_time
from typing import Any

import gevent
from locust.contrib.fasthttp import FastHttpUser
from locust.env import Environment

sys.path.insert(0, str(Path(__file__).parents[2] / "locustfiles"))

GREENLETS, A_CALL, WARM = 10, 2, 400
BODY = {"reference": "0badcafe-12345-1", "number": "+999000012345", "at": "2024-01-01T00:00:00.000+07:00"}
HEADERS = {"X-API-Key": "intake-key"}


def clients(kind: str, url: str, environment: Any) -> Callable[[], Any]:
    """What makes the client of a call."""
    if kind == "FastHttpUser":
        user = type("Plain", (FastHttpUser,), {"host": url, "concurrency": GREENLETS})(environment)
        return lambda: user.client
    if kind == "fast":
        from siaga_locust.fast import FastClient, FastSite

        fast = FastSite(url)
        return lambda: FastClient(fast, environment.events.request)
    from siaga_locust.lean import LeanClient, Site

    lean = Site(url)
    return lambda: LeanClient(lean, environment.events.request.fire)


def send(make: Callable[[], Any], requests: int) -> None:
    """So many requests, by all greenlets together."""

    def calls() -> None:
        for _ in range(requests // GREENLETS // A_CALL):
            client = make()
            for _ in range(A_CALL):
                reply = client.request("POST", "/v1/calls", name="POST /v1/calls", json=BODY, headers=HEADERS)
                assert reply.json()["id"] == "1"

    gevent.joinall([gevent.spawn(calls) for _ in range(GREENLETS)], raise_error=True)


def main(kind: str, url: str, requests: int) -> None:
    """Print the microseconds of CPU that a request takes."""
    environment = Environment(host=url)
    environment.create_local_runner()
    make = clients(kind, url, environment)
    send(make, WARM)
    before = process_time()
    send(make, requests)
    sys.stdout.write(f"{(process_time() - before) / requests * 1e6}\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
