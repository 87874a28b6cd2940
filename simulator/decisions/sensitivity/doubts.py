"""What a reader of a sensitivity analysis should doubt, said unasked."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from simulator.decisions.order import nobody_genuine

if TYPE_CHECKING:
    from simulator.decisions.sensitivity.sensitivity import Sensitivity


def doubts_of(done: "Sensitivity") -> tuple[str, ...]:
    """Too few samples, and policies that are alike in the file."""
    return tuple(_doubts(done))


def _doubts(done: "Sensitivity") -> Iterator[str]:
    yield from nobody_genuine(done.order.loaded.scenario)
    if not done.pairs[0].influence.partial:
        yield (
            f"{done.samples} samples are too few to tell {len(done.ranges)} values from each other: influence is by "
            f"plain rank correlation; ask for --samples {2 * len(done.ranges)} or more"
        )
    for pair in done.pairs:
        if pair.varied and pair.file.sign == 0:
            yield f"{done.names[pair.one]} and {done.names[pair.other]} can not be told apart in the file"
