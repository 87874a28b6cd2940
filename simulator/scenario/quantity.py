"""A quantity as text taken apart, so that it can be halved, doubled, compared, and written again in its own unit."""

import re
from decimal import Decimal
from typing import Literal, NamedTuple

from simulator.scenario.units import UNITS

QuantityKind = Literal["share", "rate", "duration", "number"]
DECIMALS = 9
"""Decimals that a number in a file may have."""
_QUANTITY = re.compile(r"([0-9]{1,12}(?:[.][0-9]{1,9})?)( ?%| ?/ ?(?:s|min|h|d|w)| ?(?:us|ms|s|min|h|d|w))?")


class Quantity(NamedTuple):
    """A number with its unit: ``size`` is a fraction of one, calls per microsecond, microseconds or the plain number;
    ``unit`` is what stands behind the number in the file."""

    size: float
    kind: QuantityKind
    unit: str


def quantity(text: str) -> Quantity | None:
    """The quantity that a text is; None where it is none, as a time of day or a word."""
    found = _QUANTITY.fullmatch(text.strip())
    if not found:
        return None
    unit = found[2] or ""
    return Quantity(float(found[1]) * _one(unit), _kind(unit), unit)


def written(size: float, unit: str) -> str:
    """A size in a unit, as a file would have it: six digits that count, no exponent."""
    number = Decimal(f"{size / _one(unit):.6g}")
    text = f"{round(number, DECIMALS):f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) + unit


def _kind(unit: str) -> QuantityKind:
    bare = unit.strip()
    return "number" if not bare else "share" if bare == "%" else "rate" if bare.startswith("/") else "duration"


def _one(unit: str) -> float:
    """One of a unit."""
    bare = unit.strip(" /")
    if _kind(unit) in {"number", "share"}:
        return 0.01 if bare else 1.0
    return 1 / UNITS[bare] if "/" in unit else float(UNITS[bare])
