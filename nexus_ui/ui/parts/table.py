"""Tables that stay readable on a phone: they scroll sideways inside their own frame."""

from typing import Any

import reflex as rx

from nexus_ui.ui.parts.button import icon_button


def table(heads: list[Any], *body: rx.Component, caption: str, **props: Any) -> rx.Component:
    """A framed table; a head is a text, or (text, class). `caption` names it for those who do not see it."""
    cells = [
        rx.el.th(head[0], class_name=head[1], scope="col") if isinstance(head, tuple) else rx.el.th(head, scope="col")
        for head in heads
    ]
    grid = rx.el.table(
        rx.el.caption(caption, class_name="sr"), rx.el.thead(rx.el.tr(*cells)), rx.el.tbody(*body), class_name="table"
    )
    return rx.el.div(grid, class_name="table-wrap", role="region", aria_label=caption, tab_index=0, **props)


def cell(*children: Any, right: bool = False, **props: Any) -> rx.Component:
    """One cell; `right` is for numbers."""
    if right:
        props["class_name"] = f"right {props.get('class_name', '')}".strip()
    return rx.el.td(*children, **props)


def pager(number: rx.Var[int], pages: rx.Var[int], total: Any, on_go: Any) -> rx.Component:
    """Page `number` of `pages`; `on_go(n)` makes the event that opens page n. Hidden when there is one page only."""
    return rx.cond(
        pages > 1,
        rx.el.nav(
            rx.el.span(total, class_name="muted small num grow"),
            icon_button("chevron-left", "Previous page", on_click=on_go(number - 1), disabled=number <= 1),
            rx.el.span("Page ", number, " of ", pages, class_name="small num"),
            icon_button("chevron-right", "Next page", on_click=on_go(number + 1), disabled=number >= pages),
            class_name="row",
            aria_label="Pages",
            style={"padding_top": "12px"},
        ),
    )
