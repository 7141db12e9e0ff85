"""Goods of a single variant, made from the index alone."""

from dataclasses import replace

import pytest

from nexus_ui.sandbox import seeds
from nexus_ui.sandbox.assortment import Assortment


def test_each_product_has_one_variant_and_is_the_same_each_time() -> None:
    """The first of those the seed makes."""
    goods = Assortment(7, 50)

    assert 50 == len(goods)
    assert [1] * 50 == [len(product.variants) for product in goods]
    assert seeds.product(7, 3).variants[0] == goods[3].variants[0] == goods[:10][3].variants[0]


def test_a_marketplace_lists_them_its_own_way() -> None:
    """With numbers made from the index."""
    goods = Assortment(7, 5, lambda index, article: replace(article, sku=f"S-{index}"))

    assert ["S-0", "S-1", "S-2", "S-3", "S-4"] == [product.variants[0].sku for product in goods]


@pytest.mark.parametrize("index", [-1, 5])
def test_there_is_nothing_beyond_the_end(index: int) -> None:
    """Nor before the beginning."""
    with pytest.raises(IndexError):
        Assortment(7, 5)[index]
