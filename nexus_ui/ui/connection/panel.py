"""A titled card of a connection's page; the address can lead to it by its title."""

import reflex as rx


def panel(title: str, body: rx.Component, action: rx.Component | None = None, *more: rx.Component) -> rx.Component:
    """A panel with its action beside the title."""
    head = rx.el.div(rx.el.h2(title), action or rx.fragment(), class_name="row between", style={"min_height": "28px"})
    return rx.el.section(
        head, body, *more, class_name="card pad settings-section", aria_label=title, id=title.lower().replace(" ", "-")
    )
