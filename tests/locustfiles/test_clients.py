"""Both clients: what is one call's stays its own, and nothing that a server does hangs or raises."""

import gzip
import json
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from simulator.live.contract import Trouble
from tests.locustfiles.runs import ROOT, environment
from tests.locustfiles.server import serving

CLIENTS = pytest.mark.parametrize("client", ["fast", "lean"])
PROBE = Path(__file__).with_name("client_probe.py")


class Probe:
    """A process that Locust has patched, for all tests of this file: to start it takes longer than they do."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def __call__(self, client: str, url: str, *calls: list[Any], **asked: Any) -> dict[str, Any]:
        """What comes of these calls, made at the same time."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps({"client": client, "url": url, "calls": calls, **asked}) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        assert "Traceback" not in answer["stderr"], answer["stderr"]
        return answer


@pytest.fixture(scope="module")
def probed() -> Iterator[Probe]:
    paths = {"PYTHONPATH": f"{ROOT}:{ROOT / 'locustfiles'}"}
    about = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "env": {**environment(), **paths}}
    with subprocess.Popen([sys.executable, str(PROBE)], **about) as process:
        try:
            yield Probe(process)
        finally:
            process.kill()


@contextmanager
def scripted(*answers: Callable[[socket.socket], None]) -> Iterator[str]:
    """A server that does one thing to each connection in turn, the last to all further ones."""
    listening = socket.create_server(("127.0.0.1", 0), backlog=50)

    def serve() -> None:
        for nth in range(1000):
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            answer = answers[min(nth, len(answers) - 1)]
            threading.Thread(target=answer, args=(connection,), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        listening.close()


def says(*replies: bytes) -> Callable[[socket.socket], None]:
    """Answer so many requests, then close."""

    def answer(connection: socket.socket) -> None:
        with connection:
            for reply in replies:
                if not connection.recv(65536):
                    return
                connection.sendall(reply)

    return answer


OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


@CLIENTS
def test_cookies_of_a_call_are_nobody_elses(probed: Probe, client: str) -> None:
    calls = [[["GET", f"/set/{nth}"], 0.05, ["GET", f"/set/{nth}"]] for nth in range(8)]
    with serving(delay=0.02) as api:
        said = probed(client, api.url, *calls, sockets=3)["calls"]
    for nth, (first, second) in enumerate(said):
        assert first["json"] == {"name": str(nth), "came": []}
        assert second["json"] == {"name": str(nth), "came": [f"who={nth}"]}


@CLIENTS
def test_no_redirect_is_followed_and_each_is_a_failure_that_says_where_it_led(probed: Probe, client: str) -> None:
    """Every status that redirects, of every method: to a page of the same host, and to another host."""
    sent = [(method, status) for method in ("GET", "POST", "PUT", "DELETE") for status in (301, 302, 303, 307, 308)]
    calls = [[[method, f"/moved/{status}"]] for method, status in sent]
    with serving() as api:
        told = probed(client, api.url, *calls, [["GET", "/away/x"]])
        followed = api.ask()["pages"]
    *same, [away] = told["calls"]
    for (_, status), [reply] in zip(sent, same, strict=True):
        assert (reply["trouble"], reply["status"], reply["detail"]) == (Trouble.REDIRECTED, status, "/login")
    assert (away["trouble"], away["detail"]) == (Trouble.REDIRECTED, "http://127.0.0.2:9/")
    assert followed == 0
    assert all(row["failed"] for row in told["rows"])


@CLIENTS
def test_a_redirect_that_the_target_expects_is_no_failure_and_its_cookie_is_kept(probed: Probe, client: str) -> None:
    with serving() as api:
        told = probed(client, api.url, [["GET", "/go/a"], ["GET", "/set/b"]], expects=[302])
    [[reply, other]] = told["calls"]
    assert reply["status"] == 302
    assert other["json"] == {"name": "b", "came": ["who=a"]}
    assert not any(row["failed"] for row in told["rows"])


@CLIENTS
def test_chunks_and_bodies_that_end_with_the_connection_are_read(probed: Probe, client: str) -> None:
    with serving() as api:
        [[chunked, closed]] = probed(client, api.url, [["GET", "/chunks"], ["GET", "/close"]])["calls"]
    assert (chunked["status"], chunked["json"]) == (200, {})
    assert (closed["status"], closed["json"]) == (200, {})


@CLIENTS
@pytest.mark.parametrize(
    ("mode", "trouble"),
    [
        ("garbage", Trouble.GARBAGE),
        ("silent", Trouble.TIMEOUT),
        ("429", Trouble.RATE),
        ("500", Trouble.SERVER),
        ("closed", Trouble.LOST),
    ],
)
def test_what_a_server_does_wrong_is_a_fault(probed: Probe, client: str, mode: str, trouble: Trouble) -> None:
    with serving(mode=mode) as api:
        told = probed(client, api.url, [["POST", "/calls", {"json": {}}]], timeout=0.5, within=5)
    assert told["calls"][0][0]["trouble"] == trouble
    assert told["rows"][0]["failed"]


@CLIENTS
@pytest.mark.parametrize("mode", ["half", "endless"])
def test_a_reply_without_an_end_is_a_fault_in_bounded_time(probed: Probe, client: str, mode: str) -> None:
    with serving(mode=mode) as api:
        told = probed(client, api.url, [["POST", "/calls", {"json": {}}]], timeout=1.0, within=10)
    assert told["calls"][0][0]["status"] == 0


@CLIENTS
def test_a_body_beyond_all_measure_is_not_read(probed: Probe, client: str) -> None:
    with serving() as api:
        [[reply]] = probed(client, api.url, [["GET", "/large"]], timeout=2.0)["calls"]
    assert reply["status"] == 0


@CLIENTS
@pytest.mark.parametrize("headers", [b"Content-Length: 2", b"Connection: close"], ids=["length", "closed"])
@pytest.mark.parametrize("coding", [b"gzip", b"deflate"])
def test_a_body_that_is_not_packed_as_it_says_is_not_understood(
    probed: Probe, client: str, coding: bytes, headers: bytes
) -> None:
    reply = b"HTTP/1.1 200 OK\r\nContent-Encoding: %b\r\n%b\r\n\r\n{}" % (coding, headers)
    with scripted(says(reply)) as url:
        told = probed(client, url, [["POST", "/calls", {"json": {}}]])
    assert told["calls"][0][0]["trouble"] == Trouble.GARBAGE
    assert told["rows"][0]["failed"]


@CLIENTS
@pytest.mark.parametrize("body", [gzip.compress(b'{"a": 1}'), b""], ids=["packed", "empty"])
def test_a_body_that_comes_packed_unasked_is_read(probed: Probe, client: str, body: bytes) -> None:
    reply = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)
    with scripted(says(reply)) as url:
        [[told]] = probed(client, url, [["POST", "/calls", {"json": {}}]])["calls"]
    assert (told["status"], told["json"]) == (200, {"a": 1} if body else None)


@CLIENTS
def test_nobody_listens(probed: Probe, client: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    [[reply]] = probed(client, url, [["GET", "/"]])["calls"]
    assert reply["trouble"] == Trouble.REFUSED


@CLIENTS
def test_a_server_that_does_not_speak_tls_is_a_tls_error(probed: Probe, client: str) -> None:
    with scripted(says(b"HTTP/1.1 400 Bad Request\r\n\r\n")) as url:
        [[reply]] = probed(client, url.replace("http", "https"), [["GET", "/"]], timeout=2.0)["calls"]
    assert reply["trouble"] == Trouble.TLS


@CLIENTS
def test_a_certificate_that_nobody_signed_is_refused_unless_that_is_asked_for(
    probed: Probe, client: str, certificate: str
) -> None:
    with serving(certificate=certificate) as api:
        url = api.url.replace("http", "https")
        [[refused]] = probed(client, url, [["GET", "/"]])["calls"]
        [replies] = probed(client, url, [["POST", "/calls", {"json": {"reference": "a"}}]] * 3, insecure=True)["calls"]
    assert refused["trouble"] == Trouble.TLS
    assert [reply["status"] for reply in replies] == [200, 200, 200]


@CLIENTS
def test_statuses_that_a_target_calls_answers_are_no_failures(probed: Probe, client: str) -> None:
    refusal = b"HTTP/1.1 403 No\r\nContent-Length: 2\r\n\r\n{}"
    with scripted(says(refusal, refusal)) as url:
        told = probed(client, url, [["POST", "/"]], expects=[403])
    with scripted(says(refusal, refusal)) as url:
        otherwise = probed(client, url, [["POST", "/"]])
    assert not told["rows"][0]["failed"]
    assert otherwise["rows"][0]["failed"]
    assert told["calls"] == otherwise["calls"]


@CLIENTS
def test_more_calls_than_sockets_wait_for_one_in_turn(probed: Probe, client: str) -> None:
    with serving(delay=0.05) as api:
        told = probed(
            client, api.url, *[[["POST", "/calls", {"json": {"reference": str(n)}}]] for n in range(40)], sockets=4
        )
        assert api.told() == {str(n): 1 for n in range(40)}
    assert all(call[0]["status"] == 200 for call in told["calls"])


@CLIENTS
def test_a_wait_for_a_socket_is_bounded_too(probed: Probe, client: str) -> None:
    with serving(delay=3.0) as api:
        told = probed(
            client,
            api.url,
            *[[["POST", "/calls", {"json": {}}]] for _ in range(3)],
            sockets=1,
            timeout=0.5,
            within=5,
        )
    assert [call[0]["trouble"] for call in told["calls"]] == [Trouble.TIMEOUT] * 3


def test_a_post_that_the_server_may_have_seen_is_not_sent_again(probed: Probe) -> None:
    seen: list[bytes] = []

    def takes_and_goes(connection: socket.socket) -> None:
        with connection:
            connection.recv(65536)
            connection.sendall(OK)
            seen.append(connection.recv(65536))

    with scripted(takes_and_goes, says(OK)) as url:
        [[first, second]] = probed("lean", url, [["POST", "/a"], ["POST", "/b"]])["calls"]
    assert (first["status"], second["status"]) == (200, 0)
    assert second["trouble"] == Trouble.LOST
    assert len(seen) == 1


def test_a_get_by_a_kept_connection_that_was_closed_goes_again(probed: Probe) -> None:
    with scripted(says(OK), says(OK)) as url:
        [replies] = probed("lean", url, [["GET", "/a"], ["GET", "/b"]])["calls"]
    assert [reply["status"] for reply in replies] == [200, 200]


@CLIENTS
def test_a_connection_that_the_server_closed_while_it_idled_is_not_used(probed: Probe, client: str) -> None:
    with scripted(says(OK), says(OK)) as url:
        [replies] = probed(client, url, [["POST", "/a"], 0.2, ["POST", "/b"]])["calls"]
    assert [reply["status"] for reply in replies] == [200, 200]
