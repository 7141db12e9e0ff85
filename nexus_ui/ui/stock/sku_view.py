"""One SKU, opened over the list: what each connection shows and publishes of it, and how its number came about."""

import reflex as rx

from nexus_ui.ui.access import Session
from nexus_ui.ui.parts import (
    ago,
    badge,
    button,
    check_field,
    dialog,
    dialog_body,
    link_button,
    text_field,
)
from nexus_ui.ui.parts.listing import list_cell, list_table, origin_tag, plain_head
from nexus_ui.ui.stock.rows import MovementRow, ShownRow
from nexus_ui.ui.stock.sku_state import StockSku

PANEL = StockSku.panel


def sku_dialog() -> rx.Component:
    """The dialog; the page holds it once."""
    row = PANEL.row
    facts = rx.el.dl(
        *[
            rx.el.div(rx.el.dt(name), rx.el.dd(value), class_name="fact")
            for name, value in (("On hand", row.on_hand), ("Reserved", row.reserved), ("Available", row.available))
        ],
        class_name="con-facts",
        style={"grid_template_columns": "repeat(3, minmax(0, 1fr))", "padding": "0"},
    )
    history = link_button("All that was seen and sent", PANEL.history, "small", "history")
    return dialog(
        dialog_body(rx.el.div(facts, _published(), _movements(), rx.el.div(history), class_name="col wide")),
        title=row.sku,
        description=row.title,
        shown=StockSku.shown,
        on_open_change=StockSku.show,
        wide=True,
    )


def _published() -> rx.Component:
    heads = [
        plain_head("Connection"),
        plain_head("Shows", True),
        plain_head("Should show", True),
        plain_head("Rule"),
        rx.el.th(rx.el.span("Change", class_name="sr"), scope="col"),
    ]
    listed = list_table(heads, rx.foreach(PANEL.row.shown, _place), caption="Published")
    none = rx.el.p("No connection lists it.", class_name="muted small")
    return rx.el.section(
        rx.el.h3("Published"),
        rx.cond(PANEL.row.shown.length() > 0, listed, none),
        class_name="col",
        aria_label="Published",
    )


def _place(one: rx.Var[ShownRow]) -> rx.Component:
    here = StockSku.ruling == one.place.id
    quiet = rx.cond(one.number == "Unknown", "muted", "num")
    wanted = rx.cond(one.wanted != "", rx.el.span(one.wanted, class_name="strong"), rx.el.span("–", class_name="faint"))
    notes = rx.el.div(
        rx.cond(one.fixed, badge("Own rule", "accent"), rx.fragment()),
        rx.cond(one.differs, badge("Differs", "warn"), rx.fragment()),
        rx.cond(one.approved, rx.fragment(), badge("Not published to yet", "wait")),
        class_name="row wrap",
    )
    change = button(
        "Change",
        "small plain",
        aria_expanded=rx.cond(here, "true", "false"),
        on_click=StockSku.rule(one.place.id),
        custom_attrs={"aria-label": "Change the rule on " + one.place.name},
    )
    line = rx.el.tr(
        list_cell("", origin_tag(one.place), class_name="lead"),
        list_cell("Shows", rx.el.span(one.number, class_name=quiet), right=True),
        list_cell("Should show", wanted, right=True),
        list_cell("Rule", rx.el.div(one.rule, notes, class_name="col", style={"gap": "4px"})),
        list_cell("", rx.cond(Session.may_change, change, rx.fragment()), right=True),
    )
    return rx.fragment(line, rx.cond(here, _rule_form(one), rx.fragment()), key=one.place.id)


def _rule_form(one: rx.Var[ShownRow]) -> rx.Component:
    boxes = rx.el.div(
        text_field(
            "own_buffer",
            "Buffer for this SKU here (percent)",
            "Leave empty to follow the connection.",
            StockSku.wrong,
            default_value=one.own_buffer,
            placeholder=one.general,
            input_mode="numeric",
            auto_complete="off",
            on_change=StockSku.weigh,
        ),
        check_field(
            "kept_off",
            "Keep it off this connection",
            "Zero is published there, whatever is in stock.",
            default_checked=one.withheld,
            on_change=StockSku.keep_off,
        ),
        class_name="boxes",
    )
    buttons = rx.el.div(
        button("Save rule", "primary", busy=StockSku.busy, type="submit"),
        button("Cancel", on_click=StockSku.leave_rule),
        class_name="row",
    )
    said = rx.el.p(StockSku.said, class_name="small", role="status", id="rule-said")
    form = rx.el.form(
        boxes,
        said,
        buttons,
        on_submit=StockSku.save_rule,
        no_validate=True,
        class_name="col wide",
        aria_label="Rule on " + one.place.name,
    )
    return rx.el.tr(rx.el.td(form, col_span=5), class_name="opened")


def _movements() -> rx.Component:
    heads = [plain_head("What"), plain_head("Units", True), plain_head("By"), plain_head("When", True)]
    moves = list_table(heads, rx.foreach(PANEL.movements, _movement), caption="Movements")
    none = rx.el.p("No connection has told a number yet. Set it, and it counts from there.", class_name="muted small")
    cut = rx.cond(PANEL.cut != "", rx.el.p(PANEL.cut, class_name="muted small"), rx.fragment())
    return rx.el.section(
        rx.el.h3("Movements"),
        rx.cond(PANEL.movements.length() > 0, moves, none),
        cut,
        class_name="col",
        aria_label="Movements",
    )


def _movement(one: rx.Var[MovementRow]) -> rx.Component:
    why = rx.cond(one.why != "", rx.el.div(one.why, class_name="muted tiny"), rx.fragment())
    return rx.el.tr(
        list_cell("", rx.el.span(one.what, class_name="strong"), why, class_name="lead"),
        list_cell("Units", rx.el.span(one.quantity, class_name=one.tone), right=True),
        list_cell("By", rx.cond(one.by != "", one.by, "–"), class_name="muted"),
        list_cell("When", ago(one.at), right=True, class_name="muted line"),
        key=one.cause,
    )
