"""Replications on many machines: the workers of a Dask cluster, reached through its scheduler."""

import logging
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Executor, Future
from contextlib import contextmanager
from importlib.metadata import version
from typing import Any

from simulator.scenario.errors import BadInput, Fault, ProcessLost, field_name
from simulator.scenario.extras import need
from simulator.study.experiment import versions
from simulator.study.runs.workers import Workers

REACH_S = 10
RETRIES = 3


class Cluster(Workers):
    """The workers of a scheduler, such as tcp://scheduler:8786; made by ``connected``."""

    advice = "most likely memory ran out there, or the scheduler stopped"

    def __init__(self, client: Any, address: str) -> None:
        super().__init__(sum(client.nthreads().values()))
        self._client, self._address = client, address
        self._executor: Executor | None = None

    def submit(self, _: int | None, work: Callable[..., Any], *given: Any) -> Future[Any]:
        """Whichever worker is free does it; where that is gone, another one."""
        if self._executor is None:
            self._executor = self._client.get_executor(retries=RETRIES, pure=False)
        return self._executor.submit(work, *given)

    def died(self, error: BaseException) -> bool:
        """A task that took several workers with it, or a scheduler that lost it."""
        from distributed.scheduler import KilledWorker  # noqa: PLC0415

        return isinstance(error, KilledWorker | CancelledError)

    def look(self) -> None:
        """The client tries for REACH_S to find a scheduler again that it has lost, and then closes."""
        if self._client.status in {"closing", "closed"}:
            hint = "start it, and its workers, again; the same command goes on from what is finished"
            raise ProcessLost(f"the scheduler at {self._address} is gone", hint)

    def close(self) -> None:
        """Tell the scheduler to drop the tasks, if it still listens: one that does not would be waited for."""
        super().close()
        if self._executor is not None and self._client.status == "running":
            self._executor.shutdown(wait=False)
        self._executor = None


@contextmanager
def connected(address: str) -> Iterator[Cluster]:
    """The cluster of a scheduler, as long as it is needed.

    Raises BadInput where there is none, or no worker, or workers of other versions.
    """
    client = _client(address)
    _silence()
    try:
        _check_versions(_versions_there(client, address))
        cluster = Cluster(client, address)
        try:
            yield cluster
        finally:
            cluster.close()
    finally:
        client.close()


def _silence() -> None:
    """No lost connection is reported in the words of Dask or asyncio, even after the client is closed."""
    for name in ("distributed.client", "distributed.core", "distributed.batched", "tornado.application", "asyncio"):
        logging.getLogger(name).addFilter(_is_other_than_a_lost_connection)


def _is_other_than_a_lost_connection(record: logging.LogRecord) -> bool:
    cause = record.exc_info[1] if record.exc_info else None
    return record.name != "distributed.client" and not isinstance(cause, OSError)


def _client(address: str) -> Any:
    """Connected to the scheduler."""
    need("cluster", field_name("cluster"), "distributed")
    from distributed import Client  # noqa: PLC0415
    from distributed.comm.addressing import get_address_host_port  # noqa: PLC0415
    from distributed.versions import VersionMismatchWarning  # noqa: PLC0415

    try:
        get_address_host_port(address, strict=True)
        with warnings.catch_warnings():
            # Versions are compared in our own words.
            warnings.simplefilter("ignore", VersionMismatchWarning)
            return Client(address, timeout=REACH_S, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        given = f"{address} ({str(error).splitlines()[0] if str(error) else type(error).__name__})"
        hint = "start one: dask scheduler; and workers: dask worker tcp://HOST:8786 --nworkers 8 --nthreads 1"
        raise _complaint("the address of a Dask scheduler", given, hint) from error


def _versions_there(client: Any, address: str) -> dict[str, Any]:
    """What versions each worker has, or why it cannot say."""
    try:
        client.wait_for_workers(1, timeout=REACH_S)
    except TimeoutError:
        hint = f"start one: dask worker {address} --nthreads 1"
        raise _complaint("a scheduler with workers", f"{address}, which has none", hint) from None
    return client.run(_versions, on_error="return")  # type: ignore[no-any-return]


def _check_versions(found: dict[str, Any]) -> None:
    """Raises BadInput where a worker has other versions than this process, or no siaga."""
    others = {worker: theirs for worker, theirs in found.items() if theirs != _versions()}
    if others:
        worker, theirs = next(iter(others.items()))
        given = f"{len(others)} of {len(found)} with others, such as {worker}: {_text(theirs)}"
        hint = "install the same versions there: draws depend on them"
        raise _complaint(f"workers with {_text(_versions())}", given, hint)


def _versions() -> dict[str, str]:
    """What a worker must have in common with this process: what the draws depend on, and what they are sent with."""
    return {**versions(), "distributed": version("distributed")}


def _text(found: Any) -> str:
    return ", ".join(f"{name} {which}" for name, which in found.items()) if isinstance(found, dict) else str(found)


def _complaint(wanted: str, given: str, hint: str) -> BadInput:
    return BadInput([Fault(wanted, given, field="cluster", hint=hint)])
