"""Signing in and the first visit, as ordinary forms that every password manager understands."""

from typing import Any

import reflex as rx

from nexus_ui.ui.parts import link_button, notice, post_form, skeleton, text_field
from nexus_ui.ui.sign_in.state import Gate


def sign_in_page() -> rx.Component:
    """E-mail and password."""
    form = post_form(
        "/auth/sign-in",
        rx.el.input(type="hidden", name="next", value=Gate.goal, read_only=True),
        text_field("email", "E-mail", type="email", auto_complete="username", required=True, auto_focus=True),
        text_field("password", "Password", type="password", auto_complete="current-password", required=True),
        _submit("Sign in"),
    )
    return _gate("Sign in", "Nexus Connections", _refused(), form)


def welcome_page() -> rx.Component:
    """The page behind a one-time link: who are you, and a password; for an owner who is known, only the password."""
    newcomer = post_form(
        "/auth/owner",
        *_hidden(),
        text_field("name", "Your name", auto_complete="name", required=True, max_length=120, auto_focus=True),
        text_field("email", "E-mail", type="email", auto_complete="username", required=True),
        _new_password(),
        _submit("Create account and sign in"),
    )
    renewal = post_form("/auth/owner", *_hidden(), _new_password(), _submit("Save and sign in"))
    first = _gate("Create the owner", "The owner decides who else gets in.", _refused(), newcomer)
    again = _gate("Choose a new password", "The owner's name and e-mail stay as they are.", _refused(), renewal)
    known = rx.match(
        Gate.link_role,
        ("owner", rx.cond(Gate.renews, again, first)),
        ("", _spent()),
        _gate("You are invited", "Choose a name and a password to get in.", _refused(), newcomer),
    )
    return rx.cond(Gate.loaded, known, _gate("Nexus Connections", "", skeleton("220px")))


def _hidden() -> tuple[rx.Component, ...]:
    """What goes along unseen: the link, and the browser's own time zone (filled in by `assets/nexus.js`)."""
    return (
        rx.el.input(type="hidden", name="link", value=Gate.link, read_only=True),
        rx.el.input(type="hidden", name="time_zone", custom_attrs={"data-fill": "1"}),
    )


def _new_password() -> rx.Component:
    return text_field(
        "password",
        "Password",
        "At least 10 characters. A sentence is easy to remember.",
        type="password",
        auto_complete="new-password",
        min_length=10,
        max_length=256,
        required=True,
    )


def _spent() -> rx.Component:
    return _gate(
        "This link does not work",
        "It was used already, or it is too old. Whoever runs this installation can print a new one with "
        "“python -m nexus_ui owner-link”.",
        link_button("Go to sign in", "/sign-in", "primary large block"),
    )


def _gate(title: str, text: str, *content: Any) -> rx.Component:
    head = rx.el.div(
        rx.el.img(src="/favicon.svg", alt="", class_name="logo large"),
        rx.el.h1(title, style={"font_size": "var(--t-2xl)", "padding_top": "12px"}),
        rx.el.p(text, class_name="muted"),
        class_name="col",
        style={"gap": "2px"},
    )
    return rx.el.main(rx.el.div(head, *content, class_name="gate-card"), class_name="gate")


def _refused() -> rx.Component:
    return rx.cond(Gate.refusal != "", notice(Gate.refusal, tone="bad", role="alert"), rx.fragment())


def _submit(label: str) -> rx.Component:
    return rx.el.button(label, type="submit", class_name="btn primary large block")
