"""A live run in one document: what ``--json`` prints and ``summary.json`` keeps."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from simulator.live.load.collect import Found, Happened
from simulator.live.load.draw import Drawn, played
from simulator.live.load.judged import LiveVerdict
from simulator.live.load.latency import Latency
from simulator.live.load.locust import Played

GENERATOR = ("lag", "workers", "requests", "cpu_s", "drained", "troubles")
"""What is kept of the generator's own summary; latencies stand apart."""


def document(
    api: Mapping[str, str],
    drawn: Drawn,
    told: Played,
    run: Happened,
    numbers: Found,
    reasons: Sequence[str],
    times: Sequence[Latency],
) -> dict[str, Any]:
    """The run as JSON, refusals first."""
    settings, answer = drawn.plan.settings, numbers.answer
    return {
        "scenario": settings.scenario,
        "run": settings.run,
        "seed": settings.seed,
        **played(settings, drawn.plan.calls.length),
        **api,
        "interrupted": told.interrupted,
        "generator": {
            "saturated": told.saturated,
            "broke_off": told.broke_off or (bool(run.never_made) and not told.interrupted),
            "code": told.code,
            **{name: told.summary[name] for name in GENERATOR if name in told.summary},
        },
        "calls": run.planned,
        "made": len(run.calls),
        "attempts": len(run.outcomes),
        "replies": [asdict(each) for each in numbers.replies],
        "reasons": list(reasons),
        "latency": [asdict(each) for each in times],
        "measures": [asdict(measured) for measured in answer.measures],
        "targets": targets_of(numbers.verdicts),
        "warnings": list(answer.warnings),
    }


def targets_of(verdicts: Sequence[LiveVerdict]) -> list[dict[str, Any]]:
    """Targets met or missed, with the callers behind each."""
    return [
        {
            "target": str(verdict.target),
            "state": verdict.state,
            "hour": verdict.hour,
            "value": None if verdict.state == "no callers" else verdict.estimate.value,
            "in_time": verdict.in_time,
            "offered": verdict.offered,
            "not_kept": verdict.not_kept,
        }
        for verdict in verdicts
    ]
