"""Compact letter display: what cannot be told apart shares a letter.

Insert and absorb (Piepho 2004, J. Comput. Graph. Statist. 13, 456-466): begin with one letter for all; for each pair
that differs, every letter that both have is replaced by one without the first and one without the second; a letter
whose bearers another letter has, too, is dropped.
"""

from collections.abc import Collection

ALPHABET = "abcdefghijklmnopqrstuvwxyz"


def letters(many: int, different: Collection[tuple[int, int]]) -> tuple[str, ...]:
    """The letters of each of ``many`` things: two share one exactly if they are not a pair of ``different``."""
    columns = [frozenset(range(many))]
    for one, other in different:
        columns = _absorbed([part for column in columns for part in _without(column, one, other)])
    columns.sort(key=sorted)
    return tuple(
        "".join(_letter(place) for place, column in enumerate(columns) if each in column) for each in range(many)
    )


def _without(column: frozenset[int], one: int, other: int) -> list[frozenset[int]]:
    return [column - {one}, column - {other}] if {one, other} <= column else [column]


def _absorbed(columns: list[frozenset[int]]) -> list[frozenset[int]]:
    distinct = list(dict.fromkeys(columns))
    return [column for column in distinct if not any(column < other for other in distinct)]


def _letter(place: int) -> str:
    """a to z, then a2 to z2 and so on."""
    again, which = divmod(place, len(ALPHABET))
    return ALPHABET[which] + (str(again + 1) if again else "")
