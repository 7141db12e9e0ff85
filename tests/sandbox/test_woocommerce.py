"""The simulated WooCommerce answers as the real one does: pages, filters, dates, stock, refusals."""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import httpx
import pytest

from nexus_ui.sandbox.server import Running
from nexus_ui.sandbox.shop import Shop


def demo(sandbox: Running) -> Shop:
    """The shop behind the client."""
    shop = sandbox.world.shop("woocommerce", "demo-shop.example")
    assert shop is not None
    return shop


def first(woo: httpx.Client, **query: Any) -> dict[str, Any]:
    """The first product that fits."""
    return dict(woo.get("/products", params={"per_page": 1, **query}).json()[0])


def ids(answer: httpx.Response) -> list[int]:
    """The ids of a list."""
    return [record["id"] for record in answer.json()]


def test_pages_are_counted_in_headers_and_linked(woo: httpx.Client) -> None:
    """The link to the next page keeps the query; the last page has none."""
    answer = woo.get("/products", params={"per_page": 100, "orderby": "id"})
    assert ("1200", "12") == (answer.headers["X-WP-Total"], answer.headers["X-WP-TotalPages"])
    assert {"next"} == answer.links.keys()
    asked = parse_qs(urlsplit(answer.links["next"]["url"]).query)
    assert {"per_page": ["100"], "orderby": ["id"], "page": ["2"]} == asked
    last = woo.get("/products", params={"per_page": 100, "page": 12})
    assert {"prev"} == last.links.keys()


def test_a_walk_along_the_links_sees_every_product_once(woo: httpx.Client) -> None:
    """Sorted by the last change, oldest first, as a sync walks."""
    url, seen = httpx.URL(woo.base_url, params={"x": ""}).copy_with(path=woo.base_url.path + "products"), []
    url = url.copy_with(params={"per_page": 100, "orderby": "modified", "order": "asc"})
    while True:
        answer = woo.get(url)
        seen += ids(answer)
        if "next" not in answer.links:
            break
        url = httpx.URL(answer.links["next"]["url"])
    assert 1200 == len(seen) == len(set(seen))


def test_a_page_beyond_the_last_is_empty_and_still_counted(woo: httpx.Client) -> None:
    """WooCommerce answers 200 there, other parts of WordPress 400."""
    answer = woo.get("/products", params={"page": 9999})
    assert (200, [], "1200") == (answer.status_code, answer.json(), answer.headers["X-WP-Total"])


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({"per_page": "101"}, "per_page must be between 1 (inclusive) and 100 (inclusive)"),
        ({"per_page": "0"}, "per_page must be between 1 (inclusive) and 100 (inclusive)"),
        ({"page": "0"}, "page must be greater than or equal to 1"),
        ({"page": "first"}, "page is not of type integer."),
        ({"offset": "1.5"}, "offset is not of type integer."),
        ({"offset": "nan"}, "offset is not of type integer."),
        ({"order": "up"}, "order is not one of asc and desc."),
        ({"status": "live"}, "status is not one of any, future, trash, draft, pending, private, and publish."),
        ({"modified_after": "yesterday"}, "Invalid date."),
        ({"modified_after": "2026-11-23"}, "Invalid date."),
        ({"dates_are_gmt": "perhaps"}, "dates_are_gmt is not of type boolean."),
        ({"include": "1,two"}, "include[1] is not of type integer."),
    ],
)
def test_a_wrong_argument_is_refused_by_name(woo: httpx.Client, query: dict[str, str], message: str) -> None:
    """`rest_invalid_param` with the argument and the reason."""
    (name,) = query
    answer = woo.get("/products", params=query)
    body = answer.json()
    assert (400, "rest_invalid_param") == (answer.status_code, body["code"])
    assert f"Invalid parameter(s): {name}" == body["message"]
    assert {"status": 400, "params": {name: message}} == {key: body["data"][key] for key in ("status", "params")}


def test_an_argument_nobody_knows_is_not_looked_at(woo: httpx.Client) -> None:
    """WordPress passes it by."""
    assert 200 == woo.get("/products", params={"colour": "red"}).status_code


def test_only_what_changed_since_comes_and_the_border_itself_does_not(woo: httpx.Client) -> None:
    """`modified_after` is strictly after, to the second."""
    query = {"orderby": "modified", "order": "asc", "per_page": 100, "dates_are_gmt": "true"}
    stamps = [record["date_modified_gmt"] for record in woo.get("/products", params=query).json()]
    later = woo.get("/products", params=query | {"modified_after": stamps[40]}).json()
    assert stamps[41:] == [record["date_modified_gmt"] for record in later][: len(stamps) - 41]


def test_a_date_with_a_zone_is_moved_to_the_shops_clock_even_for_gmt(woo: httpx.Client) -> None:
    """So a trailing Z together with `dates_are_gmt` asks for a later time than meant, as in WordPress."""
    record = woo.get("/products", params={"orderby": "modified", "per_page": 1}).json()[0]
    shift = datetime.fromisoformat(record["date_modified"]).replace(tzinfo=ZoneInfo("Europe/Amsterdam")).utcoffset()
    assert shift
    just_before = datetime.fromisoformat(record["date_modified_gmt"]) - timedelta(seconds=1)
    query = {"dates_are_gmt": "true", "include": str(record["id"])}
    assert [record["id"]] == ids(woo.get("/products", params=query | {"modified_after": just_before.isoformat()}))
    assert [] == ids(woo.get("/products", params=query | {"modified_after": f"{just_before.isoformat()}Z"}))
    meant = just_before - shift
    assert [record["id"]] == ids(woo.get("/products", params=query | {"modified_after": f"{meant.isoformat()}Z"}))


def test_local_and_gmt_dates_tell_the_same_moment(woo: httpx.Client) -> None:
    """The shop lives in Amsterdam."""
    for record in woo.get("/products", params={"per_page": 100}).json():
        local = datetime.fromisoformat(record["date_modified"]).replace(tzinfo=ZoneInfo("Europe/Amsterdam"))
        gmt = datetime.fromisoformat(record["date_modified_gmt"] + "+00:00")
        assert gmt.timestamp() == local.timestamp() or local.fold != local.replace(fold=1).fold


def test_lists_can_be_named_filtered_and_cut(woo: httpx.Client) -> None:
    """include in both spellings, exclude, offset, type, sku, and `_fields`."""
    assert [110, 100] == ids(woo.get("/products", params={"include": "100,110"}))
    assert [110, 100] == ids(woo.get("/products", params=[("include[]", "100"), ("include[]", "110")]))
    assert [100, 110] == ids(woo.get("/products", params={"include": "100,110", "orderby": "include", "order": "asc"}))
    assert [100] == ids(woo.get("/products", params={"include": "100,110", "exclude": "110"}))
    by_id = {"orderby": "id", "order": "asc", "per_page": 2}
    assert [130, 140] == ids(woo.get("/products", params=by_id | {"offset": 3}))
    assert {"grouped"} == {each["type"] for each in woo.get("/products", params={"type": "grouped"}).json()}
    assert {"id", "sku"} == woo.get("/products", params={"_fields": "id,sku"}).json()[0].keys()


def test_a_sku_finds_the_variation_that_carries_it(woo: httpx.Client) -> None:
    """/products?sku= answers variations too, with their parent."""
    parent = first(woo, type="variable")
    variation = woo.get(f"/products/{parent['id']}/variations").json()[0]
    (found,) = woo.get("/products", params={"sku": variation["sku"]}).json()
    told = (found["id"], found["type"], found["parent_id"], found["sku"])
    assert (variation["id"], "variation", parent["id"], variation["sku"]) == told
    assert found == woo.get(f"/products/{variation['id']}").json()
    assert [] == woo.get("/products", params={"sku": "NO-SUCH"}).json()


def test_a_filter_that_fits_nothing_finds_nothing(woo: httpx.Client) -> None:
    """Variations have no address of their own here, so none has the one asked for."""
    parent = first(woo, type="variable")
    answer = woo.get(f"/products/{parent['id']}/variations", params={"slug": "x"})
    assert (200, [], "0") == (answer.status_code, answer.json(), answer.headers["X-WP-Total"])


def test_setting_stock_shows_at_once_and_moves_the_date(woo: httpx.Client) -> None:
    """A simple product that is counted."""
    before = next(each for each in woo.get("/products?type=simple&per_page=50").json() if each["manage_stock"])
    answer = woo.put(f"/products/{before['id']}", json={"stock_quantity": 7})
    assert (200, 7, "instock") == (answer.status_code, answer.json()["stock_quantity"], answer.json()["stock_status"])
    after = woo.get(f"/products/{before['id']}").json()
    assert (7, True) == (after["stock_quantity"], after["date_modified_gmt"] > before["date_modified_gmt"])
    empty = woo.put(f"/products/{before['id']}", json={"stock_quantity": 0}).json()
    assert (0, "outofstock") == (empty["stock_quantity"], empty["stock_status"])


def test_changing_a_variation_moves_its_product_too(woo: httpx.Client) -> None:
    """That is how a sync hears of it."""
    parent = first(woo, type="variable")
    child = woo.get(f"/products/{parent['id']}/variations").json()[0]
    answer = woo.put(f"/products/{parent['id']}/variations/{child['id']}", json={"stock_quantity": 3})
    assert (200, 3) == (answer.status_code, answer.json()["stock_quantity"])
    changed = woo.get("/products", params={"modified_after": parent["date_modified_gmt"], "dates_are_gmt": "1"})
    assert parent["id"] in ids(changed)


def test_stock_of_something_not_counted_is_ignored_not_refused(woo: httpx.Client) -> None:
    """200 and no quantity, as the real one; switching the counting on in the same call takes it."""
    external = first(woo, type="external")
    answer = woo.put(f"/products/{external['id']}", json={"stock_quantity": 5, "manage_stock": True})
    assert (200, False, None) == (answer.status_code, answer.json()["manage_stock"], answer.json()["stock_quantity"])
    simple = woo.get("/products?type=simple&per_page=1&offset=3").json()[0]["id"]
    off = woo.put(f"/products/{simple}", json={"manage_stock": False}).json()
    assert (False, None) == (off["manage_stock"], off["stock_quantity"])
    ignored = woo.put(f"/products/{simple}", json={"stock_quantity": 5}).json()
    assert (False, None) == (ignored["manage_stock"], ignored["stock_quantity"])
    on = woo.put(f"/products/{simple}", json={"manage_stock": True, "stock_quantity": 5}).json()
    assert (True, 5) == (on["manage_stock"], on["stock_quantity"])


def test_a_variation_may_leave_the_counting_to_its_product(woo: httpx.Client) -> None:
    """manage_stock is then the word parent, and the quantity is the product's."""
    parent = first(woo, type="variable", offset=5)
    child = f"/products/{parent['id']}/variations/{parent['variations'][0]}"
    woo.put(f"/products/{parent['id']}", json={"manage_stock": True, "stock_quantity": 40})
    told = woo.put(child, json={"manage_stock": False}).json()
    assert ("parent", 40) == (told["manage_stock"], told["stock_quantity"])


def test_prices_are_texts_and_derived_by_the_shop(woo: httpx.Client) -> None:
    """A sale price below the regular one is the price; nonsense becomes no price."""
    number = woo.get("/products?type=simple&per_page=1&offset=4").json()[0]["id"]
    sale = woo.put(f"/products/{number}", json={"regular_price": "20.00", "sale_price": "15"}).json()
    assert ("15", "20.00", True) == (sale["price"], sale["regular_price"], sale["on_sale"])
    none = woo.put(f"/products/{number}", json={"regular_price": "free", "sale_price": ""}).json()
    assert ("", "", False) == (none["price"], none["regular_price"], none["on_sale"])
    assert 400 == woo.put(f"/products/{number}", json={"regular_price": 20}).status_code
    grouped = first(woo, type="grouped")
    assert ("", "") == (grouped["price"], grouped["regular_price"])


def test_a_taken_sku_is_refused_with_a_free_one(woo: httpx.Client) -> None:
    """The real answer names both."""
    one, two = woo.get("/products?type=simple&per_page=2&offset=6").json()
    answer = woo.put(f"/products/{one['id']}", json={"sku": two["sku"]})
    assert (400, "product_invalid_sku") == (answer.status_code, answer.json()["code"])
    assert {"status": 400, "resource_id": two["id"], "unique_sku": f"{two['sku']}-1"} == answer.json()["data"]


def test_a_batch_answers_each_item_for_itself(woo: httpx.Client) -> None:
    """One wrong id does not spoil the others."""
    numbers = ids(woo.get("/products?type=simple&per_page=3&offset=8"))
    items = [{"id": numbers[0], "stock_quantity": 11}, {"id": 999999999, "stock_quantity": 1}]
    answer = woo.post("/products/batch", json={"update": items})
    done, failed = answer.json()["update"]
    assert (200, 11) == (answer.status_code, done["stock_quantity"])
    error = {"code": "woocommerce_rest_product_invalid_id", "message": "Invalid ID.", "data": {"status": 400}}
    assert {"id": 999999999, "error": error} == failed


def test_a_variation_batch_stays_within_its_product(woo: httpx.Client) -> None:
    """Ids of other products are unknown there."""
    one, two = woo.get("/products?type=variable&per_page=2").json()
    items = [{"id": one["variations"][0], "stock_quantity": 2}, {"id": two["variations"][0], "stock_quantity": 2}]
    done, failed = woo.post(f"/products/{one['id']}/variations/batch", json={"update": items}).json()["update"]
    assert (2, "woocommerce_rest_product_variation_invalid_id") == (done["stock_quantity"], failed["error"]["code"])


def test_a_batch_of_more_than_a_hundred_is_too_large(woo: httpx.Client) -> None:
    """413, and nothing is changed."""
    items = [{"id": 100, "stock_quantity": 1}] * 101
    answer = woo.post("/products/batch", json={"update": items})
    assert (413, "woocommerce_rest_request_entity_too_large") == (answer.status_code, answer.json()["code"])


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/products/999999999", 404, "woocommerce_rest_product_invalid_id"),
        ("PUT", "/products/999999999", 400, "woocommerce_rest_product_invalid_id"),
        ("GET", "/products/100/variations/100", 404, "woocommerce_rest_product_variation_invalid_id"),
        ("GET", "/orders/7", 404, "woocommerce_rest_shop_order_invalid_id"),
        ("GET", "/nowhere", 404, "rest_no_route"),
        ("GET", "/products/abc", 501, "sandbox_not_simulated"),
        ("POST", "/products", 501, "sandbox_not_simulated"),
        ("DELETE", "/products/100", 501, "sandbox_not_simulated"),
    ],
)
def test_what_is_not_there_is_refused(woo: httpx.Client, method: str, path: str, status: int, code: str) -> None:
    """In WooCommerce's words, and plainly where only this simulation has a gap."""
    answer = woo.request(method, path)
    assert (status, code, status) == (answer.status_code, answer.json()["code"], answer.json()["data"]["status"])


def test_a_body_that_is_no_json_is_refused(woo: httpx.Client) -> None:
    """`rest_invalid_json`."""
    answer = woo.put("/products/100", content=b"{", headers={"content-type": "application/json"})
    assert (400, "rest_invalid_json") == (answer.status_code, answer.json()["code"])


def test_orders_since_a_moment_come_oldest_first_and_a_new_one_lowers_the_stock(
    woo: httpx.Client, sandbox: Running
) -> None:
    """As a sync asks for them."""
    product = next(each for each in woo.get("/products?type=simple&per_page=50").json() if each["stock_quantity"])
    newest = woo.get("/orders", params={"per_page": 1, "orderby": "modified"}).json()[0]
    control = {"marketplace": "woocommerce", "shop": "demo-shop.example"}
    control["lines"] = [{"sku": product["sku"], "quantity": 1}]  # type: ignore[assignment] # JSON for the control call
    assert 200 == httpx.post(f"{sandbox.url}/_sandbox/orders", json=control).status_code
    query = {"modified_after": newest["date_modified_gmt"], "dates_are_gmt": "true", "orderby": "modified"}
    (order,) = woo.get("/orders", params=query | {"order": "asc"}).json()
    (line,) = order["line_items"]
    assert (product["id"], 0, 1, product["sku"]) == tuple(
        line[name] for name in ("product_id", "variation_id", "quantity", "sku")
    )
    assert product["stock_quantity"] - 1 == woo.get(f"/products/{product['id']}").json()["stock_quantity"]
    assert order == woo.get(f"/orders/{order['id']}").json()


def test_some_orders_are_of_today_and_all_of_the_last_ninety_days(woo: httpx.Client, sandbox: Running) -> None:
    """So that the card has something to show."""
    now = sandbox.world.now().replace(tzinfo=None)
    stamps = []
    for page in range(1, 5):
        found = woo.get("/orders", params={"per_page": 100, "page": page}).json()
        stamps += [datetime.fromisoformat(record["date_created_gmt"]) for record in found]
    assert any(now - stamp < timedelta(hours=12) for stamp in stamps)
    assert all(now - stamp < timedelta(days=91) for stamp in stamps)


def test_the_shop_tells_its_name_address_zone_and_currency(woo: httpx.Client, sandbox: Running) -> None:
    """The root index to anybody, the rest with a key."""
    root = httpx.get(f"{sandbox.url}/woocommerce/demo-shop.example/wp-json/").json()
    told = (root["name"], root["url"], root["home"], root["timezone_string"])
    assert ("Demo Shop", "https://demo-shop.example", "https://demo-shop.example", "Europe/Amsterdam") == told
    assert "wc/v3" in root["namespaces"]
    status = woo.get("/system_status").json()
    assert ("https://demo-shop.example", "EUR") == (status["environment"]["home_url"], status["settings"]["currency"])
    settings = {each["id"]: each["value"] for each in woo.get("/settings/general").json()}
    assert "EUR" == settings["woocommerce_currency"] == woo.get("/data/currencies/current").json()["code"]
    second = httpx.get(f"{sandbox.url}/woocommerce/second-shop.example/wp-json/").json()
    assert ("Second Shop", "America/New_York") == (second["name"], second["timezone_string"])


def test_a_host_without_a_shop_answers_a_page_not_json(sandbox: Running) -> None:
    """As a web server does that knows no such site."""
    answer = httpx.get(f"{sandbox.url}/woocommerce/nobody.example/wp-json/wc/v3/products")
    assert (404, "text/html; charset=utf-8") == (answer.status_code, answer.headers["content-type"])
