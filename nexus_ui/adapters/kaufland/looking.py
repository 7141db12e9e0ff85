"""Looking at single orders and units by their ids: one call each, and one more for a piece, which names its order."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import msgspec

from nexus_ui.adapters.contract import About, Looked, Named
from nexus_ui.adapters.kaufland import translate
from nexus_ui.adapters.kaufland.lists import PARALLEL
from nexus_ui.adapters.kaufland.refusals import ORDERS, UNITS, NotThere, judging_one
from nexus_ui.adapters.kaufland.webhooks import PIECE
from nexus_ui.adapters.kaufland.wire import One, Purchase, Unit
from nexus_ui.adapters.kit.answers import Answer, Exchange
from nexus_ui.adapters.kit.http import Http
from nexus_ui.adapters.kit.paging import side_by_side
from nexus_ui.errors import SkipRecord
from nexus_ui.records import BadRecord, Order, Product


class Piece(msgspec.Struct):
    """A piece that was bought, as far as it names its order."""

    id_order: str


_piece = msgspec.json.Decoder(One[Piece])
_order = msgspec.json.Decoder(One[Purchase])
_unit = msgspec.json.Decoder(One[Unit])


@dataclass(frozen=True, slots=True)
class Lookup:
    """Looks at the things of one storefront."""

    http: Http
    storefront: str

    async def look(self, named: Sequence[Named]) -> Looked:
        """Each named order and unit as it is now; a piece stands for its order."""
        pieces = [one for one in dict.fromkeys(named) if one.about is About.ORDER and one.ref.startswith(PIECE)]
        orders = await side_by_side([partial(self._order_of, piece) for piece in pieces], PARALLEL)
        belongs = {piece: Named(About.ORDER, ref) for piece, ref in zip(pieces, orders, strict=True) if ref}
        wanted = list(dict.fromkeys(belongs.get(one, one) for one in named))
        wanted = [one for one in wanted if one not in pieces and one.about in (About.ORDER, About.PRODUCT)]
        found = await side_by_side([partial(self._thing, one) for one in wanted], PARALLEL)
        missing = [one for one, thing in zip(wanted, found, strict=True) if thing is None]
        products = [thing for thing in found if isinstance(thing, Product)]
        return Looked(
            products=products,
            orders=[thing for thing in found if isinstance(thing, Order)],
            levels=[level for product in products for variant in product.variants for level in variant.levels],
            bad=[thing for thing in found if isinstance(thing, BadRecord)],
            gone=[*missing, *(piece for piece in pieces if piece not in belongs)],
            belongs=belongs,
        )

    async def _order_of(self, piece: Named) -> str | None:
        """The order a piece belongs to; None for one that is not there. The answer names the buyer."""
        exchange = Exchange("GET", f"/{piece.ref}", "order unit", confidential=True)
        http = self.http.using(judge=judging_one(ORDERS))
        try:
            return await http.fetch(exchange, lambda answer: _piece.decode(answer.body).data.id_order)
        except SkipRecord:
            return None

    async def _thing(self, one: Named) -> Order | Product | BadRecord | None:
        """One thing; None for one that is not there, a bad record for one that makes no sense."""
        try:
            return await (self._purchase(one.ref) if one.about is About.ORDER else self._offer(one.ref))
        except NotThere:
            return None
        except SkipRecord as skip:
            return BadRecord(one.ref, skip.message, self.http.mask(skip.detail) or one.ref)

    async def _purchase(self, ref: str) -> Order:
        exchange = Exchange("GET", f"/orders/{ref}", "order", confidential=True)
        told = await self.http.using(judge=judging_one(ORDERS)).fetch(exchange, partial(purchase, ref))
        return translate.order(
            told, max((unit.ts_updated_iso for unit in told.order_units), default=told.ts_created_iso)
        )

    async def _offer(self, ref: str) -> Product:
        asked = {"storefront": self.storefront, "embedded": "products"}
        exchange = Exchange("GET", f"/units/{ref}", "unit", params=asked)
        return translate.product(await self.http.using(judge=judging_one(UNITS)).fetch(exchange, partial(_offer, ref)))


def purchase(ref: str, answer: Answer) -> Purchase:
    """An order's answer; raises SkipRecord for one of another shape."""
    try:
        return _order.decode(answer.body).data
    except msgspec.ValidationError as error:
        raise SkipRecord(f"It makes no sense: {error}.", ref) from error


def _offer(ref: str, answer: Answer) -> Unit:
    try:
        return _unit.decode(answer.body).data
    except msgspec.ValidationError as error:
        raise SkipRecord(f"It makes no sense: {error}.", ref) from error
