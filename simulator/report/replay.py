"""What ``siaga replay`` prints: the same page as a run, of one recorded table."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import TextIO

from simulator.logs.conventions import Remark
from simulator.questions.replay.replay import Replay
from simulator.report.terminal import Page, console, show
from simulator.report.words import seconds
from simulator.scenario.units import SECOND
from simulator.study.answer import answer_of


def print_replay(played: Replay, notes: Sequence[str], to: TextIO, *, as_json: bool) -> None:
    """Measures of the recorded table; intervals go by its days."""
    found = answer_of((played.counts,), played.days)
    if as_json:
        measures = [asdict(measured) for measured in found.measures]
        document: dict[str, object] = {
            "calls": len(played.trace.calls),
            "attempts": len(played.outcomes),
            "reading": [_remark(each) for each in played.trace.remarks],
            "measures": measures,
        }
        to.write(json.dumps({**document, "warnings": list(_warnings(played))}, indent=2, ensure_ascii=False) + "\n")
        return
    length = played.trace.calls.length
    page = Page(
        title=f"{len(played.trace.calls):,} recorded calls over {seconds(length / SECOND)}",
        facts=(),
        within="within 15 s",
        replications=1,
        length=length,
        measures=found.measures,
        worst_hour=None,
        verdicts=(),
        warnings=_warnings(played),
        notes=(*(str(each) for each in played.trace.remarks if not each.warning), *notes),
        per_day=False,
        has_acceptance=False,
    )
    show(page, console(to))


def _warnings(played: Replay) -> tuple[str, ...]:
    days = len(played.days)
    chance = (
        "recorded calls of a day or less: they tell what happened, not how much chance was in it"
        if days < 2
        else f"intervals go by the {days} recorded days as if these were independent"
    )
    return (*(str(each) for each in played.trace.remarks if each.warning), chance)


def _remark(told: Remark) -> dict[str, object]:
    lines = list(told.lines)
    return {"column": told.column, "what": told.text, "rows": told.count, "lines": lines, "warning": told.warning}
