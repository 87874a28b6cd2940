"""Figures for Prometheus, gathered when it asks: nothing is counted twice, and a call costs nothing more."""

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from simulator.live.standin.service import Service

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def text(service: Service) -> bytes:
    """All figures as they are now."""
    registry = CollectorRegistry()
    registry.register(_Figures(service))
    return generate_latest(registry)


class _Figures(Collector):
    def __init__(self, service: Service) -> None:
        self.service = service

    def collect(self) -> Iterator[Metric]:
        """Steps of calls, then how the floor stands, then the journal."""
        floor, journal = self.service.floor, self.service.journal
        steps = CounterMetricFamily("siaga_steps", "Steps of calls since the start.", labels=["step", "result"])
        for (step, result), count in sorted(floor.steps.items()):
            steps.add_metric([step, result], count)
        yield steps
        yield GaugeMetricFamily("siaga_trunks", "Trunks.", floor.trunks)
        yield GaugeMetricFamily("siaga_trunks_taken", "Calls on a trunk.", floor.on_trunks)
        waiting = GaugeMetricFamily("siaga_waiting", "Calls in the queue.", labels=["queue"])
        for name, count in zip(("normal", "demoted"), floor.waiting, strict=True):
            waiting.add_metric([name], count)
        yield waiting
        on_duty = sum(desk.on_duty for desk in floor.desks.values())
        yield GaugeMetricFamily("siaga_desks_on_duty", "Desks on duty.", on_duty)
        yield GaugeMetricFamily("siaga_desks_asking", "Desks that wait for a call.", len(floor.asking))
        yield GaugeMetricFamily("siaga_tickets_open", "Tickets that are not closed.", len(floor.tickets))
        yield CounterMetricFamily("siaga_commits", "Transactions.", journal.commits)
        yield CounterMetricFamily("siaga_rows_written", "Rows written.", journal.rows)
        yield CounterMetricFamily("siaga_commit_seconds", "Seconds that transactions took.", journal.busy_s)
