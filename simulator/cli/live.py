"""Commands about a real dispatch API: serve a stand-in, load a target, twin with the model."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from simulator.cli.frame import DONE, SATURATED, TARGET_MISSED, app, command, keeping_what_is_finished
from simulator.cli.options import (
    CallTakers,
    Client,
    ClientName,
    EvenSo,
    For,
    From,
    Host,
    Insecure,
    Json,
    Keys,
    MostLag,
    Out,
    Own,
    PolicyName,
    Processes,
    Scale,
    Seed,
    Sockets,
    Speed,
    TargetName,
    Timeout,
    Trunks,
)
from simulator.scenario.errors import Interrupted

if TYPE_CHECKING:
    from simulator.live.load.load import Ask, Load


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
    from simulator.scenario.extras import need

    need("load", "siaga serve", "fastapi", "uvicorn", "sqlalchemy", "orjson")
    from simulator.live.standin.serve import Wish
    from simulator.live.standin.serve import serve as served

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
    even_so: EvenSo = False,
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
    from simulator.live.load.load import Ask
    from simulator.live.load.order import DEFAULT_HOST, Door, Player, Stretch, keys_of, lag_of, one_of
    from simulator.scenario.errors import BadInput, Fault
    from simulator.scenario.load import load_scenario
    from simulator.study.options import Order

    lag_of(most_lag)
    one_of(**{"--serve": serve_it, "--host": host is not None})
    one_of(**{"--serve": serve_it, "--try": try_it})
    one_of(**{"--find-capacity": find_capacity, "--try": try_it, "--draw": plan is not None})
    if new_target is not None:
        from simulator.live.load.trying import scaffolded

        typer.echo("\n".join(scaffolded(new_target, openapi)))
        return
    door = Door(target, host or DEFAULT_HOST, keys_of(key or ()), own, even_so=even_so)
    if try_it:
        from simulator.live.load.trying import tried

        lines, well = tried(door, scenario, insecure=insecure)
        typer.echo("\n".join(lines))
        raise typer.Exit(DONE if well else TARGET_MISSED)
    if scenario is None:
        hint = "write siaga load scenarios/bontang.yaml"
        raise BadInput([Fault("a scenario file, such as scenarios/bontang.yaml", "none", "SCENARIO", hint=hint)])
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
        from simulator.live.load.draw import write_plan

        typer.echo(write_plan(order, stretch, trunks, plan))
        return
    player = Player(client.value, processes, most_lag, sockets, timeout, insecure)
    ask = Ask(order, stretch, door, player, trunks)
    if find_capacity:
        _find_capacity(ask, serve=serve_it, as_json=as_json)
        return
    from simulator.live.load.load import carry_out
    from simulator.report.load import print_load
    from simulator.report.watch import watching

    with watching(sys.stderr) as watch, keeping_what_is_finished():
        done = carry_out(ask, watch, serve=serve_it)
    print_load(done, sys.stdout, as_json=as_json)
    _leave_live(done, met=done.met)


def _find_capacity(ask: "Ask", *, serve: bool, as_json: bool) -> None:
    from simulator.live.load.capacity import carry_out
    from simulator.report.capacity import print_capacity
    from simulator.report.watch import stepping, watching

    with watching(sys.stderr) as watch, keeping_what_is_finished():
        done = carry_out(ask, watch, stepping(sys.stderr), serve=serve)
    print_capacity(done, sys.stdout, as_json=as_json)
    good, last = done.bounds.good, done.bounds.bad
    raise typer.Exit(SATURATED if last and last.saturated else DONE if good and good.judged else TARGET_MISSED)


def _leave_live(done: "Load", *, met: bool) -> None:
    """End as a live run ended: stopped, not to be counted, missed, or done."""
    if done.played.interrupted:
        raise Interrupted(f"interrupted: what was played is kept in {done.folder}; a live run can not be gone on with")
    raise typer.Exit(SATURATED if not done.counts else DONE if met else TARGET_MISSED)


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
    even_so: EvenSo = False,
    seed: Seed = 1,
    out: Out = Path("results"),
    as_json: Json = False,
) -> None:
    """Play the same calls in the model and at an API: waits call by call, endings that differ, what the API adds."""
    from simulator.live.load.load import Ask
    from simulator.live.load.order import Door, Player, Stretch, keys_of, lag_of, parsed
    from simulator.live.load.twin import carry_out
    from simulator.report.twin import print_twin
    from simulator.report.watch import watching
    from simulator.scenario.load import load_scenario
    from simulator.scenario.units import parse_positive_duration
    from simulator.study.options import Order

    lag_of(most_lag)
    loaded = load_scenario(scenario)
    ask = Ask(
        Order(loaded=loaded, seed=seed, policy=policy, call_takers=call_takers, out=out, command=command()),
        Stretch.of(begin, length, speed, scale),
        Door(target, keys=keys_of(key or ()), own=own, even_so=even_so),
        Player(client.value, processes, most_lag, sockets, timeout, insecure),
        trunks,
    )
    alike = parsed(parse_positive_duration, within, "--within")
    with watching(sys.stderr) as watch, keeping_what_is_finished():
        done = carry_out(ask, host, alike, watch)
    print_twin(done, sys.stdout, as_json=as_json)
    _leave_live(done.live, met=done.held)
