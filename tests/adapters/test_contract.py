"""What is asked of every marketplace. The catalogue is found by folder, so a new folder is tested by being there."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from msgspec.structs import replace

import nexus_ui.adapters
from nexus_ui.adapters import CATALOGUE
from nexus_ui.adapters.contract import (
    ACCESS_TOKEN,
    CAPABILITY_PROTOCOLS,
    Capability,
    CheckState,
    Field,
    Marketplace,
    SignInKind,
)
from nexus_ui.errors import (
    AccountSuspended,
    ActionNeeded,
    CredentialsRejected,
    NexusError,
    PermissionMissing,
    RateLimited,
    SetupWrong,
    Surprise,
    TokenExpired,
    TryLater,
    Unavailable,
)
from nexus_ui.records import Order, Page, Product, StockAnswer, StockChange
from tests.adapters.counterparts import Counterpart, Journal, Ring, collect

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
ALL = sorted(CATALOGUE)
FIELDS = [
    pytest.param(field, id=f"{slug}-{way.slug}-{field.name}")
    for slug in ALL
    for way in CATALOGUE[slug].sign_ins
    for field in way.fields
]
STREAMS = ("products", "orders", "inventory")


def stream(
    adapter: Any, name: str, since: datetime | None = None, resume: str | None = None
) -> AsyncIterator[Page[Any]]:
    """A stream of an adapter by its name; orders always need a beginning."""
    pages: AsyncIterator[Page[Any]] = getattr(adapter, name)(since or (LONG_AGO if name == "orders" else None), resume)
    return pages


def ref_of(record: Any) -> str:
    """What tells records of one stream apart."""
    return getattr(record, "ref", "") or f"{record.variant_ref}@{record.location_ref}"


# the declaration


@pytest.mark.parametrize("slug", ALL)
def test_a_marketplace_has_its_folder_notes_and_tests(slug: str) -> None:
    """The slug names the folder, the folder holds NOTES.md, and the tests have a folder of the same name."""
    home = Path(nexus_ui.adapters.__file__).parent / slug

    assert slug == CATALOGUE[slug].slug
    assert (home / "NOTES.md").is_file()
    assert (Path(__file__).parent / slug).is_dir()


@pytest.mark.parametrize("field", FIELDS)
def test_a_field_explains_itself_and_its_example_matches(field: Field) -> None:
    """Label, help and example are there, and the pattern accepts the example."""
    assert field.label
    assert field.help
    assert field.example
    assert re.fullmatch(field.pattern, field.example)


@pytest.mark.parametrize("slug", ALL)
def test_what_is_declared_can_be_done(slug: str, sandbox: Any) -> None:
    """Each declared capability has its method, and no method goes undeclared."""
    marketplace = CATALOGUE[slug]
    methods = {wanted for wanted, protocol in CAPABILITY_PROTOCOLS.items() if offers(marketplace, protocol)}

    assert marketplace.capabilities == methods


def offers(marketplace: Marketplace, protocol: type) -> bool:
    """True when the marketplace's adapter can do what this protocol asks."""

    class Unused:
        """Stands where nothing is asked."""

        def using(self, **_: Any) -> "Unused":
            return self

        def __getattr__(self, _: str) -> Any:
            return self

    from nexus_ui.adapters.contract import Link

    adapter = marketplace.build(Link(Unused(), Unused()))  # type: ignore[arg-type]  # nothing is asked of either
    return isinstance(adapter, protocol)


@pytest.mark.parametrize("slug", ALL)
def test_a_declaration_is_complete(slug: str) -> None:
    """Limits name their source, ways to sign in are told apart, consent is there when offered, secrets are marked."""
    marketplace = CATALOGUE[slug]
    slugs = [way.slug for way in marketplace.sign_ins]
    offers_consent = any(way.kind is SignInKind.CONSENT for way in marketplace.sign_ins)

    assert all(limit.source for limit in marketplace.limits)
    assert len(set(slugs)) == len(slugs)
    assert offers_consent == (marketplace.consent is not None)
    assert marketplace.secret_fields
    assert marketplace.interval_reason
    assert marketplace.docs_url.startswith("https://")
    fields = {field.name for way in marketplace.sign_ins for field in way.fields if not field.secret}
    for url in marketplace.portal_urls.values():
        assert url.format(**dict.fromkeys(fields, "https://shop.example")).startswith("https://")


# signing in


async def test_verify_names_the_same_account_each_time(counterpart: Counterpart) -> None:
    """The account id decides whether two connections are the same, so it may not change."""
    async with counterpart.open() as adapter:
        first, second = await adapter.verify(), await adapter.verify()

    assert first.account_id
    assert first.account_id == second.account_id
    assert first.name
    assert first.usable
    assert all(check.proof for check in first.checks)


async def test_verify_changes_nothing(counterpart: Counterpart) -> None:
    """The preflight tries to write without a trace: every level reads the same afterwards."""
    async with counterpart.open() as adapter:
        before = await _levels(adapter)
        await adapter.verify()
        after = await _levels(adapter)

    assert before == after


async def test_a_failed_check_says_how_to_mend_it(counterpart: Counterpart) -> None:
    """A missing permission shows as a row with a fix, not as a crash."""
    scope = next(scope.name for scope in counterpart.marketplace.scopes if scope.capability)
    counterpart.fault("missing_scope", scope=scope)

    async with counterpart.open() as adapter:
        try:
            account = await adapter.verify()
        except PermissionMissing as error:
            assert error.message
            return
    failed = [check for check in account.checks if check.state is CheckState.FAIL]

    assert failed
    assert all(check.fix for check in failed)


# refusals


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        pytest.param({"name": "wrong_key"}, (CredentialsRejected, TokenExpired), id="401-wrong-key"),
        pytest.param({"name": "revoked_consent"}, (CredentialsRejected, TokenExpired), id="401-revoked"),
        pytest.param({"name": "suspended"}, (AccountSuspended,), id="suspended"),
        pytest.param({"name": "shop_not_found"}, (SetupWrong,), id="404-unknown-shop"),
        pytest.param({"name": "outage"}, (Unavailable,), id="503"),
        pytest.param({"name": "outage", "status": 500}, (Unavailable,), id="500"),
        pytest.param({"name": "outage", "status": 502}, (Unavailable,), id="502"),
        pytest.param({"name": "html"}, (Unavailable,), id="html-for-json"),
        pytest.param({"name": "torn"}, (Unavailable,), id="torn-connection"),
        pytest.param({"name": "torn", "cut": "json"}, (Surprise,), id="torn-json"),
        pytest.param({"name": "empty"}, (Surprise, Unavailable), id="empty-body"),
    ],
)
async def test_a_refusal_has_the_right_class(
    counterpart: Counterpart, fault: dict[str, Any], expected: tuple[type[NexusError], ...]
) -> None:
    """What goes wrong at the marketplace ends in the error that says what happens next, with a sentence."""
    counterpart.unless_exempt(fault["name"])
    counterpart.fault(fault["name"], **{name: value for name, value in fault.items() if name != "name"})

    async with counterpart.open() as adapter:
        with pytest.raises(expected) as raised:
            await collect(stream(adapter, "products"))

    assert raised.value.message.endswith(".")


async def test_a_missing_permission_is_named(counterpart: Counterpart) -> None:
    """A refusal for lack of a permission is no wrong key."""
    scope = next(scope.name for scope in counterpart.marketplace.scopes if scope.capability is Capability.PRODUCTS)
    counterpart.fault("missing_scope", scope=scope)

    async with counterpart.open() as adapter:
        with pytest.raises(PermissionMissing) as raised:
            await collect(stream(adapter, "products"))

    assert scope in raised.value.scope


@pytest.mark.parametrize("spelling", ["seconds", "date"])
async def test_a_throttle_is_waited_out_as_long_as_asked(counterpart: Counterpart, spelling: str) -> None:
    """Both spellings of Retry-After are honoured, the watcher hears of it, and everything arrives."""
    counterpart.fault("rate_limited", times=1, after_calls=1, retry_after=spelling, seconds=2)
    journal = Journal()

    async with counterpart.open(journal=journal) as adapter:
        records, _ = await collect(stream(adapter, "products"))

    assert len(counterpart.shop.products) == len({product.ref for product in records})
    assert [429] == [call.status for call in journal.calls if call.status != 200]
    assert 1 == len(journal.waits) == journal.resumes


@pytest.mark.parametrize("spelling", ["absurd", "none"])
async def test_a_throttle_without_a_usable_time_backs_off(counterpart: Counterpart, spelling: str) -> None:
    """An absurd or absent Retry-After leads to our own growing waits."""
    counterpart.fault("rate_limited", times=2, after_calls=1, retry_after=spelling)
    journal = Journal()

    async with counterpart.open(journal=journal) as adapter:
        records, _ = await collect(stream(adapter, "products"))

    assert len(counterpart.shop.products) == len({product.ref for product in records})
    assert 2 == len(journal.waits)


async def test_a_long_wait_is_handed_on(counterpart: Counterpart) -> None:
    """A wait longer than a cycle should last ends the attempt with the time to come back."""
    counterpart.fault("rate_limited", seconds=600)

    async with counterpart.open() as adapter:
        with pytest.raises(RateLimited) as raised:
            await collect(stream(adapter, "products"))

    assert 600 == raised.value.retry_after


async def test_an_outage_is_tried_again_and_a_refused_login_is_not(counterpart: Counterpart) -> None:
    """Retries follow the class of the error."""
    counterpart.fault("outage", times=2, after_calls=1)
    outage, refused = Journal(), Journal()
    async with counterpart.open(journal=outage) as adapter:
        await collect(stream(adapter, "products"))
    counterpart.shop.faults.switch_off()
    counterpart.fault("wrong_key", on="all")

    async with counterpart.open(journal=refused) as adapter:
        with pytest.raises(ActionNeeded):
            await collect(stream(adapter, "products"))

    assert 2 == sum(call.status == 503 for call in outage.calls)
    assert 1 == len(refused.calls)


async def test_silence_is_unavailable(counterpart: Counterpart) -> None:
    """A marketplace that does not answer in time is away, which passes."""
    counterpart.fault("slow", seconds=3)

    async with counterpart.open(patience=0.2) as adapter:
        with pytest.raises(Unavailable) as raised:
            await collect(stream(adapter, "products"))

    assert isinstance(raised.value, TryLater)


async def test_no_secret_shows_anywhere(counterpart: Counterpart, caplog: pytest.LogCaptureFixture) -> None:
    """Neither the error, nor its detail, nor the journal, nor a repr, nor the log holds a credential."""
    marketplace = counterpart.marketplace
    secrets = [value for name, value in marketplace.sandbox_fields.items() if name in marketplace.secret_fields]
    counterpart.fault("wrong_key", on="all")
    journal = Journal()
    caplog.set_level("DEBUG")

    async with counterpart.open(journal=journal) as adapter:
        with pytest.raises(ActionNeeded) as raised:
            await collect(stream(adapter, "products"))
        shown = f"{adapter!r} {vars(adapter)!r}"
    error = raised.value
    text = " ".join([shown, repr(error), error.message, error.detail, repr(journal.calls), caplog.text])

    assert secrets
    assert [] == [secret for secret in secrets if secret in text]


async def test_every_call_is_in_the_journal(counterpart: Counterpart) -> None:
    """What the adapter does can be told afterwards: operation, address, status, time."""
    journal = Journal()

    async with counterpart.open(journal=journal) as adapter:
        before = counterpart.sandbox.world.calls.total
        await collect(stream(adapter, "orders"))
    answered = [call for call in counterpart.sandbox.world.calls.find(after=before) if not call.faults]

    assert len(answered) == len(journal.calls)
    assert all(call.operation and call.url.startswith(counterpart.sandbox.url) for call in journal.calls)


# paging


@pytest.mark.parametrize("name", STREAMS)
async def test_pages_end_and_hold_everything_once(counterpart: Counterpart, name: str) -> None:
    """A walk stops by itself and no record comes twice."""
    counterpart.unless_exempt(f"once-{name}")
    async with counterpart.open() as adapter:
        records, bad = await collect(stream(adapter, name))
    refs = [ref_of(record) for record in records]

    assert [] == bad
    assert refs
    assert len(refs) == len(set(refs))


@pytest.mark.parametrize("name", STREAMS)
async def test_nothing_new_is_an_empty_walk(counterpart: Counterpart, name: str) -> None:
    """When nothing changed since then, the walk ends without records and without an error."""
    counterpart.unless_exempt(f"since-{name}")
    tomorrow = datetime.now(UTC) + timedelta(days=1)

    async with counterpart.open() as adapter:
        records, bad = await collect(stream(adapter, name, since=tomorrow))

    assert [] == records
    assert [] == bad


@pytest.mark.parametrize("name", STREAMS)
async def test_a_walk_goes_on_from_any_page(counterpart: Counterpart, name: str) -> None:
    """Broken off after each page and resumed by another adapter, it brings every record exactly once."""
    async with counterpart.open() as adapter:
        whole = [page async for page in stream(adapter, name)]
    expected = [ref_of(record) for page in whole for record in page.records]

    for cut in range(1, len(whole)):
        resume = whole[cut - 1].resume
        assert resume is not None
        async with counterpart.open() as adapter:
            rest, _ = await collect(stream(adapter, name, resume=resume))
        before = [ref_of(record) for page in whole[:cut] for record in page.records]
        assert expected == before + [ref_of(record) for record in rest]
    assert whole[-1].resume is None


async def test_a_moving_catalogue_loses_nothing(counterpart: Counterpart) -> None:
    """Products that change during the walk come again with their change; none is missed."""
    seen: dict[str, Product] = {}
    everything = {f"{index}" for index in range(counterpart.shop.products.size)}
    touched = False
    async with counterpart.open() as adapter:
        async for page in stream(adapter, "products"):
            seen |= {product.ref: product for product in page.records}
            if not touched:
                counterpart.shop.touch([0, 3, counterpart.shop.products.size - 1])
                touched = True
        last, _ = await collect(stream(adapter, "products"))

    assert len(everything) == len(seen)
    assert {product.ref: product.title for product in last}.keys() == seen.keys()


async def test_a_walk_tells_its_newest_change(counterpart: Counterpart) -> None:
    """`newest` is the latest change on a page, so that the next walk knows where to begin."""
    async with counterpart.open() as adapter:
        pages = [page async for page in stream(adapter, "products")]

    for page in pages:
        known = [product.updated_at for product in page.records if product.updated_at]
        assert max(known, default=None) == page.newest


# records


async def test_a_bad_record_is_set_aside_and_the_rest_arrive(counterpart: Counterpart) -> None:
    """Absurd values cost their own record only, which is named with its reason."""
    counterpart.fault("bad_records", every=7)

    async with counterpart.open() as adapter:
        records, bad = await collect(stream(adapter, "products"))

    assert bad
    good = {product.ref for product in records}
    spoiled = {(item.ref, item.raw) for item in bad}
    assert len(counterpart.shop.products) == len(good) + len(spoiled)
    assert all(item.ref and item.reason.endswith(".") and item.raw for item in bad)


async def test_money_is_exact_and_times_are_aware(counterpart: Counterpart) -> None:
    """Amounts are Decimals with a currency; times carry their zone; unknown is None."""
    async with counterpart.open() as adapter:
        products, _ = await collect(stream(adapter, "products"))
        orders, _ = await collect(stream(adapter, "orders"))

    for product in products:
        assert product.updated_at is None or timedelta(0) == product.updated_at.utcoffset()
        assert all(type(variant.price.amount) is Decimal for variant in product.variants if variant.price)
        assert all(variant.price.currency == counterpart.shop.currency for variant in product.variants if variant.price)
    for order in orders:
        assert isinstance(order, Order)
        assert order.total is None or type(order.total.amount) is Decimal
        assert order.placed_at.utcoffset() is not None
        assert order.lines


# stock


async def _levels(adapter: Any) -> dict[tuple[str, str], int | None]:
    """What every location holds of every variant, as the products tell it."""
    products, _ = await collect(stream(adapter, "products"))
    levels = [level for product in products for variant in product.variants for level in variant.levels]
    return {(level.variant_ref, level.location_ref): level.available for level in levels}


async def _changes(adapter: Any, count: int) -> list[StockChange]:
    products, _ = await collect(stream(adapter, "products"))
    variants = [v for product in products for v in product.variants if v.tracked and v.levels][:count]
    return [
        StockChange(
            v.ref, v.inventory_ref or v.ref, v.levels[0].location_ref, place + 11, v.levels[0].available, f"k{place}"
        )
        for place, v in enumerate(variants)
    ]


async def test_stock_is_written_and_each_change_has_its_receipt(counterpart: Counterpart) -> None:
    """What is published is what is read back."""
    async with counterpart.open() as adapter:
        changes = await _changes(adapter, 5)
        receipts = await adapter.set_stock(changes)
        found = await _levels(adapter)

    assert [change.key for change in changes] == [receipt.key for receipt in receipts]
    assert {StockAnswer.ACCEPTED} == {receipt.answer for receipt in receipts}
    assert [change.quantity for change in changes] == [found[c.variant_ref, c.location_ref] for c in changes]


async def test_one_refused_change_does_not_stop_the_others(counterpart: Counterpart) -> None:
    """A change that names nothing is refused by itself."""
    async with counterpart.open() as adapter:
        good = await _changes(adapter, 3)
        ghost = _renamed(good[0])
        receipts = await adapter.set_stock([good[0], ghost, *good[1:]])
    answers = {receipt.key: receipt.answer for receipt in receipts}

    assert StockAnswer.REFUSED == answers.pop("ghost")
    assert {StockAnswer.ACCEPTED} == set(answers.values())


@pytest.mark.parametrize(
    ("fault", "failures"),
    [
        pytest.param({"name": "outage"}, (Unavailable,), id="outage"),
        pytest.param({"name": "rate_limited", "seconds": 600}, (RateLimited,), id="throttle"),
        pytest.param({"name": "wrong_key", "on": "all"}, (CredentialsRejected, TokenExpired), id="wrong-key"),
    ],
)
async def test_a_write_that_breaks_off_keeps_its_receipts(
    counterpart: Counterpart, fault: dict[str, Any], failures: tuple[type[NexusError], ...]
) -> None:
    """When a later part of a write fails as a whole, what was written is known, and the rest says why it is not."""
    how = {key: value for key, value in fault.items() if key != "name"}
    journal = Journal()
    async with counterpart.open(journal=journal) as adapter:
        changes = await _in_two_batches(adapter)
        before = len(journal.calls)
        await adapter.set_stock(changes)
        counterpart.fault(fault["name"], after_calls=len(journal.calls) - before - 1, **how)
        wanted = [replace(change, quantity=change.quantity + 1) for change in changes]
        receipts = await adapter.set_stock(wanted)
    counterpart.shop.faults.switch_off()
    async with counterpart.open() as adapter:
        found = await _levels(adapter)
    cut = [receipt for receipt in receipts if receipt.answer is StockAnswer.UNANSWERED]
    taken = [change for change, receipt in zip(wanted, receipts, strict=True) if receipt.answer is StockAnswer.ACCEPTED]

    assert [change.key for change in wanted] == [receipt.key for receipt in receipts]
    assert cut
    assert {receipt.code for receipt in cut} <= {failure.kind for failure in failures}
    assert all(receipt.said.endswith(".") for receipt in cut)
    assert taken
    assert {_spot(change): change.quantity for change in taken} == {
        _spot(change): found[_spot(change)] for change in taken
    }


async def test_a_write_that_fails_at_once_has_no_receipts(counterpart: Counterpart) -> None:
    """As long as nothing has its answer, the failure is told as such."""
    async with counterpart.open() as adapter:
        changes = await _changes(adapter, 3)
        counterpart.fault("outage")
        with pytest.raises(Unavailable):
            await adapter.set_stock(changes)


async def _in_two_batches(adapter: Any) -> list[StockChange]:
    """Changes of many things, and of two of them once more, which goes out after the rest; nothing is compared."""
    changes = [replace(change, expected=None, key=uuid4().hex) for change in await _changes(adapter, 30)]
    again = [replace(change, key=f"{change.key} again", quantity=change.quantity + 500) for change in changes[:2]]
    return [*changes, *again]


def _spot(change: StockChange) -> tuple[str, str]:
    """What a change is about."""
    return change.variant_ref, change.location_ref


async def test_no_change_is_no_call(counterpart: Counterpart) -> None:
    """Publishing nothing asks nothing."""
    journal = Journal()

    async with counterpart.open(journal=journal) as adapter:
        assert [] == await adapter.set_stock([])

    assert [] == journal.calls


def _renamed(change: StockChange) -> StockChange:
    """A change of something that does not exist, in the spelling of something that does."""

    def gone(ref: str) -> str:
        return re.sub(r"\d+", lambda found: "9" * len(found[0]), ref)

    return StockChange(
        gone(change.variant_ref), gone(change.inventory_ref), change.location_ref, 1, change.expected, "ghost"
    )


# the keyring


async def test_a_good_token_is_used_as_it_is(counterpart: Counterpart) -> None:
    """Nothing is renewed without need: at most the first token is fetched, never one for each call."""
    ring = Ring(counterpart.marketplace.sandbox_fields)

    async with counterpart.open(ring=ring) as adapter:
        await adapter.verify()
        fetched = ring.renewals
        await adapter.verify()

    assert fetched == ring.renewals <= (0 if counterpart.marketplace.sandbox_fields.get(ACCESS_TOKEN) else 1)
