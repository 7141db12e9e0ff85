"""Settings > Profile: in which zone a person reads times."""

import asyncio
from typing import Any

import reflex as rx

from nexus_ui.errors import BadInput
from nexus_ui.flows import preferences as flow
from nexus_ui.ui.access import Session, needs, who
from nexus_ui.ui.forms import filled
from nexus_ui.ui.parts import button, lines
from nexus_ui.ui.settings.layout import section, settings_page, zone_field


class Profile(rx.State):
    """One's own settings."""

    zone: str = ""
    wrong: str = ""
    saved: bool = False
    loaded: bool = False

    @needs("viewer")
    async def load(self) -> None:
        """Show what is kept."""
        self.zone, self.wrong, self.saved, self.loaded = who().time_zone, "", False, True

    @needs("viewer")
    async def save(self, form: dict[str, Any]) -> None:
        """Keep the zone; every time on the page follows at once."""
        zone = filled(form, "time_zone")
        try:
            await asyncio.to_thread(flow.change_time_zone, zone, who())
        except BadInput as refused:
            self.wrong, self.saved = refused.message, False
            return
        self.zone, self.wrong, self.saved = zone, "", True
        session = await self.get_state(Session)
        session.zone = zone


def profile_page() -> rx.Component:
    """The whole page."""
    facts = rx.el.dl(
        rx.el.dt("Name"),
        rx.el.dd(Session.name),
        rx.el.dt("E-mail"),
        rx.el.dd(Session.email),
        rx.el.dt("Role"),
        rx.el.dd(Session.role),
        class_name="kv",
    )
    done = rx.el.span(
        rx.icon("circle-check", size=14, aria_hidden="true"), "Saved", class_name="row small tone-ok", role="status"
    )
    form = rx.el.form(
        section(
            "Profile",
            "How this panel speaks to you.",
            facts,
            zone_field(Profile.zone, Profile.wrong, "Times on every page are shown in it."),
            rx.el.div(
                button("Save", "primary", type="submit"),
                rx.cond(Profile.saved, done, rx.fragment()),
                class_name="row wide",
            ),
        ),
        on_submit=Profile.save,
        no_validate=True,
    )
    return settings_page("Profile", rx.cond(Profile.loaded, form, lines(4, "52px")))
