"""One seller in three regions: a shop each, with its store, its tokens, its budgets and what Amazon holds of it."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from nexus_ui.sandbox.amazon.budgets import Budgets
from nexus_ui.sandbox.assortment import Assortment
from nexus_ui.sandbox.faults import Fault
from nexus_ui.sandbox.shop import Shop
from nexus_ui.sandbox.tokens import Tokens
from nexus_ui.sandbox.world import World

MARKETPLACE = "amazon"
LOGIN_HOST = "api.amazon.com"
APP_ID = "amzn1.sp.solution.73616e64-626f-4a78-9a6e-646276f78000"
CLIENT_ID = "amzn1.application-oa2-client.5a6e64626f785a6e64626f785a6e6462"
CLIENT_SECRET = "amzn1.oa2-cs.v1.73616e64626f782d6f6e6c792d6f70656e732d6e6f7468696e672d656c7365"  # noqa: S105 - of the sandbox
ACCESS_LIFE, CODE_LIFE, CONSENT_LIFE = 3_600, 300, 365 * 86_400
HELD_BY_AMAZON_EVERY = 3


@dataclass(frozen=True, slots=True)
class Region:
    """One of Amazon's regions with the store the demo seller has there."""

    code: str
    store: str
    country: str
    site: str
    currency: str
    language: str
    seller: str
    portals: tuple[str, ...]
    share: int

    @property
    def host(self) -> str:
        """The host of its API."""
        return f"sellingpartnerapi-{self.code}.amazon.com"

    @property
    def storage(self) -> str:
        """The host of its documents."""
        return f"tortuga-sandbox-{self.code}.s3.amazonaws.com"


REGIONS = (
    Region(
        "na", "ATVPDKIKX0DER", "US", "amazon.com", "USD", "en_US", "A2SANDBOXSELLR",
        ("sellercentral.amazon.com",), 1,
    ),
    Region(
        "eu", "A1PA6795UKMFR9", "DE", "amazon.de", "EUR", "de_DE", "A3SANDBOXSELLR",
        ("sellercentral-europe.amazon.com",), 4,
    ),
    Region(
        "fe", "A1VC38T7YXB528", "JP", "amazon.co.jp", "JPY", "ja_JP", "A4SANDBOXSELLR",
        ("sellercentral.amazon.co.jp",), 8,
    ),
)  # fmt: skip


@dataclass(slots=True)
class Account:
    """What the simulation keeps beside the shop."""

    shop: Shop
    region: Region
    budgets: Budgets
    tokens: Tokens
    documents: dict[str, Any] = field(default_factory=dict)
    feeds: dict[str, Any] = field(default_factory=dict)
    lead_days: dict[int, int] = field(default_factory=dict)
    destinations: dict[str, dict[str, Any]] = field(default_factory=dict)
    subscriptions: dict[str, dict[str, Any]] = field(default_factory=dict)
    _consents: dict[str, float | None] = field(default_factory=dict)
    _codes: dict[str, float] = field(default_factory=dict)
    _grantless: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Make the refresh token that can be pasted; a self-authorised app's consent has no end."""
        self._consents[f"Atzr|sandbox-only-opens-nothing-else-{self.region.code}"] = None

    @property
    def pasted(self) -> str:
        """The refresh token that can be pasted."""
        return next(iter(self._consents))

    def new_code(self) -> str:
        """A code for one exchange, five minutes long."""
        code = secrets.token_urlsafe(15)
        self._codes[code] = self.shop.clock() + CODE_LIFE
        return code

    def redeem(self, code: str) -> str | None:
        """A refresh token for a code that is good, once; None otherwise."""
        ends = self._codes.pop(code, 0.0)
        if ends <= self.shop.clock():
            return None
        token = f"Atzr|{secrets.token_urlsafe(60)}"
        self._consents[token] = self.shop.clock() + CONSENT_LIFE
        return token

    def has_code(self, code: str) -> bool:
        """True for a code of this account."""
        return code in self._codes

    def has_consent(self, refresh_token: str) -> bool:
        """True for a refresh token of this account, ended or not."""
        return refresh_token in self._consents

    def consents(self, refresh_token: str) -> bool:
        """True for a refresh token whose consent has not ended."""
        ends = self._consents.get(refresh_token, 0.0)
        return ends is None or ends > self.shop.clock()

    def issue_grantless(self) -> str:
        """A token of the app itself."""
        token = self.tokens.issue()
        self._grantless.add(token)
        return token

    def is_grantless(self, token: str) -> bool:
        """True for a token of the app itself."""
        return token in self._grantless

    def refusal_of(self, token: str, faults: Mapping[str, Fault]) -> str:
        """Why an access token is not good now, in Amazon's words; empty for a good one."""
        if not token:
            return "Access token is missing in the request header."
        if not self.tokens.knows(token, faults):
            return "The access token you provided is revoked, malformed or invalid."
        if not self.tokens.accepts(token, faults):
            return "The access token you provided has expired."
        return ""


def open_accounts(world: World) -> None:
    """Open the seller's account in each region; Login with Amazon answers with the first one's faults."""
    for region in REGIONS:
        options = world.options
        size = max(1, options.products // region.share)
        shop = Shop(
            MARKETPLACE, region.host, f"Demo Seller {region.country}", currency=region.currency, clock=world.clock,
            products=size, orders=options.orders // region.share, seed=options.seed,
            catalogue=Assortment(options.seed, size), country=region.country, locations=("Own warehouse",),
        )  # fmt: skip
        account = Account(
            shop, region, Budgets(world.clock, options.limits), Tokens(world.clock, ACCESS_LIFE, "Atza|{}", 80)
        )
        shop.private["account"] = account
        shop.credentials = {
            "marketplace_id": region.store,
            "seller_id": region.seller,
            "application_id": APP_ID,
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
            "refresh_token": account.pasted,
        }
        first = (LOGIN_HOST,) if region is REGIONS[0] else ()
        world.open_shop(shop, also=(*region.portals, region.storage, *first))


def account_of(shop: Shop) -> Account:
    """The account behind a shop."""
    account: Account = shop.private["account"]
    return account


def accounts(world: World) -> list[Account]:
    """Every account of this marketplace."""
    return [account_of(shop) for shop in world.shops() if shop.marketplace == MARKETPLACE]


def held_by_amazon(index: int) -> bool:
    """True for the listings Amazon ships from its own stock."""
    return index % HELD_BY_AMAZON_EVERY == HELD_BY_AMAZON_EVERY - 1


def asin(index: int) -> str:
    """Amazon's number for the product at an index."""
    return f"B0{index:08X}"
