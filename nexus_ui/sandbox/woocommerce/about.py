"""What a WordPress tells about itself: its index, the plugin's index, status, settings and currency."""

from datetime import datetime, timedelta
from typing import Any

from nexus_ui.sandbox.shop import MICROS
from nexus_ui.sandbox.woocommerce.arguments import TABLE
from nexus_ui.sandbox.woocommerce.refusals import Refusal
from nexus_ui.sandbox.woocommerce.site import Site, symbol

NAMESPACES = ["oembed/1.0", "wp/v2"]
PLUGIN_NAMESPACES = ["wc/v1", "wc/v2", "wc/v3", "wc-analytics"]
CURRENCY_NAMES = {"EUR": "Euro", "USD": "United States (US) dollar", "GBP": "Pound sterling"}
GROUPS = {
    "general": "General", "products": "Products", "tax": "Tax", "shipping": "Shipping", "checkout": "Payments",
    "account": "Accounts & Privacy", "email": "Emails", "integration": "Integration", "advanced": "Advanced",
}  # fmt: skip


def index(site: Site, root: str, *, plugin: bool) -> dict[str, Any]:
    """GET /wp-json/: open to everybody; the namespaces tell whether the plugin is on."""
    offset = datetime.fromtimestamp(site.shop.now() / MICROS, site.zone).utcoffset() or timedelta(0)
    return {
        "name": site.shop.name,
        "description": "",
        "url": f"https://{site.shop.host}",
        "home": f"https://{site.shop.host}",
        "gmt_offset": offset / timedelta(hours=1),
        "timezone_string": site.shop.timezone,
        "namespaces": NAMESPACES + (PLUGIN_NAMESPACES if plugin else []),
        "authentication": {},
        "routes": {},
        "_links": {"help": [{"href": "https://developer.wordpress.org/rest-api/"}], "self": [{"href": f"{root}/"}]},
    }


def plugin_index(root: str) -> dict[str, Any]:
    """GET /wp-json/wc/v3: the routes served here with the names and types of their arguments."""
    routes: dict[str, dict[str, Any]] = {}
    for (method, path), args in TABLE.items():
        route = routes.setdefault(f"/wc/v3{path}", {"namespace": "wc/v3", "methods": [], "endpoints": []})
        route["methods"].append(method)
        told = {name: {"type": arg.types[0] if len(arg.types) == 1 else arg.types} for name, arg in args.items()}
        route["endpoints"].append({"methods": [method], "args": told})
    return {"namespace": "wc/v3", "routes": routes, "_links": {"up": [{"href": f"{root}/"}]}}


def system_status(site: Site) -> dict[str, Any]:
    """GET /system_status: versions, addresses and the currency."""
    address = f"https://{site.shop.host}"
    return {
        "environment": {
            "home_url": address,
            "site_url": address,
            "version": "7.9.0",
            "wp_version": "6.1.9",
            "wp_multisite": False,
            "wp_debug_mode": False,
            "wp_cron": True,
            "language": "en_US",
            "server_info": "Apache",
            "php_version": "8.2.0",
            "default_timezone": "UTC",
        },
        "settings": {
            "api_enabled": False,
            "force_ssl": True,
            "currency": site.shop.currency,
            "currency_symbol": symbol(site.shop.currency),
            "currency_position": "left",
            "thousand_separator": ",",
            "decimal_separator": ".",
            "number_of_decimals": 2,
        },
        "theme": {"name": "Storefront", "version": "4.3.0"},
        "active_plugins": [{"plugin": "woocommerce/woocommerce.php", "name": "WooCommerce", "version": "7.9.0"}],
        "security": {"secure_connection": True, "hide_errors": True},
    }


def settings_groups() -> list[dict[str, Any]]:
    """GET /settings: the groups there are."""
    return [
        {"id": slug, "label": label, "description": "", "parent_id": "", "sub_groups": []}
        for slug, label in GROUPS.items()
    ]


def settings(site: Site, group: str) -> list[dict[str, Any]]:
    """GET /settings/<group>; raises Refusal for a group that is not there. Only `general` has entries here."""
    if group not in GROUPS:
        raise Refusal(404, "rest_setting_setting_group_invalid", "Invalid setting group.")
    if group != "general":
        return []
    values = {
        "woocommerce_default_country": ("Country / State", "select", site.shop.country),
        "woocommerce_currency": ("Currency", "select", site.shop.currency),
        "woocommerce_price_decimal_sep": ("Decimal separator", "text", "."),
        "woocommerce_price_num_decimals": ("Number of decimals", "number", "2"),
    }
    return [
        {"id": name, "label": label, "type": kind, "default": value, "value": value, "group_id": "general"}
        for name, (label, kind, value) in values.items()
    ]


def currency(site: Site, base: str) -> dict[str, Any]:
    """GET /data/currencies/current."""
    code = site.shop.currency
    return {
        "code": code,
        "name": CURRENCY_NAMES.get(code, code),
        "symbol": symbol(code),
        "_links": {"self": [{"href": f"{base}/data/currencies/{code}"}]},
    }
