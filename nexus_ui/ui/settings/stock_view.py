"""Settings > General > Stock, drawn."""

import reflex as rx

from nexus_ui.ui.access import Session
from nexus_ui.ui.parts import labelled, lines, text_field
from nexus_ui.ui.settings.general_state import GeneralSettings
from nexus_ui.ui.settings.layout import save_row, section
from nexus_ui.ui.settings.stock_state import StockSettings

WRONG = StockSettings.wrong
VALUES = StockSettings.values


def stock_settings() -> rx.Component:
    """The section with its form."""
    return rx.cond(StockSettings.loaded & GeneralSettings.loaded, _form(), lines(3, "52px"))


def _form() -> rx.Component:
    brake = rx.el.div(
        _number("brake_percent", "Falling to zero (percent)", "Of the SKUs that change there within an hour."),
        _number("brake_skus", "Falling to zero (SKUs)", "A push is held above both. What was sold does not count."),
        class_name="boxes",
    )
    last = rx.el.div(
        _number("last_units", "Fewer than (units)", "0 switches it off.", weighed=True),
        _place(),
        class_name="boxes",
    )
    return rx.el.form(
        section(
            "Stock",
            "When a push waits for somebody to look, and where the last units of a SKU are sold.",
            rx.el.fieldset(
                rx.el.div(rx.el.h3("Brake"), brake, class_name="col"),
                rx.el.div(
                    rx.el.h3("Last units"),
                    last,
                    rx.el.p(StockSettings.said, class_name="small", aria_live="polite", id="last-units-said"),
                    class_name="col",
                ),
                disabled=~Session.may_change,
                class_name="col wider",
            ),
            save_row(StockSettings.saved),
        ),
        on_submit=StockSettings.save,
        no_validate=True,
        aria_label="Stock",
        key=VALUES["last_unit_connection"],
    )


def _number(name: str, label: str, help: str, weighed: bool = False) -> rx.Component:
    more = {"on_change": lambda to: StockSettings.weigh(name, to)} if weighed else {}
    return text_field(
        name, label, help, WRONG[name], default_value=VALUES[name], input_mode="numeric", auto_complete="off", **more
    )


def _place() -> rx.Component:
    options = rx.foreach(GeneralSettings.places, lambda place: rx.el.option(place.name, value=place.id))
    control = rx.el.select(
        rx.el.option("No connection", value=""),
        options,
        id="last_unit_connection",
        name="last_unit_connection",
        default_value=VALUES["last_unit_connection"],
        class_name="input",
        aria_invalid=rx.cond(WRONG["last_unit_connection"] != "", "true", "false"),
        aria_describedby="last_unit_connection-help",
        on_change=lambda to: StockSettings.weigh("last_unit_connection", to),
    )
    return labelled(
        control,
        "last_unit_connection",
        "Publish last units on",
        "The others show them as sold out. SKUs that it does not list stay where they are.",
        WRONG["last_unit_connection"],
    )
