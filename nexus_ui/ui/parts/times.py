"""Times as people say them. They tick in the browser; the exact time, with its zone, is in the tooltip.

`at` is an ISO 8601 time with zone, or "" for nothing. The zone is the signed-in person's (the frame carries it).
"""

from typing import Any

import reflex as rx
from reflex.components.el.element import Element


class NexusTime(Element):
    """The custom element that `assets/nexus.js` defines."""

    tag = "NexusTime"
    alias = "nexus-time"
    at: rx.Var[str]
    kind: rx.Var[str]
    late: rx.Var[str]


def ago(at: Any) -> rx.Component:
    """`3 min ago`."""
    return NexusTime.create(at=at, kind="ago")


def age(at: Any) -> rx.Component:
    """`61 days old`."""
    return NexusTime.create(at=at, kind="age")


def until(at: Any) -> rx.Component:
    """`in 12 min`, then `now`."""
    return NexusTime.create(at=at, kind="until")


def next_run(at: Any, late: Any) -> rx.Component:
    """`in 12 min`, `due now`, from `late` (if any) on `overdue`: a past date is never shown as if it were to come."""
    return NexusTime.create(at=at, kind="next", late=late)


def countdown(at: Any) -> rx.Component:
    """`1:42`, running down."""
    return NexusTime.create(at=at, kind="countdown", class_name="num")


def elapsed(at: Any) -> rx.Component:
    """`0:12`, running up."""
    return NexusTime.create(at=at, kind="elapsed", class_name="num")


def absolute(at: Any) -> rx.Component:
    """`23 Nov 2026, 14:02:11 CET`."""
    return NexusTime.create(at=at, kind="absolute")


def short(at: Any) -> rx.Component:
    """`14:02` today, `22 Nov, 14:02` before."""
    return NexusTime.create(at=at, kind="short", class_name="num")
