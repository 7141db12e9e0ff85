"""Two operations of which no file of the vendor's is at hand, re-typed from its pages as far as they are used.

https://developer.walmart.com/us-marketplace/reference/getpartnerconfigurations and .../getwfsinventorydetails, of which
the second page is quoted by others only (read 2026-11-23).
"""

from typing import Any

HEADERS = [
    {"name": name, "in": "header", "required": True, "schema": {"type": "string"}}
    for name in ("WM_SEC.ACCESS_TOKEN", "WM_QOS.CORRELATION_ID", "WM_SVC.NAME")
]
TEXT, NUMBER = {"type": "string"}, {"type": "integer", "format": "int32"}


def thing(required: tuple[str, ...] = (), **properties: Any) -> dict[str, Any]:
    """The schema of an object."""
    return {"type": "object", "properties": properties} | ({"required": list(required)} if required else {})


def listing(items: Any) -> dict[str, Any]:
    """The schema of a list."""
    return {"type": "array", "items": items}


def operation(name: str, schema: Any, *query: str) -> dict[str, Any]:
    """A GET operation with its good answer."""
    params = [{"name": one, "in": "query", "schema": TEXT} for one in query]
    answer = {"description": "Successful Operation", "content": {"application/json": {"schema": schema}}}
    return {"get": {"operationId": name, "parameters": [*HEADERS, *params], "responses": {"200": answer}}}


PARTNER = thing(
    ("partnerId",),
    partnerId=TEXT,
    partnerName=TEXT,
    partnerDisplayName=TEXT,
    partnerStoreId=TEXT,
    businessRegNumber=TEXT,
    countryOfIncorporation=TEXT,
)
STATES = ["TERMINATED", "ONBOARDING_ACTIVE", "ACTIVE", "ONBOARDING_INACTIVE", "SUSPENDED", "TNS_DECLINED"]
ACCOUNT = thing(configurationName=TEXT, configuration=thing(status={"type": "string", "enum": STATES}))
ITEM = thing(sku=TEXT, gtin=TEXT, itemName=TEXT, itemID=TEXT, offerID=TEXT, brand=TEXT, itemCondition=TEXT)
UNITS = thing(availableUnits=NUMBER, onhandUnits=NUMBER, inboundUnits=NUMBER, stockStatus=TEXT)
HELD = thing(itemInformation=ITEM, inventoryData=UNITS)
COUNTS = thing(totalCount=NUMBER, limit=NUMBER, offset=NUMBER)
DOCUMENT = {
    "openapi": "3.0.1",
    "servers": [{"url": "https://marketplace.walmartapis.com"}],
    "paths": {
        "/v3/settings/partnerprofile": operation(
            "getPartnerConfigurations", thing(("partner",), partner=PARTNER, configurations=listing(ACCOUNT))
        ),
        "/v3/wfs/inventory": operation(
            "getWFSInventoryDetails",
            thing(headers=COUNTS, payload=thing(inventory=listing(HELD))),
            "sku",
            "gtin",
            "limit",
            "offset",
        ),
    },
}
