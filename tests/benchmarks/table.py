"""A Markdown table as text."""

from collections.abc import Sequence


def table(title: str, header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Title, a blank line, header, rows; columns as wide as their longest cell, so that it reads as plain text too."""
    widths = [max(len(row[column]) for row in (header, *rows)) for column in range(len(header))]
    rule = ["-" * width for width in widths]
    lines = [
        " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in (header, rule, *rows)
    ]
    return "\n".join([title, "", *(f"| {line} |" for line in lines), ""])


def figure(value: float, digits: int = 3) -> str:
    """A figure to so many digits that count, without an exponent, thousands set apart."""
    if value >= 10 ** (digits - 1):
        return f"{value:,.0f}"
    return f"{value:#.{digits}g}".rstrip(".")
