"""Grey shapes that keep a page's layout still while its content is on the way."""

import reflex as rx


def skeleton(height: str = "16px", width: str = "100%") -> rx.Component:
    """One shape."""
    return rx.el.div(class_name="skeleton", style={"height": height, "width": width}, aria_hidden="true")


def lines(count: int, height: str = "36px") -> rx.Component:
    """Several shapes under each other."""
    return rx.el.div(*[skeleton(height) for _ in range(count)], class_name="col", aria_busy="true")
