"""``siaga sensitivity`` from order to answer: samples, ranking, influence, flips, shared phones."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from simulator.decisions.order import Order
from simulator.decisions.run import manifest, not_writable
from simulator.decisions.sensitivity.cases import Bench, Case, usable
from simulator.decisions.sensitivity.document import document
from simulator.decisions.sensitivity.doubts import doubts_of
from simulator.decisions.sensitivity.flips import ROUNDS, Varied, vary
from simulator.decisions.sensitivity.households import (
    MOST_REPLICATIONS,
    NONE_SHARED,
    Confirmed,
    Crossing,
    Phones,
    around,
    choose_key,
    crossings,
    shared_phones,
)
from simulator.decisions.sensitivity.hypercube import sampled
from simulator.decisions.sensitivity.influence import Influence, influence
from simulator.decisions.sensitivity.runs import Runs, cost
from simulator.decisions.sensitivity.score import Apart, Criterion, apart, number, scores
from simulator.decisions.sensitivity.standing import Ranking, ranked
from simulator.decisions.sweep.block import unsaid
from simulator.decisions.sweep.crew import Notice
from simulator.decisions.sweep.hiring import engine_for, hire
from simulator.decisions.sweep.ledger import Progress
from simulator.engines.simulate import Engine
from simulator.scenario.errors import BadInput, Fault, Interrupted
from simulator.scenario.quantity import written
from simulator.scenario.ranges import LeftAlone, Range
from simulator.tables.calls import Int64
from simulator.tables.store import Store, key_of

SAMPLES = 64
WORK = 20e6
"""What the samples cost by default, in calls, a replication's own cost among them."""
LEAST, MOST = 4, 100
ALONE = 4
"""Times the replications of a sample that a value varied alone has, since its sign is wanted."""
TOP = 5
"""Values varied alone, those with most influence; the shares of shared phones, and their choice, in any case."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two neighbours of the ranking, and what the difference between them hangs on: of each value its coefficient."""

    one: int
    other: int
    influence: Influence


@dataclass(frozen=True, slots=True)
class Household:
    """Shared phones, where rankings flip by the line, and those crossings that were simulated."""

    phones: Phones
    crossings: tuple[Crossing, ...]
    confirmed: tuple[Confirmed, ...]


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """What the answer hangs on.

    samples, replications, alone  samples; replications of a sample, and of a value varied alone
    within    what "in time" is, µs
    """

    order: Order
    names: tuple[str, ...]
    by: Criterion
    samples: int
    replications: int
    alone: int
    ranges: tuple[Range, ...]
    left: tuple[LeftAlone, ...]
    ranking: Ranking
    pairs: tuple[Pair, ...]
    varied: tuple[Varied, ...]
    households: tuple[Household, ...]
    doubts: tuple[str, ...]
    document: dict[str, Any]
    folder: Path

    @property
    def leaders(self) -> tuple[int, int]:
        """The two policies that lead in the file."""
        first, second, *_ = self.ranking.order
        return first, second


def carry_out(
    order: Order,
    policies: str | None = None,
    samples: int = SAMPLES,
    by: Criterion = "net",
    progress: Progress = lambda _: None,
    notice: Notice = unsaid,
) -> Sensitivity:
    """Vary what the scenario assumes, and keep what was found. Raises BadInput, and Interrupted once what has finished
    is on disk."""
    began, bench = datetime.now(UTC), Bench.of(order, policies)
    ranges, left = usable(bench, *bench.template.ranges())
    if not ranges:
        raise _nothing(order, left)
    values = sampled(ranges, samples, order.seed)
    cases = [bench.case(each) for each in values]
    engine = order.engine or engine_for(WORK)
    times = order.replications or _replications(cases, engine)
    kept = order.out / order.loaded.path.stem / "sensitivity"
    whole = Store(kept / key_of(*(case.key for case in cases), times, by), with_rows=0)
    with _claimed(order, whole, Store(kept / "cases", with_rows=0)), hire(order.cluster, order.workers) as crew_for:
        runs = Runs(kept / "cases", engine, crew_for, progress, notice)
        try:
            study = _Study(replace(order, engine=engine), bench, tuple(ranges), by, runs, times)
            done = study.done(cases, values, tuple(left), whole.folder)
            runs.finish()
            whole.finish(manifest(done.order, bench.first, times, began), done.document)
        except KeyboardInterrupt:
            text = f"interrupted: {runs.kept()} replications are kept in {kept}; the same command goes on from there"
            raise Interrupted(text) from None
    return done


@contextmanager
def _claimed(order: Order, *stores: Store) -> Iterator[None]:
    try:
        with ExitStack() as claims:
            for store in stores:
                claims.enter_context(store.claimed())
            yield
    except OSError as error:
        raise not_writable(error, order.out) from error


def _nothing(order: Order, left: Sequence[LeftAlone]) -> BadInput:
    given = "none" if not left else "; ".join(f"{each.key} ({each.why})" for each in left[:5])
    hint = "mark what nobody has reported, as in volume: 6 / d  # assumed: no count was reported"
    return BadInput([Fault("values marked as assumed, to be varied", given, "", str(order.loaded.path), hint=hint)])


def _replications(cases: Sequence[Case], engine: Engine) -> int:
    return int(np.clip(WORK / cost(cases, engine), LEAST, MOST))


@dataclass(frozen=True, slots=True)
class _Study:
    """All that the parts of the answer need."""

    order: Order
    bench: Bench
    ranges: tuple[Range, ...]
    by: Criterion
    runs: Runs
    times: int

    @property
    def alone(self) -> int:
        return ALONE * self.times

    def done(
        self, cases: Sequence[Case], values: Sequence[dict[str, str]], left: tuple[LeftAlone, ...], folder: Path
    ) -> Sensitivity:
        self.runs.expect(len(cases) * self.times + (1 + TOP * ROUNDS) * self.alone)
        (file,) = self.runs.run([self.bench.case({})], self.alone)
        found = self.runs.run(cases, self.times)
        ranking = ranked(file, found, self.by)
        pairs = self._pairs(ranking, values, found)
        varied = vary(
            self._top(pairs[0]), self._apart(file, ranking.order[:2]), lambda asked: self._told(asked, ranking)
        )
        households = tuple(self._household(each, ranking) for each in self._phones(file))
        done = Sensitivity(
            self.order,
            self.bench.names,
            self.by,
            len(cases),
            self.times,
            self.alone,
            self.ranges,
            left,
            ranking,
            pairs,
            tuple(varied),
            households,
            (),
            {},
            folder,
        )
        done = replace(done, doubts=doubts_of(done))
        return replace(done, document=document(done))

    def _pairs(self, ranking: Ranking, values: Sequence[dict[str, str]], found: Int64) -> tuple[Pair, ...]:
        table = np.array([[each.size(row[each.key]) for each in self.ranges] for row in values])
        each = scores(found, self.by)
        return tuple(
            Pair(one, other, influence(table, each[:, one] - each[:, other], self.order.seed))
            for one, other in pairwise(ranking.order)
        )

    def _top(self, pair: Pair) -> list[Range]:
        """The values to vary alone, most influence first; shared phones in any case."""
        strength = np.abs(pair.influence.coefficients)
        best = [k for k in np.argsort(-strength, kind="stable").tolist() if strength[k] > pair.influence.bound][:TOP]
        phones = [k for k, each in enumerate(self.ranges) if ".shared_with." in each.key]
        return [self.ranges[k] for k in dict.fromkeys([*best, *phones])]

    def _apart(self, runs: Int64, pair: Sequence[int]) -> Apart:
        return apart(runs, pair[0], pair[1], self.by)

    def _told(self, asked: Sequence[tuple[str, str]], ranking: Ranking) -> list[Apart]:
        cases = [self.bench.case({key: text}) for key, text in asked]
        return [self._apart(each, ranking.order[:2]) for each in self.runs.run(cases, self.alone)]

    def _phones(self, file: Int64) -> list[Phones]:
        if self.by == "freed":
            return []
        reached, genuine = (float(number(file[0], name).sum()) for name in ("reached", "genuine"))
        part = reached / genuine if genuine else 0.0
        times = min(self.alone, MOST_REPLICATIONS)
        return shared_phones(self.bench, self.ranges, part, self.order.seed, times)

    def _household(self, phones: Phones, ranking: Ranking) -> Household:
        (none,) = self.runs.run([self.bench.case({phones.range.key: NONE_SHARED})], self.alone)
        order = ranking.order
        aparts = {(a, b): self._apart(none, (a, b)) for place, a in enumerate(order) for b in order[place + 1 :]}
        found = crossings(phones, order, aparts)
        # The choice of the file for every pair; the other one for the leaders.
        wanted = [
            each
            for each in found
            if each.share and (each.choose == phones.choose or (each.one, each.other) == order[:2])
        ]
        return Household(phones, tuple(found), tuple(self._confirmed(phones, each) for each in wanted))

    def _confirmed(self, phones: Phones, crossing: Crossing) -> Confirmed:
        shares = tuple(written(share, " %") for share in around(crossing.share or 0.0))
        changes = [{phones.range.key: share, choose_key(phones.range): crossing.choose} for share in shares]
        found = self.runs.run([self.bench.case(each) for each in changes], self.alone)
        return Confirmed(crossing, shares, tuple(self._apart(each, (crossing.one, crossing.other)) for each in found))
