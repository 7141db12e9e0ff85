"""Status and health: always icon, word and colour, never colour alone."""

from typing import Any

import reflex as rx

STATUSES = {
    "active": ("ok", "circle-check", "Active"),
    "error": ("bad", "circle-x", "Error"),
    "rate_limited": ("wait", "hourglass", "Rate limited"),
    "pending": ("", "circle-dashed", "Pending"),
}
HEALTH = {
    "healthy": ("ok", "Healthy"),
    "degraded": ("warn", "Degraded"),
    "unhealthy": ("bad", "Unhealthy"),
    "unknown": ("", "No history yet"),
}


def badge(label: Any, tone: str = "", icon: str = "", **props: Any) -> rx.Component:
    """A small pill; `tone` is ok, warn, bad, wait, accent or nothing."""
    glyph = rx.icon(icon, size=12, aria_hidden="true") if icon else rx.fragment()
    extra = props.pop("class_name", "")
    return rx.el.span(glyph, label, class_name=f"badge {tone} {extra}".strip(), **props)


def status_badge(status: rx.Var[str]) -> rx.Component:
    """The badge of a connection's status."""
    return rx.match(
        status,
        *[(word, badge(label, tone, icon)) for word, (tone, icon, label) in STATUSES.items()],
        badge(status),
    )


def health_word(health: rx.Var[str]) -> rx.Component:
    """The word for a connection's health."""
    return rx.match(
        health,
        *[(word, rx.el.span(label, class_name=f"tone-{tone}")) for word, (tone, label) in HEALTH.items()],
        rx.el.span(health),
    )


def health_strip(letters: rx.Var[list[str]], label: rx.Var[str] | str) -> rx.Component:
    """The last cycles as bars, oldest first: s success, p partial, f failed, n none yet. `label` says it in words."""
    return rx.el.span(
        rx.foreach(letters, lambda letter: rx.el.i(class_name=letter)), class_name="strip", role="img", aria_label=label
    )
