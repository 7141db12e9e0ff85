"""Typed addresses: patterns, plain addresses only, and nothing inside our own network in any spelling."""

import ipaddress
from dataclasses import replace

import httpx
import pytest

from nexus_ui.adapters import CATALOGUE
from nexus_ui.adapters.kit.hosts import PublicOnly, check_fields, is_public, public_addresses, resolve_base
from nexus_ui.errors import BadInput, SetupWrong, Unavailable

SHOPIFY = CATALOGUE["shopify"]
FIELDS = {"shop_domain": "my-shop.myshopify.com", "access_token": "shpat_0123456789abcdef0123456789abcdef"}

PRIVATE = [
    "127.0.0.1",
    "127.8.9.10",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",  # noqa: S104 - an address to refuse
    "255.255.255.255",
    "224.0.0.1",
    "::1",
    "::",
    "fe80::1",
    "fc00::1",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
]


def test_a_further_host_is_redirected_like_the_first() -> None:
    """`{host}` of an endpoint keeps hosts apart; an endpoint without it takes them all."""
    split = replace(SHOPIFY, hosts={"login": lambda fields: "https://login.example/v1"})

    assert "https://login.example/v1" == resolve_base(split, FIELDS, None, "login")
    assert "http://127.0.0.1:9/x/login.example/v1" == resolve_base(
        split, FIELDS, "http://127.0.0.1:9/x/{host}", "login"
    )
    assert "http://127.0.0.1:9/v1" == resolve_base(split, FIELDS, "http://127.0.0.1:9", "login")


@pytest.mark.parametrize("text", PRIVATE)
def test_an_inner_address_is_not_public(text: str) -> None:
    """Loopback, private, link-local, multicast and reserved addresses, also wrapped in IPv6."""
    assert not is_public(ipaddress.ip_address(text))


@pytest.mark.parametrize("text", ["8.8.8.8", "23.227.38.65", "2606:4700::1", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_an_outer_address_is_public(text: str) -> None:
    """What is out there stays reachable, also wrapped."""
    assert is_public(ipaddress.ip_address(text))


@pytest.mark.parametrize("host", ["127.0.0.1", "2130706433", "0177.0.0.1", "0x7f.0.0.1", "127.1", "localhost", "[::1]"])
async def test_every_spelling_of_this_machine_is_refused(host: str) -> None:
    """Decimal, octal, hexadecimal, short: what counts is the address it resolves to."""
    with pytest.raises((SetupWrong, Unavailable)):
        await public_addresses(host.strip("[]"), 80)


async def test_one_inner_address_among_several_refuses_the_name() -> None:
    """All answers are checked, not the first one."""

    async def both(host: str, port: int) -> list[str]:
        return ["8.8.8.8", "10.0.0.1"]

    with pytest.raises(SetupWrong):
        await public_addresses("shop.example", 443, both)


async def test_the_checked_address_is_the_one_connected_to() -> None:
    """The request goes to the address that was checked; name and TLS name stay."""
    seen: list[httpx.Request] = []

    async def one(host: str, port: int) -> list[str]:
        return ["8.8.8.8"]

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200)

    transport = PublicOnly(httpx.MockTransport(answer), one)
    async with httpx.AsyncClient(transport=transport) as client:
        await client.get("https://shop.example/x")

    assert "8.8.8.8" == seen[0].url.host
    assert "shop.example" == seen[0].headers["host"]
    assert "shop.example" == seen[0].extensions["sni_hostname"]


async def test_the_next_address_is_tried_when_one_is_dead() -> None:
    """A name with several public addresses works as long as one of them does, also in IPv6."""
    tried: list[str] = []

    async def several(host: str, port: int) -> list[str]:
        return ["2606:4700::1", "8.8.8.8"]

    def answer(request: httpx.Request) -> httpx.Response:
        tried.append(request.url.host)
        if len(tried) == 1:
            raise httpx.ConnectError("unreachable", request=request)
        return httpx.Response(200)

    async with httpx.AsyncClient(transport=PublicOnly(httpx.MockTransport(answer), several)) as client:
        assert 200 == (await client.get("https://shop.example/")).status_code

    assert ["2606:4700::1", "8.8.8.8"] == tried


async def test_a_name_that_changes_after_the_first_call_is_refused() -> None:
    """The name is looked up and checked for each call."""
    answers = [["8.8.8.8"], ["127.0.0.1"]]

    async def changing(host: str, port: int) -> list[str]:
        return answers.pop(0)

    transport = PublicOnly(httpx.MockTransport(lambda _: httpx.Response(200)), changing)
    async with httpx.AsyncClient(transport=transport) as client:
        assert 200 == (await client.get("https://shop.example/")).status_code
        with pytest.raises(SetupWrong):
            await client.get("https://shop.example/")


@pytest.mark.parametrize(
    "domain",
    [
        "evil.example",
        "my-shop.myshopify.com.evil.example",
        "my-shop.myshopify.com@evil.example",
        "evil.example/my-shop.myshopify.com",
        "evil.example#.myshopify.com",
        "https://my-shop.myshopify.com",
        "my-shop.myshopify.com:8080",
        "-shop.myshopify.com",
        "my shop.myshopify.com",
        "мy-shop.myshopify.com",
        "my-shop.myshopify.com\n",
        "",
    ],
)
def test_a_shop_domain_of_another_shape_is_refused_by_name(domain: str) -> None:
    """Only a plain shop domain passes the declaration; the refusal names the field."""
    with pytest.raises(BadInput) as raised:
        check_fields(SHOPIFY.sign_in("token").fields, {**FIELDS, "shop_domain": domain})

    assert "shop_domain" == raised.value.field


def test_good_fields_pass() -> None:
    """What looks like the examples is accepted."""
    check_fields(SHOPIFY.sign_in("token").fields, FIELDS)


def test_the_base_is_the_shops_own_unless_the_operator_says_otherwise() -> None:
    """`{host}` in an endpoint stands for the typed host."""
    assert "https://my-shop.myshopify.com" == resolve_base(SHOPIFY, FIELDS, None)
    assert "http://127.0.0.1:9/shopify/my-shop.myshopify.com" == resolve_base(
        SHOPIFY, FIELDS, "http://127.0.0.1:9/shopify/{host}"
    )
    assert "http://proxy.example" == resolve_base(SHOPIFY, FIELDS, "http://proxy.example")


@pytest.mark.parametrize("domain", ["user:pass@shop.example", "shop.example/?x=1", "shop.example/#x", ""])
def test_an_address_with_more_than_an_address_is_refused(domain: str) -> None:
    """User names, queries and fragments have no place in a base address."""
    with pytest.raises(BadInput):
        resolve_base(SHOPIFY, {"shop_domain": domain}, None)
