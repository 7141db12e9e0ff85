"""Colours that can be read, in light and dark, and a stylesheet that knows no other colours."""

import re
from pathlib import Path

import pytest

from nexus_ui.adapters import CATALOGUE
from nexus_ui.ui.theme import COLOURS, SIZES, variables

ASSETS = Path(__file__).parent.parent.parent / "assets"
GROUNDS = ("bg", "surface", "raised", "sunken")
READ = [
    *[(ink, ground) for ink in ("text", "muted", "accent", "bad") for ground in GROUNDS],
    *[("faint", ground) for ground in ("surface", "raised")],
    *[(ink, f"{ink}-soft") for ink in ("ok", "warn", "bad", "wait", "accent")],
    *[(ink, f"{tone}-soft") for ink in ("text", "muted") for tone in ("warn", "bad", "wait")],
    ("on-accent", "accent"),
    ("on-accent", "accent-hover"),
    ("surface", "bad"),
]


def light_of(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("side", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), READ)
def test_text_stands_out_from_its_ground(ink: str, ground: str, side: int) -> None:
    """At least 4.5 to 1, as WCAG AA asks of ordinary text."""
    low, high = sorted(light_of(COLOURS[name][side]) for name in (ink, ground))

    assert (high + 0.05) / (low + 0.05) >= 4.5


def test_the_stylesheet_uses_only_names_the_theme_gives() -> None:
    """No colour of its own, and no name that does not exist."""
    sheet = (ASSETS / "nexus.css").read_text(encoding="utf-8")
    used = set(re.findall(r"var\(--([a-z0-9-]+)\)", sheet))

    assert set() == used - COLOURS.keys() - SIZES.keys()
    assert [] == re.findall(r"#[0-9a-fA-F]{3,8}\b(?![^{]*\{)", re.sub(r"#[a-z][a-z-]*", "", sheet))


def test_every_token_has_a_light_and_a_dark_side() -> None:
    """Written once, followed by the system until the toggle names a side."""
    assert all(f"--{name}:light-dark({light},{dark});" in variables() for name, (light, dark) in COLOURS.items())


def test_every_marketplace_has_its_mark() -> None:
    """One drawing of our own per slug."""
    assert [] == [slug for slug in CATALOGUE if not (ASSETS / "logos" / f"{slug}.svg").exists()]
