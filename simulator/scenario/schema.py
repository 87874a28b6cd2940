"""JSON Schemas of scenario and policy files, for editors: completion, hover texts, and faults while typing.

They accept what the loader accepts, except for what a schema cannot state: sums, references between parts, files,
calendars, and how a number is written. ``python -m simulator.scenario.schema FOLDER`` writes them.
"""

import json
import sys
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema

from simulator.scenario.model import Scenario
from simulator.scenario.people import People
from simulator.scenario.policy import Policy
from simulator.scenario.units import DAY, HOUR, MINUTE, NEVER, SECOND
from simulator.scenario.work import Work

FILES: dict[str, type[BaseModel]] = {
    "scenario.schema.json": Scenario,
    "policy.schema.json": Policy,
    "work.schema.json": Work,
    "people.schema.json": People,
}
_NULL = {"type": "null"}


def schema_text(model: type[BaseModel]) -> str:
    """The JSON Schema (2020-12) of a model's files, as text that depends on nothing but the model."""
    schema = model.model_json_schema(by_alias=True, mode="validation")
    schema = {"$schema": GenerateJsonSchema.schema_dialect, **_for_editors(schema)}
    return json.dumps(schema, indent=2, ensure_ascii=False, sort_keys=True) + "\n"


def schema_texts() -> dict[str, str]:
    """Names of the schema files and their texts."""
    return {name: schema_text(model) for name, model in FILES.items()}


def _for_editors(schema: Any) -> Any:
    """Without nulls (no value is refused), with defaults as a file would write them, line breaks out of hover texts."""
    if isinstance(schema, list):
        return [_for_editors(each) for each in schema if each != _NULL]
    if not isinstance(schema, dict):
        return schema
    made = {key: _for_editors(value) for key, value in schema.items() if key != "default"}
    if isinstance(schema.get("description"), str):
        made["description"] = _hover(schema["description"], _default(schema))
    return _named(_unwrapped(made))


def _hover(description: str, default: str) -> str:
    paragraphs = [" ".join(part.split()) for part in description.replace("``", "").split("\n\n")]
    return "\n\n".join([*paragraphs, *([f"Without it: {default}."] if default else [])])


def _unwrapped(schema: dict[str, Any]) -> dict[str, Any]:
    """A choice among one is that one."""
    choices = schema.get("anyOf")
    if isinstance(choices, list) and len(choices) == 1 and isinstance(choices[0], dict):
        return {**choices[0], **{key: value for key, value in schema.items() if key != "anyOf"}}
    return schema


def _named(schema: dict[str, Any]) -> dict[str, Any]:
    """Mappings take no key that is not listed, and names of groups keep to their pattern."""
    if "patternProperties" in schema:
        schema.setdefault("additionalProperties", False)
    return schema


def _default(schema: dict[str, Any]) -> str:
    """The default value as a file would write it; '' for what needs no mention."""
    value = schema.get("default")
    titles = {schema.get("title"), *(each.get("title") for each in schema.get("anyOf", []) if isinstance(each, dict))}
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value == NEVER:
        return "never" if "duration or never" in titles else "forever"
    if "share" in titles and isinstance(value, float):
        return f"{100 * value:g} %"
    if isinstance(value, int) and any(str(title).startswith("duration") for title in titles):
        return _duration(value)
    return str(value) if isinstance(value, (int, float, str)) else ""


def _duration(value: int) -> str:
    for unit, name in ((DAY, "d"), (HOUR, "h"), (MINUTE, "min")):
        if value and value % unit == 0:
            return f"{value // unit} {name}"
    return f"{value / SECOND:g} s"


if __name__ == "__main__":
    for name, text in schema_texts().items():
        Path(sys.argv[1], name).write_text(text, encoding="utf-8")
