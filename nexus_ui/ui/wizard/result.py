"""What a test found: the preflight table, the refusal in a sentence, and the way to save what passed."""

import reflex as rx

from nexus_ui.ui.parts import button, cell, notice, page_link, table, text_field
from nexus_ui.ui.wizard.rows import CheckRow
from nexus_ui.ui.wizard.state import Wizard

STATES = {
    "pass": ("ok", "circle-check", "Pass"),
    "fail": ("bad", "circle-x", "Fail"),
    "warn": ("warn", "triangle-alert", "Check"),
    "unknown": ("", "circle-help", "Unknown"),
}


def problem() -> rx.Component:
    """A refusal that belongs to no field."""
    return rx.cond(Wizard.problem != "", notice(Wizard.problem, tone="bad", role="alert"), rx.fragment())


def result() -> rx.Component:
    """Everything below the form."""
    return rx.el.div(rx.cond(Wizard.outcome.shown, _outcome(), rx.fragment()), aria_live="polite")


def _outcome() -> rx.Component:
    outcome = Wizard.outcome
    checks = rx.el.div(
        rx.el.div(
            rx.el.h2("What the test found"),
            rx.el.span(Wizard.summary, class_name="muted small"),
            class_name="row between wrap",
        ),
        table(
            ["Result", "Check", "Proof"], rx.foreach(outcome.checks, _check), caption="Preflight checks", id="preflight"
        ),
        class_name="col",
    )
    return rx.el.section(
        _verdict(),
        rx.cond(outcome.checks.length() > 0, checks, rx.fragment()),
        rx.cond(outcome.raw != "", _raw(), rx.fragment()),
        rx.cond(outcome.passed, _save(), rx.fragment()),
        class_name="col wider",
    )


def _verdict() -> rx.Component:
    outcome = Wizard.outcome
    known = notice(
        rx.el.span(outcome.message),
        page_link("Open that connection", href="/#" + outcome.already),
        tone="warn",
        role="alert",
    )
    failed = notice(outcome.message, tone="bad", role="alert")
    return rx.cond(
        outcome.passed, notice(outcome.message, tone="ok", role="status"), rx.cond(outcome.already != "", known, failed)
    )


def _check(row: rx.Var[CheckRow]) -> rx.Component:
    states = [
        (word, rx.el.span(rx.icon(icon, size=15, aria_hidden="true"), label, class_name=f"check-state tone-{tone}"))
        for word, (tone, icon, label) in STATES.items()
    ]
    fix = rx.cond(row.fix != "", rx.el.div(row.fix, class_name="small"), rx.fragment())
    return rx.el.tr(
        cell(rx.match(row.state, *states, rx.el.span(row.state))),
        cell(row.label, class_name="strong"),
        cell(rx.el.div(row.proof, class_name="muted wrap-any"), fix),
    )


def _raw() -> rx.Component:
    return rx.el.details(
        rx.el.summary("What the marketplace answered", class_name="small muted"),
        rx.el.pre(Wizard.outcome.raw, class_name="raw"),
    )


def _save() -> rx.Component:
    """A name, and Save; only ever there for values that passed."""
    name = text_field(
        "name", "Name", "How this connection is called here.", default_value=Wizard.name, max_length=80, required=True
    )
    other = rx.cond(
        Wizard.outcome.other_account,
        rx.el.label(
            rx.el.input(type="checkbox", name="accept_other", id="accept_other"),
            rx.el.span(
                "A different account answered: ",
                rx.el.strong(Wizard.outcome.account),
                ". Tick this to let the connection belong to it from now on.",
            ),
            class_name="check",
        ),
        rx.fragment(),
    )
    return rx.el.form(
        rx.cond(Wizard.editing == "", name, other),
        button(
            rx.cond(Wizard.editing == "", "Save and start the first import", "Save credentials"),
            "primary large",
            "check",
            Wizard.saving,
            type="submit",
            style={"align_self": "flex-start"},
        ),
        on_submit=Wizard.save,
        class_name="col wide",
    )
