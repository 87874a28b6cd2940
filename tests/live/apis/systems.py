"""The real systems, where they run: addresses and keys come from the environment.

SIAGA_TICKETSCAD_URL    http://127.0.0.1:8480
SIAGA_TICKETSCAD_KEYS   trunk=... api=... password=...
SIAGA_RANGER_URL        http://127.0.0.1:8481
SIAGA_RANGER_KEYS       password=...
"""

import os
from urllib.parse import urlsplit

from simulator.live.apis.plain_client import PlainClient
from simulator.live.contract import Ring, State
from tests.live.apis.plays import Play
from tests.live.apis.recordings import class_of

VARIABLES = {"ticketscad": "SIAGA_TICKETSCAD", "ticketscad-desks": "SIAGA_TICKETSCAD", "ranger-ims": "SIAGA_RANGER"}
KEYS = {
    "ticketscad": {"intake": "trunk", "desk": "api"},
    "ticketscad-desks": {"intake": "trunk", "desk": "password", "supervisor": "api"},
    "ranger-ims": {"intake": "password"},
}
FLOODED = "127.0.0.77"
"""An address of its own on the loopback, from which the system is flooded."""


def url_of(api: str) -> str:
    """Where the system runs; '' where nobody says."""
    return os.environ.get(f"{VARIABLES[api]}_URL", "")


def keys_of(api: str) -> dict[str, str]:
    """The right keys by role."""
    said = dict(word.split("=", 1) for word in os.environ.get(f"{VARIABLES[api]}_KEYS", "").split())
    return {role: said[name] for role, name in KEYS[api].items()}


def quieten(play: Play) -> None:
    """Take the calls that earlier visits left in a queue."""
    if play.api == "ticketscad-desks":
        desk = class_of(play)(PlainClient(url_of(play.api)), keys_of(play.api))
        desk.sign_on(0)
        while (heard := desk.next_call(0, 0.0)).state is State.ANSWERED:
            desk.verdict(Ring(heard.reference, "", "", "", 1, passed_back=False, at="", id=heard.id), "prank")


def client_for(play: Play) -> PlainClient:
    """A client for a play, after the flood that it wants."""
    host = url_of(play.api)
    if not play.flood:
        return PlainClient(host)
    client = PlainClient(host, address=FLOODED)
    assert urlsplit(host).hostname == "127.0.0.1", "only a system on this machine is flooded"
    for _ in range(play.flood):
        client.request("POST", "/api/sip-ingest.php", data="{}")
    return client
