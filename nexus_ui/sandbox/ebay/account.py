"""One seller with listings on two sites: a shop each, of single articles, with the numbers eBay gives them."""

from dataclasses import dataclass, replace

from nexus_ui.sandbox import seeds
from nexus_ui.sandbox.assortment import Assortment
from nexus_ui.sandbox.catalog_records import Variant
from nexus_ui.sandbox.ebay.access import CREDENTIALS, Access
from nexus_ui.sandbox.ebay.counts import Quotas, Revisions
from nexus_ui.sandbox.shop import Shop
from nexus_ui.sandbox.world import Options, World

MARKETPLACE = "ebay"
HOST, IDENTITY_HOST, CONSENT_HOST = "api.ebay.com", "apiz.ebay.com", "auth.ebay.com"
BRITISH_HOST = f"gb.{HOST}"
USER_ID, USERNAME, COMPANY = "7c1vXq0pQ4u", "demo_seller", "Demo Seller GmbH"
LISTING_NUMBERS, OFFER_NUMBERS, LINE_NUMBERS = 110_000_000_000, 8_000_000_000, 10_000_000_000_000
LINES = 10
"""Room for the lines of one order in their numbers."""

OTHER_SIZE = 30


@dataclass(slots=True)
class Site:
    """One site's shop of the seller. `first` tells its numbers from those of the others."""

    code: str
    shop: Shop
    first: int

    def listing(self, index: int) -> str:
        """The number of the listing of the article at an index."""
        return f"{LISTING_NUMBERS + self.first + index}"

    def offer(self, index: int) -> str:
        """The number of its offer."""
        return f"{OFFER_NUMBERS + self.first + index}"

    def offered(self, number: str) -> int | None:
        """The index of the article that an offer is of, None when there is none."""
        index = int(number) - OFFER_NUMBERS - self.first if number.isdecimal() else -1
        return index if index in self.shop.products else None

    def there(self) -> list[int]:
        """The indices of the articles that are there."""
        return [index for index in range(self.shop.products.size) if index in self.shop.products]

    def order(self, index: int) -> str:
        """The name of the order at an index."""
        return f"{17 + self.first // 100_000_000:02d}-{index:05d}-{seeds.scatter(index, self.first) % 100_000:05d}"

    def line(self, index: int, place: int) -> str:
        """The number of a line of an order."""
        return f"{LINE_NUMBERS + (self.first + index) * LINES + place}"


@dataclass(slots=True)
class Seller:
    """Who consents: the sites, the app's keys and tokens, and what is counted."""

    sites: tuple[Site, ...]
    access: Access
    quotas: Quotas
    revisions: Revisions

    def find(self, sku: str) -> tuple[Site, int] | None:
        """The site and index of the article with a SKU."""
        for site in self.sites:
            place = site.shop.find_sku(sku)
            if place is not None and place[0] in site.shop.products:
                return site, place[0]
        return None

    def find_offer(self, number: str) -> tuple[Site, int] | None:
        """The site and index of the article that an offer is of."""
        found = [(site, index) for site in self.sites if (index := site.offered(number)) is not None]
        return found[0] if found else None

    def articles(self) -> list[tuple[Site, int]]:
        """Every article of every site, in the order in which eBay lists them."""
        return [(site, index) for site in self.sites for index in site.there()]


def open_shops(world: World) -> Seller:
    """Open the seller's two sites; the German one answers at all of eBay's addresses."""
    options = world.options
    german = _shop(world, HOST, "Demo seller, Germany", "EUR", options.products, options.orders, options)
    british = _shop(world, BRITISH_HOST, "Demo seller, United Kingdom", "GBP", OTHER_SIZE, OTHER_SIZE // 2, options)
    seller = Seller(
        (Site("EBAY_DE", german, 0), Site("EBAY_GB", british, 500_000_000)),
        Access(world.clock),
        Quotas(world.clock, options.limits),
        Revisions(world.clock),
    )
    for shop in (german, british):
        shop.credentials.update(CREDENTIALS)
        shop.private["seller"] = seller
    world.open_shop(german, also=(IDENTITY_HOST, CONSENT_HOST))
    world.open_shop(british)
    return seller


def seller_of(shop: Shop) -> Seller:
    """The seller who owns a shop."""
    seller: Seller = shop.private["seller"]
    return seller


def _shop(world: World, host: str, name: str, currency: str, size: int, orders: int, options: Options) -> Shop:
    seed = options.seed + len(host)
    ending = "" if host == HOST else "-GB"

    def listed(index: int, article: Variant) -> Variant:
        return replace(article, sku=f"{article.sku}{ending}")

    return Shop(
        MARKETPLACE, host, name, currency=currency, clock=world.clock, products=size, orders=orders, seed=seed,
        catalogue=Assortment(seed, size, listed), timezone="Europe/Berlin", country="DE",
    )  # fmt: skip
