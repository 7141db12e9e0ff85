"""How each field of the shop, its locations and the installed app is answered."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from nexus_ui.sandbox.shop import DAY, MICROS, Shop
from nexus_ui.sandbox.shopify import ids
from nexus_ui.sandbox.shopify.access import APP_TITLE
from nexus_ui.sandbox.shopify.sources import LocationSource, iso

Fields = Mapping[str, Callable[..., Any]]
_SHOP_NUMBER = 60_000_000_000
_AGE_OF_SHOP = 1_000 * DAY


def shop_number(shop: Shop) -> int:
    """The number of a shop: always the same for one host."""
    return _SHOP_NUMBER + int.from_bytes(shop.host.encode()[:4], "big")


def _local(shop: Shop, form: str) -> str:
    return datetime.fromtimestamp(shop.now() // MICROS, UTC).astimezone(ZoneInfo(shop.timezone)).strftime(form)


def _opened(shop: Shop) -> str:
    return iso((shop.now() - _AGE_OF_SHOP) // DAY * DAY)


SHOP: Fields = {
    "id": lambda root: ids.gid("Shop", shop_number(root.shop)),
    "name": lambda root: root.shop.name,
    "email": lambda root: f"owner@{root.shop.host}",
    "contactEmail": lambda root: f"owner@{root.shop.host}",
    "myshopifyDomain": lambda root: root.shop.host,
    "url": lambda root: f"https://{root.shop.host}",
    "primaryDomain": lambda root: root,
    "currencyCode": lambda root: root.shop.currency,
    "ianaTimezone": lambda root: root.shop.timezone,
    "timezoneAbbreviation": lambda root: _local(root.shop, "%Z"),
    "timezoneOffset": lambda root: _local(root.shop, "%z"),
    "plan": lambda root: root,
    "createdAt": lambda root: _opened(root.shop),
    "shopOwnerName": lambda _: "Sandbox Owner",
}

PLAN: Fields = {
    "partnerDevelopment": lambda _: True,
    "publicDisplayName": lambda _: "Sandbox",
    "shopifyPlus": lambda _: False,
}

DOMAIN: Fields = {
    "id": lambda root: ids.gid("Domain", shop_number(root.shop)),
    "host": lambda root: root.shop.host,
    "url": lambda root: f"https://{root.shop.host}",
    "sslEnabled": lambda _: True,
}

INSTALLATION: Fields = {
    "id": lambda root: ids.gid("AppInstallation", shop_number(root.shop)),
    "accessScopes": lambda root: sorted(root.scopes),
    "app": lambda root: root,
}

APP: Fields = {
    "id": lambda _: ids.gid("App", 1_234_567),
    "apiKey": lambda root: root.grant.client_id,
    "handle": lambda _: APP_TITLE.lower().replace(" ", "-"),
    "title": lambda _: APP_TITLE,
}

SCOPE: Fields = {"handle": lambda scope: scope, "description": lambda scope: scope.replace("_", " ").capitalize()}


def _location_number(location: LocationSource) -> int:
    return ids.LOCATION + location.place


def _since(location: LocationSource) -> str:
    return _opened(location.shop)


LOCATION: Fields = {
    "id": lambda location: ids.gid("Location", _location_number(location)),
    "legacyResourceId": lambda location: str(_location_number(location)),
    "name": lambda location: location.shop.locations[location.place],
    "isActive": lambda _: True,
    "isFulfillmentService": lambda _: False,
    "fulfillsOnlineOrders": lambda location: location.place == 0,
    "hasActiveInventory": lambda _: True,
    "shipsInventory": lambda _: True,
    "createdAt": _since,
    "updatedAt": _since,
    "deactivatedAt": lambda _: None,
    "address": lambda location: location,
}

LOCATION_ADDRESS: Fields = {
    "address1": lambda location: f"Dock Road {location.place + 1}",
    "city": lambda location: location.shop.timezone.rsplit("/", 1)[-1],
    "country": lambda location: location.shop.country,
    "countryCode": lambda location: location.shop.country,
    "zip": lambda _: "1000 AA",
}


SHOP_FIELDS: Mapping[str, Fields] = {
    "Shop": SHOP,
    "ShopPlan": PLAN,
    "Domain": DOMAIN,
    "AppInstallation": INSTALLATION,
    "App": APP,
    "AccessScope": SCOPE,
    "Location": LOCATION,
    "LocationAddress": LOCATION_ADDRESS,
    "Count": {"count": lambda count: count["count"], "precision": lambda count: count["precision"]},
    "ApiVersion": {
        "handle": lambda version: version,
        "displayName": lambda version: version,
        "supported": lambda _: True,
    },
}
