"""Neither a redirect nor a web page is success: whatever the status, the step, and what the page says."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from simulator.live.apis.plain_client import PlainClient
from simulator.live.apis.standin import StandIn
from simulator.live.apis.target_api import TargetApi
from simulator.live.apis.trial import lines_of, try_at
from simulator.live.contract import REDIRECTS, DispatchUser, Heard, Response, Ring, State, Trouble, fault_of
from simulator.scenario.errors import BadInput
from tests.live.apis.dialled import KEYS, Reply, a_call, api_class, dial

EVERY_STEP = """
    queue: yes
    check: {send: GET /health}
    ring: {send: POST /calls, json: {ref: '{reference}'}, capture: {id: json .id}}
    heard: {send: 'POST /calls/{id}/heard'}
    hang_up: {send: 'DELETE /calls/{id}'}
    sign_on: {send: 'PUT /desks/{desk}'}
    sign_off: {send: 'DELETE /desks/{desk}'}
    next_call: {send: POST /next, capture: {id: json .id, reference: json .reference}}
    verdict: {send: 'POST /calls/{id}/verdict'}
    block: {send: 'PUT /list/{number}'}
    listed: {send: 'GET /list/{number}'}
    unblock: {send: 'DELETE /list/{number}'}
"""
RECORDS = """
    ring: {send: POST /calls, json: {ref: '{reference}'}}
    verdict: {send: POST /calls/close, json: {v: '{verdict}'}}
"""
LOG_IN = b"\n<!DOCTYPE html><html><title>Please log in</title><input name=csrf value=abc></html>"
PAGED = "answered 200 with a web page (text/html), most likely a log-in page"
STEPS: dict[str, Callable[[DispatchUser], Heard]] = {
    "check": lambda user: user.check(1.0),
    "ring": lambda user: user.ring(a_call()),
    "heard": lambda user: user.heard(known(), stays=True),
    "hang_up": lambda user: user.hang_up(known()),
    "sign_on": lambda user: user.sign_on(1),
    "sign_off": lambda user: user.sign_off(1),
    "next_call": lambda user: user.next_call(1, 0.0),
    "verdict": lambda user: user.verdict(known(), "genuine"),
    "listed": lambda user: user.listed("+999000000000"),
    "block": lambda user: user.block("+999000000000", 60.0),
    "unblock": lambda user: user.unblock("+999000000000"),
}


def known() -> Ring:
    call = a_call()
    call.id = "7"
    return call


@contextmanager
def moved(status: int, to: str = "/login?next=secret") -> Iterator[tuple[str, list[str]]]:
    """A server at which everything has moved, to a page that would do for any step; its address, what it was asked.

    With status 200 the page of a log-in answers every request itself.
    """
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def reply(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            asked.append(f"{self.command} {self.path}")
            page = status == 200 or self.path.startswith("/login")
            said = {"id": 7, "reference": "0f0f0f0f-12-1", "state": "answered", "service": "siaga stand-in", "speed": 1}
            body = LOG_IN if status == 200 else json.dumps(said).encode() if page else b""
            self.send_response(200 if page else status)
            if status == 200:
                self.send_header("Content-Type", "text/html; charset=utf-8")
            if not page:
                self.send_header("Location", to)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PUT = do_DELETE = reply  # noqa: N815

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.mark.parametrize("kind", [api_class(EVERY_STEP), StandIn], ids=["file", "stand-in"])
@pytest.mark.parametrize("status", sorted(REDIRECTS))
def test_no_step_takes_a_redirect_for_success(kind: type[DispatchUser], status: int) -> None:
    with moved(status) as (host, asked):
        found = {step: act(kind(PlainClient(host), KEYS)) for step, act in STEPS.items()}
    for step, heard in found.items():
        assert heard.state is State.FAILED, step
        assert heard.fault is not None
        assert (heard.fault.trouble, heard.fault.status) == (Trouble.REDIRECTED, status), step
        assert str(heard.fault) == f"redirected to /login ({status})"
    assert len(asked) == len(STEPS)
    assert not any("/login" in line for line in asked)


@pytest.mark.parametrize("status", sorted(REDIRECTS))
def test_a_trial_fails_at_a_redirect_and_says_where_it_led(status: int, tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text("api:" + RECORDS.replace("\n    ", "\n  "))
    with moved(status) as (host, _):
        tried = try_at(TargetApi(str(file), host), tmp_path)
    lines = lines_of(tried)
    assert not all(each.well for each in tried)
    assert f"ring: FAILED, redirected to /login ({status})" in lines


def test_a_target_in_python_that_asks_for_the_fault_of_a_reply_is_told() -> None:
    class Mine(DispatchUser):
        def ring(self, call: Ring) -> Heard:
            reply = self.client.request("POST", "/v1/calls", json={})
            fault = fault_of(reply)
            return Heard(State.FAILED, fault=fault) if fault else Heard(State.ANSWERED)

    with moved(303) as (host, _):
        heard = Mine(PlainClient(host)).ring(a_call())
    assert str(heard.fault) == "redirected to /login (303)"


def test_a_redirect_that_a_file_names_by_its_status_is_an_answer() -> None:
    """A log-in by a form says so that it went well; any other redirect of the same step does not."""
    text = "ring: {send: POST /calls, expect: {303: answered}}"
    with moved(303) as (host, _):
        assert api_class(text)(PlainClient(host), KEYS).ring(a_call()).state is State.ANSWERED
    with moved(302) as (host, _):
        assert api_class(text)(PlainClient(host), KEYS).ring(a_call()).state is State.FAILED


def test_redirects_are_expected_one_by_one() -> None:
    with pytest.raises(BadInput, match="the very status, such as 303"):
        api_class("ring: {send: POST /calls, expect: {3xx: answered}}")


PLACES = [
    ("/login?next=/v1/calls#top", "/login"),
    ("https://me:pass@sso.example:8443/auth/login?token=abc", "https://sso.example:8443/auth/login"),
    ("https://sso.example", "https://sso.example/"),
    ("", "nowhere"),
    ("http://[::1", "an address that cannot be read"),
    ("/a\u202eb\x1b[31m", "/ab[31m"),
    ("/" + "x" * 1000, "/" + "x" * 199),
]


@pytest.mark.parametrize(("location", "place"), PLACES)
def test_where_a_redirect_led_is_told_without_what_may_be_secret(location: str, place: str) -> None:
    reply: Response = Reply(302, location=location)
    assert str(fault_of(reply)) == f"redirected to {place} (302)"


@pytest.mark.parametrize("kind", [api_class(EVERY_STEP), StandIn], ids=["file", "stand-in"])
def test_no_step_takes_a_web_page_for_success(kind: type[DispatchUser]) -> None:
    with moved(200) as (host, _):
        found = {step: act(kind(PlainClient(host), KEYS)) for step, act in STEPS.items()}
    for step, heard in found.items():
        assert (heard.state, str(heard.fault)) == (State.FAILED, PAGED), step


def test_a_trial_fails_at_a_web_page_and_says_what_it_most_likely_is(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text("api:" + RECORDS.replace("\n    ", "\n  "))
    with moved(200) as (host, _):
        tried = try_at(TargetApi(str(file), host), tmp_path)
    assert not all(each.well for each in tried)
    assert f"ring: FAILED, {PAGED}" in lines_of(tried)


HTML = "text/html; charset=utf-8"
BARE = "{send: POST /calls}"
PAGES = [
    # a request's keys, the media type and the body of the reply, whether it is an answer
    (BARE, HTML, "<!doctype html><title>Log in</title>", False),
    (BARE, "TEXT/HTML", " \n<!-- sso --><html>", False),
    (BARE, "application/xhtml+xml", "<?xml version='1.0'?><html/>", False),
    (BARE, "", "<HTML>", False),
    ("{send: POST /calls, expect: {200: answered}}", HTML, "<html>", False),
    ("{send: POST /calls, expect: {2xx: status}, states: {200: answered}}", HTML, "<html>", False),
    ("{send: POST /calls, capture: {id: 'json .id?'}}", HTML, "<html>", False),
    ("{send: POST /calls, headers: {Accept: application/json}}", HTML, "<html>", False),
    ("{send: POST /calls, headers: {accept: 'text/html, */*'}}", HTML, "<html>", True),
    ("{send: POST /calls, capture: {csrf: 'text csrf=([a-z]+)'}}", HTML, "<html>csrf=abc", True),
    ("{send: POST /calls, capture: {id: header X-Id}}", HTML, "<html>", True),
    ("{send: POST /calls, expect: {200: 'text answered'}}", HTML, "<p>answered", True),
    (BARE, HTML, "ok", True),
    (BARE, HTML, '{"id": 7}', True),
    (BARE, HTML, "", True),
    (BARE, "text/xml", "<calls/>", True),
    (BARE, "text/plain", "<html>", True),
    (BARE, "", "<calls/>", True),
]


@pytest.mark.parametrize(("ring", "kind", "body", "answers"), PAGES)
def test_a_web_page_is_an_answer_only_where_the_file_expects_one(
    ring: str, kind: str, body: str, *, answers: bool
) -> None:
    headers = {"content_type": kind} if kind else {}
    heard = dial(f"ring: {ring}", Reply(200, body, x_id="7", **headers))[0].ring(a_call())
    assert heard.state is (State.ANSWERED if answers else State.FAILED)
    assert (heard.fault and heard.fault.trouble) == (None if answers else Trouble.PAGE)


def test_a_header_of_all_requests_may_ask_for_pages() -> None:
    text = "headers: {Accept: text/html}\nring: {send: POST /calls}"
    assert dial(text, Reply(200, "<html>", content_type=HTML))[0].ring(a_call()).state is State.ANSWERED
