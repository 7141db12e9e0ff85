"""Amazon's stores: which region's host answers for each, and which Seller Central asks its sellers for consent.

https://developer-docs.amazon.com/sp-api/docs/marketplace-ids and .../seller-central-urls (read 2026-11-23)
"""

from dataclasses import dataclass

from nexus_ui.adapters.contract import Credentials
from nexus_ui.errors import BadInput

STORE = "marketplace_id"
EUROPE = "sellercentral-europe.amazon.com"


@dataclass(frozen=True, slots=True)
class Store:
    """One country's store. Amazon calls it a marketplace, and `id` its marketplace id."""

    id: str
    country: str
    region: str
    site: str
    seller_central: str

    @property
    def host(self) -> str:
        """The host that answers for the store's region."""
        return f"sellingpartnerapi-{self.region}.amazon.com"


def _own(id: str, country: str, region: str, site: str) -> Store:
    """A store whose Seller Central is at its own domain."""
    return Store(id, country, region, site, f"sellercentral.{site}")


STORES = {
    store.id: store
    for store in (
        _own("ATVPDKIKX0DER", "United States", "na", "amazon.com"),
        _own("A2EUQ1WTGCTBG2", "Canada", "na", "amazon.ca"),
        _own("A1AM78C64UM0Y8", "Mexico", "na", "amazon.com.mx"),
        _own("A2Q3Y263D00KWC", "Brazil", "na", "amazon.com.br"),
        Store("A1F83G8C2ARO7P", "United Kingdom", "eu", "amazon.co.uk", EUROPE),
        Store("A1PA6795UKMFR9", "Germany", "eu", "amazon.de", EUROPE),
        Store("A13V1IB3VIYZZH", "France", "eu", "amazon.fr", EUROPE),
        Store("APJ6JRA9NG5V4", "Italy", "eu", "amazon.it", EUROPE),
        Store("A1RKKUPIHCS9HS", "Spain", "eu", "amazon.es", EUROPE),
        _own("A1805IZSGTT6HS", "Netherlands", "eu", "amazon.nl"),
        _own("AMEN7PMS3EDWL", "Belgium", "eu", "amazon.com.be"),
        _own("A28R8C7NBKEWEA", "Ireland", "eu", "amazon.ie"),
        _own("A1C3SOZRARQ6R3", "Poland", "eu", "amazon.pl"),
        _own("A2NODRKZP88ZB9", "Sweden", "eu", "amazon.se"),
        _own("A33AVAJ2PDY3EV", "Turkey", "eu", "amazon.com.tr"),
        _own("A2VIGQ35RCS4UG", "United Arab Emirates", "eu", "amazon.ae"),
        _own("A17E79C6D8DWNP", "Saudi Arabia", "eu", "amazon.sa"),
        _own("ARBP9OOSHTCHU", "Egypt", "eu", "amazon.eg"),
        _own("AE08WJ6YKNBMC", "South Africa", "eu", "amazon.co.za"),
        _own("A21TJRUUN4KGV", "India", "eu", "amazon.in"),
        _own("A1VC38T7YXB528", "Japan", "fe", "amazon.co.jp"),
        _own("A39IBJ37TRP1C6", "Australia", "fe", "amazon.com.au"),
        _own("A19VAU5U5O7RUS", "Singapore", "fe", "amazon.sg"),
    )
}


def store_of(fields: Credentials) -> Store:
    """The store these credentials are for; raises BadInput for one that is not known."""
    found = STORES.get(fields.get(STORE, ""))
    if found is None:
        raise BadInput("Choose the Amazon store this connection is for.", STORE)
    return found
