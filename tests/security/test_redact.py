"""Masking: no spelling of a secret and no personal data survives, and what a merchant needs stays readable."""

import base64
import html
import json
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as some

from nexus_ui.security.redact import CUT, MASK, mask, mask_document

SECRET = 'shpat_9f/+a b"c\\€12'
PRINTABLE = some.text(some.characters(min_codepoint=33, max_codepoint=0x17F, exclude_categories=["Cs"]), min_size=8)
SPELLINGS = {
    "plain": str,
    "path": quote,
    "query": lambda text: quote(text, safe=""),
    "form": quote_plus,
    "twice quoted": lambda text: quote(quote(text, safe=""), safe=""),
    "lower-case quoted": lambda text: quote(text, safe="").lower(),
    "json": lambda text: json.dumps({"x": text}),
    "json of php": lambda text: json.dumps({"x": text}).replace("/", "\\/"),
    "json in unicode": lambda text: json.dumps({"x": text}, ensure_ascii=False),
    "json in json": lambda text: json.dumps({"x": json.dumps({"y": text})}),
    "repr": repr,
    "html": html.escape,
    "hex": lambda text: text.encode().hex(),
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "base64 for urls": lambda text: base64.urlsafe_b64encode(text.encode()).decode(),
    "basic, second": lambda text: base64.b64encode(f"ck:{text}".encode()).decode(),
    "basic, first": lambda text: base64.b64encode(f"{text}:cs_other".encode()).decode(),
    "inside more": lambda text: base64.b64encode(f"user:{text}; and more".encode()).decode(),
}


@pytest.mark.parametrize("spell", SPELLINGS.values(), ids=SPELLINGS.keys())
@given(secret=PRINTABLE)
def test_no_spelling_of_a_known_secret_survives(spell: object, secret: str) -> None:
    """Whatever the text around it; where the spelling shares letters with its surroundings, its core is gone."""
    said = f"before {spell(secret)} after"

    masked = mask(said, [secret])

    assert said != masked
    assert spell(secret) not in masked
    assert secret not in masked
    assert masked.startswith("before ")
    assert masked.endswith(" after")


def test_a_known_secret_is_masked_everywhere_at_once() -> None:
    """Every spelling in one text, several secrets at a time."""
    said = "\n".join(spell(secret) for spell in SPELLINGS.values() for secret in (SECRET, "cs_second"))

    masked = mask(said, iter([SECRET, "cs_second"]), largest=100_000)

    assert SECRET not in masked
    assert "cs_second" not in masked
    assert base64.b64encode(b"cs_second").decode() not in masked


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("Authorization: Bearer abc123def", "Authorization: "),
        ("authorization: Basic Y2s6Y3M=", "authorization: "),
        ("X-Shopify-Access-Token: abc123def\nRetry-After: 2", "Retry-After: 2"),
        ("https://user:abc123def@shop.example/x", "@shop.example/x"),
        ("/wc-api?oauth_signature=abc123def&page=2", "page=2"),
        ("/callback?code=abc123def&shop=a.myshopify.com&hmac=abc123def&state=abc123def", "shop=a.myshopify.com"),
        ("consumer_key=abc123def", "consumer_key="),
        ('{"access_token":"abc123def","expires_in":3600}', '"expires_in":3600'),
        ('{"errors":[{"client_secret" : "abc123def"}]}', "errors"),
        (r'{"body":"{\"refreshToken\":\"abc123def\",\"a\":1}"}', r"\"a\":1"),
        ('{"apiKey":"abc123def","id":7}', '"id":7'),
        ('torn {"refresh_token":"abc123def', "torn"),
        ("redirect=https%3A%2F%2Fx%3Ftoken%3Dabc123def%26page%3D2", "page%3D2"),
    ],
)
def test_what_looks_secret_is_masked_though_nobody_named_it(said: str, kept: str) -> None:
    """Headers, parameters and fields that usually hold a secret; the rest stays."""
    masked = mask(said)

    assert "abc123def" not in masked
    assert "Y2s6Y3M" not in masked
    assert kept in masked


@pytest.mark.parametrize(
    "personal",
    [
        '{"email":"jane@example.com","id":7}',
        "to jane.doe+shop@mail.example.co.uk, id 7",
        "customer=jane%40example.com&id=7",
        '{"id":7,"billing":{"first_name":"jane","address_1":"Elm street 5"}}',
        '{"id":7,"customer":{"displayName":"jane","defaultAddress":{"address1":"Elm street 5"}}}',
        '{"id":7,"shippingAddress":{"name":"jane doe","city":"Elm',
        '{"id":7,"phone":"+31 6 1234 5678"}',
        "id 7, call +31612345678 or (020) 123-4567",
        r'{"id":7,"x":"{\"lastName\":\"jane\",\"zip\":\"5678\"}"}',
    ],
)
def test_personal_data_is_masked(personal: str) -> None:
    """Names, addresses, e-mail addresses and telephone numbers are not ours to keep."""
    masked = mask(personal)

    for trace in ("jane", "Elm", "5678", "4567"):
        assert trace not in masked
    assert "7" in masked


@pytest.mark.parametrize(
    "said",
    [
        '{"code":"woocommerce_rest_cannot_view","message":"Sorry, you cannot list resources.","data":{"status":401}}',
        '{"errors":[{"message":"Throttled","extensions":{"code":"THROTTLED","cost":42}}]}',
        '{"id":7234234234234,"updated_at":"2026-11-23T10:01:00Z","price":"1234567.89","sku":"ABC-0123456789"}',
        "gid://shopify/ProductVariant/7234234234234 at 2026-11-23T10:01:00+01:00, barcode 4006381333931",
        "https://shop.example/wp-json/wc/v3/orders?page=2&per_page=100&modified_after=2026-11-23T10:00:00",
        "Invalid API key or access token (unrecognized login or wrong password)",
        "Exceeded 2 calls per second for api client. Reduce request rates to resume uninterrupted service.",
        '{"data":{"products":{"nodes":[{"title":"Cup","variants":{"nodes":[]}}],"pageInfo":{"hasNextPage":false}}}}',
    ],
)
def test_what_explains_a_failure_stays_as_it_is(said: str) -> None:
    """Error codes, ids, times, prices and addresses of pages."""
    assert said == mask(said)


@given(some.text(), some.integers(1, 300))
def test_the_size_is_capped(text: str, largest: int) -> None:
    """And no null character is left, which PostgreSQL would refuse."""
    masked = mask(text * 50, largest=largest)

    assert len(masked) <= largest + len(CUT)
    assert "\0" not in masked


@given(some.integers(0, 300))
def test_a_secret_at_the_edge_of_the_cut_does_not_survive_in_part(before: int) -> None:
    """Masked first, cut afterwards."""
    masked = mask("x" * before + SECRET + "y" * 2000, [SECRET], largest=80)

    assert SECRET[:6] not in masked


def test_a_secret_cut_in_two_by_the_window_does_not_survive_in_part() -> None:
    """Much masked text before it lets the far end of what was looked at come into sight."""
    filler = 'password="aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" '
    for before in range(280, 400):
        said = (filler * 4)[:before] + SECRET * 3 + "z" * 900

        assert SECRET[:6] not in mask(said, [SECRET], largest=100), before


@pytest.mark.parametrize(
    "hostile",
    [
        "{",
        '"customer":{{',
        "a",
        "+1",
        "token",
        '"token":"',
        '\\"token',
        "http://",
        " ",
        "\n ",
        "\\",
        "01 ",
        "a@b.",
        '"',
    ],
)
def test_hostile_text_is_dealt_with(hostile: str) -> None:
    """Text made to keep a careless pattern busy for hours comes back."""
    said = hostile * (16_000 // len(hostile))

    assert len(mask(said, largest=16_000)) <= 2 * len(said)


def test_a_short_value_is_not_taken_for_a_secret() -> None:
    """Masking `1` would leave nothing to read."""
    assert "page 1 of 12" == mask("page 1 of 12", ["1", "12", ""])
    assert MASK in mask("value abcd", ["abcd"])


def test_a_document_is_masked_by_the_names_of_its_fields_and_by_what_its_texts_hold() -> None:
    """Persons whole, secrets, addresses and numbers in free text; numbers, dates and titles stay."""
    document = {
        "id": 7,
        "created_at": "2026-11-23T10:00:00+00:00",
        "title": "Mug 0.3 l (2 pieces)",
        "customer": {"first_name": "Jon"},
        "email": "jon@example.com",
        "api_key": "k-123",
        "note": "call 0171 1234567, or write to jon@example.com",
        "url": "https://shop.example/orders?key=wc_order_abc",
        "lines": [{"sku": "00012345678", "phone": None, "price": "12.30"}],
    }
    shown = mask_document(document)

    assert not [word for word in ("Jon", "jon@", "k-123", "1234567,", "wc_order_abc") if word in shown]
    kept = (
        '"id":7',
        "2026-11-23T10:00:00+00:00",
        "Mug 0.3 l (2 pieces)",
        '"phone":null',
        "12.30",
        '"sku":"00012345678"',
    )
    assert [] == [word for word in kept if word not in shown]


def test_a_large_or_deep_document_is_cut() -> None:
    """Only what is shown is looked at."""
    deep: list[object] = []
    for _ in range(500):
        deep = [deep]

    assert len(mask_document({"a": ["x" * 50] * 50_000}, 4_000)) < 5_000
    assert len(mask_document(deep)) < 1_000
    assert "jon@example.com" not in mask_document({"a": "x" * 3_990 + " jon@example.com"}, 4_000)
