"""Options that commands share: what they are called, what they take, and what their help says."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class EngineName(StrEnum):
    """Engines that can be named on the command line."""

    REFERENCE = "reference"
    KERNEL = "kernel"


class ClientName(StrEnum):
    """Clients that Locust can send with."""

    FAST = "fast"
    LEAN = "lean"


class ArrivalUnit(StrEnum):
    """What a log counts arrivals in."""

    SECONDS = "seconds"
    DAYS = "days"


class DurationUnit(StrEnum):
    """How a log writes durations."""

    SECONDS = "seconds"
    DAYS = "days"
    CLOCK = "m:ss"
    POINT = "mm.ss"


class GrowthOf(StrEnum):
    """What ``siaga capacity`` lets grow."""

    VOLUME = "volume"
    NUISANCE = "nuisance"


class RankedBy(StrEnum):
    """What policies can be ranked by."""

    NET = "net"
    SHUT_OUT = "shut_out"
    FREED = "freed"


ScenarioFile = Annotated[
    Path, typer.Argument(metavar="SCENARIO", help="A scenario file, or the name of one that ships, such as bontang.")
]
Seed = Annotated[int, typer.Option(min=0, help="Seed of all draws: the same seed, the same callers.")]
EngineOption = Annotated[
    EngineName | None,
    typer.Option(help="The readable engine or the compiled one; by default whichever is done first. Both agree."),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document, and nothing else, on standard output.")]
Workers = Annotated[
    int | None, typer.Option(min=1, max=1024, help="Processes to simulate with; by default one a core.")
]
ClusterAddress = Annotated[
    str | None, typer.Option("--cluster", metavar="tcp://HOST:8786", help="A Dask scheduler whose workers simulate.")
]
Out = Annotated[Path, typer.Option(file_okay=False, help="Where results are kept.")]
Check = Annotated[bool, typer.Option("--check", help="Hold every replication against the laws of the tables.")]
Phases = Annotated[
    str | None,
    typer.Option(metavar="'7 d, 7 d'", help="Plan a launch: phases of whole days, each with staffing of its own."),
]
Targets = Annotated[
    list[str] | None,
    typer.Option(
        "--target",
        metavar="TEXT",
        help="A target in place of the file's: '90 % of genuine within 15 s, every hour'. Repeatable.",
    ),
]
PolicyName = Annotated[
    str | None, typer.Option("--policy", metavar="NAME", help="Another blocklist policy: a name or a file.")
]
Region = Annotated[
    str, typer.Option(metavar="XX", help="Country of telephone numbers that stand without a country code.")
]
ArrivalsOption = Annotated[
    ArrivalUnit | None,
    typer.Option(help="What arrival_s counts: seconds unless it looks otherwise, or days of a spreadsheet."),
]
DurationsOption = Annotated[
    DurationUnit | None,
    typer.Option(
        help="How durations are written: seconds unless they look otherwise, days of a spreadsheet, 2:30, 2.30."
    ),
]
DecimalComma = Annotated[
    bool, typer.Option("--decimal-comma", help="Read 12,5 as twelve and a half, and 1.250 as a thousand and more.")
]
Trunks = Annotated[int | None, typer.Option(min=1, max=1_000_000, help="Lines of the model, and of its own stand-in.")]
CallTakers = Annotated[int | None, typer.Option(min=0, max=10_000, help="This many call-takers on every shift.")]
From = Annotated[str | None, typer.Option("--from", metavar="TIME", help="Where in the scenario to begin, such as 2h.")]
For = Annotated[str | None, typer.Option("--for", metavar="TIME", help="How much of it to play, such as '30 min'.")]
Speed = Annotated[float, typer.Option(help="Simulated time a second of the clock on the wall: 60, a minute a second.")]
Scale = Annotated[float, typer.Option(help="How many times the scenario's callers: volumes, and pools of numbers.")]
Host = Annotated[
    str | None, typer.Option(metavar="URL", help="The address of the API; without it a stand-in is started, and ended.")
]
ApiName = Annotated[
    str,
    typer.Option("--api", metavar="NAME|FILE", help="How to talk to it: stand-in, a name, FILE.yaml or .py."),
]
Keys = Annotated[
    list[str] | None,
    typer.Option("--key", metavar="ROLE=KEY", help="API keys (intake, desk, supervisor); also by SIAGA_KEY_INTAKE ..."),
]
Own = Annotated[
    bool, typer.Option("--i-own-this-host", help="The host is yours to load, though it is on no private network.")
]
EvenSo = Annotated[
    bool, typer.Option("--even-so", help="Play even if nobody answers at the host, or the API fails its check.")
]
Client = Annotated[ClientName, typer.Option(help="Locust's own client, or a leaner one for high rates.")]
Processes = Annotated[int, typer.Option(min=0, max=1024, help="Processes of Locust that share the calls; 0: one.")]
MostLag = Annotated[
    str, typer.Option(metavar="TIME", help="If 1 % of steps come later than this, the figures do not count.")
]
