"""Orders are listed without what was bought, so each is fetched by itself; one that is odd costs only itself."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from nexus_ui.errors import Surprise
from nexus_ui.records import Page
from tests.adapters.counterparts import Journal, collect
from tests.adapters.kaufland.scripted import adapter_over, problem

SINCE = datetime(2026, 11, 1, tzinfo=UTC)
PIECE: dict[str, Any] = {
    "id_order_unit": 1, "status": "sent", "currency": "EUR", "price": 100, "ts_updated_iso": "2026-11-02T10:00:00Z",
}  # fmt: skip
ADDRESS = {"first_name": "Anna", "street": "Secret Street"}


def kaufland_with(details: dict[str, httpx.Response], journal: Journal | None = None) -> Any:
    """A storefront with these orders."""
    listed = [{"id_order": name, "ts_units_updated_iso": "2026-11-02T10:00:00Z"} for name in details]

    def answer(request: httpx.Request) -> httpx.Response:
        name = request.url.path.removeprefix("/v2/orders").strip("/")
        return (
            details[name] if name else httpx.Response(200, json={"data": listed, "pagination": {"total": len(listed)}})
        )

    return adapter_over(answer, journal)


def detail(name: str, **changes: Any) -> httpx.Response:
    """An order as Kaufland tells it, the buyer's address included."""
    told = {
        "id_order": name,
        "ts_created_iso": "2026-11-02T09:00:00Z",
        "order_units": [PIECE],
        "billing_address": ADDRESS,
    }
    return httpx.Response(200, json={"data": {**told, **changes}})


async def test_an_odd_order_is_set_aside_and_the_rest_arrive() -> None:
    """Gone by now, of another shape, or without anything bought."""
    details = {
        "GOOD": detail("GOOD"),
        "GONE": problem(404, "not-found", message="Order not found"),
        "ODD": detail("ODD", order_units=[PIECE | {"price": "cheap"}]),
        "EMPTY": detail("EMPTY", order_units=[]),
    }

    orders, bad = await collect(kaufland_with(details).orders(SINCE, None))

    assert ["GOOD"] == [order.ref for order in orders]
    assert ["GONE", "ODD", "EMPTY"] == [one.ref for one in bad]
    assert "Order not found" == bad[0].reason


async def test_no_buyer_is_kept_anywhere() -> None:
    """Neither in a record, nor in what is set aside, nor in the journal of calls."""
    journal = Journal()
    details = {"GOOD": detail("GOOD"), "ODD": detail("ODD", order_units=[PIECE | {"price": "cheap"}])}

    orders, bad = await collect(kaufland_with(details, journal).orders(SINCE, None))

    kept = repr((orders, bad, journal.calls))
    assert "ODD" in kept
    assert not [word for word in ADDRESS.values() if word in kept]


async def test_an_unreadable_order_is_tried_again_and_ends_the_walk() -> None:
    """Half a document is trouble of theirs, not of that order."""
    torn = httpx.Response(
        200, content=b'{"data": {"id_order": "TORN", "first_name": "Anna', headers={"Content-Type": "application/json"}
    )
    journal = Journal()

    with pytest.raises(Surprise):
        await collect(kaufland_with({"TORN": torn}, journal).orders(SINCE, None))

    assert len(journal.calls) > 2
    assert "Anna" not in repr(journal.calls)


async def test_the_question_reaches_back_a_second() -> None:
    """ "After this timestamp" may leave out that very second; the walk keeps its beginning for its later pages."""
    asked: list[httpx.QueryParams] = []

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/orders"):
            asked.append(request.url.params)
            listed = [{"id_order": f"O{n}", "ts_units_updated_iso": "2026-11-02T10:00:00Z"} for n in range(120)]
            start = int(request.url.params["offset"])
            return httpx.Response(200, json={"data": listed[start : start + 100], "pagination": {"total": 120}})
        return detail(request.url.path.rpartition("/")[2])

    pages: list[Page[Any]] = [page async for page in adapter_over(answer).orders(SINCE, None)]
    rest = [page async for page in adapter_over(answer).orders(SINCE + timedelta(days=9), pages[0].resume)]

    assert {"2026-10-31T23:59:59Z"} == {one["ts_units_updated_from_iso"] for one in asked}
    assert [100, 20] == [len(page.records) for page in pages]
    assert pages[1].records == rest[0].records
    assert {"de"} == {one["storefront"] for one in asked}
