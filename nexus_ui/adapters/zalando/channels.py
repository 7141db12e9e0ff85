"""The sales channels of a merchant: the countries' shops, by which Zalando addresses prices and stock."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import msgspec

from nexus_ui.adapters.kit.answers import Exchange
from nexus_ui.adapters.zalando.api import Api
from nexus_ui.adapters.zalando.refusals import CHANNELS
from nexus_ui.adapters.zalando.wire import Channel
from nexus_ui.adapters.zalando.wire import Channels as Told

_channels = msgspec.json.Decoder(Told)
_SAME = {"gb": "uk"}


@dataclass(frozen=True, slots=True)
class Channels:
    """Sales channels by country. Reports name the country of an offer, stock updates the channel."""

    by_country: Mapping[str, Channel]

    @classmethod
    def of(cls, told: Iterable[Channel]) -> "Channels":
        """The channels told; of several for one country the live one."""
        ordered = sorted(told, key=lambda channel: (channel.live, channel.sales_channel_id))
        return cls({country(channel.country_code): channel for channel in ordered})

    def id_of(self, code: str) -> str:
        """The channel of a country; the country itself where the merchant has no channel."""
        found = self.by_country.get(code)
        return found.sales_channel_id if found else code

    def name_of(self, code: str) -> str:
        """How a country is called."""
        found = self.by_country.get(code)
        return (found.country_name if found else "") or code.upper()


async def channels(api: Api) -> Channels:
    """The merchant's channels on Zalando's own shops; raises PermissionMissing."""
    asked = {"merchant_ids": api.merchant, "zalando_only": "true"}
    exchange = Exchange("GET", "/sales-channels", "sales_channels", params=asked)
    return await api.ask(exchange, lambda answer: Channels.of(_channels.decode(answer.body).items), CHANNELS)


def country(code: str) -> str:
    """A country's code as channels spell it: in small letters, and `uk` for Great Britain."""
    small = code.strip().lower()
    return _SAME.get(small, small)
