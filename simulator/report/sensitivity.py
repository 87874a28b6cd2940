"""What ``siaga sensitivity`` prints: 80 columns for who decides on a policy, or one JSON document."""

from collections.abc import Iterator
from math import isfinite

from rich.console import Console
from rich.table import Table
from rich.text import Text

from simulator.metrics.estimate import Estimate
from simulator.questions.sensitivity.flips import Flip, Variation
from simulator.questions.sensitivity.households import Household
from simulator.questions.sensitivity.influence import favoured_option
from simulator.questions.sensitivity.result import Sensitivity
from simulator.questions.sensitivity.score import Criterion
from simulator.questions.sensitivity.study import Pair
from simulator.report.compare_words import few
from simulator.report.picture import picture_note, write_figure
from simulator.report.terminal import closing
from simulator.report.tornado import NAME, tornado
from simulator.report.words import NOTHING, counted, range_text, share, short
from simulator.scenario.notes import texts_of
from simulator.scenario.ranges import Range
from simulator.study.options import nobody_genuine

RANKED_BY: dict[Criterion, str] = {
    "net": "the change in genuine callers never heard, the least first; where that ties by those late",
    "shut_out": "genuine callers never heard because of them, the fewest first",
    "freed": "call-takers' busy time freed",
}


BEST: dict[Criterion, str] = {"net": "is best", "shut_out": "shuts out fewest", "freed": "frees most time"}
MOST_FLIPS = 3
"""Flips that the conclusion names."""


def write_picture(result: Sensitivity) -> None:
    """Write the picture into the folder of results."""
    write_figure(result.folder / NAME, tornado(result))


def show(done: Sensitivity, to: Console) -> None:
    """Print the whole page."""
    to.print(Text(done.loaded.scenario.title, style="bold"))
    to.print(Text(_conclusion(done)))
    to.print()
    for line in _heads(done):
        to.print(Text(line))
    to.print()
    to.print(_standings(done))
    to.print(Text(_holds(done)))
    for household in done.households:
        to.print()
        to.print(
            Text(
                f"Phones of {household.owner} that {household.group} share: of 1,000 genuine callers never heard "
                "because of it, simulated with so large a share, other ways included (95 % intervals, each on its "
                "own); blocked: at every attempt, of the callers with such a phone"
            )
        )
        to.print(_phones(done, household))
        to.print(_by_choice(done, household))
    for pair in done.pairs:
        if pair.varied:
            to.print()
            to.print(_values(done, pair))
    for line in (*_footnotes(done), *_others(done)):
        to.print(Text(line))
    closing(
        to,
        texts_of(done.notes, "warning"),
        [picture_note(done.folder / NAME, "what it hangs on"), *texts_of(done.notes, "hint")],
    )


def _heads(done: Sensitivity) -> Iterator[str]:
    yield (
        f"{counted(len(done.ranges), 'assumed value')}, varied together in {counted(done.samples, 'sample')} of "
        f"{counted(done.replications, 'replication')} each, seed {done.request.seed}"
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


def _conclusion(done: Sensitivity) -> str:
    """Which policy is best, and what turns that over."""
    best, pair = done.ranking.standings[0], done.pairs[0]
    if done.by != "freed" and any(nobody_genuine(done.loaded.scenario)):
        return "Nothing can be said of whom a policy helps: nobody genuine calls."
    name, second = (done.names[best.policy] if best.policy else "No blocklist"), _name(done, pair.other)
    sure = (
        f"{BEST[done.by]} in the file" if pair.file.sign else f"comes first in the file, not surely ahead of {second},"
    )
    head = (
        f"{name} {sure} and leads in {best.leads} of {counted(done.samples, 'sample')} of the "
        f"assumed values, surely in {best.surely}."
    )
    varied = [(pair, each) for pair in done.pairs for each in pair.varied]
    flips = [
        f"{_name(done, pair.other)} overtakes it where {short(each.range.key)} is {_at(each.range, flip)}"
        for pair, each in varied
        for flip in each.flips
    ]
    if flips:
        return f"{head} {'; '.join(flips[:MOST_FLIPS])}."
    if not varied:
        return head
    return f"{head} None of the values varied alone was seen to turn that over."


def _standings(done: Sensitivity) -> Table:
    freed = ["busy time\nfreed"] if done.by == "freed" else []
    heads = ("never heard\nbecause of it", "change in\nnever heard", *freed, "leads in\nsamples", "surely")
    table = _table("In the file, of 1,000", *heads)
    for each in done.ranking.standings:
        found = each.effects
        figures = [_of_1000(found["never_because"]), _change(found["change_never"])] if each.policy else ["", "0"]
        figures += [share(each.score)] if freed else []
        table.add_row(_name(done, each.policy), *figures, str(each.leads), str(each.surely))
    return table


def _change(found: Estimate) -> str:
    """More of 1,000 with a plus, fewer with a minus, the interval below."""
    bounds = f"\n{_signed(found.low)} to {_signed(found.high)}" if isfinite(found.low + found.high) else ""
    return _signed(found.value) + bounds


def _signed(value: float) -> str:
    return ("-" if value < 0 else "+" if value > 0 else "") + few(abs(value))


def _holds(done: Sensitivity) -> str:
    found = done.ranking
    return (
        f"This ranking holds in {found.holds} of {counted(found.samples, 'sample')}: surely in {found.surely}, and "
        f"surely not in {found.surely_not}."
    )


def _phones(done: Sensitivity, household: Household) -> Table:
    """Whom each policy shuts out, over the range of the share."""
    table = _table("Phones are chosen", "blocked", *household.shares)
    for choose, phones in household.phones.items():
        table.add_row(Text(_choice(household, choose), style="bold"))
        for policy in done.ranking.order:
            if policy:
                blocked = phones[policy].blocked
                chance = NOTHING if blocked is None else share(blocked.value)
                table.add_row(f"  {_name(done, policy)}", chance, *map(_of_1000, phones[policy].harm.values()))
    return table


def _choice(household: Household, choose: str) -> str:
    return f"{choose} (in the file)" if choose == household.choose else choose


def _of_1000(found: Estimate) -> str:
    """So many of 1,000, the interval below; of what was never seen, how many there may be all the same."""
    if not isfinite(found.high):
        return few(found.value)
    if found.value == 0:
        return f"none seen\nat most {few(found.high)}"
    return f"{few(found.value)}\n{few(found.low)} to {few(found.high)}"


def _by_choice(done: Sensitivity, household: Household) -> Table:
    """What became of the ranking as the share was varied alone, phones chosen in either way."""
    table = _table("By the share alone", *(_choice(household, each) for each in household.phones))
    for one, other in dict.fromkeys((one, other) for one, other, _ in household.varied):
        found = (_alone(household.varied[one, other, choose]) for choose in household.phones)
        table.add_row(f"{_name(done, one)} against {_name(done, other)}", *found)
    return table


def _values(done: Sensitivity, pair: Pair) -> Table:
    """What the difference between two policies hangs on."""
    head = f"{_name(done, pair.one)} against {_name(done, pair.other)} hangs on"
    table = _table(head, "weight", "varied alone, the ranking")
    strength = {each.key: value for each, value in zip(done.ranges, pair.influence.coefficients.tolist(), strict=True)}
    varied = {each.range: each for each in pair.varied}
    for each in sorted(varied, key=lambda range_: -abs(strength[range_.key])):
        value, what = strength[each.key], f"{short(each.key)}\n  {range_text(each)}"
        detected = abs(value) > pair.influence.bound
        if detected and each.options:
            what += f"\n  {_favours(done, pair, each, value)}"
        weight = _weight(each, value) if detected else f"not detected\nin {counted(done.samples, 'sample')}"
        table.add_row(what, weight, _alone(varied[each]))
    return table


def _weight(range_: Range, value: float) -> str:
    """With a sign, but of a choice, whose options have no order."""
    return f"{abs(value):.2f}" if range_.options else f"{value:+.2f}"


def _favours(done: Sensitivity, pair: Pair, range_: Range, value: float) -> str:
    """Which option of a choice is the better one for the first of a pair."""
    return f"{favoured_option(range_, value)} favours {_name(done, pair.one)}"


def _alone(varied: Variation) -> str:
    """``flips at 11 %`` with what it is surely between, ``does not flip``, or where it cannot be told."""
    if varied.ending == "never":
        return "does not flip"
    if varied.flips:
        return "\n".join(_flips(varied.range, each) for each in varied.flips)
    sure = [point.text for point in varied.points if point.apart.sign]
    if not sure:
        return "too few to tell"
    held = sure[0] if len(sure) == 1 else f"{sure[0]} to {sure[-1]}"
    return f"does not flip at {held};\nelsewhere too few to tell"


def _flips(range_: Range, each: Flip) -> str:
    return f"flips {'with' if range_.options else 'at'} {_at(range_, each)}".replace(" (", "\n(")


def _at(range_: Range, each: Flip) -> str:
    return each.at if range_.options else f"{each.at} ({each.low} to {each.high})"


def _footnotes(done: Sensitivity) -> Iterator[str]:
    partial = "partial rank correlation" if done.pairs[0].influence.partial else "rank correlation"
    bound = max(pair.influence.bound for pair in done.pairs)
    yield (
        f"weight: {partial} with how far the first is ahead (of a choice without a sign); chance alone stays below "
        f"{bound:.2f}, the lower the more samples. Varied alone: {counted(done.alone, 'replication')} on the same "
        "callers, all else as in the file; a policy counts as ahead where the 99 % interval says so. The 95 % "
        "intervals of the first table hold together."
    )


def _others(done: Sensitivity) -> Iterator[str]:
    """Other neighbours of the ranking, and what was left alone."""
    for pair in done.pairs:
        if not pair.varied:
            names = f"{_name(done, pair.one)} against {_name(done, pair.other)}"
            matter = ", ".join(_matter(done, pair))
            none = f"{names}: that any value matters was not detected in {counted(done.samples, 'sample')}."
            yield f"{names} hangs on {matter}." if matter else none
    if done.left:
        yield f"Left alone: {'; '.join(_left(done))}."


def _left(done: Sensitivity) -> Iterator[str]:
    """What is left alone, by why."""
    for why in dict.fromkeys(each.why for each in done.left):
        keys = ", ".join(short(each.key) for each in done.left if each.why == why)
        yield f"{keys} ({why})"


def _matter(done: Sensitivity, pair: Pair) -> Iterator[str]:
    """The values that matter to a pair, most first."""
    found = sorted(zip(pair.influence.coefficients.tolist(), done.ranges, strict=True), key=lambda each: -abs(each[0]))
    for value, each in found:
        if abs(value) > pair.influence.bound:
            favours = f", {_favours(done, pair, each, value)}" if each.options else ""
            yield f"{short(each.key)} ({_weight(each, value)}{favours})"
