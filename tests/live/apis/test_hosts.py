"""A load goes to this machine or a private network; elsewhere only if somebody says that it is theirs."""

import socket

import pytest

from simulator.live.apis.hosts import checked_host, is_private, without_secrets, words_without_secrets
from simulator.scenario.errors import BadInput

PRIVATE = (
    *("127.0.0.1", "127.8.9.1", "10.1.2.3", "172.16.0.1", "172.31.255.254", "192.168.1.1", "169.254.3.4"),
    *("::1", "fc00::1", "fd12:3456::1", "fe80::1%eth0", "::ffff:127.0.0.1", "::ffff:10.0.0.1"),
)
STRANGE = ("8.8.8.8", "172.15.0.1", "172.32.0.1", "192.169.0.1", "0.0.0.0", "2001:db8::1", "::ffff:8.8.8.8", "11.0.0.1")


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_are_taken(address: str) -> None:
    assert is_private(address)


@pytest.mark.parametrize("address", STRANGE)
def test_all_others_are_not(address: str) -> None:
    assert not is_private(address)


def test_a_name_is_private_only_if_all_its_addresses_are() -> None:
    url = "https://api.test:8443/base/"
    assert checked_host(url, own=False, resolve=lambda *_: ["10.0.0.1", "fd00::1"]) == "https://api.test:8443/base"
    with pytest.raises(BadInput, match=r"api.test, which is 93.184.216.34[\s\S]*--i-own-this-host"):
        checked_host(url, own=False, resolve=lambda *_: ["10.0.0.1", "93.184.216.34"])


def test_who_owns_a_host_may_load_it() -> None:
    assert checked_host("http://api.test", own=True, resolve=lambda *_: ["93.184.216.34"]) == "http://api.test"


def test_the_port_that_is_looked_up_is_that_of_the_scheme() -> None:
    asked = []
    for url in ("http://h", "https://h", "http://h:99"):
        checked_host(url, own=False, resolve=lambda _, port: asked.append(port) or ["::1"])
    assert asked == [80, 443, 99]


@pytest.mark.parametrize(
    "url",
    ("localhost:99", "ftp://127.0.0.1", "http://", "http://h:0x1", "http://a b", "", "http://h:99999", "http://[::1"),
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(BadInput, match="--host"):
        checked_host(url, own=True)


def test_a_name_that_nobody_knows_is_refused() -> None:
    def unknown(name: str, port: int) -> list[str]:
        raise socket.gaierror(-2, "Name or service not known")

    with pytest.raises(BadInput, match=r"nowhere\.test \(Name or service not known\)"):
        checked_host("http://nowhere.test", own=True, resolve=unknown)


def test_nothing_secret_of_an_address_or_a_command_is_written_down() -> None:
    assert without_secrets("https://me:secret@h.test:8443/base?token=1#x") == "https://h.test:8443/base"
    words = ["load", "s.yaml", "--key", "intake=a", "--key=desk=b", "--key", "c", "--host", "http://u:p@h/", "--json"]
    said = words_without_secrets(words)
    assert said == [
        *("load", "s.yaml", "--key", "intake=...", "--key=desk=...", "--key", "...", "--host", "http://h/", "--json")
    ]


def test_of_what_is_no_address_nothing_is_written_down() -> None:
    assert words_without_secrets(["--host", "http://me:hush@[::1"]) == ["--host", "..."]
