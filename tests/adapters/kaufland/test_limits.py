"""Kaufland counts calls per seller: his storefronts share a budget, other sellers have their own."""

from nexus_ui.adapters.contract import Credentials
from nexus_ui.adapters.kit.limits import Budget, forget_all
from nexus_ui.adapters.kit.opening import open_http
from tests.adapters.counterparts import Journal
from tests.adapters.kaufland.scripted import KAUFLAND


async def budget_of(**fields: str) -> Budget:
    """The budget that a connection with these credentials spends from."""
    typed: Credentials = {**KAUFLAND.sandbox_fields, **fields}
    async with open_http(KAUFLAND, typed, watcher=Journal(), mask=str, endpoint="http://127.0.0.1/{host}") as http:
        assert isinstance(http.limiter, Budget)
        return http.limiter


async def test_storefronts_of_one_seller_share_his_budget() -> None:
    """What one spends, the other cannot."""
    forget_all()
    german, czech, other = (
        await budget_of(storefront="de"),
        await budget_of(storefront="cz"),
        await budget_of(client_key="f" * 32),
    )

    await german.take("units", 20, urgent=False)

    assert czech.expected_wait("orders", 30) > 0
    assert 0 == other.expected_wait("orders", 30)
