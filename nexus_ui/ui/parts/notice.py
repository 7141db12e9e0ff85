"""Sentences that need to be seen: a block in the page, or a short message at its edge."""

from typing import Any

import reflex as rx

ICONS = {"bad": "circle-alert", "warn": "triangle-alert", "wait": "hourglass", "ok": "circle-check", "": "info"}


def notice(*children: Any, tone: str = "", icon: str = "", **props: Any) -> rx.Component:
    """A block with an icon; `tone` is bad, warn, wait, ok or nothing."""
    return rx.el.div(
        rx.icon(icon or ICONS[tone], size=15, aria_hidden="true"),
        rx.el.div(*children, class_name="col grow", style={"gap": "4px"}),
        class_name=f"notice {tone}".strip(),
        **props,
    )


def toast_ok(text: str) -> rx.event.EventSpec:
    """Tell a person that it worked."""
    return rx.toast.success(text)


def toast_bad(text: str) -> rx.event.EventSpec:
    """Tell a person that it did not, in the words of the refusal."""
    return rx.toast.error(text, duration=8000)
