"""Addresses that people type: checked against the declaration, and never one of our own network's.

The address that is checked is the one connected to, so a name that changes in between gains nothing.
"""

import asyncio
import ipaddress
import re
import socket
from collections.abc import Awaitable, Callable, Mapping

import httpx

from nexus_ui.adapters.contract import Credentials, Field, Marketplace
from nexus_ui.errors import BadInput, SetupWrong, Unavailable

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolver = Callable[[str, int], Awaitable[list[str]]]
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_PRIVATE = "This address leads into a private network, which is not allowed here. Enter the shop's public address."


def check_fields(fields: tuple[Field, ...], typed: Mapping[str, str]) -> None:
    """Raise BadInput, naming the field, for a value that is missing or does not match its declaration."""
    for field in fields:
        value = typed.get(field.name, "")
        if not value and field.optional:
            continue
        if not value:
            raise BadInput(f"{field.label} is missing.", field.name)
        if not re.fullmatch(field.pattern, value):
            raise BadInput(f"{field.label} does not look right. It should look like {field.example}.", field.name)


def resolve_base(marketplace: Marketplace, fields: Credentials, endpoint: str | None, host: str = "") -> str:
    """The base URL to use: `endpoint` (with `{host}` filled in) when the operator set one, else the marketplace's own.

    `host` names one of the marketplace's further hosts. Raises BadInput for an address that carries a user name, a
    query or no host.
    """
    base_url = marketplace.hosts[host] if host else marketplace.base_url
    url = _plain_url(base_url(fields), marketplace.identifier_field)
    if endpoint is None:
        return str(url).rstrip("/")
    return f"{endpoint.replace('{host}', url.host)}{url.path}".rstrip("/")


def is_public(address: Address) -> bool:
    """True for an address out there; wrapped addresses (IPv4-mapped, 6to4, Teredo, NAT64) count as what they wrap."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = _wrapped(address)
        if inner is not None:
            return is_public(inner)
    return address.is_global and not address.is_multicast


async def system_resolver(host: str, port: int) -> list[str]:
    """Every address the system knows for a name; raises OSError."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


async def public_addresses(host: str, port: int, resolver: Resolver = system_resolver) -> list[str]:
    """The addresses of `host`, all of which must be public; raises SetupWrong, or Unavailable when there is none."""
    try:
        found = await resolver(host, port)
    except OSError as error:
        raise Unavailable(f"The name {host} was not found. Check how it is spelled.") from error
    if not found or not all(is_public(ipaddress.ip_address(text.partition("%")[0])) for text in found):
        raise SetupWrong(_PRIVATE)
    return found


class PublicOnly(httpx.AsyncBaseTransport):
    """Resolves, checks and then connects to exactly the checked address; TLS still asks for the name."""

    def __init__(self, inner: httpx.AsyncBaseTransport, resolver: Resolver = system_resolver) -> None:
        """Send through `inner`."""
        self._inner, self._resolver = inner, resolver

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send the request to the first address that takes the connection; raises SetupWrong for a private one."""
        url = request.url
        port = url.port or (443 if url.scheme == "https" else 80)
        *others, last = await public_addresses(url.host, port, self._resolver)
        for address in others:
            try:
                return await self._inner.handle_async_request(_pinned(request, address))
            except (httpx.ConnectError, httpx.ConnectTimeout):
                continue
        return await self._inner.handle_async_request(_pinned(request, last))

    async def aclose(self) -> None:
        """Close the connections."""
        await self._inner.aclose()


def _pinned(request: httpx.Request, address: str) -> httpx.Request:
    """The same request, to an address instead of a name."""
    return httpx.Request(
        request.method,
        request.url.copy_with(host=address),
        headers=request.headers,
        stream=request.stream,
        extensions={**request.extensions, "sni_hostname": request.url.host},
    )


def _plain_url(text: str, field: str) -> httpx.URL:
    try:
        url = httpx.URL(text)
    except (httpx.InvalidURL, ValueError) as error:
        raise BadInput("This is not an address.", field) from error
    if not url.host or url.userinfo or url.query or url.fragment or url.scheme not in ("http", "https"):
        raise BadInput("Enter the address alone, without user name, question mark or hash.", field)
    return url


def _wrapped(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    if address.teredo is not None:
        return address.teredo[1]
    return address.ipv4_mapped or address.sixtofour
