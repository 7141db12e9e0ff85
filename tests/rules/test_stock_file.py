"""A CSV file of counted stock, read row by row."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from nexus_ui.rules.stock_file import Row, Sheet, Wrong, read


def test_a_plain_file_gives_its_numbers() -> None:
    """Any separator, any order of columns, other columns passed over, a byte order mark as well."""
    expected = (Row(2, "A", 3), Row(3, "B", 0))

    for text in (
        "sku,on_hand\nA,3\nB,0\n",
        "\ufeffOn hand;title;SKU\r\n3;Mug;A\r\n0;Cup;B",
        "sku\tquantity\nA\t3\nB\t0",
    ):
        assert expected == read(text).rows


def test_each_bad_row_is_named_with_its_reason() -> None:
    """The others can be used; rows count as in a spreadsheet."""
    found = read("sku,on_hand\nA,3\nB,-1\nC,1.5\nD,many\n,7\nE,1\nF,4\nE,2\nG,\n\n")

    assert ("A", "F") == tuple(row.sku for row in found.rows)
    assert [3, 4, 5, 6, 7, 9] == [wrong.number for wrong in found.wrong]
    assert Wrong(6, "", "The SKU is missing.") == found.wrong[3]
    assert "This SKU stands in rows 7, 9. Keep one of them." == found.wrong[4].reason
    assert 2 == found.empty


@pytest.mark.parametrize("text", ["", "A,3", "name,on_hand\nA,3", 'sku,on_hand\n"A,3'])
def test_a_file_without_the_two_columns_says_what_is_missing(text: str) -> None:
    """One sentence instead of an error in every row."""
    found = read(text)

    assert () == found.rows
    assert found.problem


def test_our_own_export_comes_back_as_it_went() -> None:
    """The apostrophe that keeps a spreadsheet from running a cell is no part of the SKU."""
    assert ("-2+3", "'A") == tuple(row.sku for row in read("sku,on_hand\n'-2+3,1\n'A,1\n").rows)


@given(some.text())
def test_any_text_is_read_or_refused_in_a_sentence(text: str) -> None:
    """Nothing a person pastes breaks it."""
    assert isinstance(read(text), Sheet)
    assert isinstance(read("sku,on_hand\n" + text), Sheet)
