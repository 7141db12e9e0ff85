"""The credentials of a connection, as far as they may be shown: whose, how old, until when, proved when."""

import reflex as rx

from nexus_ui.ui.access import Session
from nexus_ui.ui.connection.facts import CredentialRow, ScopeRow
from nexus_ui.ui.connection.linking import ReconnectLink
from nexus_ui.ui.connection.panel import panel
from nexus_ui.ui.connection.state import ConnectionDetail
from nexus_ui.ui.parts import age, ago, button, link_button, notice, until

CARD = ConnectionDetail.card
FACTS = ConnectionDetail.facts
ACCESS = FACTS.access


def credentials_panel() -> rx.Component:
    """The whole panel."""
    scopes = rx.el.div(
        rx.el.h3("Granted permissions", class_name="small"),
        rx.el.ul(rx.foreach(FACTS.scopes, _scope), class_name="row wrap"),
        class_name="col",
    )
    change = link_button(
        rx.cond(CARD.by_consent, "Reconnect", "Edit"),
        "/connections/" + CARD.id + "/credentials",
        "small plain",
        "key-round",
    )
    rows = rx.el.dl(rx.foreach(FACTS.credentials, _credential), class_name="kv")
    shown = rx.cond(FACTS.scopes.length() > 0, scopes, rx.fragment())
    return panel("Credentials", rx.fragment(_warning(), _proof()), change, rows, shown, _link())


def _warning() -> rx.Component:
    """What is wrong with them, or will be soon."""
    soon = rx.cond(ACCESS.ending != "", notice(ACCESS.ending, tone="warn"), rx.fragment())
    return rx.cond(ACCESS.problem != "", notice(ACCESS.problem, tone="bad"), soon)


def _proof() -> rx.Component:
    """Who gave them, and when they were last seen to work."""
    given = rx.cond(ACCESS.by != "", rx.el.div("Signed in by ", ACCESS.by, ", ", ago(ACCESS.at)), rx.fragment())
    proved = rx.cond(ACCESS.proved_at != "", rx.el.div("Proved to work ", ago(ACCESS.proved_at)), rx.fragment())
    return rx.el.div(given, proved, class_name="muted tiny")


def _credential(row: rx.Var[CredentialRow]) -> rx.Component:
    ends = rx.cond(
        row.renewed,
        rx.fragment(" · renewed by itself ", until(row.expires_at)),
        rx.fragment(" · expires ", until(row.expires_at)),
    )
    told = rx.el.div(
        age(row.set_at),
        rx.cond(row.expires_at != "", ends, rx.fragment()),
        class_name=rx.cond(row.ending, "tone-warn tiny", "muted tiny"),
    )
    return rx.fragment(
        rx.el.dt(row.label),
        rx.el.dd(rx.el.div(row.value, class_name="wrap-any"), rx.cond(row.secret, told, rx.fragment())),
        key=row.label,
    )


def _scope(scope: rx.Var[ScopeRow]) -> rx.Component:
    return rx.el.li(rx.el.code(scope.name, class_name="badge square", title=scope.why), key=scope.name)


def _link() -> rx.Component:
    """The link for an account's owner who does not sign in here."""
    waiting = rx.el.div(
        "A reconnect link from ",
        ACCESS.link_by,
        " waits for the account's owner. It ends ",
        until(ACCESS.link_until),
        ".",
        class_name="muted small",
    )
    offer = rx.el.p(
        "Does somebody else own the account? A link lets them reconnect it without signing in here.",
        class_name="muted small",
    )
    known = ACCESS.link_until != ""
    make = button(
        rx.cond(known, "Copy a new link", "Copy reconnect link"), "small", "link", on_click=ReconnectLink.make
    )
    withdraw = button("Withdraw", "small plain", "link-2-off", on_click=ReconnectLink.withdraw)
    buttons = rx.el.div(make, rx.cond(known, withdraw, rx.fragment()), class_name="row wrap")
    shown = rx.el.div(rx.cond(known, waiting, offer), buttons, class_name="col")
    return rx.cond(Session.may_change, shown, rx.cond(known, waiting, rx.fragment()))
