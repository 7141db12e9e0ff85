"""The countries Kaufland sells in. The keys are a seller's, the goods and orders are a storefront's."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Storefront:
    """One country's shop: what people call it, its site, its currency and its clock."""

    code: str
    country: str
    currency: str
    time_zone: str

    @property
    def site(self) -> str:
        """Its site without scheme, as sellers know it."""
        return f"kaufland.{self.code}"


# Seven stand in the vendor's file of version 2.27.0; Spain and the Netherlands were announced later (2026).
STOREFRONTS = {
    one.code: one
    for one in (
        Storefront("de", "Germany", "EUR", "Europe/Berlin"),
        Storefront("at", "Austria", "EUR", "Europe/Vienna"),
        Storefront("cz", "Czechia", "CZK", "Europe/Prague"),
        Storefront("sk", "Slovakia", "EUR", "Europe/Bratislava"),
        Storefront("pl", "Poland", "PLN", "Europe/Warsaw"),
        Storefront("fr", "France", "EUR", "Europe/Paris"),
        Storefront("it", "Italy", "EUR", "Europe/Rome"),
        Storefront("es", "Spain", "EUR", "Europe/Madrid"),
        Storefront("nl", "Netherlands", "EUR", "Europe/Amsterdam"),
    )
}
