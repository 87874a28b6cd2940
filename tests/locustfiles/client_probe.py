"""Requests by one of the clients, in a process of its own that Locust has patched: a line of JSON in, one out."""

import io
import json
import sys
import traceback
from contextlib import redirect_stderr
from typing import Any

import gevent
import locust  # noqa: F401  (patches)
from locust.env import Environment


def main() -> None:
    for line in sys.stdin:
        with redirect_stderr(io.StringIO()) as complaints:
            try:
                answer = probed(json.loads(line))
            except (Exception, gevent.Timeout):
                traceback.print_exc()
                answer = {}
        sys.stdout.write(json.dumps({**answer, "stderr": complaints.getvalue()}) + "\n")
        sys.stdout.flush()


def probed(asked: dict[str, Any]) -> dict[str, Any]:
    """What came of these calls, and the rows that Locust saw; nothing is kept from one line to the next."""
    environment, rows = Environment(host=asked["url"]), []
    environment.events.request.add_listener(lambda **row: rows.append(row))
    made = maker(asked, environment)
    with gevent.Timeout(asked.get("within", 30)):
        calls = [gevent.spawn(one_call, made, requests) for requests in asked["calls"]]
        gevent.joinall(calls)
    said = [call.get() for call in calls]
    seen = [
        {**{k: row[k] for k in ("request_type", "name")}, "failed": repr(row["exception"]) if row["exception"] else ""}
        for row in rows
    ]
    return {"calls": said, "rows": seen}


def maker(asked: dict[str, Any], environment: Environment) -> Any:
    """What makes the client of a call; one pool of connections for all."""
    kept = {
        "sockets": asked.get("sockets", 10),
        "timeout": asked.get("timeout", 2.0),
        "insecure": asked.get("insecure", False),
    }
    expects = frozenset(asked.get("expects", ()))
    if asked["client"] == "lean":
        from siaga_locust.lean import LeanClient, Site

        site = Site(asked["url"], **kept)
        return lambda: LeanClient(site, environment.events.request.fire, expects)
    from siaga_locust.fast import FastClient, FastSite

    pool = FastSite(asked["url"], **kept)
    return lambda: FastClient(pool, environment.events.request, expects)


def one_call(made: Any, requests: list[Any]) -> list[dict[str, Any]]:
    client, said = made(), []
    for request in requests:
        if isinstance(request, (int, float)):
            gevent.sleep(request)
            continue
        method, path, *more = request
        reply = client.request(method, path, **(more[0] if more else {}))
        said.append(told(reply))
    return said


def told(reply: Any) -> dict[str, Any]:
    from simulator.live.contract import fault_of

    fault = fault_of(reply)
    try:
        body = reply.json()
    except ValueError:
        body = None
    return {
        "status": reply.status_code,
        "trouble": fault.trouble if fault else "",
        "detail": fault.detail if fault else "",
        "json": body,
    }


if __name__ == "__main__":
    main()
