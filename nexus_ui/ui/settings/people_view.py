"""Settings > People, drawn."""

from typing import Any

import reflex as rx

from nexus_ui.ui.access import Session
from nexus_ui.ui.parts import ago, badge, button, choice_field, empty_state, lines
from nexus_ui.ui.parts.listing import list_cell, list_table, plain_head
from nexus_ui.ui.settings.layout import section, settings_page
from nexus_ui.ui.settings.people_state import People, PersonRow

ROLES = [("owner", "Owner"), ("admin", "Admin"), ("viewer", "Viewer")]
INVITED = [("viewer", "Viewer: looks, changes nothing"), ("admin", "Admin: connects, syncs, changes settings")]


def people_page() -> rx.Component:
    """The whole page."""
    closed = empty_state("lock", "Only the owner manages people", "Ask the owner to invite somebody or change a role.")
    content = rx.cond(People.loaded, rx.fragment(_everybody(), _invite()), lines(3, "52px"))
    return settings_page("People", rx.cond(Session.is_owner, content, closed))


def _everybody() -> rx.Component:
    heads = [plain_head("Person"), plain_head("Role"), plain_head("Since"), plain_head("Access", True)]
    return section(
        "People",
        "Viewers look. Admins also connect, sync and change settings. Owners also decide who gets in.",
        list_table(heads, rx.foreach(People.rows, _person), caption="People"),
    )


def _person(person: rx.Var[PersonRow]) -> rx.Component:
    role: Any = rx.el.select(
        *[rx.el.option(words, value=word) for word, words in ROLES],
        value=person.role,
        on_change=lambda to: People.change_role(person.id, to),
        aria_label="Role of " + person.name,
        class_name="input auto",
        disabled=person.disabled,
    )
    lock = button(
        "Lock out",
        "small danger",
        on_click=People.lock_out(person.id),
        aria_label="Lock out " + person.name,
    )
    return rx.el.tr(
        list_cell(
            "",
            rx.el.div(person.name, rx.cond(person.myself, " (you)", ""), class_name="strong"),
            rx.el.div(person.email, class_name="muted tiny"),
            class_name="lead",
        ),
        list_cell("Role", role),
        list_cell("Since", ago(person.since), class_name="muted"),
        list_cell(
            "Access",
            rx.cond(person.disabled, badge("Locked out", "bad", "lock"), rx.cond(person.myself, rx.fragment(), lock)),
            right=True,
        ),
        key=person.id,
    )


def _invite() -> rx.Component:
    return rx.el.form(
        section(
            "Invite somebody",
            "You get a link to send them. It works once, within 24 hours; they choose their own password.",
            choice_field("role", "Their role", INVITED),
            rx.el.div(button("Copy invitation link", "primary", "link", type="submit"), class_name="row"),
        ),
        on_submit=People.invite,
    )
