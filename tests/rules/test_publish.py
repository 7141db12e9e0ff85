"""What is published of what is available, by which rule, and at which place."""

from hypothesis import given
from hypothesis import strategies as some

from nexus_ui.rules.plan import Asked, drafts, move, wanted
from nexus_ui.rules.publish import Cause, Target, Terms, spread, target

UNITS = some.integers(-5, 10_000)
TERMS = some.builds(
    Terms,
    buffer_percent=some.integers(0, 50),
    own_buffer=some.none() | some.integers(0, 50),
    withheld=some.booleans(),
    last_units=some.integers(0, 20),
    chosen=some.none() | some.booleans(),
)
PLACES = some.dictionaries(some.text(min_size=1, max_size=3), some.none() | some.integers(-3, 500), max_size=4)


@given(UNITS, TERMS)
def test_never_more_than_there_is_and_never_less_than_nothing(available: int, terms: Terms) -> None:
    """Whatever the rules say."""
    assert 0 <= target(available, terms).quantity <= max(0, available)
    assert target(available, terms).rule


@given(UNITS, TERMS)
def test_a_unit_less_never_publishes_more(available: int, terms: Terms) -> None:
    """Except where the last units begin on the connection chosen for them, which needs no buffer."""
    before, after = target(available, terms).quantity, target(available - 1, terms).quantity
    begins = bool(terms.chosen) and available == terms.last_units and not terms.withheld

    assert after <= before or (begins and after == max(0, available - 1))


def test_the_rule_is_said_in_words() -> None:
    """What a person reads beside the number."""
    assert Target(12, "All 12 available") == target(12, Terms())
    assert Target(9, "12 available, 20 % held back") == target(12, Terms(20))
    assert Target(6, "12 available, 50 % held back, this SKU's own buffer") == target(12, Terms(20, 50))
    assert Target(12, "All 12 available, this SKU's own buffer") == target(12, Terms(20, 0))
    assert Target(0, "Kept off this connection") == target(12, Terms(withheld=True))
    few, here = Terms(20, last_units=3, chosen=False), Terms(20, last_units=3, chosen=True)
    assert Target(0, "Fewer than 3 left: only on the connection chosen for last units") == target(2, few)
    assert Target(2, "Fewer than 3 left: all of them here, without buffer") == target(2, here)
    assert 2 == target(3, few).quantity == target(3, here).quantity
    assert 1 == target(2, Terms(20, last_units=3, chosen=None)).quantity


@given(some.integers(0, 2_000), PLACES)
def test_the_places_add_up_to_what_is_published(quantity: int, places: dict[str, int | None]) -> None:
    """Or nothing is said where a place does not tell; a place that need not change is left alone."""
    changed = spread(quantity, places)

    if not places or (None in places.values() and len(places) > 1):
        assert changed is None
        return
    assert changed is not None
    held = {ref: max(0, there or 0) for ref, there in places.items()}
    assert quantity == sum((held | changed).values())
    assert all(units >= 0 for units in changed.values())
    assert all(places[ref] is None or held[ref] != units for ref, units in changed.items())


def test_more_goes_to_the_fullest_place_and_less_comes_from_it() -> None:
    """A number below zero counts as none."""
    assert {"b": 9} == spread(12, {"a": 3, "b": 5})
    assert {"b": 2} == spread(5, {"a": 3, "b": 5})
    assert {"b": 0, "a": 1} == spread(1, {"a": 3, "b": 5})
    assert {} == spread(0, {"a": -2})


@given(some.integers(0, 100), some.integers(0, 100), some.integers(0, 20), some.sampled_from(Cause))
def test_what_a_person_set_apart_only_goes_down_by_what_was_sold(
    available: int, shown: int, sold: int, cause: Cause
) -> None:
    """Until somebody means this very SKU again."""
    found = wanted(available, shown, Terms(), Asked(cause, sold, apart=True))

    if cause.names_sku:
        assert target(available, Terms()) == found
    elif sold:
        assert found is not None and max(0, shown - sold) == found.quantity
    else:
        assert found is None


def test_the_brake_does_not_count_what_was_sold_or_approved() -> None:
    """A sale that took the last unit is no mistake; the same number set by hand may be one."""
    empty = Target(0, "None available")
    sold, more = Asked(Cause.ORDER, sold=2), Asked(Cause.ORDER, sold=1)

    assert move("MUG", 2, empty, False, sold).excepted
    assert not move("MUG", 2, empty, False, more).excepted
    assert move("MUG", 2, empty, True, more).excepted
    assert not move("MUG", 2, empty, False, Asked(Cause.EDIT)).excepted
    assert move("MUG", 2, empty, False, Asked(Cause.APPROVED)).excepted
    assert move("MUG", 2, Target(3, ""), False, Asked(Cause.ORDER)).excepted


def test_what_is_in_doubt_is_written_without_comparing() -> None:
    """Where one place is, whatever is believed to stand there."""
    assert [("a", None, 4)] == [(one.location_ref, one.before, one.quantity) for one in drafts(4, {"a": 4}, True) or ()]
    assert [] == drafts(4, {"a": 4}, False)
    assert None is drafts(4, {"a": 4, "b": None}, False)
