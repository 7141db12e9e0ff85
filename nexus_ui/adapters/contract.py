"""What a marketplace folder declares (data) and what its adapter can do (small Protocols).

A folder `adapters/<slug>/` exposes `MARKETPLACE: Marketplace`. Everything the product shows or decides about a
marketplace is read from that declaration; everything it says to it goes through the object `build` returns.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from nexus_ui.records import BadRecord, Order, Page, Product, StockChange, StockLevel, StockReceipt

if TYPE_CHECKING:
    from nexus_ui.adapters.kit.http import Http

Credentials = Mapping[str, str]
"""Plain credentials, in memory only: the declared fields by name, plus the token fields named below."""

ACCESS_TOKEN = "access_token"  # noqa: S105 - the name of a field, not a secret
ACCESS_EXPIRES_AT = "access_expires_at"
REFRESH_TOKEN = "refresh_token"  # noqa: S105 - the name of a field, not a secret
REFRESH_EXPIRES_AT = "refresh_expires_at"
GRANTED_SCOPES = "granted_scopes"
"""Names all adapters use for what a token endpoint returned. Times are ISO 8601 with zone, scopes joined by commas."""

TOKEN_FIELDS = frozenset({ACCESS_TOKEN, REFRESH_TOKEN})
"""Token fields that are secret although no form asks for them."""

WEBHOOK_SECRET = "webhook_secret"  # noqa: S105 - the name of a field, not a secret
WEBHOOK_SECRET_BEFORE = "webhook_secret_before"  # noqa: S105 - the name of a field, not a secret
WEBHOOK_FIELDS = frozenset({WEBHOOK_SECRET, WEBHOOK_SECRET_BEFORE})
"""The secret we chose for a connection's webhooks, and the one before it, which is accepted until it expires."""


CONSENT_HOST = "consent"
"""The name, in `Marketplace.hosts`, of the host that shows the consent page, where it is not the API's own."""


class Capability(StrEnum):
    """What an adapter can do. Each needs the method of the same name (see the Protocols below)."""

    PRODUCTS = "products"
    ORDERS = "orders"
    INVENTORY = "inventory"
    SET_STOCK = "set_stock"


class About(StrEnum):
    """What a webhook is about. Only a hint: the thing itself is looked at before anything changes."""

    PRODUCT = "product"
    ORDER = "order"
    STOCK = "stock"
    ACCESS = "access"
    """The app was removed or its consent withdrawn: what we hold does not work any more."""


class SecretOrigin(StrEnum):
    """Where the secret that signs webhooks comes from."""

    CHOSEN = "chosen"
    """We choose it when we register, one per connection, and can replace it by ourselves."""
    GIVEN = "given"
    """A credential the marketplace gave (`Webhooks.secret_field`), often shared by all shops of one app."""
    PUBLIC_KEY = "public_key"
    """The marketplace signs with a private key; we fetch the public half, named in each delivery."""


class SignInKind(StrEnum):
    """How a person signs in: by typing keys, or by consenting in the browser."""

    KEYS = "keys"
    CONSENT = "consent"


@dataclass(frozen=True, slots=True)
class Field:
    """One box of the credentials form. `pattern` is a full-match regular expression; `where` says where to find it."""

    name: str
    label: str
    help: str
    example: str
    pattern: str = r"\S+"
    secret: bool = False
    where: str = ""
    where_url: str = ""
    prefix: str = ""
    suffix: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    optional: bool = False


@dataclass(frozen=True, slots=True)
class SignIn:
    """One way to sign in, with the fields its form shows."""

    slug: str
    label: str
    help: str
    kind: SignInKind
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Scope:
    """A permission the app asks for: why, and which capability fails without it."""

    name: str
    why: str
    capability: Capability | None = None


@dataclass(frozen=True, slots=True)
class Limit:
    """A token bucket as documented: `burst` calls (or points) at once, `per_second` restored. Learned values win.

    `dearest_call` is the most that one call can cost, in `unit`. `shared_by` is `account` (the address), `app` (the
    client id) or the field whose value names who spends from it together; several of them are joined by `+`.
    """

    operation: str
    burst: float
    per_second: float
    source: str
    shared_by: str = "account"
    unit: str = "calls"
    dearest_call: float = 1.0


@dataclass(frozen=True, slots=True)
class Topic:
    """A kind of webhook to register: the marketplace's word, what it is about, and what we use it for."""

    name: str
    about: About
    why: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """A webhook as it arrived, nothing of it believed yet. Header names are lower case, `url` is our full address."""

    method: str
    url: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Named:
    """The one thing a webhook points at, by the marketplace's id; for About.ACCESS the account's id (`Account`).

    One app's secret signs for every account, so an About.ACCESS that names another account is none of this connection.
    """

    about: About
    ref: str


@dataclass(frozen=True, slots=True)
class Notice:
    """What a verified delivery says. `key` is made of signed content only, and the same for every copy of it."""

    key: str
    topic: str
    named: tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class Webhooks:
    """How a marketplace signs and words its webhooks. All three functions are pure and meet bytes from strangers.

    `verify(delivery, secrets)` is true when one of the secrets (current, previous, or the public key) signed exactly
    these bytes, or when they are a ping that nobody signs and `read` answers with None; it compares in constant time
    and raises nothing. `key_id(delivery)` names the public key to fetch, for
    SecretOrigin.PUBLIC_KEY. `read` is called after that: None means there is nothing to do (a ping); it raises
    SkipRecord for a signed body that contradicts its topic or makes no sense. `challenge` answers the check of an
    address that some marketplaces make before they send anything: (query, our address, secret) → what to answer, as
    JSON or as plain text; None for a question it does not know.
    """

    topics: tuple[Topic, ...]
    secret: SecretOrigin
    verify: Callable[[Delivery, Sequence[str]], bool]
    read: Callable[[Delivery], Notice | None]
    secret_field: str = ""
    key_id: Callable[[Delivery], str] | None = None
    challenge: Callable[[Mapping[str, str], str, str], Mapping[str, str] | str | None] | None = None
    rotation: str = ""
    """What a person does at the marketplace to replace the secret, where we cannot."""
    register_by_hand: str = ""
    """What a person does at the marketplace to register the address, where its API offers no way."""

    @property
    def has_chosen_secret(self) -> bool:
        """True where we choose a secret: it signs, or beside a public key it answers the check of the address."""
        if self.secret is SecretOrigin.PUBLIC_KEY:
            return self.challenge is not None
        return self.secret is SecretOrigin.CHOSEN


@dataclass(frozen=True, slots=True)
class Letter:
    """A notice from a queue the marketplace writes to. `account` is how the ids of the accounts it concerns begin.

    Without a notice there is nothing in it for us. `receipt` is what throws it away.
    """

    receipt: str = field(repr=False)
    account: str = ""
    notice: Notice | None = None


@dataclass(frozen=True, slots=True)
class Registration:
    """A webhook as the marketplace has it registered. `active` is false once it has switched it off."""

    ref: str
    topic: str
    address: str
    active: bool = True


@dataclass(frozen=True, slots=True)
class Looked:
    """What is there now: translated like a page of each stream; `gone` is no longer there.

    `belongs` tells of a named thing what it is a part of, where that was looked at in its place: a piece of an order.
    """

    products: Sequence[Product] = ()
    orders: Sequence[Order] = ()
    levels: Sequence[StockLevel] = ()
    bad: Sequence[BadRecord] = ()
    gone: Sequence[Named] = ()
    belongs: Mapping[Named, Named] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Marketplace:
    """The declaration of one marketplace. `slug` is folder, logo file, test folder and column value.

    `hosts` names the base URLs of what does not live at `base_url` (sign-in, uploads ...); see `Exchange.host`.
    """

    slug: str
    name: str
    monogram: str
    colour: str
    api_version: str
    api_sunset: date | None
    docs_url: str
    sign_ins: tuple[SignIn, ...]
    capabilities: frozenset[Capability]
    scopes: tuple[Scope, ...]
    limits: tuple[Limit, ...]
    default_interval_minutes: int
    interval_reason: str
    account_noun: str
    identifier_field: str
    portal_urls: Mapping[str, str]
    base_url: Callable[[Credentials], str]
    build: Callable[["Link"], "Adapter"]
    consent: "Consent | None" = None
    hosts: Mapping[str, Callable[[Credentials], str]] = field(default_factory=dict)
    sandbox_fields: Mapping[str, str] = field(default_factory=dict)
    webhooks: Webhooks | None = None
    mailbox_field: str = ""
    """The public field that names the queue a marketplace writes to, where it can; off while that is empty."""
    reads_back: About = About.PRODUCT
    """What is looked at to see a published quantity: About.STOCK by `inventory_ref`, or the whole product."""
    notes: str = ""

    def sign_in(self, slug: str) -> SignIn:
        """The way to sign in called `slug`; raises KeyError."""
        return {way.slug: way for way in self.sign_ins}[slug]

    @property
    def secret_fields(self) -> frozenset[str]:
        """Every field, of any way to sign in, that must be kept secret (tokens included)."""
        typed = {field.name for way in self.sign_ins for field in way.fields if field.secret}
        return TOKEN_FIELDS | WEBHOOK_FIELDS | typed


class CheckState(StrEnum):
    """How one preflight row went. `unknown` is not a pass: the marketplace gives no way to find out."""

    PASS = "pass"  # noqa: S105 - a word, not a secret
    FAIL = "fail"
    WARN = "warn"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Check:
    """One row of the preflight table: what was tried, how it went, the proof, and the fix when it failed."""

    name: str
    label: str
    state: CheckState
    proof: str
    fix: str = ""


@dataclass(frozen=True, slots=True)
class Account:
    """Who answered. `account_id` is stable and unique at the marketplace; it decides whether two are the same."""

    account_id: str
    name: str
    identifier: str
    currency: str | None
    time_zone: str | None
    checks: tuple[Check, ...]
    orders_reach_days: int | None = None

    @property
    def usable(self) -> bool:
        """True when no check failed."""
        return all(check.state is not CheckState.FAIL for check in self.checks)


class Keyring(Protocol):
    """Hands an adapter its credentials and keeps renewed ones: stored under a per-connection lock before first use."""

    async def current(self) -> Credentials:
        """The credentials as they stand now."""
        ...

    async def renew(self, stale: str, renewal: Callable[[Credentials], Awaitable[Credentials]]) -> Credentials:
        """Run `renewal` unless somebody already replaced the access token `stale`; store, then return the result."""
        ...


@dataclass(frozen=True, slots=True)
class Call:
    """One HTTP exchange as the journal keeps it. `url` and `excerpt` are masked; `excerpt` is kept for failures."""

    at: datetime
    operation: str
    method: str
    url: str
    status: int | None
    milliseconds: int
    attempt: int
    request_id: str = ""
    problem: str = ""
    excerpt: str = ""


class Watcher(Protocol):
    """What the engine hears from the transport while an adapter works."""

    def called(self, call: Call) -> None:
        """A call was made (also one that failed)."""
        ...

    async def waiting(self, until: datetime, reason: str) -> None:
        """The transport waits for the marketplace until then; raises RateLimited to give up instead."""
        ...

    async def resumed(self) -> None:
        """The wait is over."""
        ...


@dataclass(frozen=True, slots=True, repr=False)
class Link:
    """What an adapter is given: an HTTP client bound to its base URL, limits and journal, and its credentials."""

    http: "Http"
    keys: Keyring


@runtime_checkable
class Adapter(Protocol):
    """Speaks for one connection."""

    async def verify(self) -> Account:
        """Sign in, find out who answered, and try each capability without changing anything."""
        ...


@runtime_checkable
class ReadsProducts(Protocol):
    """Capability.PRODUCTS."""

    def products(self, since: datetime | None, resume: str | None) -> AsyncIterator[Page[Product]]:
        """Products changed since `since` (None: all), oldest change first; `resume` continues after a page."""
        ...


@runtime_checkable
class ReadsOrders(Protocol):
    """Capability.ORDERS."""

    def orders(self, since: datetime, resume: str | None) -> AsyncIterator[Page[Order]]:
        """Orders changed since `since`, oldest change first."""
        ...


@runtime_checkable
class ReadsInventory(Protocol):
    """Capability.INVENTORY."""

    def inventory(self, since: datetime | None, resume: str | None) -> AsyncIterator[Page[StockLevel]]:
        """Stock levels changed since `since` (None: all)."""
        ...


@runtime_checkable
class WritesStock(Protocol):
    """Capability.SET_STOCK."""

    async def set_stock(self, changes: Sequence[StockChange]) -> list[StockReceipt]:
        """Publish quantities; exactly one receipt per change, matched by key.

        A failure is raised only while no change has a receipt; after that, the rest is StockAnswer.UNANSWERED with the
        failure's message and, as code, its kind.
        """
        ...


@runtime_checkable
class KeepsWebhooks(Protocol):
    """Registers its webhooks through the API. Without this, `Webhooks.register_by_hand` says what a person does."""

    async def registrations(self) -> list[Registration]:
        """Every webhook registered for this connection's app or key, also those that are not ours."""
        ...

    async def register(self, topic: str, address: str, secret: str) -> Registration:
        """Register one topic (`secret`: the chosen one); also switches one back on that was switched off."""
        ...

    async def unregister(self, registration: Registration) -> None:
        """Take one away; one that is gone already is no error."""
        ...


@runtime_checkable
class LooksUp(Protocol):
    """Looks at single things now. Without this, a webhook makes the connection's next cycle come at once."""

    async def look(self, named: Sequence[Named]) -> Looked:
        """Each named thing as it is now, in as few calls as possible; `About.ACCESS` is never among them."""
        ...


@runtime_checkable
class FetchesKeys(Protocol):
    """Fetches the public keys that sign webhooks (SecretOrigin.PUBLIC_KEY)."""

    async def webhook_key(self, key_id: str) -> str:
        """The public key of this name, as PEM."""
        ...


@runtime_checkable
class ReadsMailbox(Protocol):
    """Reads a queue of ours that the marketplace writes to, where it offers no webhooks."""

    async def open_mailbox(self) -> None:
        """Have the marketplace write to the queue, if it does not yet."""
        ...

    async def letters(self) -> list[Letter]:
        """What lies there, at most a handful; it comes again after a while unless it is thrown away."""
        ...

    async def discard(self, letters: Sequence[Letter]) -> None:
        """Throw letters away that have been kept elsewhere."""
        ...


class Consent(Protocol):
    """Sign-in by consent in the browser (OAuth). `code` is the callback's parameter that holds the code."""

    code: str

    def authorize_url(self, fields: Credentials, base_url: str, redirect_uri: str, state: str, challenge: str) -> str:
        """Where to send the browser. `challenge` is the PKCE S256 challenge, used where the marketplace offers it.

        `base_url` is that of the marketplace's host CONSENT_HOST where it declares one, else its own.
        """
        ...

    def check_callback(self, fields: Credentials, params: Mapping[str, str]) -> None:
        """Verify what came back (signature, same shop, fresh); raises Refused."""
        ...

    async def exchange(
        self, http: "Http", fields: Credentials, params: Mapping[str, str], redirect_uri: str, verifier: str
    ) -> Credentials:
        """Trade the code for tokens; the result holds the typed fields and the token fields."""
        ...


CAPABILITY_PROTOCOLS: Mapping[Capability, type] = {
    Capability.PRODUCTS: ReadsProducts,
    Capability.ORDERS: ReadsOrders,
    Capability.INVENTORY: ReadsInventory,
    Capability.SET_STOCK: WritesStock,
}
