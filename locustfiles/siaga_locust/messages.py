"""What master and workers tell each other. A run on its own sends the same messages to itself.

worker                              master
claim (a share, or a person)  ->
                              <-    given (the plan once, then rows of calls or a person)
ready                         ->
                              <-    begin (the epoch), once all have claimed and are ready
report (counts, log lines)    ->    twice a second
tell (who was answered ...)   ->    told (all other workers)
drained (a share)             ->
                              <-    close: once all are drained, or the run is stopped
final (latency, lag ...)      ->    only then the run ends
broken (why)                  ->    the run cannot go on
"""

from collections.abc import Callable
from typing import Any

CLAIM, READY, REPORT, TELL, DRAINED, FINAL, BROKEN = (
    f"siaga_{name}" for name in ("claim", "ready", "report", "tell", "drained", "final", "broken")
)
GIVEN, BEGIN, TOLD, CLOSE = (f"siaga_{name}" for name in ("given", "begin", "told", "close"))
SHARE, PERSON = "share", "person"


def listen(runner: Any, kind: str, hear: Callable[[Any], None]) -> None:
    """Let somebody hear all messages of a kind."""
    runner.register_message(kind, lambda environment, msg: hear(msg))  # noqa: ARG005  (Locust names them)
