"""A menu behind a button. Opening, closing and the arrow keys are the browser's business (`assets/nexus.js`)."""

from typing import Any

import reflex as rx

from nexus_ui.ui.parts.button import page_link


def menu(label: str, *items: rx.Component, icon: str = "ellipsis", **props: Any) -> rx.Component:
    """A small button that opens a list of actions; `label` names it."""
    handle = rx.el.summary(
        rx.icon(icon, size=16, aria_hidden="true"),
        class_name="btn icon small plain",
        aria_label=label,
        title=label,
        aria_haspopup="menu",
    )
    return rx.el.details(handle, rx.el.div(*items, role="menu", class_name="menu-items"), class_name="menu", **props)


def menu_item(label: Any, icon: str, href: Any = None, danger: bool = False, **props: Any) -> rx.Component:
    """One action of a menu, or a way to another page."""
    shared = {"role": "menuitem", "class_name": "menu-item danger" if danger else "menu-item", **props}
    glyph = rx.icon(icon, size=15, aria_hidden="true")
    if href is not None:
        return page_link(glyph, label, href=href, **shared)
    return rx.el.button(glyph, label, type="button", **shared)


def menu_line() -> rx.Component:
    """A line between groups of actions."""
    return rx.el.hr()
