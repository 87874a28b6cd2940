"""Whose host it is: a load is sent to this machine or a private network, unless a person says that it is theirs.

A name stands for all addresses that it resolves to: each of them must be private.
"""

import socket
from collections.abc import Callable, Iterable, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

from simulator.live.contract import ROLES
from simulator.scenario.errors import BadInput, Fault, quoted

PRIVATE = tuple(
    ip_network(each)
    for each in (
        *("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16"),
        *("::1/128", "fc00::/7", "fe80::/10"),
    )
)
"""This machine, private networks (RFC 1918, RFC 4193), and what is linked to it directly."""
OWN = "--i-own-this-host"
Resolve = Callable[[str, int], Iterable[str]]


def resolved(name: str, port: int) -> list[str]:
    """All addresses of a name; raises OSError where there is none."""
    return [str(found[4][0]) for found in socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)]


def checked_host(url: str, *, own: bool, resolve: Resolve = resolved) -> str:
    """The address to send to, without a path's last slash; raises BadInput where it is none, or may be a stranger's."""
    parts = _parts(url)
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    try:
        addresses = list(resolve(host, port))
    except OSError as error:
        hint = "is the name right, and the network up?"
        raise BadInput(
            [Fault("a host that can be found", f"{host} ({error.strerror})", "--host", hint=hint)]
        ) from error
    strange = [address for address in addresses if not is_private(address)]
    if strange and not own:
        given = host if strange == [host] else f"{host}, which is {strange[0]}"
        wanted = "a host of this machine or of a private network"
        hint = f"siaga places calls as fast as the API takes them; if the host is yours to load, say {OWN}"
        raise BadInput([Fault(wanted, given, "--host", hint=hint)])
    return url.rstrip("/")


def without_secrets(url: str) -> str:
    """The address as it may be written down: no user, no password, no query."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "..."  # no address: what of it is secret nobody can tell
    host = parts.netloc.rpartition("@")[2]
    return parts._replace(netloc=host, query="", fragment="").geturl()


def words_without_secrets(words: Sequence[str]) -> list[str]:
    """The words of a command as they may be written down: no key, no password of an address."""
    said, behind = [], ""
    for word in words:
        option, equals, value = word.partition("=") if word.startswith("--") else (behind, "", word)
        behind = "" if equals or not word.startswith("--") else option
        hidden = _hidden(option, value) if (equals or not word.startswith("--")) else value
        said.append(f"{option}={hidden}" if equals else word if word.startswith("--") else hidden)
    return said


def _hidden(option: str, value: str) -> str:
    if option == "--key":
        role, equals, _ = value.partition("=")
        return f"{role}=..." if equals and role in ROLES else "..."
    return without_secrets(value) if option == "--host" else value


def is_private(address: str) -> bool:
    """Whether an address is this machine's or a private network's."""
    found: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    mapped = getattr(found, "ipv4_mapped", None)
    found = mapped or found
    return any(found in network for network in PRIVATE)


def _parts(url: str) -> SplitResult:
    wanted = "an address such as http://127.0.0.1:8112"
    try:
        parts = urlsplit(url)
        sound = parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        sound = False
    if not sound or any(letter.isspace() for letter in url):
        hint = "begin with http:// or https://" if "://" in url else f"is it http://{url.lstrip('/')}?"
        raise BadInput([Fault(wanted, quoted(url), "--host", hint=hint)])
    return parts
