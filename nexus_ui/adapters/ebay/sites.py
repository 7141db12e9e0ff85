"""The sites eBay sells on. The app and the seller are the same on all of them; listings and orders belong to one."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Site:
    """One country's eBay: eBay's word for it (the marketplace id), its address, its currency and its clock."""

    code: str
    country: str
    domain: str
    currency: str
    time_zone: str

    def listing(self, listing_id: str) -> str:
        """Where buyers see a listing."""
        return f"https://www.{self.domain}/itm/{listing_id}"


SITES = {
    one.code: one
    for one in (
        Site("EBAY_US", "United States", "ebay.com", "USD", "America/Los_Angeles"),
        Site("EBAY_GB", "United Kingdom", "ebay.co.uk", "GBP", "Europe/London"),
        Site("EBAY_DE", "Germany", "ebay.de", "EUR", "Europe/Berlin"),
        Site("EBAY_FR", "France", "ebay.fr", "EUR", "Europe/Paris"),
        Site("EBAY_IT", "Italy", "ebay.it", "EUR", "Europe/Rome"),
        Site("EBAY_ES", "Spain", "ebay.es", "EUR", "Europe/Madrid"),
        Site("EBAY_NL", "Netherlands", "ebay.nl", "EUR", "Europe/Amsterdam"),
        Site("EBAY_BE", "Belgium", "ebay.be", "EUR", "Europe/Brussels"),
        Site("EBAY_AT", "Austria", "ebay.at", "EUR", "Europe/Vienna"),
        Site("EBAY_CH", "Switzerland", "ebay.ch", "CHF", "Europe/Zurich"),
        Site("EBAY_IE", "Ireland", "ebay.ie", "EUR", "Europe/Dublin"),
        Site("EBAY_PL", "Poland", "ebay.pl", "PLN", "Europe/Warsaw"),
        Site("EBAY_CA", "Canada", "ebay.ca", "CAD", "America/Toronto"),
        Site("EBAY_AU", "Australia", "ebay.com.au", "AUD", "Australia/Sydney"),
        Site("EBAY_HK", "Hong Kong", "ebay.com.hk", "HKD", "Asia/Hong_Kong"),
        Site("EBAY_SG", "Singapore", "ebay.com.sg", "SGD", "Asia/Singapore"),
        Site("EBAY_MOTORS_US", "eBay Motors (United States)", "ebay.com", "USD", "America/Los_Angeles"),
    )
}
