"""Buttons, and links that look like them."""

from typing import Any

import reflex as rx
from reflex.components.react_router.dom import ReactRouterLink


def _classes(kind: Any, extra: str) -> Any:
    if isinstance(kind, rx.Var):
        return "btn " + kind + f" {extra}"
    return " ".join(part for part in ("btn", kind, extra) if part)


def button(
    label: Any, kind: Any = "", icon: str = "", busy: rx.Var[bool] | bool = False, class_name: str = "", **props: Any
) -> rx.Component:
    """A button; `kind` is any of primary, plain, danger, solid, small, large, block. `busy` shows a spinner."""
    glyph = rx.icon(icon, size=15, aria_hidden="true") if icon else rx.fragment()
    spinner = rx.icon("loader-circle", size=15, class_name="spin", aria_hidden="true")
    disabled = props.pop("disabled", False)
    if isinstance(busy, rx.Var):
        glyph, disabled = rx.cond(busy, spinner, glyph), busy | disabled
    props.setdefault("type", "button")
    return rx.el.button(glyph, label, class_name=_classes(kind, class_name), disabled=disabled, **props)


def icon_button(icon: str, label: str, kind: str = "plain", size: int = 16, **props: Any) -> rx.Component:
    """A square button with an icon and a name for those who do not see it."""
    return rx.el.button(
        rx.icon(icon, size=size, aria_hidden="true"),
        class_name=_classes(f"icon {kind}", props.pop("class_name", "")),
        type="button",
        title=label,
        aria_label=label,
        **props,
    )


def page_link(*children: Any, href: Any, **props: Any) -> rx.Component:
    """A link to another page of ours: no reload."""
    return ReactRouterLink.create(*children, to=href, **props)


def link_button(label: Any, href: Any, kind: str = "", icon: str = "", **props: Any) -> rx.Component:
    """A link to another page of ours that looks like a button."""
    glyph = rx.icon(icon, size=15, aria_hidden="true") if icon else rx.fragment()
    return page_link(glyph, label, href=href, class_name=_classes(kind, props.pop("class_name", "")), **props)
