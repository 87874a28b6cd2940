"""Frozen tables of numpy columns: what the rooms hand to each other."""

from dataclasses import fields
from typing import Any, ClassVar, Self

import numpy as np


def freeze(array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """The same array, contiguous and read-only."""
    array = np.ascontiguousarray(array)
    array.flags.writeable = False
    return array


class Columns:
    """A dataclass whose numpy fields are made read-only and cast to the dtype that the class declares in ``DTYPES``."""

    DTYPES: ClassVar[dict[str, str]] = {}

    @classmethod
    def of(cls, **values: Any) -> Self:
        """A table whose columns may be given as anything array-like."""
        return cls(**values)

    def __post_init__(self) -> None:
        for name, dtype in self.DTYPES.items():
            object.__setattr__(self, name, freeze(np.asarray(getattr(self, name), dtype=dtype)))

    def __eq__(self, other: object) -> bool:
        """Equal where every column is, value for value and dtype for dtype."""
        if type(self) is not type(other):
            return NotImplemented
        return all(_same(getattr(self, f.name), getattr(other, f.name)) for f in fields(self))  # type: ignore[arg-type]

    __hash__ = None  # type: ignore[assignment]

    def columns(self) -> dict[str, np.ndarray[Any, Any]]:
        """The array columns by name, in order of declaration."""
        return {name: getattr(self, name) for name in self.DTYPES}


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, np.ndarray):
        return one.dtype == other.dtype and np.array_equal(one, other)
    return bool(one == other)
