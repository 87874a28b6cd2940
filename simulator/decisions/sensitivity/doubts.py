"""What a reader of a sensitivity analysis should doubt, said unasked."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulator.decisions.sensitivity.sensitivity import Sensitivity


def doubts_of(done: "Sensitivity") -> tuple[str, ...]:
    """Too few samples, policies that are alike in the file, and lines that simulation contradicts."""
    return tuple(_doubts(done))


def _doubts(done: "Sensitivity") -> Iterator[str]:
    if not done.pairs[0].influence.partial:
        yield (
            f"{done.samples} samples are too few to tell {len(done.ranges)} values from each other: influence is by "
            f"plain rank correlation; ask for --samples {2 * len(done.ranges)} or more"
        )
    for household in done.households:
        for each in household.confirmed:
            if each.holds is False:
                names = f"{done.names[each.crossing.one]} and {done.names[each.crossing.other]}"
                yield (
                    f"the line of shared phones does not hold for {names} ({each.crossing.choose}): trust what was "
                    "simulated"
                )
