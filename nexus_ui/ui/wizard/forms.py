"""The credentials forms, drawn at build time from each marketplace's declaration; one of them is shown."""

from typing import Any

import reflex as rx

from nexus_ui.adapters import CATALOGUE
from nexus_ui.adapters.contract import Field, Marketplace, SignIn, SignInKind
from nexus_ui.errors import NotFound
from nexus_ui.flows.connect import sandbox_values, sandbox_way
from nexus_ui.ui.parts import badge, button, declared_field, notice, page_link
from nexus_ui.ui.wizard.state import Wizard, step


def sign_in_forms(editing: bool) -> rx.Component:
    """The form of the chosen way to sign in. `editing`: of a connection that has credentials already."""
    forms: list[tuple[str, rx.Component]] = []
    for kind in CATALOGUE.values():
        for way in kind.sign_ins:
            forms.append((f"{kind.slug}.{way.slug}", _form(kind, way, editing, {})))
            if not editing:
                forms.append((f"{kind.slug}.{way.slug}.sandbox", _form(kind, way, False, _sandbox(kind, way))))
    return rx.match(Wizard.form, *forms, rx.fragment())


def _form(kind: Marketplace, way: SignIn, editing: bool, given: dict[str, str]) -> rx.Component:
    consent = way.kind is SignInKind.CONSENT
    label = f"Continue to {kind.name}" if consent else rx.cond(Wizard.outcome.passed, "Test again", "Test connection")
    boxes = [_box(entry, editing, given.get(entry.name, "")) for entry in way.fields]
    return rx.el.section(
        rx.fragment() if editing else _sandbox_switch(kind),
        _ways(kind, way, editing),
        rx.el.form(
            rx.el.div(*boxes, class_name="col wide"),
            button(
                label,
                rx.cond(Wizard.outcome.passed, "large", "primary large"),
                "external-link" if consent else "plug",
                Wizard.testing,
                type="submit",
                style={"align_self": "flex-start"},
            ),
            on_submit=Wizard.go_and_consent if consent else Wizard.test,
            reset_on_submit=False,
            class_name="col wider",
            auto_complete="off",
            no_validate=True,
        ),
        class_name="col wider",
        key=f"{kind.slug}.{way.slug}.{bool(given)}",
    )


def _box(entry: Field, editing: bool, given: str) -> rx.Component:
    props: dict[str, Any] = {"on_change": rx.cond(Wizard.outcome.shown, Wizard.touched(), rx.noop())}
    if editing and not entry.secret:
        props["default_value"] = Wizard.prefill[entry.name]
    elif editing:
        props["placeholder"] = rx.cond(
            Wizard.facts.contains(entry.name), Wizard.facts[entry.name], f"For example {entry.example}"
        )
    elif given:
        props["default_value"] = given
    error = rx.cond(Wizard.errors.contains(entry.name), Wizard.errors[entry.name], "")
    return declared_field(entry, error, **props)


def _ways(kind: Marketplace, here: SignIn, editing: bool) -> rx.Component:
    """The ways to sign in, when there are several; each is a place of its own."""
    said = rx.el.p(here.help, class_name="muted small")
    if len(kind.sign_ins) == 1:
        return said
    choices = [
        page_link(
            way.label,
            href=f"?way={way.slug}" if editing else step(kind.slug, way.slug),
            class_name="chip",
            replace=True,
            custom_attrs={"aria-current": "true" if way is here else "false"},
        )
        for way in kind.sign_ins
    ]
    return rx.el.div(
        rx.el.div(*choices, class_name="chips boxed", role="group", aria_label="Way to sign in"),
        said,
        class_name="col",
    )


def _sandbox_switch(kind: Marketplace) -> rx.Component:
    on = notice(
        rx.el.div(
            badge("Sandbox", "accent", class_name="square"),
            rx.el.span("A simulated shop on this machine. Its values are filled in; nothing real is touched."),
            page_link("Use a real account", href=step(kind.slug)),
            class_name="row wrap",
        ),
        icon="flask-conical",
    )
    offer = rx.el.p(
        "Just looking? ",
        page_link("Use the sandbox shop", href=step(kind.slug, sandbox=True)),
        " with everything filled in.",
        class_name="muted small",
    )
    return rx.cond(Wizard.sandbox, on, rx.cond(Wizard.sandbox_way != "", offer, rx.fragment()))


def _sandbox(kind: Marketplace, way: SignIn) -> dict[str, str]:
    """What the sandbox shop accepts for this way to sign in; these values open nothing else."""
    try:
        sandbox_way(kind)
    except NotFound:
        return {}
    return sandbox_values(kind, way)
