"""The command ``siaga``: one command a stage. Rooms are imported inside the commands, so that ``--help`` is quick."""

import gc
import io
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from simulator.scenario.errors import Interrupted

if TYPE_CHECKING:
    from simulator.decisions.load.load import Ask, Load
    from simulator.decisions.sweep.ledger import Progress

DONE, TARGET_MISSED, BAD_INPUT, SATURATED, INTERRUPTED = 0, 1, 2, 3, 130

app = typer.Typer(
    name="siaga",
    help="What will callers of an emergency line meet, if it is staffed like this and blocks numbers like that?",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
)


class EngineName(StrEnum):
    """Engines that can be named on the command line."""

    REFERENCE = "reference"
    KERNEL = "kernel"


class ClientName(StrEnum):
    """Clients that Locust can send with."""

    FAST = "fast"
    LEAN = "lean"


class RankedBy(StrEnum):
    """What policies can be ranked by."""

    NET = "net"
    SHUT_OUT = "shut_out"
    FREED = "freed"


ScenarioFile = Annotated[
    Path, typer.Argument(metavar="SCENARIO", help="A scenario file, such as scenarios/bontang.yaml.")
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
Out = Annotated[Path, typer.Option(help="Where results are kept.")]
Check = Annotated[bool, typer.Option("--check", help="Hold every replication against the laws of the tables.")]
PolicyName = Annotated[
    str | None, typer.Option("--policy", metavar="NAME", help="Another blocklist policy: a name or a file.")
]


Trunks = Annotated[int | None, typer.Option(min=1, max=1_000_000, help="Lines of the model, and of its own stand-in.")]
CallTakers = Annotated[int | None, typer.Option(min=0, max=10_000, help="This many call-takers on every shift.")]
From = Annotated[str | None, typer.Option("--from", metavar="TIME", help="Where in the scenario to begin, such as 2h.")]
For = Annotated[str | None, typer.Option("--for", metavar="TIME", help="How much of it to play, such as '30 min'.")]
Speed = Annotated[float, typer.Option(help="Simulated time a second of the clock on the wall: 60, a minute a second.")]
Scale = Annotated[float, typer.Option(help="How many times the scenario's callers: volumes, and pools of numbers.")]
Host = Annotated[str | None, typer.Option(metavar="URL", help="The address of the API.")]
TargetName = Annotated[
    str,
    typer.Option("--target", metavar="NAME|FILE", help="How to talk to it: stand-in, a name, FILE.yaml or .py."),
]
Keys = Annotated[
    list[str] | None,
    typer.Option("--key", metavar="ROLE=KEY", help="API keys (intake, desk, supervisor); also by SIAGA_KEY_INTAKE ..."),
]
Own = Annotated[
    bool, typer.Option("--i-own-this-host", help="The host is yours to load, though it is on no private network.")
]
Client = Annotated[ClientName, typer.Option(help="Locust's own client, or a leaner one for high rates.")]
Processes = Annotated[int, typer.Option(min=0, max=1024, help="Processes of Locust that share the calls; 0: one.")]
MostLag = Annotated[
    str, typer.Option(metavar="TIME", help="If 1 % of steps come later than this, the figures do not count.")
]
Insecure = Annotated[bool, typer.Option("--insecure", help="Do not verify the API's certificate.")]
Sockets = Annotated[int | None, typer.Option(min=1, help="Most connections of a process's callers at a time.")]
Timeout = Annotated[float | None, typer.Option(min=0.001, help="Seconds that a request may take.")]


@app.command()
def check(scenario: ScenarioFile) -> None:
    """Say what a scenario file holds, or everything that is wrong with it."""
    from simulator.report.check import check as checked

    report, code = checked(scenario)
    typer.echo(report, err=code != DONE)
    raise typer.Exit(code)


@app.command()
def run(
    scenario: ScenarioFile,
    replications: Annotated[
        int | None,
        typer.Option(
            min=1,
            max=1_000_000,
            help="How often to simulate it, each time with other callers; at most, with --precision.",
        ),
    ] = None,
    precision: Annotated[
        str | None,
        typer.Option(metavar="0.5pt", help="Simulate until figures are known this well: 0.5pt, 10% or 2 s."),
    ] = None,
    of: Annotated[
        str | None,
        typer.Option(
            metavar="INTENT:MEASURE,...",
            help="Which figures; genuine:service_level and genuine:blocked_callers by default.",
        ),
    ] = None,
    steady_state: Annotated[
        bool, typer.Option("--steady-state", help="What the line meets week after week: leave the beginning out.")
    ] = False,
    policy: PolicyName = None,
    call_takers: Annotated[
        int | None, typer.Option(min=0, max=10_000, help="This many call-takers on every shift.")
    ] = None,
    target: Annotated[list[str] | None, typer.Option(help="A target in place of the file's; may be repeated.")] = None,
    seed: Seed = 1,
    engine: EngineOption = None,
    workers: Workers = None,
    cluster: ClusterAddress = None,
    out: Out = Path("results"),
    check_laws: Check = False,
    as_json: Json = False,
) -> None:
    """Simulate a scenario: what genuine callers meet, with honest error bars."""
    from simulator.decisions.order import Order
    from simulator.decisions.run import carry_out
    from simulator.report.progress import say_compiling
    from simulator.report.run import print_run
    from simulator.scenario.load import load_scenario

    order = Order(
        loaded=load_scenario(scenario),
        seed=seed,
        engine=engine.value if engine else None,
        replications=replications,
        precision=precision,
        of=of,
        steady_state=steady_state,
        policy=policy,
        call_takers=call_takers,
        targets=tuple(target or ()),
        out=out,
        check=check_laws,
        workers=workers,
        cluster=cluster,
        command=command(),
    )
    with progress_bar() as told, keeping_what_is_finished():
        done = carry_out(order, told, say_compiling)
    print_run(done, sys.stdout, as_json=as_json)
    raise typer.Exit(DONE if done.answer.met else TARGET_MISSED)


@app.command()
def compare(
    scenario: ScenarioFile,
    policies: Annotated[
        str | None,
        typer.Option(
            metavar="NAME,...",
            help="Names or files; none: no blocklist, scenario: its own. By default none,scenario.",
        ),
    ] = None,
    call_takers: Annotated[
        str | None, typer.Option(metavar="1,2,3", help="So many call-takers on every shift, each of these in turn.")
    ] = None,
    replications: Annotated[
        int | None,
        typer.Option(min=1, max=1_000_000, help="How often to simulate all of them, each time with other callers."),
    ] = None,
    target: Annotated[list[str] | None, typer.Option(help="A target in place of the file's: what is in time.")] = None,
    seed: Seed = 1,
    engine: EngineOption = None,
    workers: Workers = None,
    cluster: ClusterAddress = None,
    out: Out = Path("results"),
    check_laws: Check = False,
    as_json: Json = False,
) -> None:
    """Compare blocklist policies on the same callers: whom each one saves, and whom it shuts out."""
    from simulator.decisions.compare.compare import carry_out
    from simulator.decisions.order import Order
    from simulator.report.compare import print_comparison
    from simulator.report.progress import say_compiling
    from simulator.scenario.load import load_scenario

    order = Order(
        loaded=load_scenario(scenario),
        seed=seed,
        engine=engine.value if engine else None,
        replications=replications,
        targets=tuple(target or ()),
        out=out,
        check=check_laws,
        workers=workers,
        cluster=cluster,
        command=command(),
    )
    with progress_bar() as told, keeping_what_is_finished():
        done = carry_out(order, policies, call_takers, told, say_compiling)
    print_comparison(done, sys.stdout, as_json=as_json)


@app.command()
def tune(
    scenario: ScenarioFile,
    vary: Annotated[
        list[str] | None,
        typer.Option(metavar="KEY=LOW..HIGH", help="Vary a key of a rule; or KEY=a,b,c. May be repeated."),
    ] = None,
    policy: PolicyName = None,
    most_shut_out: Annotated[
        float,
        typer.Option(min=0, max=1000, help="Recommend a rule that surely shuts out no more of 1,000 genuine callers."),
    ] = 1.0,
    trials: Annotated[
        int, typer.Option(min=2, max=2_000, help="How many rules to try at most; of more NSGA-II chooses these.")
    ] = 200,
    call_takers: Annotated[
        int | None, typer.Option(min=0, max=10_000, help="This many call-takers on every shift.")
    ] = None,
    replications: Annotated[
        int | None,
        typer.Option(min=2, max=1_000_000, help="How often to simulate each rule, and how often the chosen ones anew."),
    ] = None,
    target: Annotated[list[str] | None, typer.Option(help="A target in place of the file's: what is in time.")] = None,
    seed: Seed = 1,
    engine: EngineOption = None,
    workers: Workers = None,
    cluster: ClusterAddress = None,
    out: Out = Path("results"),
    as_json: Json = False,
) -> None:
    """Tune a policy: which of its variants frees most call-taker time for how few callers shut out."""
    from simulator.decisions.order import Order
    from simulator.decisions.tune.tune import Wish, carry_out
    from simulator.report.progress import say_compiling
    from simulator.report.tune import print_tuned
    from simulator.scenario.load import load_scenario

    order = Order(
        loaded=load_scenario(scenario),
        seed=seed,
        engine=engine.value if engine else None,
        replications=replications,
        policy=policy,
        call_takers=call_takers,
        targets=tuple(target or ()),
        out=out,
        workers=workers,
        cluster=cluster,
        command=command(),
    )
    wish = Wish(vary=tuple(vary or ()), trials=trials, most_shut_out=most_shut_out / 1000)
    with progress_bar() as told, keeping_what_is_finished():
        done = carry_out(order, wish, told, say_compiling)
    print_tuned(done, sys.stdout, as_json=as_json)


@app.command()
def sensitivity(
    scenario: ScenarioFile,
    policies: Annotated[
        str | None,
        typer.Option(metavar="NAME,...", help="Names or files, ranked with no blocklist. By default none,scenario."),
    ] = None,
    by: Annotated[RankedBy, typer.Option(help="What policies are ranked by: saved less shut out, or one of them.")] = (
        RankedBy.NET
    ),
    samples: Annotated[
        int, typer.Option(min=10, max=10_000, help="Sets of assumed values, drawn together over their ranges.")
    ] = 64,
    replications: Annotated[
        int | None, typer.Option(min=2, max=100_000, help="How often to simulate each of them.")
    ] = None,
    seed: Seed = 1,
    engine: EngineOption = None,
    workers: Workers = None,
    cluster: ClusterAddress = None,
    out: Out = Path("results"),
    as_json: Json = False,
) -> None:
    """Vary what a scenario assumes: which values would change the ranking of policies, and where it flips."""
    from simulator.decisions.order import Order
    from simulator.decisions.sensitivity.sensitivity import carry_out
    from simulator.report.progress import say_compiling
    from simulator.report.sensitivity import print_sensitivity
    from simulator.scenario.load import load_scenario

    order = Order(
        loaded=load_scenario(scenario),
        seed=seed,
        engine=engine.value if engine else None,
        replications=replications,
        out=out,
        workers=workers,
        cluster=cluster,
        command=command(),
    )
    with progress_bar() as told, keeping_what_is_finished():
        done = carry_out(order, policies, samples, by.value, told, say_compiling)
    print_sensitivity(done, sys.stdout, as_json=as_json)


@app.command()
def replay(
    calls: Annotated[
        Path, typer.Argument(metavar="CALLS.csv", help="Columns arrival_s, handling_s; see docs/guides/replay.md.")
    ],
    call_takers: Annotated[int, typer.Option(min=0, max=10_000, help="Call-takers on duty all the time.")],
    trunks: Annotated[
        int, typer.Option(min=1, max=1_000_000, help="Lines: callers connected at once, waiting or talking.")
    ],
    outcomes: Annotated[Path, typer.Option(metavar="FILE.csv", help="Where to write what became of each attempt.")],
    policy: PolicyName = None,
    engine: EngineOption = None,
    as_json: Json = False,
) -> None:
    """Send a recorded table of calls through the floor: one row per attempt."""
    from simulator.decisions.replay import carry_out
    from simulator.report.replay import print_replay

    played, notes = carry_out(calls, call_takers, trunks, policy, engine.value if engine else None, outcomes)
    print_replay(played, (*notes, f"every attempt: {outcomes}"), sys.stdout, as_json=as_json)


@app.command()
def facts(
    scenarios: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[SCENARIO]...", help="Scenario files; the shipped services without any."),
    ] = None,
    replications: Annotated[int | None, typer.Option(min=2, help="How often to simulate each.")] = None,
    fit: Annotated[
        bool, typer.Option("--fit", help="Solve the volumes that meet the fitted figures, and print them.")
    ] = False,
    seed: Seed = 1,
    as_json: Json = False,
) -> None:
    """Hold what was reported of the services beside what is simulated."""
    from simulator.decisions.facts import compare_with_reported, fit_volumes, services
    from simulator.report.facts import print_facts, print_volumes

    paths = services(scenarios or ())
    with progress_bar() as told:
        if fit:
            print_volumes([fit_volumes(path, seed, replications, told) for path in paths], sys.stdout, as_json=as_json)
        else:
            rows = [row for path in paths for row in compare_with_reported(path, seed, replications, told)]
            print_facts(rows, sys.stdout, as_json=as_json)


@app.command()
def serve(
    scenario: Annotated[
        Path | None,
        typer.Argument(metavar="[SCENARIO]", help="Serve with the policy and the trunks of a scenario file."),
    ] = None,
    policy: PolicyName = None,
    trunks: Annotated[
        int | None, typer.Option(min=1, max=1_000_000, help="Lines: the scenario's; 30 (assumed) without one.")
    ] = None,
    speed: Annotated[
        float, typer.Option(min=0.001, max=100_000, help="How fast the server's clock goes: 60, a minute a second.")
    ] = 1.0,
    host: Annotated[str, typer.Option(help="The address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65_535, help="The port; 0: any that is free.")] = 8112,
    database: Annotated[
        str | None,
        typer.Option(metavar="FILE|URL", help="A file (SQLite) or postgresql://...; a new temporary file without."),
    ] = None,
    keys: Annotated[
        Path | None, typer.Option(metavar="FILE", help="API keys: ROLE NAME KEY a line; see docs/guides/serve.md.")
    ] = None,
) -> None:
    """Serve a small dispatch API to dial at: queue, desks, tickets, and a blocklist that follows siaga's rules."""
    from importlib.util import find_spec

    from simulator.scenario.errors import BadInput, Fault

    if lacking := [name for name in ("fastapi", "uvicorn", "sqlalchemy", "orjson") if find_spec(name) is None]:
        hint = "install it: pip install 'siaga[load]'"
        raise BadInput([Fault("what a server is made of", f"an installation without {', '.join(lacking)}", hint=hint)])
    from simulator.standin.serve import Wish
    from simulator.standin.serve import serve as served

    served(Wish(scenario, policy, trunks, speed, host, port, database, keys), typer.echo)


@app.command()
def load(
    scenario: Annotated[
        Path | None, typer.Argument(metavar="SCENARIO", help="A scenario file: its calls are played.")
    ] = None,
    target: TargetName = "stand-in",
    host: Host = None,
    key: Keys = None,
    begin: From = None,
    length: For = None,
    speed: Speed = 1.0,
    scale: Scale = 1.0,
    policy: PolicyName = None,
    call_takers: CallTakers = None,
    trunks: Trunks = None,
    target_level: Annotated[
        list[str] | None,
        typer.Option(metavar="TEXT", help="A target in place of the file's, such as '90 % of genuine within 15 s'."),
    ] = None,
    find_capacity: Annotated[
        bool, typer.Option("--find-capacity", help="Raise the scale until a target fails; what breaks first.")
    ] = False,
    serve_it: Annotated[
        bool, typer.Option("--serve", help="Start a stand-in for it, empty, and end it afterwards.")
    ] = False,
    client: Client = ClientName.FAST,
    processes: Processes = 0,
    most_lag: MostLag = "10 ms",
    sockets: Sockets = None,
    timeout: Timeout = None,
    insecure: Insecure = False,
    own: Own = False,
    try_it: Annotated[
        bool, typer.Option("--try", help="Try the target with one made-up call: every request and reply.")
    ] = False,
    new_target: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write the file of a new target, from its --openapi description."),
    ] = None,
    openapi: Annotated[
        Path | None, typer.Option(metavar="SPEC", help="The OpenAPI 3 description of an API, on disk.")
    ] = None,
    plan: Annotated[
        Path | None,
        typer.Option("--draw", metavar="FILE", help="Only draw the plan, into a file for Locust."),
    ] = None,
    seed: Seed = 1,
    out: Out = Path("results"),
    as_json: Json = False,
) -> None:
    """Play the scenario's calls at a dispatch API: whom it refuses, how fast it is, whether it meets the targets."""
    from simulator.decisions.load.load import Ask
    from simulator.decisions.load.order import DEFAULT_HOST, Door, Player, Stretch, keys_of
    from simulator.decisions.order import Order
    from simulator.scenario.errors import BadInput, Fault
    from simulator.scenario.load import load_scenario

    if new_target is not None:
        from simulator.decisions.load.trying import scaffolded

        typer.echo("\n".join(scaffolded(new_target, openapi)))
        return
    door = Door(target, host or DEFAULT_HOST, keys_of(key or ()), own)
    if try_it:
        from simulator.decisions.load.trying import tried

        lines, well = tried(door, scenario, insecure=insecure)
        typer.echo("\n".join(lines))
        raise typer.Exit(DONE if well else TARGET_MISSED)
    if scenario is None:
        raise BadInput([Fault("a scenario file, such as scenarios/bontang.yaml", "none", "SCENARIO")])
    order = Order(
        loaded=load_scenario(scenario),
        seed=seed,
        policy=policy,
        call_takers=call_takers,
        targets=tuple(target_level or ()),
        out=out,
        command=command(),
    )
    stretch = Stretch.of(begin, length, speed, scale)
    if plan is not None:
        from simulator.decisions.load.draw import write_plan

        typer.echo(write_plan(order, stretch, trunks, plan))
        return
    player = Player(client.value, processes, most_lag, sockets, timeout, insecure)
    ask = Ask(order, stretch, door, player, trunks)
    if find_capacity:
        _find_capacity(ask, serve=serve_it, as_json=as_json)
        return
    from simulator.decisions.load.load import carry_out
    from simulator.report.load import print_load
    from simulator.report.watch import watching

    with watching(sys.stderr) as watch, keeping_what_is_finished():
        done = carry_out(ask, watch, serve=serve_it)
    print_load(done, sys.stdout, as_json=as_json)
    _leave_live(done, met=done.met)


def _find_capacity(ask: "Ask", *, serve: bool, as_json: bool) -> None:
    from simulator.decisions.load.capacity import carry_out
    from simulator.report.capacity import print_capacity
    from simulator.report.watch import stepping, watching

    with watching(sys.stderr) as watch, keeping_what_is_finished():
        done = carry_out(ask, watch, stepping(sys.stderr), serve=serve)
    print_capacity(done, sys.stdout, as_json=as_json)
    last = done.bounds.bad
    raise typer.Exit(SATURATED if last and last.saturated else DONE if done.bounds.good else TARGET_MISSED)


def _leave_live(done: "Load", *, met: bool) -> None:
    """End as a live run ended: stopped, not to be counted, missed, or done."""
    if done.played.interrupted:
        raise Interrupted(f"interrupted: what was played is kept in {done.folder}; a live run can not be gone on with")
    raise typer.Exit(SATURATED if done.played.saturated else DONE if met else TARGET_MISSED)


@app.command()
def twin(
    scenario: Annotated[Path, typer.Argument(metavar="SCENARIO", help="A scenario file: its calls are played twice.")],
    target: TargetName = "stand-in",
    host: Annotated[
        str | None, typer.Option(metavar="URL", help="The address of the API; without it a stand-in is started.")
    ] = None,
    key: Keys = None,
    begin: From = None,
    length: For = None,
    speed: Speed = 1.0,
    scale: Scale = 1.0,
    within: Annotated[
        str,
        typer.Option(metavar="TIME", help="Waits, and races, this near to each other on the wall are alike."),
    ] = "50 ms",
    policy: PolicyName = None,
    call_takers: CallTakers = None,
    trunks: Trunks = None,
    client: Client = ClientName.FAST,
    processes: Processes = 0,
    most_lag: MostLag = "10 ms",
    sockets: Sockets = None,
    timeout: Timeout = None,
    insecure: Insecure = False,
    own: Own = False,
    seed: Seed = 1,
    out: Out = Path("results"),
    as_json: Json = False,
) -> None:
    """Play the same calls in the model and at an API: waits call by call, endings that differ, what the API adds."""
    from simulator.decisions.load.load import Ask
    from simulator.decisions.load.order import Door, Player, Stretch, keys_of, parsed
    from simulator.decisions.load.twin import carry_out
    from simulator.decisions.order import Order
    from simulator.report.twin import print_twin
    from simulator.report.watch import watching
    from simulator.scenario.load import load_scenario
    from simulator.scenario.units import parse_positive_duration

    loaded = load_scenario(scenario)
    ask = Ask(
        Order(loaded=loaded, seed=seed, policy=policy, call_takers=call_takers, out=out, command=command()),
        Stretch.of(begin, length, speed, scale),
        Door(target, keys=keys_of(key or ()), own=own),
        Player(client.value, processes, most_lag, sockets, timeout, insecure),
        trunks,
    )
    alike = parsed(parse_positive_duration, within, "--within")
    with watching(sys.stderr) as watch, keeping_what_is_finished():
        done = carry_out(ask, host, alike, watch)
    print_twin(done, sys.stdout, as_json=as_json)
    _leave_live(done.live, met=done.held)


def _say_version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        typer.echo(f"siaga {version('siaga')}")
        raise typer.Exit(DONE)


@app.callback()
def about(
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_say_version, help="Print the version and stop.")
    ] = False,
) -> None:
    """Options of siaga itself."""


def command() -> str:
    """The command as it was typed, less keys and passwords, for the manifest."""
    import shlex

    from simulator.decisions.load.hosts import words_without_secrets

    return shlex.join(["siaga", *words_without_secrets(sys.argv[1:])])


@contextmanager
def progress_bar() -> "Iterator[Progress]":
    """Progress on standard error: a bar with the time left in a terminal, nothing elsewhere."""
    from simulator.report.progress import bar

    with bar(sys.stderr) as told:
        yield told


def _leave(*_: object) -> None:
    raise Interrupted("interrupted")


@contextmanager
def keeping_what_is_finished() -> "Iterator[None]":
    """Ctrl-C is KeyboardInterrupt meanwhile, which decisions see to; elsewhere the command library would take it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    except KeyboardInterrupt:
        # Before there was anything to keep; the command library would end without a word.
        raise Interrupted("interrupted") from None
    finally:
        signal.signal(signal.SIGINT, before)


def main() -> None:
    """Run the command; bad input is said in plain words with exit code 2, an interruption with 130."""
    from simulator.scenario.errors import BadInput

    signal.signal(signal.SIGINT, _leave)
    for name in ("SIGTERM", "SIGHUP"):
        # Ended in another way, or the terminal closed: as by Ctrl-C, what is finished is kept.
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), lambda *_: signal.raise_signal(signal.SIGINT))
    # Few of the many objects of a start, and of a run of the readable engine, ever become garbage in circles: looking
    # for them as often as usual costs a tenth of a short command.
    gc.set_threshold(200_000, 20, 20)
    for stream in (sys.stdout, sys.stderr):
        # A name that the terminal has no letters for is no reason to stop.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        app()
    except BadInput as error:
        typer.echo(str(error), err=True)
        sys.exit(BAD_INPUT)
    except (Interrupted, KeyboardInterrupt) as interrupted:
        typer.echo(str(interrupted) or "interrupted", err=True)
        sys.exit(INTERRUPTED)
    except OSError as error:
        # Python would complain once more when it closes the pipe or file.
        sys.stdout = None
        if isinstance(error, BrokenPipeError):
            sys.exit(DONE)  # who reads has seen enough (``| head``)
        typer.echo(f"given {error.filename or 'standard output'}, where {error.strerror}", err=True)
        sys.exit(BAD_INPUT)


if __name__ == "__main__":
    main()
