"""``siaga api``: write the file of an API, and try one, before load is sent to it."""

from pathlib import Path
from typing import Annotated

import typer

from simulator.cli.frame import DONE, TARGET_MISSED, app
from simulator.cli.options import Keys, Own

api = typer.Typer(name="api", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(api, help="Describe a dispatch API to siaga, and try it, before load is sent to it.")


@api.command()
def new(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file to write, such as mycentre.yaml.")],
    openapi: Annotated[
        Path | None, typer.Option(metavar="SPEC", help="The OpenAPI 3 description of the API, on disk.")
    ] = None,
) -> None:
    """Write the file of an API from its OpenAPI description: what was found, and what is left to fill in."""
    from simulator.live.apis.scaffold import new_api

    typer.echo("\n".join(new_api(file, openapi)))


@api.command(name="try")
def try_it(
    name: Annotated[
        str, typer.Argument(metavar="[NAME|FILE]", help="How to talk to it: stand-in, a name, FILE.yaml or .py.")
    ] = "stand-in",
    host: Annotated[
        str, typer.Option(metavar="URL", help="The address of the API; where siaga serve listens without.")
    ] = "http://127.0.0.1:8112",
    key: Keys = None,
    own: Own = False,
) -> None:
    """Try an API with made-up calls: every request and reply, and which steps are understood."""
    from simulator.scenario.extras import need

    need("load", "siaga api try", "httpx")
    from simulator.live.apis.target_api import TargetApi, keys_of
    from simulator.live.apis.trial import lines_of, try_at

    tried = try_at(TargetApi(name, host, keys_of(key or ()), own), Path())
    typer.echo("\n".join(lines_of(tried)))
    raise typer.Exit(DONE if all(each.well for each in tried) else TARGET_MISSED)
