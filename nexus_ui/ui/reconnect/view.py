"""The page behind a reconnect link, drawn: ordinary forms that work on any phone."""

from typing import Any

import reflex as rx

from nexus_ui.ui.parts import labelled, mark, notice, post_form, skeleton
from nexus_ui.ui.reconnect.state import Box, Reconnect


def reconnect_page() -> rx.Component:
    """The whole page."""
    known = rx.cond(Reconnect.by_consent, _consent(), _typed())
    open_ = rx.cond(Reconnect.slug != "", _asked(known), _spent())
    return rx.cond(Reconnect.loaded, rx.cond(Reconnect.done, _done(), open_), _card("Reconnect", skeleton("220px")))


def _asked(form: rx.Component) -> rx.Component:
    account = rx.el.div(
        mark(Reconnect.slug, "large"),
        rx.el.div(
            rx.el.div(Reconnect.account, class_name="strong cut"),
            rx.el.div(Reconnect.marketplace, " · ", Reconnect.identifier, class_name="muted tiny cut"),
            class_name="col grow",
            style={"gap": "1px"},
        ),
        class_name="row wide",
    )
    refused = rx.cond(Reconnect.refusal != "", notice(Reconnect.refusal, tone="bad", role="alert"), rx.fragment())
    return _card("Reconnect your account", _why(), account, refused, form)


def _why() -> rx.Component:
    asks = rx.cond(Reconnect.by != "", rx.fragment(Reconnect.by, " asks you"), "You are asked")
    return rx.el.p(
        asks,
        " to let Nexus Connections into this account again. The link works once, for this account only, and what you "
        "give is kept encrypted.",
        class_name="muted",
    )


def _consent() -> rx.Component:
    return post_form("/auth/reconnect/consent", _link(), _submit("Sign in at ", Reconnect.marketplace))


def _typed() -> rx.Component:
    return post_form("/auth/reconnect", _link(), rx.foreach(Reconnect.boxes, _box), _submit("Test and reconnect"))


def _box(box: rx.Var[Box]) -> rx.Component:
    control = rx.el.input(
        id=box.name,
        name=box.name,
        type=rx.cond(box.secret, "password", "text"),
        default_value=box.value,
        placeholder=box.example,
        class_name="input",
        auto_complete="off",
        spell_check=False,
        required=True,
        aria_invalid=rx.cond(box.wrong != "", "true", "false"),
    )
    place = rx.cond(
        box.where_url != "",
        rx.el.a(box.where, href=box.where_url, target="_blank", rel="noopener"),
        rx.el.span(box.where),
    )
    advice = rx.fragment(box.help, rx.cond(box.where != "", rx.fragment(rx.el.br(), "Where: ", place), rx.fragment()))
    return rx.el.div(labelled(control, box.name, box.label, advice, box.wrong), key=box.name)


def _done() -> rx.Component:
    thanks = "The account is connected again, and its next sync has begun. You can close this page."
    return _card("Thank you", rx.el.p(thanks, class_name="muted"))


def _spent() -> rx.Component:
    said = "It was used already, was withdrawn, or is too old. Ask whoever sent it for a new one."
    return _card("This link does not work", rx.el.p(said, class_name="muted"))


def _link() -> rx.Component:
    return rx.el.input(type="hidden", name="link", value=Reconnect.link, read_only=True)


def _submit(*label: Any) -> rx.Component:
    return rx.el.button(*label, type="submit", class_name="btn primary large block")


def _card(title: str, *content: rx.Component) -> rx.Component:
    head = rx.el.div(
        rx.el.img(src="/favicon.svg", alt="", class_name="logo large"),
        rx.el.h1(title, style={"font_size": "var(--t-2xl)", "padding_top": "12px"}),
        class_name="col",
        style={"gap": "2px"},
    )
    return rx.el.main(rx.el.div(head, *content, class_name="gate-card"), class_name="gate")
