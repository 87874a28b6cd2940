"""A trial shows all that was said, and no secret."""

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from simulator.live.apis.plain_client import PlainClient
from simulator.live.apis.trial import lines_of, try_api
from tests.live.apis.dialled import KEYS, Asked, Reply, Scripted, api_class

QUEUE = """
    queue: yes
    poll: 10 ms
    headers: {X-Key: '{key}'}
    log_in: {send: POST /auth, json: {secret: '{key.supervisor}'}, capture: {token: json .token}}
    check: {send: 'GET /health?key={key}'}
    ring:
      send: POST /calls
      json: {ref: '{reference}', t: '{token}'}
      expect: {201: json .state}
      capture: {id: json .id}
    heard: {send: 'POST /calls/{id}/heard', json: {stays: '{stays}'}}
    hang_up: {send: 'DELETE /calls/{id}'}
    sign_on: {send: 'PUT /desks/{desk}'}
    sign_off: {send: 'DELETE /desks/{desk}'}
    next_call: {send: POST /next, expect: {200: answered, 204: nothing}, capture: {id: json .id, reference: json .ref}}
    verdict: {send: 'POST /calls/{id}/verdict', json: {v: '{verdict}'}}
    block: {send: 'PUT /list/{number}'}
    listed: {send: 'GET /list/{number}', expect: {200: blocked, 404: done}}
    unblock: {send: 'DELETE /list/{number}'}
"""


class Centre(BaseHTTPRequestHandler):
    """A small dispatch API: a queue of calls, and a message before it."""

    calls: list[dict[str, Any]]
    spoils: str = ""

    def handle_any(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        said = json.loads(body) if body else {}
        status, reply = self.answer(f"{self.command} {self.path.split('?')[0]}", said)
        text = json.dumps(reply).encode() if reply is not None else b""
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Set-Cookie", "sid=a-secret-session")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def answer(self, line: str, said: dict[str, Any]) -> tuple[int, Any]:
        if self.spoils and line.startswith(self.spoils):
            return 422, {"detail": "no"}
        if line == "POST /auth":
            return 200, {"token": "a-secret-token"}
        if line == "POST /calls":
            self.calls.append({"id": len(self.calls), "ref": said["ref"]})
            return 201, {"id": len(self.calls) - 1, "state": "message"}
        if line.startswith("DELETE /calls"):
            self.calls[int(line.rsplit("/", 1)[1])]["gone"] = True
        if line == "POST /next":
            waiting = [each for each in self.calls if not each.get("gone")]
            for each in waiting[:1]:
                each["gone"] = True
            return (200, waiting[0]) if waiting else (204, None)
        return 200, {}

    do_GET = do_POST = do_PUT = do_DELETE = handle_any  # noqa: N815

    def log_message(self, *_: object) -> None:
        """Quiet."""


@contextmanager
def centre(spoils: str = "") -> Iterator[str]:
    kind = type("One", (Centre,), {"calls": [], "spoils": spoils})
    server = ThreadingHTTPServer(("127.0.0.1", 0), kind)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_a_trial_walks_through_every_step_and_shows_what_was_said() -> None:
    with centre() as host:
        tried = try_api(api_class(QUEUE), lambda: PlainClient(host), KEYS)
    verdicts = ("genuine", "enquiry", "silent", "prank")
    shifts = [("sign_on", "ring", "heard", "next_call", f"verdict {each}", "sign_off") for each in verdicts]
    steps = ["check", "ring", "heard", "hang_up", *(step for shift in shifts for step in shift)]
    assert [each.step for each in tried] == [*steps, "block", "listed", "unblock"]
    assert all(each.well for each in tried)
    lines = lines_of(tried)
    assert lines[-1] == "all 14 steps are understood"
    assert "ring: message, id 0" in lines
    assert "listed: done, block" in lines
    assert "    > POST /calls/1/verdict" in lines
    assert '    > {"v": "genuine"}' in lines
    assert any(line.startswith("    < 201 (") for line in lines)


def test_no_secret_is_shown() -> None:
    with centre() as host:
        text = "\n".join(lines_of(try_api(api_class(QUEUE), lambda: PlainClient(host), KEYS)))
    for secret in (*KEYS.values(), "a-secret-session", "a-secret-token"):
        assert secret not in text
    assert "    > X-Key: ***" in text
    assert "    > GET /health?key=***" in text


def test_a_step_that_is_not_understood_is_shown_and_named_in_the_end() -> None:
    with centre("POST /calls/1/verdict") as host:
        lines = lines_of(try_api(api_class(QUEUE), lambda: PlainClient(host), KEYS))
    assert 'verdict genuine: FAILED, unexpected status 422: {"detail": "no"}' in lines
    assert lines[-1] == "not understood: verdict genuine"


@pytest.mark.parametrize(("spoils", "steps"), [("GET /health", ["check"]), ("POST /calls", ["check", "ring"])])
def test_a_trial_ends_where_going_on_makes_no_sense(spoils: str, steps: list[str]) -> None:
    with centre(spoils) as host:
        tried = try_api(api_class(QUEUE), lambda: PlainClient(host), KEYS)
    assert [each.step for each in tried][: len(steps)] == steps
    assert not tried[len(steps) - 1].well
    assert "next_call" not in [each.step for each in tried]


def test_a_call_of_somebody_elses_is_not_taken_for_ours() -> None:
    kind = api_class(QUEUE.replace("reference: json .ref", "reference: json .id"))
    with centre() as host:
        lines = lines_of(try_api(kind, lambda: PlainClient(host), KEYS))
    said = next(line for line in lines if line.startswith("next_call:"))
    assert "which is not the one that rang" in said
    assert "try with an empty queue" in said


RECORDS = """
    check: {send: GET /health}
    ring: {send: POST /calls, json: {ref: '{reference}', from: '{number}'}, capture: {id: json .id}}
"""
VERDICT = "    verdict: {send: 'POST /calls/{id}/verdict', json: {v: '{verdict}'}}\n"


def asked_of(text: str, *replies: Reply | Callable[[Asked], Reply]) -> tuple[list[str], Scripted]:
    """The lines of a trial of an API, and the client with all that was asked."""
    client = Scripted(replies[0] if callable(replies[0]) else replies)
    return lines_of(try_api(api_class(text), lambda: client, KEYS)), client


def test_a_step_that_sends_nothing_is_said_to_and_not_counted_as_understood() -> None:
    lines, client = asked_of(RECORDS, Reply(body={"id": 7}))
    assert "verdict: sends nothing; your API is not told how the call ended" in lines
    assert lines[-1] == "2 steps are understood; nothing is sent for verdict"
    assert client.lines == ["GET /health", "POST /calls"]


def test_a_verdict_that_no_request_is_sent_for_is_said_alone() -> None:
    lines, _ = asked_of(RECORDS + VERDICT.replace("}}\n", "}, when: {verdict: genuine}}\n"), Reply(body={"id": 7}))
    assert "verdict genuine: ended" in lines
    assert lines[-1] == ("3 steps are understood; nothing is sent for verdict enquiry, verdict silent, verdict prank")


def test_a_ring_that_sends_nothing_is_not_understood() -> None:
    ring = RECORDS.replace("capture:", "when: {number: nobody}, capture:")
    lines, _ = asked_of(ring + VERDICT, Reply(body={"id": 7}))
    assert lines[-1] == "not understood: ring"


def test_every_verdict_is_tried_with_a_call_of_its_own() -> None:
    def refuses(asked: Asked) -> Reply:
        spoilt = asked.path.endswith("/verdict") and asked.json() == {"v": "prank"}
        return Reply(422, "no such word") if spoilt else Reply(201, {"id": len(asked.body)})

    lines, client = asked_of(RECORDS + VERDICT, refuses)
    rung = [each.json() for each in client.asked if each.path == "/calls"]
    assert lines[-1] == "not understood: verdict prank"
    assert [each.json()["v"] for each in client.asked if each.path.endswith("/verdict")] == [
        *("genuine", "enquiry", "silent", "prank")
    ]
    for key in ("ref", "from"):
        assert len({each[key] for each in rung}) == len(rung) == 4
    assert all(re.fullmatch("[+]999[0-9]{9}", each["from"]) for each in rung)


def test_what_a_target_lacks_is_said_with_what_follows_for_a_load_run() -> None:
    lines, _ = asked_of(RECORDS + VERDICT, Reply(body={"id": 7}))
    absent = [line for line in lines if ": absent, " in line]
    assert [line.split(":")[0] for line in absent] == ["next_call, hang_up", "block, listed"]
    assert "nobody waits, hangs up or is on duty" in absent[0]
    assert "no policy is applied" in absent[1]
    assert lines[-1] == "all 6 steps are understood"
    with centre() as host:
        whole = lines_of(try_api(api_class(QUEUE), lambda: PlainClient(host), KEYS))
    assert not any(": absent, " in line for line in whole)
