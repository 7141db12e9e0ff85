"""The way between the pages about stock."""

import reflex as rx

from nexus_ui.ui.parts import page_link

TABS = (("Stock", "/stock"), ("Pushes", "/stock/pushes"), ("Drift", "/stock/drift"))


def stock_tabs(here: str) -> rx.Component:
    """Stock, Pushes and Drift; `here` is the one being looked at."""
    return rx.el.nav(*[_tab(name, href, name == here) for name, href in TABS], class_name="tabs", aria_label="Stock")


def _tab(name: str, href: str, here: bool) -> rx.Component:
    current = {"aria_current": "page"} if here else {}
    return page_link(name, href=href, class_name="tab", **current)
