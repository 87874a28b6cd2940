"""A line to play live runs at, and Locust's place taken by something that needs neither network nor time."""

import sys
from pathlib import Path

import pytest

from simulator.live.apis.target_api import TargetApi
from simulator.live.load import locust
from simulator.live.load.load import LoadRequest
from simulator.live.load.request import Generator, ScenarioOptions, Stretch
from simulator.scenario.load import load_scenario
from simulator.scenario.units import HOUR
from tests.study.towns import TOWN, town

ROOT = Path(__file__).parents[3]
FAKE = (sys.executable, str(Path(__file__).with_name("fake_locust.py")))
TARGET = "targets: ['90 % of genuine within 15 s']\n"
CROWDED = TOWN.replace("volume: 60 / d", "volume: 600 / d").replace("volume: 80 / d", "volume: 800 / d") + TARGET


@pytest.fixture
def fake_locust(monkeypatch: pytest.MonkeyPatch) -> None:
    """Locust's place is taken; see `fake_locust.py`."""
    monkeypatch.setattr(locust, "LOCUST", FAKE)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))


def load_request(folder: Path, kind: str = "ideal", text: str = CROWDED, **stretch: float) -> LoadRequest:
    """Six hours of a crowded town, a minute a second."""
    loaded = load_scenario(town(folder, text))
    options = ScenarioOptions(loaded=loaded, out=folder / "results", command="siaga load town.yaml")
    asked = Stretch(**{"begin": HOUR, "length": 6 * HOUR, "speed": 60.0, **stretch})  # type: ignore[arg-type]
    return LoadRequest(
        options, asked, TargetApi(host="http://127.0.0.1:8112", even_so=True), Generator(more=("--fake", kind))
    )
