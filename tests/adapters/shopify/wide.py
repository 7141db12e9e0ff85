"""A catalogue with one product of many variants."""

from pathlib import Path


def wide_catalogue(folder: Path, variants: int) -> Path:
    """A product export with one product of so many variants between two small ones."""
    columns = ("Handle", "Title", "Option1 Name", "Option1 Value", "Variant SKU", "Variant Price",
               "Variant Inventory Tracker", "Variant Inventory Qty")  # fmt: skip
    rows = [",".join(columns)]
    rows.append("first,First,Title,Default Title,FIRST,1.00,shopify,1")
    for place in range(variants):
        title, name = ("Wide", "Size") if place == 0 else ("", "")
        rows.append(f"wide,{title},{name},{place},WIDE-{place},2.00,shopify,{place}")
    rows.append("last,Last,Title,Default Title,LAST,3.00,shopify,3")
    path = folder / "wide.csv"
    path.write_text("\n".join(rows) + "\n")
    return path
