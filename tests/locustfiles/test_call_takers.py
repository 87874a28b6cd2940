"""Call-takers work the stand-in's queue, wherever Locust placed them and whosever calls they are."""

from pathlib import Path

import numpy as np
import pytest

from simulator.tables.outcomes import Ending
from tests.live.standin.servers import serving
from tests.locustfiles.runs import LENIENT, RUN, SECOND, Ran, made, processes, run
from tests.plans import staff

CALLS, KEYS = 40, ("--key", "intake=intake-key", "--key", "desk=desk-key", "--key", "supervisor=supervisor-key")
SPEED = 10.0


def played(folder: Path, *options: str, desks: int = 3, **columns: object) -> Ran:
    """Calls every other second, talked 3 s and wrapped up 1 s, in simulated time."""
    plan = made(
        np.arange(CALLS) * 2.0,
        talk=3 * SECOND,
        wrap=1 * SECOND,
        staffing=staff(*((person, 0, 10_000, False) for person in range(desks))),
        speed=SPEED,
        **columns,
    )
    with serving(speed=SPEED, database=folder / "calls.sqlite") as standin:
        return run(folder, plan, f"http://127.0.0.1:{standin.port}", *LENIENT, *KEYS, *options, api="stand-in")


@pytest.mark.parametrize(
    "options", [("--client", "fast"), ("--client", "lean"), processes(2)], ids=["fast", "lean", "processes"]
)
def test_every_call_is_answered_once_and_wrapped_up(tmp_path: Path, options: tuple[str, ...]) -> None:
    ran = played(tmp_path, *options)
    assert ran.code == 0, ran.log
    outcomes, _ = ran.rows
    assert sorted(outcomes.call.tolist()) == list(range(CALLS))
    assert set(outcomes.ending.tolist()) == {int(Ending.ANSWERED)}
    assert (outcomes.free - outcomes.talk_end >= SECOND).all()
    assert (outcomes.talk_end - outcomes.answered >= 3 * SECOND).all()
    assert set(outcomes.call_taker.tolist()) == {0, 1, 2}
    assert ran.summary["drained"]
    assert not ran.summary["troubles"]


def test_who_is_out_of_patience_hangs_up(tmp_path: Path) -> None:
    """One desk for twice as many calls as it can take: 10 s of patience are over for some."""
    ran = played(tmp_path, desks=1, patience=10 * SECOND)
    outcomes, _ = ran.rows
    left = outcomes.ending == Ending.ABANDONED
    assert 5 < left.sum() < CALLS - 5
    assert set(outcomes.ending.tolist()) == {int(Ending.ANSWERED), int(Ending.ABANDONED)}
    waited = (outcomes.left - outcomes.arrival)[left]
    assert waited.min() >= 10 * SECOND
    assert np.median(waited) == pytest.approx(10 * SECOND, abs=SECOND)  # one may be late on a machine that is busy


def test_a_plan_that_is_played_twice_at_one_server_ends_twice_alike(tmp_path: Path) -> None:
    """The server knows what became of the calls before by their references: they must be new ones."""
    plan = made(np.arange(10) * 2.0, talk=SECOND, staffing=staff((0, 0, 10_000, False)), speed=SPEED)
    named = {RUN}
    with serving(speed=SPEED, database=tmp_path / "calls.sqlite") as standin:
        for _ in range(2):
            url = f"http://127.0.0.1:{standin.port}"
            ran = run(tmp_path, plan, url, *LENIENT, *KEYS, *processes(2), api="stand-in")
            assert ran.rows[0].ending.tolist() == [int(Ending.ANSWERED)] * 10, ran.log
            named.add(ran.summary["run"])
    assert len(named) == 3


def test_siaga_load_keeps_the_name_that_it_gave_a_run(tmp_path: Path) -> None:
    assert played(tmp_path, "--keep-run").summary["run"] == RUN


def test_tags_leave_out_the_call_takers(tmp_path: Path) -> None:
    ran = played(tmp_path, "--exclude-tags", "call-takers", patience=10 * SECOND)
    assert ran.code == 0, ran.log
    assert set(ran.rows[0].ending.tolist()) == {int(Ending.ABANDONED)}


def test_call_takers_alone_end_with_the_plan(tmp_path: Path) -> None:
    ran = played(tmp_path, "--tags", "call-takers")
    assert ran.code == 0, ran.log
    assert len(ran.rows[0]) == 0


def test_a_wrong_key_is_said_and_the_run_goes_on(tmp_path: Path) -> None:
    plan = made(np.arange(10) * 2.0, staffing=staff((0, 0, 10_000, False)), speed=SPEED)
    with serving(speed=SPEED, database=tmp_path / "calls.sqlite") as standin:
        url = f"http://127.0.0.1:{standin.port}"
        ran = run(tmp_path, plan, url, *LENIENT, "--key", "nonsense", api="stand-in")
    assert ran.code == 0, ran.log
    assert {row["trouble"] for row in ran.summary["troubles"]} == {"wrong key"}
    assert set(ran.rows[0].ending.tolist()) == {int(Ending.FAILED)}
