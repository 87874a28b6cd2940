"""M/M/c with abandonment in Ciw: a network of one node whose customers renege, as its documentation has it."""

from functools import partial

import ciw

from tests.benchmarks.contender import Met, Ready
from tests.benchmarks.loads import PATIENCE_S, TALK_S, Load


def abandonment(load: Load, seed: int) -> Ready:
    """Runs until as many customers as the load has calls have left; gathering the records is not part of it."""
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(rate=load.erlang / TALK_S)],
        service_distributions=[ciw.dists.Exponential(rate=1 / TALK_S)],
        reneging_time_distributions=[ciw.dists.Exponential(rate=1 / PATIENCE_S)],
        number_of_servers=[load.call_takers],
    )

    def run() -> partial[Met]:
        ciw.seed(seed)
        simulation = ciw.Simulation(network)
        simulation.simulate_until_max_customers(load.calls, method="Finish")
        return partial(met, simulation)

    return Ready({"run": run}, load.calls)


def met(simulation: ciw.Simulation) -> Met:
    """What customers met who have left."""
    records = simulation.get_all_records()
    waits = [record.waiting_time for record in records if record.record_type == "service"]
    return Met(sum(record.record_type == "renege" for record in records) / len(records), sum(waits) / len(waits))
