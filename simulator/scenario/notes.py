"""What a reader of an answer should know beside its figures."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Kind = Literal["warning", "assumption", "hint"]


@dataclass(frozen=True, slots=True)
class Note:
    """One note.

    warning     the answer may mislead: too little data, something odd
    assumption  how the input was read, or what the answer takes for granted
    hint        where to look, or what to do next
    """

    kind: Kind
    text: str


def warnings(texts: Iterable[str]) -> tuple[Note, ...]:
    """Texts as warnings."""
    return tuple(Note("warning", text) for text in texts)


def texts_of(notes: Iterable[Note], *kinds: Kind) -> list[str]:
    """The texts of the notes of these kinds, in their order."""
    return [note.text for note in notes if note.kind in kinds]
