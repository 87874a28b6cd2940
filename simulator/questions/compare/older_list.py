"""Whether the figures of a comparison are those of any year, and the same with the list of an older service.

A blocklist that starts empty fills up: a block for ever shuts out more callers each year. Where blocks are not short
beside the stretch that is simulated, or the rate of calls changes (novelty, surges), a figure holds for that stretch
alone. The same stretch is then simulated behind a past as well, under the same policy, that is not counted.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from simulator.questions.compare.comparison import Comparison, Pair
from simulator.scenario.floor import Blocklist
from simulator.scenario.memory import MOST_BYTES, expected_memory
from simulator.study.designs import Compared
from simulator.study.effects import PAST, TIMES, memory_of
from simulator.study.experiment import Experiment

LEAST, CALLS = 10, 5_000_000
"""Replications with a past: so many at least, and as many as make about so many calls, or those of the comparison."""


@dataclass(frozen=True, slots=True)
class OlderList:
    """The same policies with the list of a service that is older by ``past`` µs; none of no nuisance among them.

    turned  pairs of policies, by name and call-takers, of which now one and now the other surely comes first
    """

    comparison: Comparison
    replications: int
    past: int
    turned: tuple[tuple[Compared, Compared], ...]


def why_unsteady(designs: Sequence[Compared]) -> tuple[str, ...]:
    """What speaks against telling figures a year; empty where nothing does."""
    return tuple(dict.fromkeys(why for design in designs for why in _why(design)))


def _why(design: Compared) -> Iterator[str]:
    experiment = design.experiment
    scenario = experiment.scenario
    lasts = max(scenario.length - experiment.warm_up, scenario.floor.blocklist.warmed)
    if memory_of(scenario.policy) * TIMES > lasts:
        yield f"what {design.policy} remembers is not short beside the stretch"
    if any(group.novelty or group.surges for group in scenario.callers.values()):
        yield "the rate of calls changes"


def designs_with_past(designs: Sequence[Compared]) -> list[Compared]:
    """The designs with a past before them, no nuisance left out; none where figures are steady, where the scenario has
    a list of its own at the start, or where a past does not fit into memory."""
    if not why_unsteady(designs):
        return []
    blocklist = designs[0].experiment.scenario.floor.blocklist
    if blocklist.file is not None or blocklist.warmed:
        return []
    found = [replace(each, experiment=_warmed(each.experiment)) for each in designs if each.role != "no nuisance"]
    fits = all(expected_memory(each.experiment.scenario).size <= MOST_BYTES for each in found)
    return found if fits else []


def _warmed(experiment: Experiment) -> Experiment:
    scenario = experiment.scenario
    floor = scenario.floor.model_copy(update={"blocklist": Blocklist(warmed=PAST)})
    return replace(experiment, scenario=scenario.model_copy(update={"floor": floor}))


def replications_of(designs: Sequence[Compared], warmed: Sequence[Compared], replications: int) -> int:
    """How many of the designs with a past, which cost more: at most as many as of those without."""
    calls = max(CALLS, replications * sum(each.experiment.calls_expected for each in designs))
    each = sum(design.experiment.calls_expected for design in warmed)
    return int(np.clip(calls / max(each, 1.0), min(LEAST, replications), replications))


def reversals(now: Comparison, then: Comparison) -> tuple[tuple[Compared, Compared], ...]:
    """Pairs of policies of which the first surely comes before the second in the one, and surely after it in the other;
    as in the first."""
    found = []
    for one, other in zip(_ranked(now), _ranked(then), strict=True):
        if one.difference.high < 0 < other.difference.low:
            found.append((one.one, one.other))
        if other.difference.high < 0 < one.difference.low:
            found.append((one.other, one.one))
    return tuple(found)


def _ranked(found: Comparison) -> list[Pair]:
    return [pair for pair in found.pairs if pair.of == "change_never"]
