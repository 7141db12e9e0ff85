"""What a page says when it has nothing to show, and what to do about it."""

from typing import Any

import reflex as rx


def empty_state(icon: str, title: Any, text: Any, *actions: rx.Component) -> rx.Component:
    """An icon, one sentence, and the way on."""
    return rx.el.div(
        rx.el.div(rx.icon(icon, size=22, aria_hidden="true"), class_name="glyph"),
        rx.el.h2(title),
        rx.el.p(text),
        rx.el.div(*actions, class_name="row wrap", style={"justify_content": "center"}) if actions else rx.fragment(),
        class_name="empty",
    )
