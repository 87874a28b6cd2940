"""The Pareto front, held against brute force; members that come out the same; members spread along a front."""

from hypothesis import given
from hypothesis import strategies as st

from simulator.metrics.paired import PAIRED
from simulator.questions.tune.front import equivalent_rules, pareto_front, spread
from simulator.questions.tune.members import Member
from tests.questions.tune.families import family

PAIRS = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=12)


def beats(one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Frees no less and harms no more, and one of them truly."""
    return one[0] >= other[0] and one[1] <= other[1] and one != other


@given(PAIRS)
def test_the_front_is_what_brute_force_finds(pairs: list[tuple[int, int]]) -> None:
    """Among all members and no policy at all, which frees nothing and harms nobody; what is as good as that is not
    worth having."""
    rivals = [*pairs, (0, 0)]
    expected = [
        place for place, each in enumerate(pairs) if each[0] > 0 and not any(beats(other, each) for other in rivals)
    ]
    assert sorted(pareto_front(pairs)) == expected


@given(PAIRS)
def test_along_the_front_both_rise(pairs: list[tuple[int, int]]) -> None:
    found = [pairs[place] for place in pareto_front(pairs)]
    assert found == sorted(found)
    assert [harm for _, harm in found] == sorted(harm for _, harm in found)


@given(st.sets(st.tuples(st.integers(0, 1000), st.integers(0, 1000)), min_size=1, max_size=60), st.integers(2, 12))
def test_as_many_are_spread_as_there_is_room_for_with_both_ends(points: set[tuple[int, int]], most: int) -> None:
    scores = sorted(points)
    places = spread(scores, most)
    assert len(places) == min(most, len(scores))
    assert places == sorted(set(places))
    assert {0, len(scores) - 1} <= set(places)


def test_members_are_spread_by_the_way_between_them_not_by_their_number() -> None:
    """Ninety stand within a hundredth of the way, twelve a twelfth of it apart: of five, each a quarter of the way."""
    scores = [(float(k), float(k)) for k in range(90)] + [(1000.0 * k, 1000.0 * k) for k in range(1, 13)]
    assert spread(scores, 5) == [0, 92, 95, 98, 101]


def sums(lost: int) -> tuple[tuple[int, ...], ...]:
    return (tuple(lost if name == "in_time_to_never" else 1 for name in PAIRED),)


def test_members_that_came_out_the_same_stand_for_each_other_and_the_mildest_for_all() -> None:
    found = family("bontang-24h", "strikes=1..2", "for=1h..4h")
    tried = [Member(point, sums(1 if point[0] == 0 else 2)) for point in found.points()]
    classes = {rules.member.point: [other.point for other in rules.same] for rules in equivalent_rules(found, tried)}
    assert classes == {(0, 0): [(0, 1), (0, 2)], (1, 0): [(1, 1), (1, 2)]}
    same = [Member(point, sums(1)) for point in found.points()]
    (rules,) = equivalent_rules(found, same)
    assert rules.member.point == (1, 0)
    assert len(rules.same) == found.size - 1
