"""Whatever shape an answer has: what makes sense arrives, the rest is set aside, and nothing else is raised."""

import copy
import json
from typing import Any

import httpx
import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from nexus_ui import clock
from nexus_ui.adapters.kit.answers import Answer
from nexus_ui.adapters.kit.decode import each_translated
from nexus_ui.adapters.zalando import purchases, reports, translate
from nexus_ui.adapters.zalando.channels import Channels
from nexus_ui.errors import NexusError, SkipRecord
from tests.adapters.zalando import scripted
from tests.adapters.zalando.scripted import model, offer, piece, report, simple

FINITE = st.floats(allow_nan=False, allow_infinity=False)
ODD = st.one_of(
    st.none(), st.booleans(), st.integers(), FINITE, st.text(max_size=5), st.just([]), st.just({}), st.just([None]),
    st.just("2026-13-01"), st.just("9999-12-31T23:59:59-14:00"), st.just(1e300), st.just(-1),
)  # fmt: skip


class Asking:
    """Stands where only a mask is needed."""

    merchant = scripted.MERCHANT

    class http:
        """As the transport."""

        @staticmethod
        def mask(text: str) -> str:
            """Nothing to hide."""
            return text


def spoiled(whole: Any, draw: st.DataObject) -> Any:
    """The same with one value somewhere in it replaced or gone."""
    found = copy.deepcopy(whole)
    at = found
    while True:
        keys = list(at) if isinstance(at, dict) else list(range(len(at)))
        key = draw.draw(st.sampled_from(keys))
        deeper = isinstance(at[key], dict | list) and at[key]
        if deeper and draw.draw(st.integers(0, 9)):
            at = at[key]
            continue
        if isinstance(at, dict) and draw.draw(st.booleans()):
            del at[key]
        else:
            at[key] = draw.draw(ODD)
        return found


def answered(body: Any) -> Answer:
    """An answer with this body."""
    return Answer(200, httpx.Headers(), json.dumps(body).encode(), clock.utcnow())


@settings(max_examples=300)
@given(st.data())
def test_an_order_of_any_shape_costs_no_other(draw: st.DataObject) -> None:
    """The order beside it arrives, and every order is either there or set aside."""
    odd, *belongings = spoiled([scripted.order("o1"), scripted.item("o1"), piece("o1", 1), piece("o1", 2)], draw)
    body = {"data": [odd, scripted.order("o2")], "included": [*belongings, scripted.item("o2")]}
    found = purchases.sheet(answered(body))
    good, bad = [], list(found.bad)
    for purchase in found.purchases:
        try:
            good.append(translate.order(purchase))
        except SkipRecord as skip:
            bad.append(skip)  # type: ignore[arg-type]  # counted only

    assert "o2" in {order.ref for order in good}
    assert 2 == len(good) + len(bad) == found.size


@settings(max_examples=300)
@given(st.data())
def test_a_product_of_any_shape_costs_no_other(draw: st.DataObject) -> None:
    """The product beside it arrives, and every product is either there or set aside."""
    odd = spoiled([model("DF1", simple("4006381333931", offer("DE"), offer("AT")))], draw)[0]
    body = json.loads(report(odd, model("DF2", simple("4012345678901", offer()))).content)
    page = reports._read(answered(body), Asking())  # type: ignore[arg-type]  # only its mask is used
    channels = Channels({})
    good, bad = each_translated(
        page.models, lambda one: translate.product(one, channels, lambda _: False), lambda text: text
    )

    assert "DF2" in {product.ref for product in good}
    assert 2 == len(good) + len(bad) + len(page.bad)
    assert all(one.ref and one.reason.endswith(".") for one in [*bad, *page.bad])


@settings(max_examples=200)
@given(st.data())
def test_a_report_of_any_shape_is_read_or_refused(draw: st.DataObject) -> None:
    """With an error of ours, or one that the transport turns into one."""
    body = spoiled(
        {"data": {"psr": {"product_models": {"cursor": "c", "items": []}}}, "errors": [{"message": "No"}]}, draw
    )
    try:
        reports._read(answered(body), Asking())  # type: ignore[arg-type]  # only its mask is used
    except (NexusError, msgspec.DecodeError) as error:
        assert str(error)
