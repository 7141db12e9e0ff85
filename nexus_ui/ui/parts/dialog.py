"""One dialog per page, driven by state: focus stays inside, Escape closes, on a phone it is a sheet from below."""

from typing import Any

import reflex as rx
from reflex_components_radix.primitives.dialog import dialog as primitive


def dialog(
    *body: rx.Component,
    title: Any,
    shown: rx.Var[bool],
    on_open_change: Any,
    description: Any = "",
    wide: bool = False,
) -> rx.Component:
    """A modal; put `dialog_body` and `dialog_foot` inside. `on_open_change` hears False when a person closes it."""
    said = primitive.description(description, class_name="muted small") if _given(description) else rx.fragment()
    head = rx.el.div(
        rx.el.div(primitive.title(rx.el.h2(title), as_child=True), said, class_name="col grow", style={"gap": "2px"}),
        primitive.close(
            rx.el.button(
                rx.icon("x", size=16, aria_hidden="true"), class_name="btn icon small plain", aria_label="Close"
            ),
            as_child=True,
        ),
        class_name="dialog-head",
    )
    undescribed = {} if _given(description) else {"aria_describedby": ""}
    content = primitive.content(
        head,
        *body,
        class_name="dialog wide" if wide else "dialog",
        on_close_auto_focus=rx.call_script("window.nexusFocusBack?.()"),
        **undescribed,
    )
    return primitive.root(
        primitive.portal(primitive.overlay(class_name="overlay"), content), open=shown, on_open_change=on_open_change
    )


def dialog_body(*children: rx.Component, **props: Any) -> rx.Component:
    """The part of a dialog that scrolls."""
    return rx.el.div(*children, class_name="dialog-body", **props)


def dialog_foot(*children: rx.Component) -> rx.Component:
    """The buttons of a dialog."""
    return rx.el.div(*children, class_name="dialog-foot")


def _given(text: Any) -> bool:
    return isinstance(text, rx.Var | rx.Component) or bool(text)
