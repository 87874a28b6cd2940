"""Cells of the CSV files that siaga writes: text that a spreadsheet would run as a formula is made harmless."""

import re

_BEGIN = r"(?:^|(?<=[;\t\r\n]))"
"""Where a cell may begin. Excel divides lines at ``;`` where a comma is the decimal sign, as in Indonesia, and heeds no
quotes in the middle of them."""
_FORMULA = r"""(?=['"\s]*[=+\-@＝＋－＠][^;\t\r\n])"""
_SIGNS = re.compile("[=+\\-@＝＋－＠]")
_UNMARKED = re.compile(_BEGIN + _FORMULA)
_MARKED = re.compile(_BEGIN + "'" + _FORMULA)


def harmless(text: str) -> str:
    """The text, with ' before each = + - or @ that would make it a formula in a spreadsheet; other text as it is.

    Names, titles and telephone numbers come from other people: ``=cmd|' /C calc'!A0`` in one of them would be run by
    whoever opens the file. A ' in front makes a spreadsheet show the text, and keeps the digits of ``+62812...``.
    Blanks and quotes before the sign are looked through; a sign alone, such as the ``-`` of a day off, is no formula.
    ``as_given`` takes the ' away again.
    """
    return _UNMARKED.sub("'", text) if _SIGNS.search(text) else text


def as_given(text: str) -> str:
    """The text that `harmless` was given: for whoever reads a file that siaga wrote."""
    return _MARKED.sub("", text)
