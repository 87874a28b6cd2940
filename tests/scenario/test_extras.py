"""What an extra brings: the command that a message names installs it from where siaga was installed."""

import json
import shlex
import sys
from importlib.metadata import Distribution
from pathlib import Path
from typing import Any

import pytest

from simulator.scenario import extras
from simulator.scenario.errors import BadInput
from simulator.scenario.extras import install_command, need

METADATA = """Metadata-Version: 2.4
Name: siaga
Version: 0.1.0
Requires-Dist: numpy>=2.0
Requires-Dist: fastapi>=0.115; extra == 'load'
Requires-Dist: uvloop>=0.21; (sys_platform != 'win32') and extra == 'load'
Requires-Dist: distributed>=2024.8; extra == 'cluster'
Provides-Extra: load
"""
PIP = [sys.executable, "-m", "pip", "install"]


def installed(folder: Path, monkeypatch: pytest.MonkeyPatch, origin: dict[str, Any] | None) -> None:
    """An installation whose installer wrote down where it came from, as PEP 610 says."""
    info = folder / "siaga-0.1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(METADATA)
    if origin is not None:
        (info / "direct_url.json").write_text(json.dumps(origin))
    monkeypatch.setattr(extras, "distribution", lambda _: Distribution.at(info))


def test_from_an_editable_checkout_it_installs_the_checkout_with_its_pins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkout = tmp_path / "my siaga"
    checkout.mkdir()
    (checkout / "constraints.txt").write_text("")
    installed(tmp_path, monkeypatch, {"url": checkout.as_uri(), "dir_info": {"editable": True}})
    pinned = ["-c", str(checkout / "constraints.txt"), "-e", f"{checkout}[load]"]
    assert shlex.split(install_command("load")) == [*PIP, *pinned]


@pytest.mark.parametrize("name", ["siaga", "siaga-0.1.0-py3-none-any.whl"])
def test_from_a_folder_or_a_wheel_it_installs_that(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    source = tmp_path / name
    source.touch()
    installed(tmp_path, monkeypatch, {"url": source.as_uri(), "dir_info": {}})
    assert shlex.split(install_command("load")) == [*PIP, f"{source}[load]"]


@pytest.mark.parametrize("origin", [None, {"url": "file:///nowhere/siaga.whl"}], ids=["unknown", "gone"])
def test_else_it_installs_the_packages_of_the_extra_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, origin: dict[str, Any] | None
) -> None:
    installed(tmp_path, monkeypatch, origin)
    assert shlex.split(install_command("load")) == [*PIP, "fastapi>=0.115", "uvloop>=0.21"]


def test_a_missing_module_is_told_with_the_extra_that_brings_it() -> None:
    with pytest.raises(BadInput, match="the extra load, for siaga serve") as caught:
        need("load", "siaga serve", "json", "no_such_module")
    assert "an installation without no_such_module" in str(caught.value)
    assert install_command("load") in str(caught.value)
    need("load", "siaga serve", "json")
