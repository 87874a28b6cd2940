"""The client that APIs are tried with: it raises nothing for what the network does, and sends what it was given."""

import gzip
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from simulator.live.apis.plain_client import LARGEST, PlainClient
from simulator.live.contract import Trouble, fault_of
from tests.locustfiles.conftest import certificate

__all__ = ["certificate"]


@contextmanager
def talker(says: Callable[[socket.socket], None]) -> Iterator[int]:
    """A server that takes one connection and does something odd with it."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _ = listening.accept()
        with connection:
            says(connection)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield listening.getsockname()[1]
    finally:
        thread.join()
        listening.close()


def garbage(connection: socket.socket) -> None:
    connection.recv(1000)
    connection.sendall(b"SIP/2.0 200 OK\r\n\r\n")


def silence(connection: socket.socket) -> None:
    connection.recv(1000)
    time.sleep(0.4)


def nothing(connection: socket.socket) -> None:
    connection.recv(10)


ODD = [
    (garbage, "http", Trouble.LOST),
    (silence, "http", Trouble.TIMEOUT),
    (nothing, "http", Trouble.LOST),
    (garbage, "https", Trouble.TLS),
]


@pytest.mark.parametrize(("says", "scheme", "trouble"), ODD)
def test_whatever_a_server_does_the_client_says_it_and_raises_nothing(
    says: Callable[[socket.socket], None], scheme: str, trouble: Trouble
) -> None:
    with talker(says) as port:
        reply = PlainClient(f"{scheme}://127.0.0.1:{port}").request("GET", "/", timeout=0.2)
    fault = fault_of(reply)
    assert fault is not None
    assert (fault.trouble, fault.status) == (trouble, 0)


def test_nobody_there_is_a_refused_connection() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    fault = fault_of(PlainClient(f"http://127.0.0.1:{port}").request("GET", "/"))
    assert fault is not None
    assert fault.trouble is Trouble.REFUSED


def test_cookies_are_the_clients_own_and_redirects_are_not_followed() -> None:
    seen: list[bytes] = []

    def redirects(connection: socket.socket) -> None:
        seen.append(connection.recv(2000))
        connection.sendall(
            b"HTTP/1.1 302 Found\r\nLocation: /login\r\nSet-Cookie: a=1; Path=/\r\nContent-Length: 0\r\n\r\n"
        )

    with talker(redirects) as port:
        client = PlainClient(f"http://127.0.0.1:{port}/prefix/")
        reply = client.request("GET", "/calls")
    assert (reply.status_code, reply.headers.get("LOCATION")) == (302, "/login")
    assert seen[0].startswith(b"GET /prefix/calls HTTP/1.1")
    with talker(redirects) as port:
        client._host = f"http://127.0.0.1:{port}/prefix"
        client.request("GET", "/calls")
    assert b"Cookie: a=1" in seen[1]


def replies(reply: bytes) -> Callable[[socket.socket], None]:
    def say(connection: socket.socket) -> None:
        connection.recv(2000)
        connection.sendall(reply)

    return say


def test_a_body_is_read_to_a_bound_and_unpacked_where_it_came_packed() -> None:
    packed = gzip.compress(b"x" * (LARGEST + 9))
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed)
    with talker(replies(head + packed)) as port:
        reply = PlainClient(f"http://127.0.0.1:{port}").request("GET", "/")
    assert reply.text == "x" * LARGEST


def test_a_charset_that_nobody_knows_is_read_as_utf_8() -> None:
    said = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=x\r\nContent-Length: 2\r\n\r\n\xc3\xa9"
    with talker(replies(said)) as port:
        assert PlainClient(f"http://127.0.0.1:{port}").request("GET", "/").text == "é"


def test_a_proxy_of_the_environment_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    with talker(replies(b"HTTP/1.1 204 No Content\r\n\r\n")) as port:
        assert PlainClient(f"http://127.0.0.1:{port}").request("GET", "/").status_code == 204


def test_a_certificate_that_no_authority_signed_is_taken_only_where_it_is_not_verified(certificate: str) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(Path(certificate))

    def say(connection: socket.socket) -> None:
        try:
            with context.wrap_socket(connection, server_side=True) as secure:
                replies(b"HTTP/1.1 204 No Content\r\n\r\n")(secure)
        except ssl.SSLError:
            return

    with talker(say) as port:
        refused = PlainClient(f"https://localhost:{port}").request("GET", "/")
    with talker(say) as port:
        taken = PlainClient(f"https://localhost:{port}", verify=False).request("GET", "/")
    fault = fault_of(refused)
    assert fault is not None
    assert fault.trouble is Trouble.TLS
    assert taken.status_code == 204
