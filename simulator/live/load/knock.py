"""Whether anybody is at the door, before a call is drawn: the address answers, and the target can follow."""

import socket
from collections.abc import Iterator, Mapping
from contextlib import closing
from typing import Any
from urllib.parse import urlsplit

from simulator.live.apis.named import STAND_IN
from simulator.live.apis.plain_client import PlainClient
from simulator.live.contract import DispatchUser, guarded
from simulator.live.contract import Fault as Said
from simulator.live.load.hosts import without_secrets
from simulator.live.load.order import DEFAULT_HOST, Door
from simulator.scenario.errors import BadInput, Fault
from simulator.scenario.model import Scenario
from simulator.tables.exchanges import Trouble

EVEN_SO = "--even-so"
LONGEST = 10.0
"""Seconds until an address counts as silent."""


def knock(door: Door, kind: type[DispatchUser], speed: float, scenario: str, *, insecure: bool = False) -> None:
    """Raises BadInput, the mend in it, where nobody is there or it can not be played at; ``scenario``: its file."""
    if door.even_so:
        return
    if silence := _silence(door.host):
        given, wanted = f"{without_secrets(door.host)} ({silence})", "the address of an API that answers"
        raise BadInput([Fault(wanted, given, "--host", hint=f"{_start(door, speed, scenario)}; {_or_not()}")])
    fault = guarded(kind(PlainClient(door.host, verify=not insecure), door.keys).check, speed).fault
    if fault is not None:
        given = f"{without_secrets(door.host)} ({_words(fault)})"
        wanted = f"a target that passes its check ({door.target}, at speed {speed:g})"
        raise BadInput([Fault(wanted, given, _option(fault), hint=f"{_fix(fault)}; {_or_not()}")])


def unlike(door: Door, scenario: Scenario, *, insecure: bool = False) -> tuple[str, ...]:
    """What a stand-in says of itself that the scenario does not, as warnings: it may be meant so."""
    if door.target != STAND_IN or door.even_so:
        return ()
    reply = PlainClient(door.host, verify=not insecure).request("GET", "/health", name="GET /health")
    try:
        said = reply.json() if reply.status_code else {}
    except ValueError:
        return ()
    return tuple(_warnings(said, scenario)) if isinstance(said, dict) else ()


def _warnings(said: Mapping[str, Any], scenario: Scenario) -> Iterator[str]:
    mine = {"policy": scenario.policy.title, "rules": len(scenario.policy.rules), "trunks": scenario.floor.trunks}
    its = {**mine, **{name: said[name] for name in mine if name in said}}
    if its != mine:
        rules = its["rules"] != mine["rules"]
        yield f"the stand-in serves with {_setup(its, rules=rules)}, the scenario has {_setup(mine, rules=rules)}"
    waiting, desks = said.get("waiting", 0), said.get("desks_on_duty", 0)
    if waiting or desks:
        yield f"calls of somebody else wait in its queue ({waiting}), or desks are on duty ({desks}): figures may mix"


def _setup(of: Mapping[str, Any], *, rules: bool) -> str:
    more = f" ({of['rules']} rules)" if rules else ""
    return f"policy {of['policy']}{more} and {of['trunks']} trunks"


def _silence(host: str) -> str:
    """Why nobody takes a connection; '' where somebody does."""
    parts = urlsplit(host)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        with closing(socket.create_connection((parts.hostname or "", port), LONGEST)):
            return ""
    except ConnectionRefusedError:
        return Trouble.REFUSED
    except TimeoutError:
        return f"{Trouble.TIMEOUT}: {LONGEST:g} s"
    except OSError as error:
        return error.strerror or str(error)


def _start(door: Door, speed: float, scenario: str) -> str:
    """How to have somebody there."""
    if door.target != STAND_IN:
        return "is the API up, and the address right?"
    pace = "" if speed == 1 else f" --speed {speed:g}"
    host = "" if door.host == DEFAULT_HOST else _port(door.host)
    return f"start it: siaga serve {scenario}{pace}{host}"


def _port(host: str) -> str:
    port = urlsplit(host).port
    return f" --port {port}" if port else ""


def _or_not() -> str:
    return f"{EVEN_SO} plays all the same"


def _words(fault: Said) -> str:
    """What went wrong; of a target that said so itself, its own words."""
    return fault.detail if fault.trouble is Trouble.TARGET and fault.detail else str(fault)


def _fix(fault: Said) -> str:
    """What to do about a check that failed."""
    if fault.trouble is Trouble.REDIRECTED:
        return "siaga follows no redirect: give the address that it led to, or a log-in to the target"
    if fault.trouble is Trouble.PAGE:
        return "give the address of the API itself, or a log-in to the target"
    if fault.trouble is Trouble.KEY:
        return "give the key: --key intake=..."
    return "fix the target, or what is at the address"


def _option(fault: Said) -> str:
    return "--key" if fault.trouble is Trouble.KEY else "--host"
