"""The variants, levels and lines that did not fit into their page: found, and fetched one parent at a time."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from nexus_ui.adapters.shopify import documents, wire
from nexus_ui.adapters.shopify.graph import Graph

T = TypeVar("T")
_LARGE = 400.0


class Stocked(Protocol):
    """Anything with an inventory item."""

    inventory_item: wire.InventoryItem


@dataclass(frozen=True, slots=True)
class Children:
    """Completes the nodes of a walk."""

    graph: Graph
    levels: int

    def short_product(self, node: wire.Product) -> bool:
        """True when variants, or levels of one, are still to be fetched."""
        return node.variants.page_info.has_next_page or self._short(node.variants.nodes)

    def short_count(self, node: wire.CountedProduct) -> bool:
        """The same for a product of which only the stock was asked."""
        return node.variants.page_info.has_next_page or self._short(node.variants.nodes)

    async def complete_product(self, node: wire.Product) -> None:
        """Fetch the variants and levels that are missing."""
        node.variants.nodes.extend(await self._variants(node.id, node.variants.page_info))
        await self._complete_levels(node.variants.nodes)

    async def complete_count(self, node: wire.CountedProduct) -> None:
        """The same for a product of which only the stock was asked."""
        more = await self._variants(node.id, node.variants.page_info)
        node.variants.nodes.extend(wire.CountedVariant(variant.id, variant.inventory_item) for variant in more)
        await self._complete_levels(node.variants.nodes)

    async def complete_order(self, node: wire.Order) -> None:
        """Fetch the lines that are missing."""
        where = node.line_items.page_info
        while where.has_next_page:
            asked = {"id": node.id, "after": where.end_cursor}
            found = await self.graph.ask(
                wire.Reply[wire.MoreLines], "order lines", documents.MORE_LINES, asked, cost=_LARGE
            )
            if found.order is None:
                return
            node.line_items.nodes.extend(found.order.line_items.nodes)
            where = found.order.line_items.page_info

    async def _variants(self, product: str, where: wire.PageInfo) -> list[wire.Variant]:
        more: list[wire.Variant] = []
        while where.has_next_page:
            asked = {"id": product, "after": where.end_cursor, "levels": self.levels}
            found = await self.graph.ask(
                wire.Reply[wire.MoreVariants], "product variants", documents.MORE_VARIANTS, asked, cost=_LARGE
            )
            if found.product is None:
                break
            more.extend(found.product.variants.nodes)
            where = found.product.variants.page_info
        return more

    def _short(self, variants: Iterable[Stocked]) -> bool:
        return any(variant.inventory_item.inventory_levels.page_info.has_next_page for variant in variants)

    async def _complete_levels(self, variants: Iterable[Stocked]) -> None:
        for variant in variants:
            await self.complete_item(variant.inventory_item)

    async def complete_item(self, item: wire.InventoryItem) -> None:
        """Fetch the levels of an inventory item that are missing."""
        where = item.inventory_levels.page_info
        while where.has_next_page:
            asked = {"id": item.id, "after": where.end_cursor}
            found = await self.graph.ask(
                wire.Reply[wire.MoreLevels], "stock levels", documents.MORE_LEVELS, asked, cost=_LARGE
            )
            if found.inventory_item is None:
                return
            item.inventory_levels.nodes.extend(found.inventory_item.inventory_levels.nodes)
            where = found.inventory_item.inventory_levels.page_info


def short_order(node: wire.Order) -> bool:
    """True when lines are still to be fetched."""
    return node.line_items.page_info.has_next_page
