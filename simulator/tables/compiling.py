"""Compiling with Numba: cached on disk where there is a place for it, without a cache where there is none."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

UNCOUNTED: dict[str, Any] = {"_nrt": False}
"""Option of `compiled`: arrays that are passed on are not counted.

Numba counts, one by one, the arrays of each tuple that a compiled function passes to another, even to one that becomes
part of it; loops of small functions are 5 to 50 times slower for it. Without counting, compiled code can make no array.
"""


def compiled(**options: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A decorator: the function, compiled when it is first called with arguments of new types.

    Compiled code is kept beside the source or in the user's cache folder; on a machine where both are read-only it is
    compiled anew in each process.
    """
    from numba import njit  # noqa: PLC0415

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        try:
            dispatcher = njit(cache=True, **options)(function)
            dispatcher._cache = _cache_of(function)
            return dispatcher  # type: ignore[no-any-return]
        except RuntimeError:
            # Numba finds no folder that it could write to.
            return njit(**options)(function)  # type: ignore[no-any-return]

    return decorate


def inlined(function: Callable[..., Any]) -> Callable[..., Any]:
    """A decorator: a part of compiled functions, in which nothing is counted; it cannot be called from Python."""
    from numba import njit  # noqa: PLC0415

    options: dict[str, Any] = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True, **UNCOUNTED}
    return njit(forceinline=True, **options)(function)  # type: ignore[no-any-return]


def _cache_of(function: Callable[..., Any]) -> Any:
    """Numba's cache of a function, which also minds the constants that are compiled in.

    Numba's own compares the time and size of the function's file alone. Constants come from other files, too: where
    one of those has changed, code with the old ones would run, and give wrong numbers.
    """
    from numba.core.caching import FunctionCache  # noqa: PLC0415

    kinds = (int, float, str, tuple)
    constants = sorted((name, repr(value)) for name, value in function.__globals__.items() if isinstance(value, kinds))

    class Cache(FunctionCache):
        def _index_key(self, sig: Any, codegen: Any) -> Any:
            key = super()._index_key(sig, codegen)  # type: ignore[no-untyped-call]
            return (*key, *(each for each in constants if each[0].isupper()))

    return Cache(function)  # type: ignore[no-untyped-call]


@contextmanager
def told_of_compiling(notice: Callable[[], None]) -> Iterator[None]:
    """Call ``notice`` once, when compiling begins; not where compiled code is loaded from disk."""
    from numba.core import event  # noqa: PLC0415

    class Listener(event.Listener):
        begun = False

        def on_start(self, _: event.Event) -> None:
            if not self.begun:
                self.begun = True
                notice()

        def on_end(self, _: event.Event) -> None:
            """Nothing to say."""

    listener = Listener()
    event.register("numba:compile", listener)  # type: ignore[no-untyped-call]
    try:
        yield
    finally:
        event.unregister("numba:compile", listener)  # type: ignore[no-untyped-call]
