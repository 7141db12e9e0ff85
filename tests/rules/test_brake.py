"""The brake: what waits for a person, and the sentence that says why."""

from hypothesis import given
from hypothesis import strategies as some

from nexus_ui.rules.brake import FIRST, Limits, Move, Traffic, verdict


def falls(count: int, start: int = 0, excepted: bool = False) -> list[Move]:
    """So many SKUs from five to zero."""
    return [Move(f"SKU-{start + number}", 5, 0, excepted) for number in range(count)]


def changes(count: int, start: int = 1000) -> list[Move]:
    """So many SKUs from five to four."""
    return [Move(f"SKU-{start + number}", 5, 4) for number in range(count)]


def test_the_first_push_always_waits() -> None:
    """Even one number, even a sold one; nothing at all does not."""
    assert FIRST == verdict(changes(1), Traffic(), Limits(), first=True)
    assert FIRST == verdict(falls(1, excepted=True), Traffic(), Limits(), first=True)
    assert "" == verdict([], Traffic(), Limits(), first=True)


def test_more_than_ten_and_more_than_a_fifth_to_zero_wait() -> None:
    """Both have to be passed; what was sold does not count."""
    said = verdict([*falls(11), *changes(29)], Traffic(), Limits(), first=False)

    assert "11 of 40 SKUs would go to zero. More than 10 and more than 20 % wait until somebody has looked." == said
    assert "" == verdict(falls(10), Traffic(), Limits(), first=False)
    assert "" == verdict([*falls(11), *changes(44)], Traffic(), Limits(), first=False)
    assert "" == verdict(falls(500, excepted=True), Traffic(), Limits(), first=False)
    assert "" != verdict(falls(3), Traffic(), Limits(percent=50, skus=2), first=False)


def test_many_small_pushes_within_an_hour_count_together() -> None:
    """Eight and then eight more are sixteen; the same eight again are eight."""
    before = frozenset(move.sku for move in falls(8))
    traffic = Traffic(zeroed=before, changed=before)

    assert "16 of 16 SKUs would go to zero within an hour." in verdict(falls(8, 100), traffic, Limits(), first=False)
    assert "" == verdict(falls(8), traffic, Limits(), first=False)
    assert "" == verdict(changes(5), Traffic(zeroed=frozenset(map(str, range(30)))), Limits(), first=False)


def test_far_more_changes_than_usual_wait() -> None:
    """Once it is known what is usual; a few are never too many."""
    usual = Traffic(usual=(12, 20, 4))

    assert "101 numbers would have changed within an hour. So far it was 20 at most." == verdict(
        changes(101), usual, Limits(), first=False
    )
    assert "" == verdict(changes(100), usual, Limits(), first=False)
    assert "" == verdict(changes(5_000), Traffic(usual=(12, 20)), Limits(), first=False)
    assert "" == verdict(changes(50), Traffic(usual=(1, 1, 1)), Limits(), first=False)


@given(
    some.lists(some.builds(Move, some.text(max_size=3), some.none() | some.integers(0, 9), some.integers(0, 9))),
    some.integers(0, 100),
    some.integers(0, 30),
)
def test_cutting_a_push_into_pieces_lets_nothing_through(moves: list[Move], percent: int, skus: int) -> None:
    """Whatever is held as one push is held at some piece, when what went before is counted."""
    moves = list({move.sku: move for move in moves}.values())
    limits = Limits(percent, skus)
    zeroed: set[str] = set()
    changed: set[str] = set()
    held = False
    ordered = sorted(moves, key=lambda move: not move.to_zero)
    for move in ordered:
        traffic = Traffic(frozenset(zeroed), frozenset(changed))
        held = held or bool(verdict([move], traffic, limits, first=False))
        zeroed |= {move.sku} if move.to_zero else set()
        changed.add(move.sku)

    assert held or not verdict(moves, Traffic(), limits, first=False)
