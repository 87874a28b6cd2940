"""Commands about a real dispatch API: serve a stand-in, load an API, find its breaking point, twin with the model."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from simulator.cli.frame import DONE, SATURATED, TARGET_MISSED, app, command, keeping_what_is_finished
from simulator.cli.options import (
    ApiName,
    CallTakers,
    Client,
    ClientName,
    EvenSo,
    For,
    From,
    Host,
    Json,
    Keys,
    MostLag,
    Out,
    Own,
    PolicyName,
    Processes,
    Scale,
    Seed,
    Speed,
    Targets,
    Trunks,
)
from simulator.scenario.errors import Interrupted

if TYPE_CHECKING:
    from simulator.live.load.load import Load, LoadRequest
    from simulator.live.load.request import ScenarioOptions

PlayedScenario = Annotated[Path, typer.Argument(metavar="SCENARIO", help="A scenario file: its calls are played.")]


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
    scenario: PlayedScenario,
    api: ApiName = "stand-in",
    host: Host = None,
    key: Keys = None,
    begin: From = None,
    length: For = None,
    speed: Speed = 1.0,
    scale: Scale = 1.0,
    policy: PolicyName = None,
    call_takers: CallTakers = None,
    trunks: Trunks = None,
    target: Targets = None,
    client: Client = ClientName.FAST,
    processes: Processes = 0,
    most_lag: MostLag = "10 ms",
    own: Own = False,
    even_so: EvenSo = False,
    seed: Seed = 1,
    out: Out = Path("results"),
    as_json: Json = False,
) -> None:
    """Play the scenario's calls at a dispatch API: whom it refuses, how fast it is, whether it meets the targets."""
    from simulator.scenario.extras import need

    need("load", "siaga load", "locust", "httpx")
    from simulator.live.load.load import run_load
    from simulator.report.load import print_load
    from simulator.report.watch import watching

    options = _options(scenario, seed, policy, call_takers, target, out)
    generator = client.value, processes, most_lag
    request = _request(options, (begin, length, speed, scale), (api, host, key, own, even_so), generator, trunks)
    with watching(sys.stderr) as watch, keeping_what_is_finished():
        done = run_load(request, watch)
    print_load(done, sys.stdout, as_json=as_json)
    _leave_live(done, met=done.met)


@app.command()
def breaking_point(
    scenario: PlayedScenario,
    api: ApiName = "stand-in",
    host: Host = None,
    key: Keys = None,
    begin: From = None,
    length: For = None,
    speed: Speed = 1.0,
    scale: Scale = 1.0,
    policy: PolicyName = None,
    call_takers: CallTakers = None,
    trunks: Trunks = None,
    target: Targets = None,
    client: Client = ClientName.FAST,
    processes: Processes = 0,
    most_lag: MostLag = "10 ms",
    own: Own = False,
    even_so: EvenSo = False,
    seed: Seed = 1,
    out: Out = Path("results"),
    as_json: Json = False,
) -> None:
    """Find at how many times the callers a dispatch API fails a target, and what breaks first."""
    from simulator.scenario.extras import need

    need("load", "siaga breaking-point", "locust", "httpx")
    from simulator.live.load.breaking_point import find_breaking_point
    from simulator.report.breaking_point import print_breaking_point
    from simulator.report.watch import stepping, watching

    options = _options(scenario, seed, policy, call_takers, target, out)
    generator = client.value, processes, most_lag
    request = _request(options, (begin, length, speed, scale), (api, host, key, own, even_so), generator, trunks)
    with watching(sys.stderr) as watch, keeping_what_is_finished():
        done = find_breaking_point(request, watch, stepping(sys.stderr))
    print_breaking_point(done, sys.stdout, as_json=as_json)
    good, last = done.bounds.good, done.bounds.bad
    raise typer.Exit(SATURATED if last and last.saturated else DONE if good and good.judged else TARGET_MISSED)


@app.command()
def twin(
    scenario: PlayedScenario,
    api: ApiName = "stand-in",
    host: Host = None,
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
    own: Own = False,
    even_so: EvenSo = False,
    seed: Seed = 1,
    out: Out = Path("results"),
    as_json: Json = False,
) -> None:
    """Play the same calls in the model and at an API: waits call by call, endings that differ, what the API adds."""
    from simulator.scenario.extras import need

    need("load", "siaga twin", "locust", "httpx")
    from simulator.live.load.request import parsed
    from simulator.live.load.twin import run_twin
    from simulator.report.twin import print_twin
    from simulator.report.watch import watching
    from simulator.scenario.units import parse_positive_duration

    options = _options(scenario, seed, policy, call_takers, None, out)
    generator = client.value, processes, most_lag
    request = _request(options, (begin, length, speed, scale), (api, host, key, own, even_so), generator, trunks)
    alike = parsed(parse_positive_duration, within, "--within")
    with watching(sys.stderr) as watch, keeping_what_is_finished():
        done = run_twin(request, alike, watch)
    print_twin(done, sys.stdout, as_json=as_json)
    _leave_live(done.live, met=done.held)


@app.command()
def draw(
    scenario: PlayedScenario,
    plan: Annotated[Path, typer.Argument(metavar="PLAN", help="The file to write.")],
    begin: From = None,
    length: For = None,
    speed: Speed = 1.0,
    scale: Scale = 1.0,
    policy: PolicyName = None,
    call_takers: CallTakers = None,
    trunks: Trunks = None,
    seed: Seed = 1,
) -> None:
    """Draw the scenario's calls into a plan, for a Locust that you start yourself."""
    from simulator.live.load.draw import write_plan
    from simulator.live.load.request import Stretch

    options = _options(scenario, seed, policy, call_takers, None, Path("results"))
    typer.echo(write_plan(options, Stretch.of(begin, length, speed, scale), trunks, plan))


def _options(
    scenario: Path, seed: int, policy: str | None, call_takers: int | None, target: list[str] | None, out: Path
) -> "ScenarioOptions":
    """The scenario and what is changed of it; raises BadInput, also where a target is the name of an API."""
    from simulator.live.load.request import ScenarioOptions
    from simulator.scenario.errors import BadInput, Fault, quoted
    from simulator.scenario.load import load_scenario

    for text in target or ():
        if text and not any(each.isspace() for each in text):
            wanted, hint = "a target such as '90 % of genuine within 15 s'", f"to name an API write --api {text}"
            raise BadInput([Fault(wanted, quoted(text), "--target", hint=hint)])
    return ScenarioOptions(
        loaded=load_scenario(scenario),
        seed=seed,
        policy=policy,
        call_takers=call_takers,
        targets=tuple(target or ()),
        out=out,
        command=command(),
    )


def _request(
    options: "ScenarioOptions",
    stretch: tuple[str | None, str | None, float, float],
    api: tuple[str, str | None, list[str] | None, bool, bool],
    generator: tuple[str, int, str],
    trunks: int | None,
) -> "LoadRequest":
    from simulator.live.apis.target_api import TargetApi, keys_of
    from simulator.live.load.load import LoadRequest
    from simulator.live.load.request import Generator, Stretch, lag_of

    name, host, keys, own, even_so = api
    client, processes, most_lag = generator
    return LoadRequest(
        options,
        Stretch.of(*stretch),
        TargetApi(name, host or "", keys_of(keys or ()), own, even_so=even_so),
        Generator(client, processes, lag_of(most_lag)),
        trunks,
    )


def _leave_live(done: "Load", *, met: bool) -> None:
    """End as a live run ended: stopped, not to be counted, missed, or done."""
    if done.played.interrupted:
        raise Interrupted(f"interrupted: what was played is kept in {done.folder}; a live run cannot be gone on with")
    raise typer.Exit(SATURATED if not done.counts else DONE if met else TARGET_MISSED)
