"""Bounds on what may be sent: no body is larger than any request needs."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from simulator.live.standin.replies import Unable, problem

MOST_BODY = 16_384
"""Bytes."""


class Limits:
    """Refuses bodies that are too large: by what they say of themselves, and by what comes."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request through, its body counted."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        length, chunked = _announced(scope)
        if length > MOST_BODY:
            await too_large()(scope, receive, send)
            return
        await self.app(scope, _counted(receive) if chunked else receive, send)


def too_large() -> ASGIApp:
    """The reply to a body that is too large."""
    return problem(413, f"a body of at most {MOST_BODY} bytes is wanted", headers={"Connection": "close"})


def _announced(scope: Scope) -> tuple[int, bool]:
    """How long the body says it is, and whether it does not say."""
    for name, value in scope["headers"]:
        if name == b"content-length":
            return int(value), False
        if name == b"transfer-encoding":
            return 0, True
    return 0, False


def _counted(receive: Receive) -> Receive:
    got = 0

    async def counting() -> Message:
        nonlocal got
        message = await receive()
        got += len(message.get("body", b""))
        if got > MOST_BODY:
            raise Unable(413, f"a body of at most {MOST_BODY} bytes is wanted", headers={"Connection": "close"})
        return message

    return counting
