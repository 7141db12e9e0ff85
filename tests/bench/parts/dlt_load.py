"""dlt reading the same pages into SQLite by merge, tuned: keys and indexes made, two normalising processes, parquet.

Stands alone (`python dlt_load.py plan.json`), in any environment that has `dlt[sqlalchemy,parquet]` and httpx. Without
`create_primary_keys` and `create_unique_indexes` its second merge into SQLite is quadratic, and with more than one load
worker its jobs lock each other out. Prints one JSON line.
"""

import json
import os
import resource
import sys
import time
from collections.abc import Iterator
from pathlib import Path

TUNING = {
    "RUNTIME__DLTHUB_TELEMETRY": "false",
    "RUNTIME__LOG_LEVEL": "ERROR",
    "NORMALIZE__WORKERS": "2",
    "LOAD__WORKERS": "1",
    "EXTRACT__WORKERS": "2",
    "DATA_WRITER__BUFFER_MAX_ITEMS": "20000",
    "DATA_WRITER__FILE_MAX_ITEMS": "40000",
    "NORMALIZE__DATA_WRITER__DISABLE_COMPRESSION": "true",
}


def flat_product(node: dict) -> dict:
    """A product as a person would hand it to dlt."""
    return {
        "id": node["id"], "title": node["title"], "status": node["status"], "vendor": node["vendor"],
        "updated_at": node["updatedAt"],
        "variants": [
            {
                "id": one["id"], "sku": one["sku"], "title": one["title"], "price": one["price"],
                "barcode": one["barcode"], "tracked": one["inventoryItem"]["tracked"],
                "inventory_id": one["inventoryItem"]["id"], "position": one["position"],
                "levels": [
                    {
                        "location_id": level["location"]["id"],
                        **{quantity["name"]: quantity["quantity"] for quantity in level["quantities"]},
                    }
                    for level in one["inventoryItem"]["inventoryLevels"]["nodes"]
                ],
            }
            for one in node["variants"]["nodes"]
        ],
    }  # fmt: skip


def flat_order(node: dict) -> dict:
    """An order as a person would hand it to dlt."""
    total = node["totalPriceSet"]["shopMoney"]
    return {
        "id": node["id"], "number": node["name"], "status": node["displayFulfillmentStatus"],
        "placed_at": node["processedAt"], "updated_at": node["updatedAt"], "total": total["amount"],
        "currency": total["currencyCode"],
        "lines": [
            {
                "id": line["id"], "sku": line["sku"], "title": line["title"], "quantity": line["quantity"],
                "price": line["originalUnitPriceSet"]["shopMoney"]["amount"],
                "variant_id": line["variant"] and line["variant"]["id"],
            }
            for line in node["lineItems"]["nodes"]
        ],
    }  # fmt: skip


def main(plan: dict) -> dict:
    """Run the pipeline and say how fast."""
    os.environ.update(TUNING)
    import dlt
    import httpx

    def pages(stream: str) -> Iterator[list[dict]]:
        part = plan["streams"][stream]
        flat = flat_product if stream == "products" else flat_order
        after = None
        with httpx.Client(headers=plan["headers"], timeout=60, trust_env=False) as client:
            while True:
                body = {"query": part["query"], "variables": {**part["variables"], "after": after}}
                page = client.post(plan["url"], json=body).json()["data"]["page"]
                yield [flat(node) for node in page["nodes"]]
                if not page["pageInfo"]["hasNextPage"]:
                    return
                after = page["pageInfo"]["endCursor"]

    resources = [
        dlt.resource(
            pages(stream), name=stream, primary_key="id", write_disposition="merge", parallelized=True,
            max_table_nesting=3,
        )
        for stream in plan["streams"]
    ]  # fmt: skip
    destination = dlt.destinations.sqlalchemy(
        f"sqlite:///{plan['database']}", create_primary_keys=True, create_unique_indexes=True
    )
    pipeline = dlt.pipeline(
        pipeline_name=plan["pipeline"], destination=destination, dataset_name="shop", pipelines_dir=plan["home"]
    )
    began = time.perf_counter()
    pipeline.run(resources, loader_file_format=plan.get("file_format", "parquet"))
    seconds = time.perf_counter() - began
    counts = pipeline.last_trace.last_normalize_info.row_counts
    usage = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return {
        "records": sum(counts[stream] for stream in plan["streams"]),
        "seconds": round(seconds, 3),
        "peak_mb": round(sum(usage) / 1024, 1),
    }


if __name__ == "__main__":
    print(json.dumps(main(json.loads(Path(sys.argv[1]).read_text()))))
