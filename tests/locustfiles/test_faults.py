"""Whatever an API does: each fault ends in its own rows and one clear line, the run goes on, nothing hangs."""

import socket
from pathlib import Path

import pytest

from simulator.tables.exchanges import TROUBLES, Trouble
from simulator.tables.outcomes import Ending
from tests.locustfiles.runs import LENIENT, Ran, evenly, made, run
from tests.locustfiles.server import serving

CALLS = 40
FEW = made(evenly(40, 1.0))


def assert_failed(ran: Ran, trouble: Trouble, at_least: int = CALLS) -> None:
    """All calls were made, so many of them failed for this reason, which is said once."""
    assert ran.code == 0, ran.log
    assert "Traceback" not in ran.log, ran.log
    assert ran.summary["drained"]
    outcomes, exchanges = ran.rows
    failed = (outcomes.ending == Ending.FAILED) & (exchanges.trouble == TROUBLES.index(trouble))
    assert len(outcomes) == CALLS
    assert failed.sum() >= at_least
    said = [row for row in ran.summary["troubles"] if row["trouble"] == trouble and row["step"] == "ring"]
    assert sum(row["count"] for row in said) == failed.sum() == ran.summary["failed"]
    assert ran.log.count("more of these are counted") == 1


@pytest.mark.parametrize(
    ("mode", "trouble", "client"),
    [
        ("429", Trouble.RATE, "fast"),
        ("500", Trouble.SERVER, "lean"),
        ("garbage", Trouble.GARBAGE, "fast"),
        ("401", Trouble.KEY, "lean"),
        ("closed", Trouble.LOST, "fast"),
        ("silent", Trouble.TIMEOUT, "lean"),
    ],
)
def test_a_target_that_goes_wrong_in_mid_run(tmp_path: Path, mode: str, trouble: Trouble, client: str) -> None:
    """One client each: that both tell a fault alike is for ``test_clients.py``; what a status means is for neither."""
    with serving(mode=mode, after=10) as api:
        ran = run(tmp_path, FEW, api.url, *LENIENT, "--client", client, "--timeout", "1s")
    assert_failed(ran, trouble, CALLS - 10)
    assert (ran.rows[0].ending == Ending.ANSWERED).sum() == 10


MINE = """
api:
  title: my centre
  ring: {send: POST /calls, json: {reference: '{reference}'}}
  verdict: {send: POST /calls/close, json: {reference: '{reference}'}}
"""


def test_a_page_that_a_redirect_leads_to_answers_no_call(tmp_path: Path) -> None:
    """It would be a 200, which is all that this API asks for."""
    (tmp_path / "mine.yaml").write_text(MINE)
    with serving(mode="302") as api:
        ran = run(tmp_path, FEW, api.url, *LENIENT, api=str(tmp_path / "mine.yaml"))
        pages = api.ask()["pages"]
    assert_failed(ran, Trouble.REDIRECTED)
    assert pages == 0
    assert "redirected to /login (302)" in ran.log


def test_a_target_that_is_down_at_the_start(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    assert_failed(run(tmp_path, FEW, url, *LENIENT), Trouble.REFUSED)


def test_a_certificate_that_nobody_signed(tmp_path: Path, certificate: str) -> None:
    with serving(certificate=certificate) as api:
        url = api.url.replace("http", "https")
        assert_failed(run(tmp_path, FEW, url, *LENIENT), Trouble.TLS)


def test_failures_end_in_locusts_own_exit_code(tmp_path: Path) -> None:
    with serving(mode="500") as api:
        assert run(tmp_path, FEW, api.url, "--most-lag", "2s").code == 1


def test_an_error_in_the_targets_own_code_is_a_fault_of_the_target(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.py"
    wrong.write_text(
        "from simulator.live.contract import DispatchUser, Heard, Ring\n\n\n"
        "class Wrong(DispatchUser):\n    def ring(self, call: Ring) -> Heard:\n        return {}['missing']\n"
    )
    ran = run(tmp_path, FEW, "http://127.0.0.1:9", *LENIENT, api=str(wrong))
    assert_failed(ran, Trouble.API)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--plan", "nowhere.siaga"], "wanted a plan"),
        (["--most-lag", "soon"], "--most-lag"),
        (["--sockets", "0"], "--sockets"),
        (["--host", ""], "--host"),
        (["--tags", "genuine"], "--tags: given 'genuine'; wanted one of the tags call-takers, callers"),
        (["--exclude-tags", "prank"], "--exclude-tags: given 'prank'; wanted one of the tags call-takers, callers"),
    ],
)
def test_bad_input_is_said_in_a_line(tmp_path: Path, options: list[str], said: str) -> None:
    ran = run(tmp_path, FEW, "http://127.0.0.1:9", *options)
    assert ran.code == 2
    assert said in ran.log
    assert "Traceback" not in ran.log
