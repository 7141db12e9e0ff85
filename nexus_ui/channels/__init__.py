"""How to reach people outside the product: one module per kind of channel. Door of aiosmtplib; knows no other room
but the vocabulary and, for addresses that people type, the kit.
"""

from nexus_ui.channels import email, slack
from nexus_ui.channels.contract import Kind

KINDS: dict[str, Kind] = {kind.slug: kind for kind in (email.KIND, slack.KIND)}
"""Every kind of channel, by its slug."""
