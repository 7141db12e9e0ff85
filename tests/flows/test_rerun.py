"""One button after the fix: what a cause had stopped runs again, and only that."""

import dataclasses
from typing import Any

import pytest
from sqlalchemy import text

from nexus_ui.adapters import CATALOGUE
from nexus_ui.adapters.contract import LooksUp
from nexus_ui.clock import utcnow
from nexus_ui.errors import NotAllowed, NotFound
from nexus_ui.flows import diagnose, manage, rerun
from nexus_ui.flows.sign_in import Who
from nexus_ui.rules.story import Proof
from nexus_ui.sandbox import server
from nexus_ui.sandbox.faults import Fault
from nexus_ui.storage import cursors, cycles, set_aside
from nexus_ui.storage.database import reading, writing
from nexus_ui.storage.tables import StockReceiptRow
from tests.engine.connecting import columns, connect, cycle, run_due, shop_of
from tests.storage.shelves import delivery, keep

WOO = CATALOGUE["woocommerce"].build


async def broken_records(sandbox: server.Running, slug: str) -> str:
    """A connection that set records aside, whose shop is mended since."""
    shop = shop_of(sandbox, slug)
    shop.faults.switch_on(Fault(fault="bad_records", every=3))
    connection_id = connect(slug, lookback_days=365)
    assert "partial" == (await cycle(connection_id)).outcome
    shop.faults.switch_off()
    return connection_id


async def test_records_set_aside_are_looked_at_again(olga: Who, sandbox: server.Running) -> None:
    """Each by itself, without a sync; what is well now is there and no longer set aside."""
    connection_id = await broken_records(sandbox, "shopify")
    _, total = set_aside.of_connection(connection_id)
    before, products = len(cycles.of_connection(connection_id)), columns(connection_id)["products_count"]
    done = [await rerun.rerun(cause.key, olga) for cause in rerun.found()]

    assert total > 0
    assert (total, 0) == (sum(one.arrived for one in done), sum(one.remaining for one in done))
    assert ((), 0) == set_aside.of_connection(connection_id)
    assert before == len(cycles.of_connection(connection_id))
    assert {("looked again at what was set aside", olga.person_id)} == set(
        rows_of("SELECT action, person_id FROM audit_log WHERE subject_kind = 'connection'")
    )
    assert products + total == columns(connection_id)["products_count"]


async def test_records_that_have_no_id_come_with_their_stream(olga: Who, sandbox: server.Running) -> None:
    """Nobody can look at them one by one: what could be looked at arrived, a sync brings the rest."""
    connection_id = await broken_records(sandbox, "woocommerce")
    products = columns(connection_id)["products_count"]
    _, total = set_aside.of_connection(connection_id)
    done = await rerun.records_of(connection_id, olga)
    nameless = [record.reason for record in set_aside.of_connection(connection_id)[0]]
    await run_due()

    assert {"It has no id."} == set(nameless)
    assert (total - len(nameless), len(nameless)) == (done.arrived, done.remaining)
    assert ((), 0) == set_aside.of_connection(connection_id)
    assert products + total == columns(connection_id)["products_count"]


async def test_records_that_are_still_wrong_stay_set_aside(olga: Who, sandbox: server.Running) -> None:
    """And it is said how many."""
    connection_id = await broken_records(sandbox, "shopify")
    _, total = set_aside.of_connection(connection_id)
    shop_of(sandbox, "shopify").faults.switch_on(Fault(fault="bad_records", every=3))
    done = await rerun.records_of(connection_id, olga)

    assert (0, total) == (done.arrived, done.remaining)
    assert rerun.said(done).endswith("still set aside.")
    assert total == set_aside.of_connection(connection_id)[1]


async def test_where_single_records_cannot_be_looked_at_their_stream_is_read_afresh(
    olga: Who, sandbox: server.Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only that one, by the next sync, which is asked for at once."""
    connection_id = await broken_records(sandbox, "woocommerce")
    orders = cursors.of_connection(connection_id)["orders"].since
    monkeypatch.setitem(CATALOGUE, "woocommerce", dataclasses.replace(CATALOGUE["woocommerce"], build=_blind))
    done = await rerun.records_of(connection_id, olga)
    after = cursors.of_connection(connection_id)
    ran = await run_due()

    assert 1 <= done.syncs
    assert (None, orders) == (after["products"].since, after["orders"].since)
    assert "rerun" == cycles.get(ran[connection_id]).trigger
    assert ((), 0) == set_aside.of_connection(connection_id)


def _blind(link: Any) -> Any:
    """WooCommerce's adapter without the ability to look at single things."""
    seeing = WOO(link)

    class Blind:
        """Reads the streams, and nothing else."""

        verify, products, orders, inventory = seeing.verify, seeing.products, seeing.orders, seeing.inventory

    assert not isinstance(Blind(), LooksUp)
    return Blind()


async def test_every_connection_of_a_cause_syncs_again(olga: Who, sandbox: server.Running) -> None:
    """Those that failed alike, and no other; one that is paused says so."""
    shop = shop_of(sandbox, "shopify")
    shop.faults.switch_on(Fault(fault="wrong_key"))
    failed = [connect("shopify"), connect("shopify"), connect("shopify")]
    await run_due()
    other = connect("woocommerce")
    await run_due()
    shop.faults.switch_off()
    manage.pause(failed[2], olga.person_id)
    [cause] = rerun.found()
    done = await rerun.rerun(cause.key, olga)
    ran = await run_due()

    assert (2, ["Shopify demo"]) == (done.syncs, [one.name for one in done.problems])
    assert set(failed[:2]) == set(ran)
    assert other not in ran
    assert ["success", "success"] == [cycles.get(id_).outcome for id_ in ran.values()]
    assert rerun.said(done).startswith("2 syncs were asked for. Shopify demo: Paused since")


async def test_failed_webhooks_of_one_cause_are_replayed(olga: Who, sandbox: server.Running) -> None:
    """Not those that failed for another reason."""
    connection_id = connect("shopify")
    keep(
        delivery("dlv_1", connection_id, state="failed", problem="It makes no sense."),
        delivery("dlv_2", connection_id, state="failed", problem="The marketplace took too long to answer."),
    )
    cause = next(one for one in rerun.found() if one.said == "It makes no sense.")
    done = await rerun.rerun(cause.key, olga)

    assert 1 == done.replayed
    assert ["The marketplace took too long to answer."] == [one.said for one in rerun.found()]


async def test_refused_stock_is_sent_again(olga: Who, sandbox: server.Running) -> None:
    """Every SKU that was refused in these words, and no other; the publishing of stock does the rest."""
    connection_id = connect("shopify")
    await cycle(connection_id)
    skus = [sku for (sku,) in rows_of("SELECT sku FROM variants WHERE sku IS NOT NULL ORDER BY sku LIMIT 3")]
    words = ("It is not stocked here.", "It is not stocked here.", "Locked.")
    keep(*(refused(connection_id, sku, said) for sku, said in zip(skus, words, strict=True)))
    cause = next(one for one in rerun.found() if one.said == words[0])
    with writing() as session:
        session.execute(text("DELETE FROM stock_due"))
    done = await rerun.rerun(cause.key, olga)

    assert (2, []) == (done.skus, done.problems)
    assert [(sku,) for sku in skus[:2]] == rows_of("SELECT sku FROM stock_due ORDER BY sku")
    assert "2 SKUs are looked at and sent again." == rerun.said(done)


def rows_of(query: str) -> list[tuple[Any, ...]]:
    """What a query finds."""
    with reading() as session:
        return [tuple(row) for row in session.execute(text(query))]


def refused(connection_id: str, sku: str, said: str) -> StockReceiptRow:
    """A quantity that the marketplace refused."""
    place = {"variant_ref": sku, "inventory_ref": sku, "location_ref": "main", "quantity": 3}
    return StockReceiptRow(
        id=f"rcp_{sku}", push_id="psh_1", connection_id=connection_id, sku=sku, **place, state="refused", said=said,
        planned_at=utcnow(),
    )  # fmt: skip


async def test_a_viewer_runs_nothing_again(vera: Who, sandbox: server.Running) -> None:
    """Neither a cause nor one connection's records."""
    with pytest.raises(NotAllowed):
        await rerun.rerun("any", vera)
    with pytest.raises(NotAllowed):
        await rerun.records_of("any", vera)


async def test_a_cause_that_is_gone_is_said(olga: Who, sandbox: server.Running) -> None:
    """Somebody else was faster, or the key was invented."""
    with pytest.raises(NotFound):
        await rerun.rerun("0" * 16, olga)


async def test_a_story_is_told_from_red_to_mended(olga: Who, sandbox: server.Running) -> None:
    """With a real fault: what was refused is named, linked and ended by the sync that mended it."""
    shop = shop_of(sandbox, "shopify")
    connection_id = connect("shopify")
    good = await cycle(connection_id)
    shop.faults.switch_on(Fault(fault="wrong_key"))
    bad = await cycle(connection_id)
    red = diagnose.why(connection_id)
    shop.faults.switch_off()
    mended = await cycle(connection_id)
    well = diagnose.why(connection_id)

    assert [good.id, bad.id] == [sentence.links[0].id for sentence in red.sentences[:2]]
    assert [Proof.INCIDENT] == [sentence.links[0].proof for sentence in red.sentences[2:]]
    assert bad.error_message in red.sentences[1].text
    assert "→ 401" in red.sentences[1].told
    assert (None, mended.id) == (red.mended_at, well.sentences[-1].links[0].id)
    assert well.mended_at == mended.finished_at
