"""Pictures: one HTML file each, which needs no network, and colours that all can tell apart."""

from pathlib import Path
from typing import Any

from simulator.tables.files import write_whole

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#999999")
"""Told apart by who does not see all colours (Okabe and Ito, 2008)."""
GREY = COLOURS[7]


def write_figure(path: Path, figure: Any) -> None:
    """Write a figure of plotly."""
    write_whole(path, lambda draft: figure.write_html(draft, include_plotlyjs=True, full_html=True))


def picture_note(path: Path, of: str) -> str:
    """Where a picture is, and what it shows."""
    return f"picture of {of}: {path}"


def mark(colour: str = "#666666", dash: str = "dash") -> dict[str, Any]:
    """How a straight line across a figure looks; the white template would draw it with no width."""
    return {"line": {"color": colour, "dash": dash, "width": 1.5}, "opacity": 1}
