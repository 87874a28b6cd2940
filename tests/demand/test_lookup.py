"""A guide table gives the answers of a binary search, every one of them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.demand.lookup import WORTHWHILE, Lookup

NUMBERS = st.one_of(st.floats(0, 1e-300), st.floats(0, 1), st.sampled_from([0.0, 0.5, 1.0]))


@given(st.lists(NUMBERS, min_size=1, max_size=40), st.lists(NUMBERS, max_size=40), st.sampled_from([1, WORTHWHILE]))
def test_a_lookup_finds_what_a_binary_search_finds(edges: list[float], asked: list[float], copies: int) -> None:
    """Of few numbers and of many; for edges that fall together, are zero, or next to it; on edges and beside them."""
    sorted_ = np.sort(edges)
    beside = [np.nextafter(sorted_, 0), np.nextafter(sorted_, 1)]
    y = np.tile(np.concatenate([sorted_, *beside, asked]), copies)
    assert (Lookup(sorted_).find(y) == np.searchsorted(sorted_, y, side="right")).all()


@pytest.mark.parametrize("zipf", [0, 0.8, 1.1, 1.9, 6])
@pytest.mark.parametrize("pool", [1, 2, 40, 3000])
def test_a_lookup_serves_pools_with_any_tail(pool: int, zipf: float) -> None:
    upto = np.cumsum(np.arange(1.0, pool + 1) ** -zipf)
    upto /= upto[-1]
    y = np.random.default_rng(112).random(20_000)
    assert (Lookup(upto).find(y) == np.searchsorted(upto, y, side="right")).all()
