"""Targets of a live run in words: met or missed, by how many callers of how many, and in which hour."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from rich.console import Console
from rich.text import Text

from simulator.live.load.judged import LiveVerdict
from simulator.report.words import counted, hours, share


def print_targets(verdicts: Sequence[LiveVerdict], start: datetime, to: Console) -> None:
    """A line or two for each target, with an empty one ahead of them."""
    if verdicts:
        to.print()
    for verdict in verdicts:
        to.print(target_line(verdict, start))


def target_line(verdict: LiveVerdict, start: datetime) -> Text:
    """``target met: 90 % of genuine within 15 s``, and the counts behind it."""
    words, style = {
        "met": ("target met", "green"),
        "no callers": ("target not judged, nobody called whom it is about", "yellow"),
    }.get(verdict.state, ("target missed", "bold red"))
    said = Text.assemble((words, style), f": {verdict.target}")
    if not verdict.offered:
        return said
    said.append(f"\n  {in_time(verdict)}{_where(verdict, start)}")
    if verdict.not_kept:
        enough = verdict.estimate.value >= verdict.target.share
        who = counted(verdict.not_kept, "genuine caller")
        said.append(f"\n  {'missed whatever the share: ' if enough else ''}the API kept no verdict of {who}")
    return said


def in_time(verdict: LiveVerdict) -> str:
    """``13 of 14 in time (92.9 %)``."""
    return f"{verdict.in_time:,} of {verdict.offered:,} in time ({share(verdict.estimate.value)})"


def _where(verdict: LiveVerdict, start: datetime) -> str:
    """The hour that decides, of the day or of the run."""
    if verdict.hour is None:
        return ""
    if verdict.target.scope == "every hour":
        return f" at {hours(verdict.hour)}, the worst hour"
    when = start.replace(minute=0, second=0, microsecond=0) + timedelta(hours=verdict.hour)
    return f" at {when:%a %d %b %Y} {hours(when.hour)}, the worst hour"
