"""What a run leaves behind beside Locust's own tables: the log of its rows, a status, a summary, and last words."""

import json
import logging
import os
from pathlib import Path
from typing import Any, TextIO

from siaga_locust.latency import Lag, Latencies
from simulator.tables.plan import Plan

log = logging.getLogger("siaga")

SATURATED = "generator saturated, these figures do not count"


class Reporter:
    """Writes the files that were asked for, and adds up what workers measured."""

    def __init__(self, options: Any, plan: Plan) -> None:
        self.lag, self.latencies, self.cpu = Lag(options.most_lag), Latencies(), []
        self.troubles: dict[tuple[str, str, str], dict[str, Any]] = {}
        self.plan = plan
        self._status, self._summary = options.status, options.summary
        self._rows: TextIO | None = Path(options.rows).open("w", encoding="ascii") if options.rows else None  # noqa: SIM115

    def write_rows(self, lines: str) -> None:
        """Append lines to the log, and let them be seen."""
        if self._rows is not None and lines:
            self._rows.write(lines)
            self._rows.flush()

    def write_status(self, counts: dict[str, Any]) -> None:
        """How far it is, whole or not at all."""
        if self._status:
            _write_whole(Path(self._status), counts)

    def add(self, final: dict[str, Any]) -> None:
        """What one worker measured."""
        self.lag.add(final["lag"])
        self.latencies.add(final["latencies"])
        self.cpu.append(final["cpu_s"])
        for row in final["troubles"]:
            key = (row["trouble"], row["step"], row["intent"])
            known = self.troubles.setdefault(key, {**row, "count": 0})
            known["count"] += row["count"]

    @property
    def is_saturated(self) -> bool:
        """Whether the generator came too late too often."""
        return self.lag.is_saturated

    def conclude(self, counts: dict[str, Any], workers: int, *, drained: bool, interrupted: bool) -> None:
        """Write the summary, and say what must be said."""
        self.write_status(counts)
        if self._rows is not None:
            self._rows.close()
            self._rows = None
        lag = self.lag.figures()
        if self._summary:
            summary = {
                "run": self.plan.settings.run,
                "drained": drained,
                "interrupted": interrupted,
                "saturated": self.is_saturated,
                "lag": lag,
                "workers": workers,
                **counts,
                "cpu_s": {"max": max(self.cpu, default=0.0), "sum": sum(self.cpu)},
                "latency": self.latencies.rows(),
                "troubles": list(self.troubles.values()),
            }
            _write_whole(Path(self._summary), summary)
        self._say(counts, lag)

    def _say(self, counts: dict[str, Any], lag: dict[str, float]) -> None:
        log.info(
            "%d of %d calls were made, %d in progress at the end",
            counts["started"],
            counts["calls"],
            counts["in_progress"],
        )
        for row in self.troubles.values():
            log.warning("%s, %s %s: %d times", row["trouble"], row["step"], row["intent"], row["count"])
        late = f"{self.lag.late} of {self.lag.count} steps came more than {self.lag.most * 1000:g} ms late"
        late += f", the latest {lag['max_ms']:g} ms" if self.lag.late else ""
        if self.is_saturated:
            log.error("%s: %s (p99 %g ms)", SATURATED, late, lag["p99_ms"])
        else:
            log.info("generator: %s", late)


def _write_whole(path: Path, content: dict[str, Any]) -> None:
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_text(json.dumps(content), encoding="utf-8")
    draft.replace(path)
