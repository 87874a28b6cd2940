"""The family of cases: from two calls an hour at a load of 2 % to overload, each rule where its fault would show."""

from tests.verification.floors import (
    Case,
    general_patience,
    loss,
    many_server,
    one_call_taker,
    priority,
    retrials,
    wrap_up,
)
from tests.verification.messages import messages
from tests.verification.persons import persons
from tests.verification.pranksters import pranksters
from tests.verification.sharers import sharers

CASES: tuple[Case, ...] = (
    many_server(1, 0.02, size=200_000),
    many_server(1, 0.6, size=150_000),
    many_server(2, 0.6, size=100_000),
    many_server(4, 0.6, rate=30 / 3600, size=100_000),
    many_server(1, 0.05, patience=0.5, size=120_000),
    many_server(1, 0.5, patience=1.0),
    many_server(1, 0.95, patience=3.0),
    many_server(2, 0.95, patience=2.0),
    many_server(2, 1.5, patience=0.5),
    many_server(4, 0.95, patience=1.0),
    many_server(3, 2.5, patience=2.0, rate=200 / 3600),
    many_server(1, 0.95, trunks=1),
    many_server(1, 0.95, trunks=3),
    many_server(2, 1.3, trunks=4),
    many_server(4, 0.7, trunks=6),
    many_server(2, 0.95, trunks=5, patience=1.5),
    many_server(1, 1.5, trunks=3, patience=0.7),
    loss(4, 4, 0.8, "lognormal", 1.5),
    loss(1, 1, 0.95, "gamma", 0.5),
    loss(3, 5, 0.6, "fixed", 0.0),
    loss(2, 2, 0.1, "lognormal", 0.9, size=100_000),
    one_call_taker(0.1, "lognormal", 0.9, size=120_000),
    one_call_taker(0.5, "lognormal", 0.9, size=80_000),
    one_call_taker(0.8, "fixed", 0.0, size=80_000),
    one_call_taker(0.5, "gamma", 0.5),
    one_call_taker(0.5, "lognormal", 0.9, wrap=0.4, size=80_000),
    wrap_up(1, 0.95),
    wrap_up(3, 0.95),
    general_patience(1, 0.9, "fixed", 0.0),
    general_patience(2, 0.9, "lognormal", 1.5),
    priority(1, 0.6, 0.5, "lognormal", 0.9, size=120_000),
    priority(3, 0.6, 0.3, "exponential", 1.0, size=120_000),
    retrials(1, 0.4, 1.0, 100),
    retrials(2, 0.5, 2.0, 100),
    retrials(1, 0.9, 1.5, 2),
    *pranksters(),
    *sharers(),
    *persons(),
    *messages(),
)
