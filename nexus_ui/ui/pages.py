"""The site map: route, title, guard and on_load of every page."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import reflex as rx

from nexus_ui.ui import theme
from nexus_ui.ui.access import Session
from nexus_ui.ui.alerts import Alerts, alerts_page
from nexus_ui.ui.bell import Bell
from nexus_ui.ui.connection import ConnectionDetail, Hooks, connection_page
from nexus_ui.ui.connections import Causes, Connections, RemovedConnections, connections_page
from nexus_ui.ui.drift import Drift, drift_view
from nexus_ui.ui.history import History, history_page
from nexus_ui.ui.live import watch
from nexus_ui.ui.orders import Orders, orders_page
from nexus_ui.ui.products import Products, products_page
from nexus_ui.ui.pulse import Pulse
from nexus_ui.ui.pushes import OnePush, Pushes, push_view, pushes_view
from nexus_ui.ui.reconnect import Reconnect, reconnect_page
from nexus_ui.ui.settings import (
    AuditLog,
    Channels,
    ConnectionSetup,
    GeneralSettings,
    People,
    Profile,
    StockSettings,
    audit_page_view,
    channels_page,
    connection_settings_page,
    general_settings_page,
    people_page,
    profile_page,
)
from nexus_ui.ui.sign_in import Gate, sign_in_page, welcome_page
from nexus_ui.ui.stock import Stock, StockSku, stock_view
from nexus_ui.ui.sync_log import SyncLog
from nexus_ui.ui.why import Why, why_page
from nexus_ui.ui.wizard import Wizard, add_page, credentials_page


@dataclass(frozen=True, slots=True)
class Page:
    """One page. `guarded`: only for people who signed in; everything they load checks that once more."""

    route: str
    title: str
    draw: Callable[[], rx.Component]
    on_load: Any
    also: tuple[Any, ...] = ()
    guarded: bool = True

    def arrivals(self) -> list[Any]:
        """What happens when somebody opens the page."""
        return [Session.enter, Pulse.arrive, Bell.arrive, self.on_load, *self.also] if self.guarded else [self.on_load]


PAGES = (
    Page(
        "/", "Connections", connections_page, Connections.load, (Causes.load, RemovedConnections.load, SyncLog.arrive)
    ),
    Page("/connections/add", "Add connection", add_page, Wizard.open_new),
    Page("/connections/[connection_id]/credentials", "Credentials", credentials_page, Wizard.open_existing),
    Page(
        "/connections/[connection_id]",
        "Connection",
        connection_page,
        ConnectionDetail.load,
        (Hooks.load, SyncLog.arrive),
    ),
    Page("/connections/[connection_id]/why", "Why is this red?", why_page, Why.load, (SyncLog.arrive,)),
    Page("/products", "Products", products_page, Products.load),
    Page("/orders", "Orders", orders_page, Orders.load),
    Page("/stock", "Stock", stock_view, Stock.load, (StockSku.arrive,)),
    Page("/history", "History", history_page, History.load),
    Page("/alerts", "Alerts", alerts_page, Alerts.load),
    Page("/stock/drift", "Drift", drift_view, Drift.load),
    Page("/stock/pushes", "Pushes", pushes_view, Pushes.load),
    Page("/stock/pushes/[push_id]", "Push", push_view, OnePush.load),
    Page("/settings", "Settings", general_settings_page, GeneralSettings.load, (StockSettings.load,)),
    Page("/settings/alerts", "Alert settings", channels_page, Channels.load),
    Page("/settings/people", "People", people_page, People.load),
    Page("/settings/audit", "Audit log", audit_page_view, AuditLog.load),
    Page("/settings/profile", "Profile", profile_page, Profile.load),
    Page(
        "/settings/connections/[connection_id]", "Connection settings", connection_settings_page, ConnectionSetup.load
    ),
    Page("/sign-in", "Sign in", sign_in_page, Gate.arrive, guarded=False),
    Page("/welcome", "Welcome", welcome_page, Gate.welcome, guarded=False),
    Page("/reconnect", "Reconnect", reconnect_page, Reconnect.arrive, guarded=False),
)


def build_app(api_transformer: Callable[[Any], Any]) -> rx.App:
    """The Reflex app with every page, and the watcher that keeps them live."""
    app = rx.App(api_transformer=api_transformer, head_components=theme.head(), html_lang="en", reset_style=False)
    for page in PAGES:
        app.add_page(page.draw, route=page.route, title=f"{page.title} · Nexus", on_load=page.arrivals())
    app.register_lifespan_task(watch, tabs=app)
    return app
