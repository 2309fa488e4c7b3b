"""For the head of a page: what it says of itself to other sites and engines."""

import json
from typing import Any

from django import template
from django.template.base import NodeList
from django.template.context import Context
from django.template.loader_tags import BlockNode
from django.utils.safestring import SafeString

from sources.documents.folding import collapse

register = template.Library()
# So that nothing in it ends the element or begins another.
_ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}


@register.simple_tag(takes_context=True)
def again(context: Context, name: str) -> SafeString:
    """What a block of this page says, once more, on one line, for an attribute. Only in the page's base."""
    said = BlockNode(name, NodeList()).render(context)
    return SafeString(collapse(said).replace('"', "&quot;"))


@register.simple_tag
def json_ld(things: list[dict[str, Any]]) -> SafeString:
    """Things in the words of schema.org as data that no browser runs; nothing without any."""
    if not things:
        return SafeString("")
    said = json.dumps({"@context": "https://schema.org", "@graph": things}, ensure_ascii=False, separators=(",", ":"))
    return SafeString(f'<script type="application/ld+json">{said.translate(_ESCAPES)}</script>')
