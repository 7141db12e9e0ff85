"""Product status reports: the only place where Zalando tells a merchant's products, prices and stock. GraphQL.

https://developers.merchants.zalando.com/docs/psr-api-overview.html (read 2026-11-23). Its schema is published only to
who signs in; the fields asked for here are those seen in use.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from nexus_ui.adapters.kit.answers import Answer, Exchange
from nexus_ui.adapters.kit.decode import each_typed, loose_json
from nexus_ui.adapters.zalando.api import REPORTS, Api
from nexus_ui.adapters.zalando.refusals import PRODUCTS, Said, from_errors
from nexus_ui.adapters.zalando.wire import Model
from nexus_ui.errors import Surprise
from nexus_ui.records import BadRecord

PER_PAGE = 100
FIELDS = """
      cursor
      items {
        zalando_product_model_id merchant_product_model_id name brand_name
        product_configs {
          zalando_product_config_id
          product_simples {
            ean merchant_product_simple_id zalando_product_simple_id
            size_codes { size length }
            offers {
              country { code }
              offer_status { status_cluster status_detail_code }
              stock { amount }
              price { regular_price { amount currency } discounted_price { amount currency } }
            }
          }
        }
      }
"""
"""What is asked of each model."""


class Models(msgspec.Struct):
    """A page of models."""

    cursor: str | None = None
    items: list[msgspec.Raw] = []


class Report(msgspec.Struct):
    """The part of the answer that is about products."""

    product_models: Models | None = None


class Data(msgspec.Struct):
    """Where reports stand in it."""

    psr: Report | None = None


class Reply(msgspec.Struct):
    """A GraphQL answer."""

    data: Data | None = None
    errors: list[Said] | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One answer's worth of models, those that make no sense, and where the next page begins (None: nowhere)."""

    models: Sequence[Model]
    bad: list[BadRecord]
    cursor: str | None


_reply = msgspec.json.Decoder(Reply)


async def page(api: Api, cursor: str | None, limit: int = PER_PAGE) -> Page:
    """A page of the merchant's models; raises ThisOneRefused for a cursor that is not known (any more)."""
    body = {"query": document(api.merchant, cursor, limit)}
    return await api.ask(Exchange("POST", "/graphql", REPORTS, json=body), lambda it: _read(it, api), PRODUCTS)


def document(merchant: str, cursor: str | None, limit: int) -> str:
    """The question. Its input stands in the text, as in the developer pages: the names of its types are not public."""
    asked = {
        "merchant_ids": [merchant],
        "status_clusters": [],
        "season_codes": [],
        "brand_codes": [],
        "country_codes": [],
    }
    given = {**asked, "limit": limit, **({"cursor": cursor} if cursor else {})}
    told = ", ".join(f"{name}: {msgspec.json.encode(value).decode()}" for name, value in given.items())
    return f"{{ psr {{ product_models(input: {{ {told} }}) {{{FIELDS}    }} }} }}"


def _read(answer: Answer, api: Api) -> Page:
    told = _reply.decode(answer.body)
    found = told.data.psr.product_models if told.data and told.data.psr else None
    if found is None:
        raise from_errors(told.errors) if told.errors else Surprise("Zalando's report holds neither data nor an error.")
    items = (loose_json(bytes(raw)) for raw in found.items)
    models, bad = each_typed(items, Model, api.http.mask, "zalando_product_model_id")
    return Page(models, bad, found.cursor or None)
