"""What ``siaga tune`` prints: 80 columns for who decides on a rule, or one JSON document."""

import json
from collections.abc import Callable, Iterator
from math import isfinite
from typing import TextIO

from rich.console import Console
from rich.table import Table
from rich.text import Text

from simulator.decisions.tune.chosen import Entry
from simulator.decisions.tune.policy_text import policy_text
from simulator.decisions.tune.tune import Tune, fresh_seed
from simulator.metrics.estimate import Estimate, says_none
from simulator.report.terminal import closing, console, hanging
from simulator.report.tune_figure import draw_front
from simulator.report.words import counted, per_thousand, share, span
from simulator.tables.files import renew, utf8

POLICY_FILE = "recommended.yaml"


def print_tuned(done: Tune, to: TextIO, *, as_json: bool) -> None:
    """Draw the picture and write the rule; print the answer as one JSON document, or as a page to read."""
    notes = [draw_front(done), *write_recommended(done), f"kept in {done.folder}"]
    if as_json:
        to.write(json.dumps(done.document, indent=2, ensure_ascii=False) + "\n")
    else:
        show(done, notes, console(to))


def write_recommended(done: Tune) -> Iterator[str]:
    """Write the recommended rule as a policy file; where it is. What else stands there is kept aside."""
    if done.best is None:
        return
    path = done.folder / POLICY_FILE
    policy = done.best.policy.model_copy(update={"title": done.best.rule, "sources": ()})
    text = policy_text(policy, (f"tuned on {done.order.loaded.path.name} from: {done.family.policy.title}",))
    renew(path, utf8(text))
    scenario, named = done.order.loaded.path, done.order.policy or "scenario"
    yield f"the recommended rule as a policy: siaga run {scenario} --policy {path}"
    yield f"beside the rule that you began with: siaga compare {scenario} --policies none,{named},{path}"


def show(done: Tune, notes: list[str], to: Console) -> None:
    """Print the whole page; ``notes``: where what was written is."""
    for head in _heads(done):
        to.print(head)
    to.print()
    if done.entries:
        to.print(_front(done))
        to.print()
    for line in _footnotes(done):
        to.print(Text(line))
    to.print()
    for entry in done.entries:
        hanging(to, "- ", f"{sentence(entry)}.", style="")
    if done.entries:
        to.print()
    for said in _verdict(done):
        to.print(said)
    closing(to, done.doubts, notes)


def _heads(done: Tune) -> Iterator[Text]:
    scenario, family = done.base.scenario, done.family
    yield Text(scenario.title, style="bold")
    yield Text(f"varied: {family.policy.title}")
    for name, axis in zip(family.names, family.axes, strict=True):
        texts = axis.texts
        listed = ", ".join(texts) if len(texts) <= 5 else f"{texts[0]}, {texts[1]}, ... {texts[-1]}"
        yield Text(f"  {name}: {listed} ({counted(len(texts), 'value')})")
    for line in family.replaced():
        yield Text(f"  {line}")
    tried = len(done.scores)
    how = "all of them tried" if tried == family.size else f"{tried:,} of them tried, chosen by NSGA-II"
    yield Text(f"{counted(family.size, 'rule')} in all, {how}, each on the same callers:")
    yield Text(
        f"{counted(done.replications, 'replication')} of {span(scenario.length)}, seed {done.order.seed}; "
        "and held against no blocklist"
    )


def _front(done: Tune) -> Table:
    """The front: a row a rule, intervals below the figures."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for place, head in enumerate(("Rules that no other beats", "busy time\nfreed, %", "shut out\nof 1,000")):
        # Figures stay whole; where they are wide the names ahead of them give way.
        justify = "left" if place == 0 else "right"
        table.add_column(head, justify=justify, no_wrap=place > 0, overflow="fold")  # type: ignore[arg-type]
    for entry in done.entries:
        best = done.best is not None and entry.point == done.best.point
        table.add_row(_name(entry), _freed(entry.freed), _of_1000(entry.lost), style="bold" if best else "")
    return table


def _name(entry: Entry) -> str:
    """The rule, and how many others come to the same."""
    others = f"\n  the same as {counted(len(entry.same), 'other')}" if entry.same else ""
    return entry.rule + others


def _freed(found: Estimate) -> str:
    return _two_lines(_percent(found.value), _between(found, _percent))


def _percent(value: float) -> str:
    return share(value).removesuffix(" %")


def _of_1000(found: Estimate) -> str:
    """So many of 1,000, the interval below; of what was never seen, how many there may be all the same."""
    if found.value == 0:
        return _two_lines("none*", f"at most {few(found.high)}" if isfinite(found.high) else "")
    return _two_lines(few(found.value), _between(found, few))


def _two_lines(value: str, below: str) -> str:
    return f"{value}\n{below}" if below else value


def _between(found: Estimate, words: Callable[[float], str]) -> str:
    """The bounds; nothing where nothing is known, or all of it is too little to tell."""
    low, high = words(found.low), words(found.high)
    known = isfinite(found.low) and isfinite(found.high)
    return "" if not known or (low == high and low.startswith("<")) else f"{low} to {high}"


def _footnotes(done: Tune) -> Iterator[str]:
    """How to read the table."""
    if not done.entries:
        yield "No rule that was tried frees any call-taker time."
        return
    if done.milder:
        yield (
            f"{done.milder} of them free less than the front's first, and were like it seen to shut out nobody when it "
            "was chosen."
        )
    if done.front > len(done.entries) - done.milder:
        yield f"{len(done.entries) - done.milder} of the {done.front} rules that no other beats, along the trade-off."
    yield (
        f"The figures are of fresh callers ({counted(done.fresh_replications, 'replication')}, seed "
        f"{fresh_seed(done.order)}), so that being chosen flatters none; all {2 * len(done.entries)} intervals hold "
        "together with 95 % confidence."
    )
    if any(entry.lost.value == 0 for entry in done.entries):
        yield "* " + says_none(done.fresh_replications, done.base.scenario.length)


def sentence(entry: Entry) -> str:
    """What a rule does, in plain words."""
    return (
        f"{entry.rule} frees {share(entry.freed.value)} of call-takers' busy time and shuts out {_shut_out(entry.lost)}"
    )


def _shut_out(lost: Estimate) -> str:
    if lost.value == 0:
        most = f" (at most {few(lost.high)} of 1,000)" if isfinite(lost.high) else ""
        return f"no genuine caller that was seen{most}"
    bounds = _between(lost, few)
    return f"{few(lost.value)} of 1,000 genuine callers" + (f" ({bounds})" if bounds else "")


def few(value: float) -> str:
    """So many of 1,000, however few."""
    return "< 0.01" if 0 < 1000 * value < 0.01 else per_thousand(value)


def _verdict(done: Tune) -> Iterator[Text]:
    """The rule to recommend, and by what."""
    most = f"{1000 * done.wish.most_shut_out:g}"
    if done.best is not None:
        yield Text.assemble(("recommended: ", "bold green"), sentence(done.best), ".")
        yield Text(f"Of the rules that surely shut out at most {most} of 1,000 it frees most.")
    elif (mildest := done.mildest) is not None:
        yield Text.assemble(("none recommended: ", "bold yellow"), f"no rule surely shuts out at most {most} of 1,000.")
        yield Text(f"Least harmful: {sentence(mildest)}.")
    else:
        yield Text.assemble(("none recommended: ", "bold yellow"), "no rule frees any time.")
