"""What ``siaga sensitivity`` prints: 80 columns for who decides on a policy, or one JSON document."""

import json
from collections.abc import Iterator, Sequence
from math import isfinite
from typing import TextIO

from rich.console import Console
from rich.table import Table
from rich.text import Text

from simulator.decisions.sensitivity.flips import Varied
from simulator.decisions.sensitivity.households import Confirmed, Crossing, Phones
from simulator.decisions.sensitivity.score import Apart, Criterion
from simulator.decisions.sensitivity.sensitivity import Household, Pair, Sensitivity
from simulator.decisions.sensitivity.standing import Standing
from simulator.report.terminal import console, hanging
from simulator.report.tornado import draw_tornado
from simulator.report.words import NOTHING, counted, per_thousand, share
from simulator.scenario.ranges import Range

RANKED_BY: dict[Criterion, str] = {
    "net": "of 1,000 genuine callers, those saved less those shut out",
    "shut_out": "of 1,000 genuine callers, those shut out (the fewer the better)",
    "freed": "the share of call-takers' busy time freed",
}
HEADS: dict[Criterion, str] = {"net": "net of\n1,000", "shut_out": "shut out\nof 1,000", "freed": "busy time\nfreed"}


def print_sensitivity(done: Sensitivity, to: TextIO, *, as_json: bool) -> None:
    """Draw the picture; print the analysis as one JSON document, or as a page to read."""
    picture = draw_tornado(done)
    if as_json:
        to.write(json.dumps(done.document, indent=2, ensure_ascii=False) + "\n")
    else:
        show(done, picture, console(to))


def show(done: Sensitivity, picture: str, to: Console) -> None:
    """Print the whole page; ``picture``: where the picture is, or how to get it."""
    to.print(Text(done.order.loaded.scenario.title, style="bold"))
    for line in _heads(done):
        to.print(Text(line))
    to.print()
    to.print(_standings(done))
    to.print(Text(_holds(done)))
    for household in done.households:
        to.print()
        to.print(_phones(done, household.phones))
        for line in _crossings(done, household):
            to.print(Text(line))
    to.print()
    to.print(_values(done))
    for line in (*_footnotes(done), *_others(done)):
        to.print(Text(line))
    if done.doubts:
        to.print()
    for doubt in done.doubts:
        hanging(to, "doubt: ", doubt, style="yellow")
    to.print()
    for note in (picture, f"kept in {done.folder}"):
        # Not wrapped: a path that is broken over two lines can not be copied.
        to.print(Text(note), soft_wrap=True)


def _heads(done: Sensitivity) -> Iterator[str]:
    yield (
        f"{counted(len(done.ranges), 'assumed value')}, varied together in {counted(done.samples, 'sample')} of "
        f"{counted(done.replications, 'replication')} each, seed {done.order.seed}"
    )
    yield f"policies are ranked by {RANKED_BY[done.by]}"


def _table(*heads: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for place, head in enumerate(heads):
        justify = "left" if place == 0 else "right"
        table.add_column(head, justify=justify, no_wrap=place > 0, overflow="fold")  # type: ignore[arg-type]
    return table


def _name(done: Sensitivity, policy: int) -> str:
    return done.names[policy] if policy else "no blocklist"


def _standings(done: Sensitivity) -> Table:
    table = _table("In the file", HEADS[done.by], "against\nno blocklist", "leads in\nsamples", "surely")

    def cells(each: Standing) -> Sequence[str]:
        held = NOTHING if each.against_none is None else _between(done, each.against_none)
        return _name(done, each.policy), _score(done, each.score), held, str(each.leads), str(each.surely)

    for each in done.ranking.standings:
        table.add_row(*cells(each))
    return table


def _score(done: Sensitivity, value: float) -> str:
    """A score; of callers shut out without its sign."""
    if done.by == "freed":
        return share(value)
    return per_thousand(-value) if done.by == "shut_out" else _signed(value)


def _signed(value: float) -> str:
    return ("-" if value < 0 else "+" if value > 0 else "") + per_thousand(abs(value))


def _between(done: Sensitivity, apart: Apart) -> str:
    low, high = apart.estimate.low, apart.estimate.high
    if not (isfinite(low) and isfinite(high)):
        return NOTHING
    if done.by == "freed":
        return f"{share(low)} to {share(high)}"
    if done.by == "shut_out":
        low, high = -high, -low
    return f"{_signed(low)} to {_signed(high)}"


def _holds(done: Sensitivity) -> str:
    found = done.ranking
    return (
        f"This ranking holds in {found.holds} of {counted(found.samples, 'sample')}: surely in {found.surely}, and "
        f"surely not in {found.surely_not}."
    )


def _phones(done: Sensitivity, phones: Phones) -> Table:
    """Shut out for a shared phone, by the line, over the range of the share."""
    ends = list(dict.fromkeys((phones.range.low, phones.range.value, phones.range.high)))
    head = f"Phones of {phones.owner} that {phones.group} share: of 1,000 genuine callers shut out, if the share is"
    table = _table(head, "blocked", *ends)
    for choose in dict.fromkeys((phones.choose, *phones.blocked)):
        table.add_row(Text(f"{choose}{' (in the file)' if choose == phones.choose else ''}", style="bold"))
        for policy in done.ranking.order:
            if policy:
                harms = (per_thousand(phones.harm(choose, policy, end)) for end in ends)
                table.add_row(f"  {_name(done, policy)}", share(phones.blocked[choose][policy].value), *harms)
    return table


def _crossings(done: Sensitivity, household: Household) -> Iterator[str]:
    """At which share two policies change places."""
    yield "blocked: P(blocked | such a phone); shut out: share x P(blocked) x P(reached without a policy)."
    simulated = {(each.crossing.one, each.crossing.other, each.crossing.choose): each for each in household.confirmed}
    for each in household.crossings:
        confirmed = simulated.get((each.one, each.other, each.choose))
        yield f"{_crossing(done, each)}{'' if confirmed is None else _confirmed(done, confirmed)}."


def _crossing(done: Sensitivity, each: Crossing) -> str:
    pair = f"{_name(done, each.one)} and {_name(done, each.other)} ({each.choose})"
    if each.share is None:
        return f"{pair}: no share changes which is ahead"
    if each.share == 0:
        return f"{pair}: no difference was seen without shared phones, so any share decides"
    low, high = (NOTHING if bound is None else share(bound) for bound in (each.low, each.high))
    return f"{pair}: ranking flips at a share of {share(each.share)} ({low} to {high})"


def _confirmed(done: Sensitivity, each: Confirmed) -> str:
    said = [
        f"{_ahead(done, each.crossing, apart)} at {text}" for text, apart in zip(each.shares, each.aparts, strict=True)
    ]
    return f"; simulated: {', '.join(said)}"


def _ahead(done: Sensitivity, crossing: Crossing, apart: Apart) -> str:
    if apart.sign == 0:
        return "can not be told"
    return f"{_name(done, crossing.one if apart.sign > 0 else crossing.other)} ahead"


def _values(done: Sensitivity) -> Table:
    """What the difference between the two leading policies hangs on."""
    one, other = (_name(done, policy) for policy in done.leaders)
    table = _table(f"{one} against {other} hangs on", "weight", "varied alone, the ranking")
    strength = dict(zip(done.ranges, done.pairs[0].influence.coefficients.tolist(), strict=True))
    varied = {each.range: each for each in done.varied}
    for each in sorted(varied, key=lambda range_: -abs(strength[range_])):
        weight = f"{strength[each]:+.2f}" if abs(strength[each]) > done.pairs[0].influence.bound else "by chance"
        table.add_row(f"{short(each.key)}\n  {_range(each)}", weight, _alone(varied[each]))
    return table


def short(key: str) -> str:
    """A key path without what goes without saying."""
    return key.removeprefix("callers.").replace(".numbers.", ".")


def _range(each: Range) -> str:
    if each.options:
        return f"{each.value}, or {' or '.join(option for option in each.options if option != each.value)}"
    return f"{each.value} ({each.low} to {each.high})"


def _alone(varied: Varied) -> str:
    """``flips at 11 %\n(between 9 % and 13 %)``, ``does not flip``, ``can not be told``."""
    if varied.ending == "never":
        return "does not flip"
    if varied.ending == "unclear":
        return "can not be told"
    each = varied.flips[0]
    return f"flips with {each.at}" if varied.range.options else f"flips at {each.at}\n({each.low} to {each.high})"


def _footnotes(done: Sensitivity) -> Iterator[str]:
    partial = "partial rank correlation" if done.pairs[0].influence.partial else "rank correlation"
    one = _name(done, done.leaders[0])
    yield (
        f"weight: {partial} with how far {one} is ahead; chance alone stays below "
        f"{done.pairs[0].influence.bound:.2f}. Varied alone: {counted(done.alone, 'replication')} on the same callers, "
        "all else as in the file; a policy counts as ahead where the 99 % interval says so."
    )


def _others(done: Sensitivity) -> Iterator[str]:
    """Other neighbours of the ranking, values without influence, and what was left alone."""
    for pair in done.pairs[1:]:
        yield f"{_name(done, pair.one)} against {_name(done, pair.other)} hangs on {_matter(done, pair)}."
    if done.left:
        yield f"Left alone: {'; '.join(f'{short(each.key)} ({each.why})' for each in done.left)}."


def _matter(done: Sensitivity, pair: Pair) -> str:
    found = sorted(zip(pair.influence.coefficients.tolist(), done.ranges, strict=True), key=lambda each: -abs(each[0]))
    said = [f"{short(each.key)} ({value:+.2f})" for value, each in found if abs(value) > pair.influence.bound]
    return ", ".join(said) or "none of them beyond chance"
