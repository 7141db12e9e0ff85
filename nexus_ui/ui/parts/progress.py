"""How far something has come."""

from typing import Any

import reflex as rx


def progress(percent: Any, label: str) -> rx.Component:
    """A bar; a negative `percent` means that the end is not known, so it only moves."""
    known = percent >= 0
    return rx.el.div(
        rx.el.i(style=rx.cond(known, {"width": percent.to_string() + "%"}, {})),
        class_name=rx.cond(known, "progress", "progress open"),
        role="progressbar",
        aria_label=label,
        aria_valuemin=0,
        aria_valuemax=100,
        aria_valuenow=rx.cond(known, percent, 0),
    )
