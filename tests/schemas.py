"""Documents held to their schemas in docs/schema."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

SCHEMAS = Path(__file__).parents[1] / "docs" / "schema"


@cache
def schema(question: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((SCHEMAS / f"{question}.schema.json").read_text(encoding="utf-8"))
    return found


def document_of(question: str, printed: str) -> Any:
    """The document that a command printed: strict JSON, as its schema has it."""

    def never(name: str) -> None:
        raise AssertionError(f"{name} is no JSON")

    document = json.loads(printed, parse_constant=never)
    Draft202012Validator(schema(question), format_checker=FormatChecker()).validate(document)
    return document
