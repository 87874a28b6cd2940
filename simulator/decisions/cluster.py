"""A sweep on many machines: the workers of a Dask cluster, reached through its scheduler."""

from collections.abc import Iterator
from concurrent.futures import CancelledError, Executor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from simulator.decisions.experiment import versions
from simulator.scenario.errors import BadInput, Fault

REACH_S = 10
RETRIES = 3


@dataclass(frozen=True, slots=True)
class Cluster:
    """The workers of a scheduler, such as tcp://scheduler:8786; made by ``reached``."""

    client: Any
    workers: int

    def executor(self) -> Executor:
        """An executor; a task whose worker is gone goes to another one."""
        return self.client.get_executor(retries=RETRIES)  # type: ignore[no-any-return]

    def died(self, error: BaseException) -> bool:
        """A task that took several workers with it, or a scheduler that lost it."""
        from distributed.scheduler import KilledWorker  # noqa: PLC0415

        return isinstance(error, KilledWorker | CancelledError)


@contextmanager
def reached(address: str) -> Iterator[Cluster]:
    """The cluster of a scheduler, as long as it is needed.

    Raises BadInput where there is none, or no worker, or workers of other versions.
    """
    try:
        from distributed import Client  # noqa: PLC0415
    except ImportError:
        hint = "install it: pip install 'siaga[cluster]'"
        raise BadInput(
            [Fault("Dask distributed, of the extra cluster", "it is not installed", "--cluster", hint=hint)]
        ) from None
    try:
        client = Client(address, timeout=REACH_S, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError, TimeoutError) as error:
        hint = "start one: dask scheduler; and workers: dask worker tcp://HOST:8786 --nworkers 8 --nthreads 1"
        given = f"{address} ({str(error).splitlines()[0] if str(error) else type(error).__name__})"
        raise BadInput([Fault("the address of a Dask scheduler", given, "--cluster", hint=hint)]) from error
    try:
        yield Cluster(client, _workers(client, address))
    finally:
        client.close()  # type: ignore[no-untyped-call]


def _workers(client: Any, address: str) -> int:
    """How many tasks the workers take at once."""
    try:
        client.wait_for_workers(1, timeout=REACH_S)
    except TimeoutError:
        hint = f"start one: dask worker {address} --nthreads 1"
        raise BadInput(
            [Fault("a scheduler with workers", f"{address}, which has none", "--cluster", hint=hint)]
        ) from None
    others = {worker: found for worker, found in client.run(versions).items() if found != versions()}
    if others:
        worker, found = next(iter(others.items()))
        given = f"{len(others)} with others, such as {worker}: {_said(found)}"
        hint = "install the same versions there: draws depend on them"
        raise BadInput([Fault(f"workers with {_said(versions())}", given, "--cluster", hint=hint)])
    return sum(client.nthreads().values())


def _said(found: dict[str, str]) -> str:
    return ", ".join(f"{name} {version}" for name, version in found.items())
