"""Where the scenarios and policies that come with siaga stand."""

from pathlib import Path


def shipped_scenarios() -> Path:
    """The folder of shipped scenarios: inside an installed package, at the top of a checkout or editable install."""
    package = Path(__file__).resolve().parents[1]
    installed = package / "shipped" / "scenarios"
    return installed if installed.is_dir() else package.parent / "scenarios"
