"""Real catalogues are read as they are, and broken ones are refused with the row and the way out."""

import csv
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nexus_ui.sandbox.catalog import CatalogError, load, load_shopify, load_woocommerce

SHOPIFY = "Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Inventory Qty,Variant Price,Image Src\n"
WOO = (
    "ID,Type,SKU,Name,Published,Stock,Sale price,Regular price,Parent,Grouped products,"
    "Attribute 1 name,Attribute 1 value(s)\n"
)


def written(folder: Path, text: str) -> Path:
    """A catalogue file with this text."""
    path = folder / "catalog.csv"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("name", "products", "variants"),
    [("apparel.csv", 20, 22), ("home-and-garden.csv", 20, 21), ("jewelery.csv", 20, 23)],
)
def test_every_shopify_sample_is_read_whole(data: Path, name: str, products: int, variants: int) -> None:
    """Products over several rows stay one product, image rows make no variant."""
    found = load_shopify(data / "shopify" / name)
    assert (products, variants) == (len(found), sum(len(product.variants) for product in found))
    assert {None} == {variant.sku for product in found for variant in product.variants}


def test_image_rows_html_and_reduced_prices_of_a_real_product_are_kept(data: Path) -> None:
    """The jewelery file has all three."""
    found = {product.handle: product for product in load_shopify(data / "shopify" / "jewelery.csv")}
    anchor = found["leather-anchor"]
    assert [("Gold",), ("Silver",)] == [variant.options for variant in anchor.variants]
    assert [Decimal("69.99"), Decimal("55")] == [variant.price for variant in anchor.variants]
    assert [Decimal("85"), Decimal("85")] == [variant.compare_at for variant in anchor.variants]
    assert 3 == len(anchor.images)
    assert 28 == found["boho-earrings"].variants[0].grams
    assert "<li>14k yellow gold</li>" in found["choker-with-gold-pendant"].body_html


def test_the_woocommerce_sample_is_read_whole(data: Path) -> None:
    """Variations stand under their parents; a file with a byte order mark is no obstacle."""
    found = load_woocommerce(data / "woocommerce" / "sample_products.csv")
    kinds = [product.kind for product in found]
    assert (14, 2, 1, 1) == tuple(kinds.count(kind) for kind in ("simple", "variable", "grouped", "external"))
    hoodie = next(product for product in found if product.sku == "woo-hoodie")
    assert [79, 80, 81, 90] == [variant.id for variant in hoodie.variants]
    assert (Decimal("42"), Decimal("45")) == (hoodie.variants[0].price, hoodie.variants[0].compare_at)
    collection = next(product for product in found if product.kind == "grouped")
    assert ((46, 47, 48), ()) == (collection.grouped, collection.variants)
    album = next(product for product in found if product.sku == "woo-album")
    assert (True, True, None) == (album.virtual, album.downloadable, album.variants[0].qty)


def test_load_tells_the_two_exports_apart(data: Path) -> None:
    """The header decides."""
    assert "shopify" == load(data / "shopify" / "apparel.csv").marketplace
    assert "woocommerce" == load(data / "woocommerce" / "sample_products.csv").marketplace


def test_a_parent_may_be_named_by_id_and_come_after_its_variations(tmp_path: Path) -> None:
    """`id:n` and a SKU mean the same."""
    text = WOO + "8,variation,V1,Cup - Red,1,3,,9,id:7,,Color,Red\n9,variation,V2,Cup - Blue,1,,,9,CUP,,Color,Blue\n"
    text += '7,variable,cup,Cup,1,12,,,,,Color,"Red, Blue"\n'
    (cup,) = load_woocommerce(written(tmp_path, text))
    assert [("V1", 3, True), ("V2", None, False)] == [(each.sku, each.qty, each.tracked) for each in cup.variants]
    assert (True, 12) == (cup.tracked, cup.qty)


def test_an_escaped_comma_does_not_split_a_value_and_a_decimal_comma_is_a_price(tmp_path: Path) -> None:
    r"""WooCommerce writes `\,` inside a value, and prices in the shop's language."""
    text = WOO + '5,simple,A,"Pan, large",1,4,,"19,99",,,Size,"28 cm\\, deep, 30 cm"\n'
    (pan,) = load_woocommerce(written(tmp_path, text))
    assert ("Pan, large", Decimal("19.99")) == (pan.title, pan.variants[0].price)
    assert ("28 cm, deep", "30 cm") == pan.attributes[0].values


def test_an_id_that_is_missing_is_given_without_taking_one_in_use(tmp_path: Path) -> None:
    """The importer does the same."""
    found = load_woocommerce(written(tmp_path, WOO + ",simple,A,One,1,,,1,,,,\n12,simple,B,Two,1,,,1,,,,\n"))
    assert [13, 12] == [product.id for product in found]


def test_no_price_and_no_quantity_stay_unknown(tmp_path: Path) -> None:
    """Unknown is never zero."""
    (mug,) = load_shopify(written(tmp_path, SHOPIFY + "mug,Mug,Title,Default Title,,,,\n"))
    assert (None, None, None) == (mug.variants[0].sku, mug.variants[0].price, mug.variants[0].qty)


def test_a_line_separator_inside_a_cell_does_not_break_the_row(tmp_path: Path) -> None:
    """Only line feeds end a row, whatever else Unicode calls a line end."""
    (mug,) = load_shopify(written(tmp_path, SHOPIFY + "mug,Mug\u2028of clay,Title,Default Title,M-1,2,7.50,\n"))
    assert ("Mug\u2028of clay", 2) == (mug.title, mug.variants[0].qty)


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("mug,Mug,Title,Default Title,M,2,cheap,", "Row 2, Variant Price: 'cheap' is not a price"),
        ("mug,Mug,Title,Default Title,M,2,-3,", "Row 2, Variant Price: '-3' is below zero"),
        ("mug,Mug,Title,Default Title,M,2,NaN,", "Row 2, Variant Price: 'NaN' is not a price"),
        ("mug,Mug,Title,Default Title,M,2.5,3,", "Row 2, Variant Inventory Qty: '2.5' is not a whole number"),
        (",Mug,Title,Default Title,M,2,3,", "Row 2 has no Handle"),
        ("mug,,Title,Default Title,M,2,3,", "Row 2 has no Title"),
        ("mug,Mug,Size,S,A,1,3,\nmug,,,S,B,1,3,", "Row 3 repeats the variant S of product 'mug' from row 2"),
        ("mug,Mug,Title,Default Title,M,2,3,,more,cells", "Row 2 has 10 cells but the header has 8 columns"),
        ('mug,"Mug,Title,Default Title,M,2,3,', "is not valid CSV"),
    ],
)
def test_a_bad_shopify_row_is_named(tmp_path: Path, row: str, says: str) -> None:
    """The message has the row as a spreadsheet counts it."""
    with pytest.raises(CatalogError) as caught:
        load_shopify(written(tmp_path, SHOPIFY + row + "\n"))
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("1,variation,A,Cup,1,,,1,,,,", "Row 2 is a variation without Parent"),
        ("1,variation,A,Cup,1,,,1,ghost,,,", "Row 2, Parent: 'ghost' is not in this file"),
        ("1,simple,A,Cup,1,,,1,,,,\n2,variation,B,Cup,1,,,1,A,,,", "Row 3, Parent: 'A' is a simple product"),
        ("1,simple,A,Cup,1,,,1,,,,\n1,simple,B,Cup,1,,,1,,,,", "Row 3 has ID 1 like row 2"),
        ("1,simple,A,Cup,1,,,1,,,,\n2,simple,A,Cup,1,,,1,,,,", "Row 3 has the SKU 'A' of row 2"),
        ("1,bundle,A,Cup,1,,,1,,,,", "Row 2, Type: 'bundle' is unknown"),
        ("1,simple,A,Cup,2,,,1,,,,", "Row 2, Published: '2' is unknown"),
        ("1,simple,A,,1,,,1,,,,", "Row 2 has no Name"),
        ("1,grouped,A,Set,1,,,,,nowhere,,", "names 'nowhere', which is not in this file"),
        ("0,simple,A,Cup,1,,,1,,,,", "Row 2, ID: '0' is not a product number"),
    ],
)
def test_a_bad_woocommerce_row_is_named(tmp_path: Path, row: str, says: str) -> None:
    """The message has the row as a spreadsheet counts it."""
    with pytest.raises(CatalogError) as caught:
        load_woocommerce(written(tmp_path, WOO + row + "\n"))
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"Handle,Title\nmug,Mug\n", "has no column Variant Price"),
        (b"Name,Price\nMug,3\n", "neither a Shopify product export"),
        ("Handle,Title,Variant Price\nm\xf6bel,M\xf6bel,3\n".encode("latin-1"), "is not UTF-8"),
        (SHOPIFY.encode(), "holds no products"),
        (b"\x89PNG\r\n\x1a\n", "is not UTF-8"),
    ],
)
def test_a_file_that_is_no_catalogue_is_refused_with_advice(tmp_path: Path, content: bytes, says: str) -> None:
    """Every refusal is a CatalogError, whatever the file is."""
    path = tmp_path / "catalog.csv"
    path.write_bytes(content)
    with pytest.raises(CatalogError, match=says):
        load(path)


def test_a_file_that_is_not_there_is_refused_with_advice(tmp_path: Path) -> None:
    """Also a folder is no file."""
    for path in (tmp_path / "missing.csv", tmp_path):
        with pytest.raises(CatalogError, match="cannot be read"):
            load(path)


CELLS = st.sampled_from(
    ["", "1", "0", "-1", "12", "1e999", "19,99", "simple", "variable", "variation", "grouped", "id:1", "A", "a", "S",
     "true", "parent", "x,y", '"', "\n", "Größe", "\u2028", "0x1", "１２"]
)  # fmt: skip


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from([SHOPIFY, WOO]), st.lists(st.lists(CELLS, max_size=13), max_size=5))
def test_any_cells_are_read_or_refused_never_worse(tmp_path: Path, header: str, rows: list[list[str]]) -> None:
    """A file from somewhere else ends in products or in a CatalogError."""
    path = tmp_path / "catalog.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(header)
        csv.writer(file).writerows(rows)
    try:
        found = load(path).products
    except CatalogError as refusal:
        assert str(refusal).endswith(".")
    else:
        assert len(found) <= len(rows)


@given(st.binary(max_size=200))
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_are_refused_with_advice(tmp_path: Path, content: bytes) -> None:
    """Also a file that was never meant to be one."""
    path = tmp_path / "catalog.csv"
    path.write_bytes(content)
    with pytest.raises(CatalogError):
        load(path)
