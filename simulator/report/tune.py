"""What ``siaga tune`` prints: 80 columns for who decides on a rule, or one JSON document."""

from collections.abc import Callable, Iterator
from math import isfinite, isnan

from rich.console import Console
from rich.table import Table
from rich.text import Text

from simulator.metrics.estimate import Estimate, says_none
from simulator.questions.tune.entries import OF_EACH, Entry
from simulator.questions.tune.result import Tune
from simulator.report.compare_words import few
from simulator.report.picture import picture_note, write_figure
from simulator.report.terminal import closing
from simulator.report.tune_figure import NAME, front
from simulator.report.words import NOTHING, counted, share, span
from simulator.scenario.notes import texts_of


def write_picture(result: Tune) -> None:
    """Write the picture into the folder of results."""
    write_figure(result.folder / NAME, front(result))


def show(done: Tune, to: Console) -> None:
    """Print the whole page."""
    to.print(Text(done.base.scenario.title, style="bold"))
    to.print(Text(conclusion(done), style="" if done.best is None else "green"))
    to.print()
    for head in _heads(done):
        to.print(Text(head))
    to.print()
    if done.entries:
        to.print(_front(done))
        to.print()
    for line in _footnotes(done):
        to.print(Text(line))
    closing(
        to,
        texts_of(done.notes, "warning"),
        [picture_note(done.folder / NAME, "the front"), *texts_of(done.notes, "hint")],
    )


def conclusion(done: Tune) -> str:
    """What a journalist could quote: which rule, if any, is worth having."""
    if not done.entries:
        return (
            "No rule that was tried changes anything: none frees call-taker time, and none was seen to save a caller."
        )
    if isnan(done.entries[0].change[0]):
        return "Nothing can be said of whom a rule helps: nobody genuine calls."
    if done.best is None:
        return _none_worth_it(done)
    best = done.best
    if not best.helps:
        return (
            f"{_capital(best.rule)} is worth having for call-takers alone: it frees {share(best.freed.value)} of their "
            f"busy time, of which {share(best.idle)} was idle anyway, and {_shuts_out(best.never)}; it was not "
            "shown to help any caller."
        )
    never, late = best.effects["change_never"], best.effects["change_late"]
    if never.high < 0:
        gain = f"{few(-never.value)} fewer are never heard ({few(-never.high)} to {few(-never.low)})"
    else:
        fewer = f"{few(-late.value)} fewer are late ({few(-late.high)} to {few(-late.low)})"
        gain = f"{fewer}, and no more were seen never heard"
    price = f"It {_shuts_out(best.never)}, and lets {few(best.effects['heard_because'].value)} be heard who never were"
    return f"{_capital(best.rule)} is worth having: of 1,000 genuine callers {gain}. {price}."


def _none_worth_it(done: Tune) -> str:
    """That no rule is worth having, and what that was shown of."""
    entries, harmful = done.entries, sum(each.harms for each in done.entries)
    many = f"the {counted(len(entries), 'rule')} judged"
    if any(each.helps for each in entries):
        most = f"{done.request.most_shut_out or 0:g}"
        helped = f"none that helps callers surely shuts out at most {most} of 1,000"
        return f"No rule is recommended: of {many} {helped}."
    if harmful == len(entries):
        each = "it" if len(entries) == 1 else "each"
        head = f"No rule helps anyone here: of {many} {each} shuts out more genuine callers than it saves."
    else:
        seen = "was seen to help" if all(each.change[0] >= 0 for each in entries) else "was shown to help"
        more = {0: "none was shown to shut out more", 1: "1 surely shuts out more"}
        head = (
            f"No rule {seen} anyone here: of {many} none surely saves more genuine callers than it shuts out, and "
            f"{more.get(harmful, f'{harmful} surely shut out more')}."
        )
    freeing = [each for each in entries if each.frees]
    if freeing:
        return f"{head} {_price(done, freeing)}"
    idle = [each.idle for each in entries if each.idle is not None]
    least = f"The time freed was idle anyway: {share(min(idle))} of it or more." if idle else "None frees any time."
    return f"{head} {least}"


def _price(done: Tune, freeing: list[Entry]) -> str:
    """What the time that was not idle anyway would cost."""
    most = max(freeing, key=lambda each: each.freed.value)
    price = (
        f"Time is all that there is to win: {most.rule} frees most, {share(most.freed.value)} of call-takers' busy "
        f"time, of which {share(most.idle)} was idle anyway, and {_shuts_out(most.never)}"
    )
    if done.request.most_shut_out is None:
        return f"{price}; --most-shut-out says how many that is worth to you."
    return f"{price}; none surely shuts out at most {done.request.most_shut_out:g} of 1,000."


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]


def _heads(done: Tune) -> Iterator[str]:
    scenario, family = done.base.scenario, done.family
    yield f"varied: {family.policy.title}"
    for name, axis in zip(family.names, family.axes, strict=True):
        texts = axis.texts
        listed = ", ".join(texts) if len(texts) <= 5 else f"{texts[0]}, {texts[1]}, ... {texts[-1]}"
        yield f"  {name}: {listed} ({counted(len(texts), 'value')})"
    for line in family.replacements():
        yield f"  {line}"
    tried = len(done.scores)
    how = "all of them tried" if tried == family.size else f"{tried:,} of them tried, chosen by NSGA-II"
    yield f"{counted(family.size, 'rule')} in all, {how}, each on the same callers:"
    yield (
        f"{counted(done.replications, 'replication')} of {span(scenario.length)}, seed {done.request.seed}; "
        "and held against no blocklist"
    )


def _front(done: Tune) -> Table:
    """The rules judged: a row each, intervals below the figures."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    heads = ("Of 1,000 genuine callers", "never heard\nbecause of it", "change in\nnever heard")
    for place, head in enumerate((*heads, "busy time\nfreed, %", "of it\nidle\nanyway")):
        # Figures stay whole; where they are wide the names ahead of them give way.
        justify = "left" if place == 0 else "right"
        table.add_column(head, justify=justify, no_wrap=place > 0, overflow="fold")  # type: ignore[arg-type]
    for entry in done.entries:
        best = done.best is not None and entry.point == done.best.point
        idle = NOTHING if entry.idle is None else share(entry.idle)
        figures = _of_1000(entry.never), _change(entry.effects["change_never"]), _freed_text(entry.freed), idle
        table.add_row(_name(entry), *figures, style="bold" if best else "")
    return table


def _name(entry: Entry) -> str:
    """The rule, and how many others come to the same."""
    others = f"\n  the same as {counted(len(entry.same), 'other')}" if entry.same else ""
    return entry.rule + others


def _freed_text(found: Estimate) -> str:
    return _two_lines(_percent(found.value), _between(found, _percent))


def _percent(value: float) -> str:
    return share(value).removesuffix(" %")


def _of_1000(found: Estimate) -> str:
    """So many of 1,000, the interval below; of what was never seen, how many there may be all the same."""
    if found.value == 0:
        return _two_lines("none*", f"at most {few(found.high)}" if isfinite(found.high) else "")
    return _two_lines(few(found.value), _between(found, few))


def _change(found: Estimate) -> str:
    """More of 1,000 with a plus, fewer with a minus, the interval below."""
    return _two_lines(_signed(found.value), _between(found, _signed))


def _signed(value: float) -> str:
    return ("-" if value < 0 else "+" if value > 0 else "") + few(abs(value))


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
        return
    yield (
        "never heard: nobody answers, or who answers takes it for a nuisance. The change is those never heard because "
        "of the rule less those heard because of it: rules are chosen by it, the least first, no blocklist at 0."
    )
    yield (
        f"{counted(len(done.entries), 'rule')} judged of {len(done.scores):,} tried: along the front (the {done.front} "
        "that no other beats on both sides: more time freed, fewer never heard because of it), milder ones where "
        "nobody was seen to be harmed, and those best for callers."
    )
    yield (
        f"The figures are of fresh callers ({counted(done.fresh_replications, 'replication')}, seed "
        f"{done.request.fresh_seed}), so that being chosen flatters none; all {OF_EACH * len(done.entries)} intervals "
        "hold together with 95 % confidence."
    )
    if any(entry.never.value == 0 for entry in done.entries):
        yield "* " + says_none(done.fresh_replications, done.base.scenario.length)


def _shuts_out(lost: Estimate) -> str:
    if lost.value == 0:
        most = f" (at most {few(lost.high)} of 1,000)" if isfinite(lost.high) else ""
        return f"shuts out no genuine caller that was seen{most}"
    bounds = _between(lost, few)
    return f"shuts out {few(lost.value)} of 1,000" + (f" ({bounds})" if bounds else "")
