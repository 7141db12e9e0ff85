"""Text as people read it, from text as WordPress keeps it: entities for &, < and quotes, and markup in titles."""

import re
from html import unescape

_INLINE = "a|abbr|b|bdi|big|cite|code|del|em|font|i|img|ins|kbd|mark|q|s|samp|small|span|strong|sub|sup|tt|u|wbr"
_BLOCK = "blockquote|br|center|div|h[1-6]|hr|li|ol|p|pre|script|style|table|tbody|td|th|thead|tr|ul"
_INLINE_TAG = re.compile(rf"</?(?:{_INLINE})(?:\s[^<>]*)?/?>", re.IGNORECASE)
_BLOCK_TAG = re.compile(rf"</?(?:{_BLOCK})(?:\s[^<>]*)?/?>", re.IGNORECASE)


def plain(text: str) -> str:
    """The text without markup, entities decoded, white space simplified. What only looks like a tag stays."""
    if "<" in text:
        text = _BLOCK_TAG.sub(" ", _INLINE_TAG.sub("", text))
    if "&" in text:
        text = unescape(text)
    return " ".join(text.split())


def trimmed(text: str | None) -> str | None:
    """A code such as a SKU without white space around it; None when nothing is left."""
    return (text.strip() or None) if text else None
