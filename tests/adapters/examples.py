"""Webhooks as a marketplace sends them: each `tests/adapters/<slug>/deliveries.py` gives some, and one stranger."""

import importlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from nexus_ui.adapters.contract import Delivery, Notice

ADDRESS = "https://panel.example/api/webhooks/{slug}/con_1"


@dataclass(frozen=True)
class Example:
    """A delivery, what verifies it (secrets, or a public key as PEM) and what it says; `signed` is false for a ping."""

    name: str
    delivery: Delivery
    secrets: tuple[str, ...]
    notice: Notice | None
    signed: bool = True

    def __str__(self) -> str:
        return self.name


def delivery(slug: str, headers: Mapping[str, str], body: bytes) -> Delivery:
    """A delivery as the door hands it on."""
    moment = datetime(2026, 11, 23, 10, tzinfo=UTC)
    return Delivery("POST", ADDRESS.format(slug=slug), dict(headers), body, moment)


def with_body(example: Example, body: bytes) -> Delivery:
    """The same delivery carrying something else."""
    return replace(example.delivery, body=body)


def with_headers(example: Example, headers: Mapping[str, str]) -> Delivery:
    """The same delivery under other headers."""
    return replace(example.delivery, headers=headers)


def examples_of(slug: str) -> tuple[Example, ...]:
    """The examples a marketplace's tests give: `EXAMPLES`."""
    found: tuple[Example, ...] = importlib.import_module(f"tests.adapters.{slug}.deliveries").EXAMPLES
    return found


def stranger_of(slug: str) -> str:
    """A secret (or public key) that signed none of them: `STRANGER`."""
    found: str = importlib.import_module(f"tests.adapters.{slug}.deliveries").STRANGER
    return found
