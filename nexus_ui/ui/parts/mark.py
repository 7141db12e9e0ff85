"""The mark of a marketplace: our own drawing in its colour, from `assets/logos/<slug>.svg`."""

from typing import Any

import reflex as rx


def mark(slug: Any, size: str = "") -> rx.Component:
    """A marketplace's mark; its name stands beside it, so the picture itself stays silent."""
    return rx.el.span(
        rx.el.img(src="/logos/" + slug + ".svg", alt="", loading="lazy"),
        class_name=f"mark {size}".strip(),
    )


def mark_tile(slug: Any, name: Any, note: Any = "", size: str = "") -> rx.Component:
    """The mark with the marketplace's name, and a quieter second line."""
    second = rx.el.span(note, class_name="muted tiny cut") if isinstance(note, rx.Var) or note else rx.fragment()
    words = rx.el.span(rx.el.span(name, class_name="strong cut"), second, class_name="col", style={"gap": "0"})
    return rx.el.span(mark(slug, size), words, class_name="row wide")
