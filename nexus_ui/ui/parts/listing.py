"""Lists: headers that sort, filters that show their choice, a table that becomes a stack of cards on a phone."""

from typing import Any

import reflex as rx

from nexus_ui.ui.parts.mark import mark


def sort_head(
    label: str, column: str, sort: rx.Var[str], down: rx.Var[bool], on_sort: Any, right: bool = False
) -> rx.Component:
    """A header that sorts by `column` when pressed; `on_sort(column)` makes the event."""
    mine = sort == column
    arrow = rx.cond(
        mine,
        rx.cond(
            down,
            rx.icon("arrow-down", size=13, aria_hidden="true"),
            rx.icon("arrow-up", size=13, aria_hidden="true"),
        ),
        rx.icon("chevrons-up-down", size=13, aria_hidden="true", class_name="rest"),
    )
    return rx.el.th(
        rx.el.button(label, arrow, type="button", class_name="sort", on_click=on_sort(column)),
        scope="col",
        class_name="right" if right else "",
        aria_sort=rx.cond(mine, rx.cond(down, "descending", "ascending"), "none"),
    )


def plain_head(label: str, right: bool = False) -> rx.Component:
    """A header that does not sort."""
    return rx.el.th(label, scope="col", class_name="right" if right else "")


def list_table(heads: list[rx.Component], *body: rx.Component, caption: str, busy: Any = False) -> rx.Component:
    """The table of a list. While `busy` it keeps what it shows, a little paler, so that nothing jumps."""
    grid = rx.el.table(
        rx.el.caption(caption, class_name="sr"),
        rx.el.thead(rx.el.tr(*heads)),
        rx.el.tbody(*body),
        class_name="table stack",
    )
    return rx.el.div(
        grid, class_name="table-wrap", role="region", aria_label=caption, aria_busy=rx.cond(busy, "true", "false")
    )


def list_cell(label: str, *children: Any, right: bool = False, **props: Any) -> rx.Component:
    """One cell; on a phone `label` stands before it."""
    classes = f"{'right' if right else ''} {props.pop('class_name', '')}".strip()
    return rx.el.td(*children, class_name=classes, custom_attrs={"data-label": label}, **props)


def filter_choice(
    label: str, value: rx.Var[str], choices: list[tuple[str, str]], on_change: Any, more: Any = None, **props: Any
) -> rx.Component:
    """A filter; `choices` are (value, words), the first one meaning all; `more` adds options that come from data."""
    options = [rx.el.option(words, value=word) for word, words in choices]
    extra = [more] if more is not None else []
    return rx.el.select(
        *options,
        *extra,
        value=value,
        on_change=on_change,
        aria_label=label,
        class_name=rx.cond(value == choices[0][0], "input auto", "input auto set"),
        **props,
    )


def download_link(label: str, href: Any) -> rx.Component:
    """A link to a file: the browser fetches it, the page's own router stays out of it."""
    return rx.el.a(
        rx.icon("download", size=15, aria_hidden="true"),
        label,
        href=href,
        download=True,
        class_name="btn small",
        custom_attrs={"reloadDocument": True},
    )


def origin_tag(place: Any) -> rx.Component:
    """A connection as a row names it: its mark, its name, and whether it was removed."""
    return rx.el.span(
        mark(place.marketplace, "small"),
        rx.el.span(place.name, class_name="cut"),
        rx.cond(place.removed, rx.el.span("Removed", class_name="badge"), rx.fragment()),
        class_name="row",
        title=place.identifier,
    )
