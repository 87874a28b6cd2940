"""Before a call is drawn: whether the API answers at its address, passes its check, and is set up as the scenario."""

import socket
from collections.abc import Iterator, Mapping
from contextlib import closing
from typing import Any
from urllib.parse import urlsplit

from simulator.live.apis.hosts import without_secrets
from simulator.live.apis.plain_client import PlainClient
from simulator.live.apis.target_api import STAND_IN, STAND_IN_HOST, TargetApi
from simulator.live.contract import DispatchUser, guarded
from simulator.live.contract import Fault as Said
from simulator.scenario.errors import BadInput, Fault
from simulator.scenario.model import Scenario
from simulator.tables.exchanges import Trouble

EVEN_SO = "--even-so"
LONGEST = 10.0
"""Seconds until an address counts as silent."""


def check_api(api: TargetApi, kind: type[DispatchUser], speed: float, scenario: str) -> None:
    """Raises BadInput, with the fix, where the API does not answer or fails its check; ``scenario``: its file."""
    if api.even_so:
        return
    if silence := _silence(api.host):
        given, wanted = f"{without_secrets(api.host)} ({silence})", "the address of an API that answers"
        raise BadInput([Fault(wanted, given, "--host", hint=f"{_start(api, speed, scenario)}; {_or_not()}")])
    fault = guarded(kind(PlainClient(api.host, verify=not kind.insecure), api.keys).check, speed).fault
    if fault is not None:
        given = f"{without_secrets(api.host)} ({_words(fault)})"
        wanted = f"an API that passes its check ({api.name}, at speed {speed:g})"
        raise BadInput([Fault(wanted, given, _option(fault), hint=f"{_fix(fault)}; {_or_not()}")])


def differences(api: TargetApi, scenario: Scenario) -> tuple[str, ...]:
    """How a stand-in is set up otherwise than the scenario, as warnings: it may be meant so."""
    if api.name != STAND_IN or api.even_so:
        return ()
    reply = PlainClient(api.host).request("GET", "/health", name="GET /health")
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


def _start(api: TargetApi, speed: float, scenario: str) -> str:
    """How to have somebody there."""
    if api.name != STAND_IN:
        return "is the API up, and the address right?"
    pace = "" if speed == 1 else f" --speed {speed:g}"
    host = "" if api.host == STAND_IN_HOST else _port(api.host)
    return f"start it: siaga serve {scenario}{pace}{host}"


def _port(host: str) -> str:
    port = urlsplit(host).port
    return f" --port {port}" if port else ""


def _or_not() -> str:
    return f"{EVEN_SO} plays all the same"


def _words(fault: Said) -> str:
    """What went wrong; of an API that said so itself, its own words."""
    return fault.detail if fault.trouble is Trouble.API and fault.detail else str(fault)


def _fix(fault: Said) -> str:
    """What to do about a check that failed."""
    if fault.trouble is Trouble.REDIRECTED:
        return "siaga follows no redirect: give the address that it led to, or a log-in to the API"
    if fault.trouble is Trouble.PAGE:
        return "give the address of the API itself, or a log-in to the API"
    if fault.trouble is Trouble.KEY:
        return "give the key: --key intake=..."
    return "fix the API, or what is at the address"


def _option(fault: Said) -> str:
    return "--key" if fault.trouble is Trouble.KEY else "--host"
