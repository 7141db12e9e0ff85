"""What Zalando says when it says no, in each of its shapes."""

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from nexus_ui.errors import (
    AccountSuspended,
    CredentialsRejected,
    NexusError,
    PermissionMissing,
    RateLimited,
    SetupWrong,
    Surprise,
    Unavailable,
)
from nexus_ui.sandbox.server import Running
from tests.adapters.counterparts import Journal, collect, counterpart_of
from tests.adapters.zalando import scripted
from tests.adapters.zalando.scripted import ZALANDO, adapter_over, problem

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def json_api(status: int, detail: str) -> httpx.Response:
    """A refusal as the Orders API writes it."""
    errors = [{"status": str(status), "title": "Sorry", "detail": detail}]
    return httpx.Response(status, json={"errors": errors}, headers={"Content-Type": "application/vnd.api+json"})


async def refusal_of(answer: httpx.Response) -> NexusError:
    """What a refusal of the list of orders becomes."""
    with pytest.raises(NexusError) as raised:
        await collect(adapter_over(lambda _: answer).orders(LONG_AGO, None))
    return raised.value


@pytest.mark.parametrize(
    ("answer", "expected", "words"),
    [
        (json_api(400, "sort is not known"), Surprise, "sort is not known."),
        (problem(400, "sort is not known"), Surprise, "sort is not known."),
        (problem(422, ""), Surprise, "Sorry."),
        (problem(401, "Token is expired"), CredentialsRejected, "client ID and secret"),
        (json_api(403, "The privileges of the token are insufficient"), PermissionMissing, "the right orders/read"),
        (problem(403, "Merchant is not active"), AccountSuspended, "not active"),
        (problem(403, "Merchant account was deactivated"), AccountSuspended, "partner care"),
        (json_api(404, "Merchant was not found"), SetupWrong, "merchant ID"),
        (httpx.Response(400, text="<html>"), Surprise, "it does not say why."),
        (httpx.Response(400, json={"message": "Slow"}), Surprise, "Slow."),
    ],
)
async def test_each_refusal_says_what_happens_next(
    answer: httpx.Response, expected: type[NexusError], words: str
) -> None:
    """Problem documents, JSON:API errors and bare messages mean the same."""
    error = await refusal_of(answer)

    assert isinstance(error, expected)
    assert words in error.message
    assert error.message.endswith(".")


async def test_a_missing_right_is_named_by_what_was_asked(sandbox: Running) -> None:
    """Zalando does not say which; we know what we asked for."""
    counterpart = counterpart_of(ZALANDO, sandbox)
    for right in ("orders/read", "profile/sales-channels/read", "zfs-inventory/item-quantity/read"):
        counterpart.fault("missing_scope", scope=right)
        async with counterpart.open() as adapter:
            with pytest.raises(PermissionMissing) as raised:
                await collect(adapter.orders(LONG_AGO, None) if "orders" in right else adapter.products(None, None))

        assert right == raised.value.scope
    counterpart.shop.faults.switch_off()


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"errors": [{"message": "Cannot query field"}], "data": None}, Surprise),
        ({"errors": [{"message": "No", "extensions": {"code": "FORBIDDEN"}}]}, PermissionMissing),
        ({"errors": [{"message": "No", "extensions": {"code": "UNAUTHENTICATED"}}]}, CredentialsRejected),
        ({"data": {"psr": None}}, Surprise),
        ({"data": 7}, Surprise),
        ({}, Surprise),
    ],
)
async def test_a_report_may_refuse_with_200(body: Any, expected: type[NexusError]) -> None:
    """GraphQL has errors of its own; an answer without data is one too."""

    def answer(request: httpx.Request) -> httpx.Response:
        return scripted.channels() if request.url.path == "/sales-channels" else httpx.Response(200, json=body)

    with pytest.raises(expected):
        await collect(adapter_over(answer).products(None, None))


async def test_the_seconds_to_wait_are_handed_on() -> None:
    """With the limit that was told."""
    error = await refusal_of(
        httpx.Response(429, json={"message": "Too many"}, headers={"Retry-After": "40", "X-Rate-Limit": "40"})
    )

    assert isinstance(error, RateLimited)
    assert 40 == error.retry_after


async def test_trouble_on_their_side_passes() -> None:
    """Not a refusal of anything."""
    assert isinstance(await refusal_of(problem(503, "Connection to database timed out")), Unavailable)


async def test_zalandos_own_throttle_is_waited_out(sandbox: Running) -> None:
    """And everything arrives."""
    counterpart, journal = counterpart_of(ZALANDO, sandbox), Journal()
    counterpart.fault("throttled", times=1, on="api", seconds=0.1, match="graphql")

    async with counterpart.open(journal=journal) as adapter:
        products, _ = await collect(adapter.products(None, None))

    assert 1 == len(journal.waits) == journal.resumes
    assert len(counterpart.shop.products) == len(products)


async def test_no_buyer_is_kept_from_orders_that_cannot_be_read() -> None:
    """Neither by the error nor by the journal."""
    journal = Journal()
    odd = httpx.Response(200, json={"data": {"attributes": {"shipping_address": {"first_name": "Joe"}}}})

    with pytest.raises(Surprise) as raised:
        await collect(adapter_over(lambda _: odd, journal).orders(LONG_AGO, None))

    assert "Joe" not in f"{raised.value.message} {raised.value.detail} {journal.calls!r}"
