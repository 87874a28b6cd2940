"""Named shapes of a day: relative rates for the 24 hours from midnight, local time.

No service here has published counts by hour. The shapes follow what was said of such lines: Romania's 112 has
its peak about 19:00 and its lowest hour about 04:00 [Romania 112]; Gresik's pranks come mostly after 10:00 and
from children [Gresik 112]. The figures themselves are assumed; a scenario may write 24 numbers of its own.
"""

from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, WithJsonSchema

from simulator.scenario.fixes import nearest
from simulator.scenario.units import Number, refuse

NAMED_DAYS: dict[str, tuple[float, ...]] = {
    "flat": (1.0,) * 24,
    "evening_peak": tuple(
        float(weight)
        for weight in (
            *(50, 42, 36, 32, 30, 36, 50, 68, 84, 94, 100, 104),
            *(106, 106, 108, 112, 120, 132, 146, 150, 142, 124, 98, 72),
        )
    ),
    "daytime": tuple(
        float(weight)
        for weight in (
            *(8, 5, 4, 3, 4, 10, 30, 70, 110, 130, 135, 130),
            *(120, 115, 115, 118, 115, 105, 95, 85, 65, 45, 28, 15),
        )
    ),
    "after_school": tuple(
        float(weight)
        for weight in (
            *(4, 2, 1, 1, 1, 3, 15, 25, 30, 45, 90, 120),
            *(150, 170, 180, 180, 175, 150, 120, 100, 70, 40, 20, 8),
        )
    ),
}


def _weights(count: int, each: str, names: dict[str, tuple[float, ...]]) -> tuple[Any, ...]:
    """Validators and schema: ``count`` numbers that are not all zero, or the name of such a list."""
    wanted = f"a list of {count} numbers, {each}" + (f", or one of {', '.join(names)}" if names else "")

    def named(given: object) -> object:
        if isinstance(given, str) and given in names:
            return names[given]
        if not isinstance(given, (list, tuple)):
            raise refuse(wanted, given, nearest(given, names) if isinstance(given, str) else "")
        if len(given) != count:
            raise refuse(wanted, f"{len(given)} numbers")
        return given

    def checked(weights: tuple[float, ...]) -> tuple[float, ...]:
        if not any(weights):
            raise refuse(f"{wanted}, not all zero", "only zeros")
        return weights

    item = {"type": ["number", "string"], "minimum": 0, "pattern": r"^[0-9]{1,12}([.][0-9]{1,9})?$"}
    listed = {"type": "array", "minItems": count, "maxItems": count, "items": item}
    schema = {"anyOf": [{"enum": list(names)}, listed]} if names else listed
    return BeforeValidator(named), AfterValidator(checked), WithJsonSchema({"title": wanted, **schema})


HoursOfDay = Annotated[tuple[Number, ...], *_weights(24, "one for each hour of the day", NAMED_DAYS)]
DaysOfWeek = Annotated[tuple[Number, ...], *_weights(7, "one for each day from Monday to Sunday", {})]
