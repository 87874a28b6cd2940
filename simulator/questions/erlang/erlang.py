"""``siaga erlang``: a steady load, or a scenario's average day, by the formulas of the profession."""

from simulator.questions.erlang.by_hour import by_hour
from simulator.questions.erlang.formulas import formulas
from simulator.questions.erlang.request import Request
from simulator.questions.erlang.result import ByHour, Formulas
from simulator.scenario.errors import BadInput, Fault, field_name
from simulator.study.question import SILENT, Progress, loaded

NOT_OF_A_DAY = ("calls", "handling", "call_takers", "redials")


def answer(request: Request, progress: Progress = SILENT) -> Formulas | ByHour:  # noqa: ARG001  (done at once)
    """Work out what is asked; raises BadInput."""
    calls, handling, day = (field_name(field) for field in ("calls", "handling", "day"))
    if request.day is None:
        if request.calls is None or request.handling is None:
            hint = f"siaga erlang {calls} '60 / h' {handling} '150 s', or {day} scenarios/serang.yaml"
            raise BadInput([Fault(f"{calls} and {handling}, or {day}", "neither, or one of the two", hint=hint)])
        return formulas(request, request.calls, request.handling)
    for field in NOT_OF_A_DAY:
        if getattr(request, field) is not None:
            hint = f"leave it out, or leave out {day}: a day has its own calls, hour by hour"
            given = f"both {day} and {field_name(field)}"
            raise BadInput([Fault(f"{day} without it", given, hint=hint, field=field)])
    try:
        scenario = loaded(request.day).scenario
    except BadInput as error:
        raise error.at("day", instead_of="scenario") from None
    return by_hour(request, scenario)
