"""Whether what the syncs stored agrees with itself; every sentence is a fault of the product or of the disk."""

from sqlalchemy import text

from nexus_ui.storage.database import reading

CHECKS = {
    "{count} variants have no product.": (
        "SELECT count(*) FROM variants AS v LEFT JOIN products AS p "
        "ON p.connection_id = v.connection_id AND p.ref = v.product_ref WHERE p.ref IS NULL"
    ),
    "{count} order lines have no order.": (
        "SELECT count(*) FROM order_lines AS l LEFT JOIN orders AS o "
        "ON o.connection_id = l.connection_id AND o.ref = l.order_ref WHERE o.ref IS NULL"
    ),
    "{count} connections show a wrong number of products.": (
        "SELECT count(*) FROM connections AS c WHERE removed_at IS NULL AND products_count <> "
        "(SELECT count(*) FROM products AS p WHERE p.connection_id = c.id)"
    ),
    "{count} cycles are running although their connection does not know them.": (
        "SELECT count(*) FROM cycles AS y LEFT JOIN connections AS c ON c.cycle_id = y.id "
        "WHERE y.state = 'running' AND c.id IS NULL"
    ),
    "{count} SKUs have another number on hand than their movements add up to.": (
        "SELECT count(*) FROM stock_items AS i WHERE on_hand <> "
        "(SELECT COALESCE(sum(quantity), 0) FROM stock_movements AS m WHERE m.sku = i.sku AND m.sandbox = i.sandbox)"
    ),
    "{count} SKUs reserve another number than their order lines do.": (
        "SELECT count(*) FROM stock_items AS i WHERE reserved <> "
        "(SELECT COALESCE(sum(l.reserved), 0) FROM stock_lines AS l JOIN connections AS c ON c.id = l.connection_id "
        "WHERE l.sku = i.sku AND c.sandbox = i.sandbox)"
    ),
    "{count} streams were read further than to now.": ("SELECT count(*) FROM stream_cursors WHERE since > changed_at"),
}


def contradictions() -> list[str]:
    """What does not agree, one sentence each; reads all variants and order lines, so it is for check-ups only."""
    found = []
    with reading() as session:
        for sentence, query in CHECKS.items():
            if count := session.execute(text(query)).scalar_one():
                found.append(sentence.format(count=count))
    return found
