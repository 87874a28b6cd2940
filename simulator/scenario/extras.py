"""What an extra brings, and the command that installs it beside the siaga that runs."""

import json
import re
import shlex
import sys
from importlib.metadata import PackageNotFoundError, distribution
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import unquote, urlsplit

from simulator.scenario.errors import BadInput, Fault


def need(extra: str, what: str, *modules: str) -> None:
    """Raise BadInput where one of the ``modules`` that an ``extra`` brings is not installed; ``what`` needs them."""
    if lacking := [module for module in modules if find_spec(module) is None]:
        given = f"an installation without {', '.join(lacking)}"
        raise BadInput([Fault(f"the extra {extra}, for {what}", given, hint=f"install it: {install_command(extra)}")])


def install_command(extra: str) -> str:
    """The command that installs an extra: from the checkout or wheel that siaga was installed from, else its packages
    by name, since siaga itself is on no registry."""
    try:
        siaga = distribution("siaga")
    except PackageNotFoundError:
        return f"pip install '.[{extra}]' in the checkout"
    origin = json.loads(siaga.read_text("direct_url.json") or "{}")
    source = Path(unquote(urlsplit(origin.get("url", "")).path))
    pip = f"{shlex.quote(sys.executable)} -m pip install"
    if origin.get("url", "").startswith("file:") and source.exists():
        editable = "-e " if origin.get("dir_info", {}).get("editable") else ""
        pinned = source / "constraints.txt"
        constraints = f"-c {shlex.quote(str(pinned))} " if pinned.is_file() else ""
        return f"{pip} {constraints}{editable}{shlex.quote(f'{source}[{extra}]')}"
    return f"{pip} {shlex.join(_packages(siaga.requires or [], extra))}"


def _packages(requirements: list[str], extra: str) -> list[str]:
    """The requirements of an extra, without the marks that say so."""
    of_extra = re.compile(rf"""extra == ['"]{re.escape(extra)}['"]""")
    return [each.partition(";")[0].strip() for each in requirements if of_extra.search(each)]
