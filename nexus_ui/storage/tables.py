"""What is remembered, on one page. Rows never leave `storage`; other rooms get the frozen views its queries return.

Times are aware UTC (column type `Utc`). Amounts are exact Decimals kept as whole millionths (column type `Amount`), so
that both databases compare and sort them exactly. Tables that a sync fills carry the connection's id in their key.
"""

from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar

from sqlalchemy import JSON, BigInteger, Column, Index, LargeBinary, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from nexus_ui.storage.columns import Amount, Utc

METADATA = SQLModel.metadata
"""Every table of the product, for migrations."""

CLUSTERED = {"sqlite_with_rowid": False}
"""Table option: SQLite keeps the rows in the order of the primary key, in one tree instead of two."""


def utc(nullable: bool = True, index: bool = False) -> Any:
    """A column holding an aware UTC time."""
    return Field(default=None, sa_column=Column(Utc, nullable=nullable, index=index))


def amount() -> Any:
    """A column holding an exact amount of money, or nothing."""
    return Field(default=None, sa_column=Column(Amount, nullable=True))


class Person(SQLModel, table=True):
    """Someone who may sign in. `role` is owner, admin or viewer."""

    __tablename__: ClassVar[str] = "people"
    id: str = Field(primary_key=True)
    email: str = Field(index=True, unique=True)
    name: str = ""
    password_hash: str
    role: str
    time_zone: str = "UTC"
    created_at: datetime = utc(nullable=False)
    disabled_at: datetime | None = utc()


class SignedIn(SQLModel, table=True):
    """A browser session. `id` is the SHA-256 of the cookie's value, which is stored nowhere."""

    __tablename__: ClassVar[str] = "sessions"
    id: str = Field(primary_key=True)
    person_id: str = Field(index=True)
    created_at: datetime = utc(nullable=False)
    expires_at: datetime = utc(nullable=False)
    ended_at: datetime | None = utc()


class SignInAttempt(SQLModel, table=True):
    """A refused sign-in, counted for throttling. `subject` is a hash of the address or of the sender."""

    __tablename__: ClassVar[str] = "sign_in_attempts"
    id: str = Field(primary_key=True)
    subject: str = Field(index=True)
    at: datetime = utc(nullable=False, index=True)


class OneTimeLink(SQLModel, table=True):
    """A link that works once. `id` is the SHA-256 of its token; `purpose` is owner (create the owner) or consent."""

    __tablename__: ClassVar[str] = "one_time_links"
    id: str = Field(primary_key=True)
    purpose: str
    created_at: datetime = utc(nullable=False)
    expires_at: datetime = utc(nullable=False)
    used_at: datetime | None = utc()


class Preference(SQLModel, table=True):
    """A setting of the whole installation, e.g. `connections` → Settings > General > Connections."""

    __tablename__: ClassVar[str] = "preferences"
    name: str = Field(primary_key=True)
    value: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    changed_at: datetime = utc(nullable=False)


class Connection(SQLModel, table=True):
    """One authenticated link to one marketplace account. `cycle_id` + `lease_until`: who holds it right now."""

    __tablename__: ClassVar[str] = "connections"
    __table_args__ = (
        Index("ix_connections_due", "next_sync_at"),
        Index("ix_connections_changed", "changed_at"),
        Index("ix_connections_account", "marketplace", "account_id"),
    )
    id: str = Field(primary_key=True)
    marketplace: str
    name: str
    account_id: str
    account_name: str
    identifier: str
    currency: str | None = None
    sign_in: str
    public_fields: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    sandbox: bool = False
    live_key: str | None = Field(default=None, unique=True)
    """`marketplace:account_id` while the connection exists, None once removed: one account, one connection."""

    interval_minutes: int = 60
    window_start: str | None = None
    window_end: str | None = None
    time_zone: str = "UTC"
    lookback_days: int = 30
    orders_reach_days: int | None = None
    buffer_percent: int = 0
    auto_reconnect: bool = True
    retry_attempts: int | None = None
    retry_backoff_seconds: float | None = None

    paused_at: datetime | None = utc()
    paused_until: datetime | None = utc()
    pause_reason: str = ""

    next_sync_at: datetime | None = utc()
    requested_at: datetime | None = utc()
    cycle_id: str | None = Field(default=None, index=True)
    lease_until: datetime | None = utc()

    first_cycle_done: bool = False
    last_started_at: datetime | None = utc()
    last_finished_at: datetime | None = utc()
    last_success_at: datetime | None = utc()
    rate_limited_until: datetime | None = utc()
    failures_in_a_row: int = 0
    error_kind: str | None = None
    error_message: str = ""
    error_since: datetime | None = utc()
    error_scope: str = ""
    recent_outcomes: str = ""
    """One letter per finished cycle, newest last: s success, p partial, f failed (what health is computed from)."""

    products_count: int = 0
    created_at: datetime = utc(nullable=False)
    created_by: str | None = None
    removed_at: datetime | None = utc()
    revision: int = 0
    changed_at: datetime = utc(nullable=False)


class Secret(SQLModel, table=True):
    """One encrypted field of a connection's or a draft's credentials. AAD binds it to owner, field and version."""

    __tablename__: ClassVar[str] = "secrets"
    __table_args__ = CLUSTERED
    owner_id: str = Field(primary_key=True)
    field: str = Field(primary_key=True)
    sealed: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    key_id: str
    version: int
    last_four: str = ""
    set_at: datetime = utc(nullable=False)
    expires_at: datetime | None = utc()


class Draft(SQLModel, table=True):
    """Values that passed (or failed) Test Connection and wait to be saved. Its secrets hang on `id` in `secrets`."""

    __tablename__: ClassVar[str] = "drafts"
    id: str = Field(primary_key=True)
    marketplace: str
    sign_in: str
    public_fields: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    sandbox: bool = False
    connection_id: str | None = None
    person_id: str
    account: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON))
    state_hash: str | None = Field(default=None, index=True)
    """SHA-256 of the OAuth state while a consent is under way."""
    session_id: str | None = None
    redirect_uri: str = ""
    passed_at: datetime | None = utc()
    used_at: datetime | None = utc()
    created_at: datetime = utc(nullable=False)
    expires_at: datetime = utc(nullable=False, index=True)


class Cycle(SQLModel, table=True):
    """One attempt to sync, or one press that did nothing. `state` and `outcome` are two different things."""

    __tablename__: ClassVar[str] = "cycles"
    __table_args__ = (Index("ix_cycles_connection_started", "connection_id", "started_at"),)
    id: str = Field(primary_key=True)
    connection_id: str
    trigger: str
    requested_by: str | None = None
    state: str
    outcome: str | None = None
    stage: str = ""
    started_at: datetime = utc(nullable=False)
    heartbeat_at: datetime | None = utc()
    finished_at: datetime | None = utc()
    waiting_until: datetime | None = utc()
    products: int = 0
    orders: int = 0
    inventory: int = 0
    quarantined: int = 0
    written: int = 0
    pages: int = 0
    calls: int = 0
    retries: int = 0
    expected_records: int | None = None
    evidence: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON))
    error_kind: str | None = None
    error_message: str = ""
    error_detail: str = Field(default="", sa_column=Column(Text, nullable=False))
    worker: str = ""
    revision: int = 0


class StreamCursor(SQLModel, table=True):
    """How far one stream (products, orders, inventory) of one connection has been read."""

    __tablename__: ClassVar[str] = "stream_cursors"
    __table_args__ = CLUSTERED
    connection_id: str = Field(primary_key=True)
    stream: str = Field(primary_key=True)
    since: datetime | None = utc()
    """Everything changed before this moment is here; None: the first full read is not finished."""
    pass_started_at: datetime | None = utc()
    resume: str | None = Field(default=None, sa_column=Column(Text))
    newest: datetime | None = utc()
    changed_at: datetime = utc(nullable=False)


class ApiCall(SQLModel, table=True):
    """One HTTP exchange of a cycle, masked."""

    __tablename__: ClassVar[str] = "api_calls"
    id: str = Field(primary_key=True)
    cycle_id: str = Field(index=True)
    at: datetime = utc(nullable=False)
    operation: str
    method: str
    url: str
    status: int | None = None
    milliseconds: int
    attempt: int
    request_id: str = ""
    problem: str = ""
    excerpt: str = Field(default="", sa_column=Column(Text, nullable=False))


class Quarantined(SQLModel, table=True):
    """A record set aside with its reason. Gone (resolved) when the same record arrives well later."""

    __tablename__: ClassVar[str] = "quarantine"
    __table_args__ = CLUSTERED
    connection_id: str = Field(primary_key=True)
    stream: str = Field(primary_key=True)
    ref: str = Field(primary_key=True)
    reason: str
    raw: str = Field(default="", sa_column=Column(Text, nullable=False))
    first_seen_at: datetime = utc(nullable=False)
    last_seen_at: datetime = utc(nullable=False)
    cycle_id: str


class ProductRow(SQLModel, table=True):
    """A listing as one connection shows it."""

    __tablename__: ClassVar[str] = "products"
    __table_args__ = CLUSTERED
    connection_id: str = Field(primary_key=True)
    ref: str = Field(primary_key=True)
    title: str
    status: str
    kind: str
    vendor: str | None = None
    url: str | None = None
    updated_at: datetime | None = utc()
    """None where the marketplace does not tell when a product changed."""


class VariantRow(SQLModel, table=True):
    """One thing that can be sold on one connection."""

    __tablename__: ClassVar[str] = "variants"
    __table_args__ = (
        Index("ix_variants_product", "connection_id", "product_ref"),
        Index("ix_variants_sku", "sku"),
        CLUSTERED,
    )
    connection_id: str = Field(primary_key=True)
    ref: str = Field(primary_key=True)
    product_ref: str
    sku: str | None = None
    title: str
    price: Decimal | None = amount()
    currency: str | None = None
    barcode: str | None = None
    tracked: bool = True
    inventory_ref: str | None = None
    fulfilment: str = "merchant"
    position: int = 0


class StockRow(SQLModel, table=True):
    """What one location of one connection holds of one variant, as last seen there."""

    __tablename__: ClassVar[str] = "stock_levels"
    __table_args__ = CLUSTERED
    connection_id: str = Field(primary_key=True)
    variant_ref: str = Field(primary_key=True)
    location_ref: str = Field(primary_key=True)
    available: int | None = Field(default=None, sa_column=Column(BigInteger))
    on_hand: int | None = Field(default=None, sa_column=Column(BigInteger))
    updated_at: datetime | None = utc()


class OrderRow(SQLModel, table=True):
    """An order as one connection shows it, without personal data."""

    __tablename__: ClassVar[str] = "orders"
    __table_args__ = (Index("ix_orders_placed", "connection_id", "placed_at"), CLUSTERED)
    connection_id: str = Field(primary_key=True)
    ref: str = Field(primary_key=True)
    number: str
    status: str
    marketplace_status: str
    placed_at: datetime = utc(nullable=False)
    updated_at: datetime = utc(nullable=False)
    total: Decimal | None = amount()
    currency: str


class OrderLineRow(SQLModel, table=True):
    """One line of an order."""

    __tablename__: ClassVar[str] = "order_lines"
    __table_args__ = CLUSTERED
    connection_id: str = Field(primary_key=True)
    order_ref: str = Field(primary_key=True)
    ref: str = Field(primary_key=True)
    sku: str | None = None
    title: str
    quantity: int
    unit_price: Decimal | None = amount()
    currency: str | None = None
    variant_ref: str | None = None


class StockItem(SQLModel, table=True):
    """What we have of one SKU, over all connections: kept sums of its movements and of what order lines reserve.

    `seen_at`: when a connection's number was taken over; None where a person brought the first number.
    """

    __tablename__: ClassVar[str] = "stock_items"
    __table_args__ = CLUSTERED
    sku: str = Field(primary_key=True)
    on_hand: int = Field(sa_column=Column(BigInteger, nullable=False))
    reserved: int = Field(sa_column=Column(BigInteger, nullable=False))
    seen_at: datetime | None = utc()
    changed_at: datetime = utc(nullable=False)
    revision: int = 0


class StockMovement(SQLModel, table=True):
    """Units that came or went, and why. Never changed, and only once per SKU and cause."""

    __tablename__: ClassVar[str] = "stock_movements"
    __table_args__ = CLUSTERED
    sku: str = Field(primary_key=True)
    cause: str = Field(primary_key=True)
    quantity: int = Field(sa_column=Column(BigInteger, nullable=False))
    kind: str
    connection_id: str | None = None
    order_ref: str | None = None
    at: datetime = utc(nullable=False)
    by: str | None = None
    note: str = ""


class StockLine(SQLModel, table=True):
    """What one order line does to the stock: units it reserves, took away, and the first sight had left out.

    `connection_id` is the account's first connection, so that connecting it again counts nothing twice.
    """

    __tablename__: ClassVar[str] = "stock_lines"
    __table_args__ = (Index("ix_stock_lines_sku", "sku"), CLUSTERED)
    connection_id: str = Field(primary_key=True)
    order_ref: str = Field(primary_key=True)
    line_ref: str = Field(primary_key=True)
    sku: str
    reserved: int = Field(sa_column=Column(BigInteger, nullable=False))
    sold: int = Field(sa_column=Column(BigInteger, nullable=False))
    included: int = Field(sa_column=Column(BigInteger, nullable=False))
    turns: int = 0
    placed_at: datetime = utc(nullable=False)


class WebhookEndpoint(SQLModel, table=True):
    """A topic that should be registered for a connection, and what the marketplace said of it when last asked.

    `state`: unknown (not asked yet), registered, missing, switched_off, elsewhere (another address), by_hand.
    """

    __tablename__: ClassVar[str] = "webhook_endpoints"
    __table_args__ = CLUSTERED
    connection_id: str = Field(primary_key=True)
    topic: str = Field(primary_key=True)
    state: str = "unknown"
    remote_ref: str | None = None
    problem: str = ""
    checked_at: datetime | None = utc()
    registered_at: datetime | None = utc()
    last_accepted_at: datetime | None = utc()
    last_rejected_at: datetime | None = utc()


class WebhookDelivery(SQLModel, table=True):
    """A verified delivery. `body` is masked and capped; what it points at stands in `named`.

    `state`: kept (to be worked off), done, ignored (a ping, or nothing of ours), failed. One row per `event_key`:
    copies are counted in `copies`.
    """

    __tablename__: ClassVar[str] = "webhook_deliveries"
    __table_args__ = (
        UniqueConstraint("connection_id", "event_key", name="uq_webhook_deliveries_event"),
        Index("ix_webhook_deliveries_connection", "connection_id", "received_at", "state"),
        Index("ix_webhook_deliveries_due", "state", "due_at"),
    )
    id: str = Field(primary_key=True)
    connection_id: str
    event_key: str
    topic: str
    named: list[Any] = Field(sa_column=Column(JSON, nullable=False))
    body: str = Field(default="", sa_column=Column(Text, nullable=False))
    received_at: datetime = utc(nullable=False)
    copies: int = 0
    state: str = "kept"
    attempts: int = 0
    due_at: datetime | None = utc()
    done_at: datetime | None = utc()
    effect: str = Field(default="", sa_column=Column(Text, nullable=False))
    problem: str = Field(default="", sa_column=Column(Text, nullable=False))


class WebhookRejection(SQLModel, table=True):
    """A delivery that was refused: when, what it claimed to be, and why. Only the newest of a connection are kept."""

    __tablename__: ClassVar[str] = "webhook_rejections"
    __table_args__ = (Index("ix_webhook_rejections_connection", "connection_id", "at"),)
    id: str = Field(primary_key=True)
    connection_id: str
    at: datetime = utc(nullable=False)
    topic: str = ""
    status: int
    reason: str
    size: int = 0


class WebhookTally(SQLModel, table=True):
    """Deliveries of one topic in one hour. `topic` is "" for refused ones, whose claim is not believed."""

    __tablename__: ClassVar[str] = "webhook_tallies"
    __table_args__ = CLUSTERED
    connection_id: str = Field(primary_key=True)
    topic: str = Field(primary_key=True)
    hour: datetime = Field(sa_column=Column(Utc, primary_key=True))
    accepted: int = 0
    copies: int = 0
    rejected: int = 0


class WebhookKey(SQLModel, table=True):
    """A public key with which a marketplace signs, as fetched from it."""

    __tablename__: ClassVar[str] = "webhook_keys"
    marketplace: str = Field(primary_key=True)
    key_id: str = Field(primary_key=True)
    pem: str = Field(sa_column=Column(Text, nullable=False))
    fetched_at: datetime = utc(nullable=False)


class Beat(SQLModel, table=True):
    """A sign of life of a scheduler or worker."""

    __tablename__: ClassVar[str] = "beats"
    name: str = Field(primary_key=True)
    kind: str
    at: datetime = utc(nullable=False)
    started_at: datetime = utc(nullable=False)
    detail: str = ""


class Lock(SQLModel, table=True):
    """Something only one process may do at a time, such as renewing one connection's token; free again at `until`."""

    __tablename__: ClassVar[str] = "locks"
    name: str = Field(primary_key=True)
    holder: str
    until: datetime = utc(nullable=False)
