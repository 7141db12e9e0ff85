"""Whatever is asked, the simulated WooCommerce answers JSON with a status of its own, never by falling over."""

from typing import Any

import httpx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nexus_ui.sandbox.server import Running
from nexus_ui.sandbox.woocommerce.arguments import ORDERS, PRODUCTS, VARIATIONS, WRITE

ODD = st.one_of(
    st.text(max_size=12),
    st.integers().map(str),
    st.sampled_from(
        ["", "-1", "0", "1e9", "1e400", "nan", "null", "[]", "2026-13-45T25:61:61", "2026-11-23T10:00:00Z",
         "0000-00-00T00:00:00", "9999-12-31T23:59:59+14:00", "0001-01-01T00:00:00Z", "any", "asc", "price", "true",
         "1,2,,x", "%", "\u0000", "\u2028"]
    ),
)  # fmt: skip
READS = [("/products", PRODUCTS), ("/products/190/variations", VARIATIONS), ("/orders", ORDERS)]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | ODD,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "update", "x"]), inner),
    max_leaves=6,
)
LONG = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def sound(answer: httpx.Response) -> bool:
    """A list, a record, or a refusal in WordPress's shape."""
    body = answer.json()
    if answer.status_code == 200:
        return isinstance(body, list | dict)
    return {"code", "message", "data"} == body.keys() and body["data"]["status"] == answer.status_code


@LONG
@given(st.sampled_from(READS).flatmap(lambda read: st.tuples(
    st.just(read[0]), st.dictionaries(st.sampled_from([*read[1], "_fields", "x[]"]), ODD, max_size=4))))  # fmt: skip
def test_any_query_gets_an_answer(woo: httpx.Client, question: tuple[str, dict[str, str]]) -> None:
    """Reading, with arguments of any kind."""
    path, query = question
    assert sound(woo.get(path, params=query))


@LONG
@given(st.sampled_from(["/products/100", "/products/190", "/products/190/variations/191"]),
       st.dictionaries(st.sampled_from(list(WRITE)), JSON, max_size=4))  # fmt: skip
def test_any_change_gets_an_answer(woo: httpx.Client, sandbox: Running, path: str, body: dict[str, Any]) -> None:
    """Writing, with fields of any kind; what was written can be read again."""
    assert sound(woo.put(path, json=body))
    assert 200 == woo.get(path).status_code


@LONG
@given(JSON)
def test_any_batch_gets_an_answer(woo: httpx.Client, body: Any) -> None:
    """A batch that is no batch too."""
    assert sound(woo.post("/products/batch", json=body))
    assert sound(woo.post("/products/batch", json={"update": body}))
