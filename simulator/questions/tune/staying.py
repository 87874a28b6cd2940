"""Workers that stay from one lot of members to the next: to start them costs as much as a lot."""

from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from typing import Any

from simulator.engines.simulate import Engine
from simulator.study.runs.block import Block, Finished
from simulator.study.runs.crew import Crew

CrewFor = Callable[[float, Engine], Crew | None]


class Staying:
    """A crew whose executor is kept as long as all goes well."""

    def __init__(self, crew: Crew) -> None:
        self._crew, self._held = crew, list[Executor]()
        self._out: list[Future[Any]] = []

    @property
    def workers(self) -> int:
        """How many blocks run at once."""
        return self._crew.workers

    def executor(self) -> Executor:
        """The one that is kept, or a fresh one."""
        if not self._held:
            self._held.append(self._crew.executor())
        return self._held[-1]

    def submit(self, executor: Executor, block: Block) -> Future[Any]:
        """Hand out a block."""
        future = self._crew.submit(executor, block)
        self._out.append(future)
        return future

    def received(self, result: Any) -> list[Finished]:
        """What came of a block."""
        return self._crew.received(result)

    def dismiss(self, executor: Executor) -> None:
        """Keep an executor that has done all it was given; do without any other."""
        out, self._out = self._out, []
        if not out or not all(future.done() and future.exception() is None for future in out):
            self._held.clear()
            self._crew.dismiss(executor)

    def look(self) -> None:
        """Raise BadInput where no worker will ever come back."""
        self._crew.look()

    def died(self, error: BaseException) -> bool:
        """Whether this error says that a worker died."""
        return self._crew.died(error)

    @property
    def advice(self) -> str:
        """What to do where workers die again and again."""
        return self._crew.advice

    def end(self) -> None:
        """Let the workers go."""
        while self._held:
            self._crew.dismiss(self._held.pop())


@contextmanager
def staying(crew_for: CrewFor, work: float) -> Iterator[Callable[[Engine], Crew | None]]:
    """From an engine to who runs it, None for this process; ``work``: calls of all lots together."""
    kept: dict[Engine, Staying | None] = {}

    def crew(engine: Engine) -> Crew | None:
        if engine not in kept:
            hired = crew_for(work, engine)
            kept[engine] = None if hired is None else Staying(hired)
        return kept[engine]

    try:
        yield crew
    finally:
        for each in kept.values():
            if each is not None:
                each.end()
