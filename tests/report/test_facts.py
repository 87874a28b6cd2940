"""What ``siaga facts`` prints: a verdict for each figure, and what would have disagreed with a predicted one."""

from typing import Any

import pytest

from simulator.questions.facts.result import Facts, Power, Row
from simulator.report.answer import as_text
from simulator.scenario.reported import Reported


def row(power: Power | None, agrees: bool = True, given: tuple[str, ...] = (), **keys: Any) -> Row:
    told = {"name": "n", "figure": "5", "counts": "attempts", "source": "s", "use": "predicted" if power else "fitted"}
    reported = Reported.model_validate({**told, **{key: keys.pop(key) for key in ("figure", "per") if key in keys}})
    found = {"mean": 4.0, "low": 1.0, "high": 9.0, "as_far": 0.4, "kept": 400, **keys}
    return Row("town", reported, 1000, agrees=agrees, given=given, power=power, **found)


@pytest.mark.parametrize(
    "made, verdict, said",
    [
        (row(None), "fitted", ""),
        (row(None, agrees=False), "fitted, NOT MET", ""),
        (
            row(Power(2, 9), as_far=0.032),
            "predicted: agrees",
            "n: As far out in 3.2 % of all 1,000 runs. A reported figure below 2 or above 9 would have disagreed.",
        ),
        (
            row(Power(None, 7, possible=8, also=0.74), given=("the day",)),
            "predicted: agrees, weakly",
            "n: Judged by the 400 runs with the fitted figure (the day). A reported figure above 7 would have "
            "disagreed. Of what is possible (0 to 8, as fitted), 74.0 % would have agreed as well.",
        ),
        (
            row(Power(None, None, possible=8, also=1.0)),
            "nothing could disagree",
            "n: Judged by all 1,000 runs. No figure that is possible (0 to 8, as fitted) would have disagreed.",
        ),
        (
            row(Power(2281, None, possible=2360, also=0.03), agrees=False, given=("a", "b"), as_far=0.0),
            "predicted: DISAGREES",
            "n: As far out in none of the 400 runs with the fitted figures (a, b). A reported figure below 2,281 would "
            "have disagreed.",
        ),
        (
            row(Power(37, 37, cv=0.4), figure="25 to 45", per="day", mean=0.85),
            "predicted: agrees, weakly",
            "n: A range that ends below 37 or begins above it would have disagreed. But the mean of the days follows "
            "from what was fitted: with it, days would have to differ by a coefficient of variation of 0.40 or more to "
            "disagree.",
        ),
        (
            row(Power(2, 9), given=("the day",), kept=12),
            "predicted: agrees",
            "n: Too few runs (12) have the fitted figure (the day): it is judged by all; ask for more --replications.",
        ),
    ],
)
def test_each_figure_has_a_verdict_and_a_predicted_one_what_would_have_disagreed(
    made: Row, verdict: str, said: str
) -> None:
    page = as_text("facts", Facts((made,)))
    assert verdict in page
    assert said in " ".join(page.split())
    assert max(len(line.rstrip()) for line in page.split("\n")) <= 80
