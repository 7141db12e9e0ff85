"""Zalando's own API files judge what the adapter asks and what the sandbox answers."""

import asyncio

import pytest

from tests.adapters.openapi_judge import judge
from tests.adapters.openapi_spec import Spec
from tests.adapters.recording import Traffic
from tests.adapters.vendor import specs_of
from tests.adapters.zalando.conformance import PREFIX, STOCKS, UNDESCRIBED, full_cycle, judged_by

pytestmark = pytest.mark.conformance

UPDATE = "POST /merchants/{merchant-id}/stocks"


@pytest.fixture(scope="module")
def stocks() -> Spec:
    """The vendor's Stocks API, or a skip that says where it was looked for."""
    return Spec.load(specs_of("zalando") / STOCKS)


@pytest.fixture(scope="module")
def traffic() -> list[Traffic]:
    """The traffic of a full cycle."""
    return asyncio.run(full_cycle())


def test_stock_updates_and_their_answers_fit_the_vendors_file(stocks: Spec, traffic: list[Traffic]) -> None:
    """No violation on either side, refusals included."""
    asked = [one for one in traffic if one.path.endswith("/stocks")]
    found = judge(asked, [stocks], PREFIX)

    assert [] == found.violations
    assert {UPDATE: len(asked)} == dict(found.operations)
    assert found.requests == found.answers > 5
    assert {207, 401, 403, 429} == {one.status for one in asked}


def test_whatever_is_asked_fits_what_the_vendor_publishes(stocks: Spec, traffic: list[Traffic]) -> None:
    """Orders, sales channels and the account as well; whatever is not described is known by name."""
    found = judged_by(stocks, traffic)

    assert [] == found.violations
    assert {"orders", "sales-channels", "me", UPDATE} == set(found.operations) == found.judged
    assert set(UNDESCRIBED) == set(found.undescribed)
    assert len(traffic) == found.requests + found.undescribed.total()
    assert found.requests == found.answers


def test_no_token_is_fetched_for_each_call(traffic: list[Traffic]) -> None:
    """One at the beginning, and one in place of each token that ended."""
    assert 3 == sum(one.path.endswith("/auth/token") for one in traffic)
