"""Bazaar, an invented marketplace of stalls: one key, goods with a quantity, sales."""

from nexus_ui.adapters.bazaar.adapter import Bazaar

from nexus_ui.adapters.contract import Capability, Credentials, Field, Limit, Marketplace, Scope, SignIn, SignInKind

OFFICE = "https://bazaar.invalid/stalls"


def base_url(fields: Credentials) -> str:
    """The one address there is."""
    return "https://api.bazaar.invalid"


MARKETPLACE = Marketplace(
    slug="bazaar",
    name="Bazaar",
    monogram="Bz",
    colour="#7a4b8c",
    api_version="1",
    api_sunset=None,
    docs_url="https://bazaar.invalid/docs",
    sign_ins=(
        SignIn(
            slug="key",
            label="Stall key",
            help="The key hangs inside your stall.",
            kind=SignInKind.KEYS,
            fields=(
                Field("stall", "Stall", "The stall's number.", "stall-17", r"stall-\d+", where="Over the stall"),
                Field("key", "Stall key", "Eight letters.", "abcdefgh", r"[a-z]{8}", secret=True, where="In the stall"),
            ),
        ),
    ),
    capabilities=frozenset({Capability.PRODUCTS, Capability.ORDERS}),
    scopes=(Scope("goods", "Reads what the stall sells.", Capability.PRODUCTS),),
    limits=(Limit("*", burst=50, per_second=50, source="Invented, so nobody can say."),),
    default_interval_minutes=60,
    interval_reason="Nobody at the bazaar hurries.",
    account_noun="stall",
    identifier_field="stall",
    portal_urls={"invalid_credentials": OFFICE},
    base_url=base_url,
    build=Bazaar,
)
