"""The page for people: which simulated shops there are, how to sign in to them, and switches to break them."""

from html import escape

from nexus_ui.sandbox.faults import FOREVER, KNOWN, Fault
from nexus_ui.sandbox.shop import Shop
from nexus_ui.sandbox.world import World

_LATEST = 20
_HEAD = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>SANDBOX</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><style>
:root { color-scheme: light dark }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 0 auto; padding: 1rem }
.banner { background: #b45309; color: #fff; padding: .6rem 1rem; border-radius: 8px; font-weight: 600 }
section { border: 1px solid #8884; border-radius: 8px; padding: 1rem; margin: 1rem 0; overflow-x: auto }
code { background: #8882; padding: .1em .4em; border-radius: 4px; word-break: break-all }
form { display: inline } fieldset { border: 0; padding: 0; margin: .6rem 0 }
button, select, input { font: inherit; padding: .25rem .6rem; margin: .1rem } .on { color: #b91c1c; font-weight: 600 }
</style></head><body>
<p class="banner">SANDBOX: simulated shops. Nothing here is real. Only webhooks leave, to the addresses registered.</p>
"""


def page(world: World) -> str:
    """The whole page."""
    return _HEAD + "".join(_section(shop, _webhooks(world, shop)) for shop in world.shops()) + "</body></html>"


def _section(shop: Shop, webhooks: str) -> str:
    keys = "".join(f"<li>{escape(name)}: <code>{escape(value)}</code></li>" for name, value in shop.credentials.items())
    return (
        f"<section><h2>{escape(shop.name)} <small>{escape(shop.marketplace)} · {escape(shop.host)}</small></h2>"
        f"<p>{len(shop.products):,} products, {len(shop.orders):,} orders, prices in {escape(shop.currency)}.</p>"
        f"<ul>{keys}</ul>{_active(shop)}{_forms(shop)}{webhooks}</section>"
    )


def _webhooks(world: World, shop: Shop) -> str:
    """Where webhooks go and how the latest were answered; nothing where nobody asked for any."""
    asked = [
        f"<li>{escape(one.topic)} to <code>{escape(one.address)}</code>{'' if one.active else ', switched off'}</li>"
        for desk in world.hooks.desks()
        if desk.shop is shop
        for one in desk.all()
    ]
    sent = [
        f"<li>{one.n}: {escape(one.letter.topic)} {escape(one.letter.note)} → {one.status or escape(one.error)}</li>"
        for one in list(world.hooks.courier.sent)
        if (one.letter.marketplace, one.letter.shop) == (shop.marketplace, shop.host)
    ]
    if not asked and not sent:
        return ""
    shown = "".join(reversed(sent[-_LATEST:]))
    told = f"<summary>{len(asked)} webhooks, {len(sent)} sent</summary>"
    return f"<details>{told}<ul>{''.join(asked)}</ul><ul>{shown}</ul></details>"


def _active(shop: Shop) -> str:
    faults = shop.faults.active()
    if not faults:
        return "<p>Everything works.</p>"
    return "<ul>" + "".join(f'<li class="on">{escape(_told(fault))}</li>' for fault in faults) + "</ul>"


def _told(fault: Fault) -> str:
    ends = "until you turn it off" if fault.times == FOREVER else f"for {fault.times} more calls"
    begins = f", after {fault.after_calls} calls" if fault.after_calls > 0 else ""
    return f"{fault.fault}: {KNOWN[fault.fault]} ({ends}{begins})"


def _forms(shop: Shop) -> str:
    named = (
        f'<input type="hidden" name="marketplace" value="{escape(shop.marketplace)}">'
        f'<input type="hidden" name="shop" value="{escape(shop.host)}">'
    )
    choices = "".join(f'<option value="{name}">{name}: {escape(text)}</option>' for name, text in KNOWN.items())
    return (
        f'<fieldset><form method="post" action="faults">{named}<select name="fault">{choices}</select>'
        '<input name="times" size="6" placeholder="calls" aria-label="For how many calls">'
        '<input name="scope" size="12" placeholder="scope" aria-label="Which permission">'
        "<button>Break it</button></form>"
        f'<form method="post" action="faults">{named}<input type="hidden" name="clear" value="true">'
        "<button>Repair everything</button></form></fieldset>"
        f'<fieldset><form method="post" action="orders">{named}<button>Place an order</button></form>'
        f'<form method="post" action="touch">{named}<input type="hidden" name="count" value="10">'
        "<button>Change 10 products</button></form>"
        f'<form method="post" action="uninstall">{named}<button>Remove the app</button></form></fieldset>'
    )
