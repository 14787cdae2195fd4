"""Parts of pages that look the same whenever they say the same: drawn once, and kept.

Many people's pages, and the same page read again, are made of the same rows.
"""

from collections.abc import Hashable, Mapping
from functools import lru_cache

from django import template
from django.template import Context
from django.template.base import FilterExpression, NodeList, Parser, Token, token_kwargs
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()

# Each takes one or two kilobytes.
KEPT = 8192


class KeptNode(template.Node):
    def __init__(self, nodelist: NodeList, shown: Mapping[str, FilterExpression]) -> None:
        self.nodelist, self.shown = nodelist, shown

    def render(self, context: Context) -> SafeString:
        values = {name: value.resolve(context) for name, value in self.shown.items()}
        # Equal is not enough: 1 is True, and a text that is safe is equal to one that is not.
        key = tuple((type(value), value) for value in values.values())
        drawn = _place(self, get_language(), key)
        if not drawn:
            drawn.append(self.nodelist.render(context.new(values)))
        return drawn[0]


@lru_cache(maxsize=KEPT)
def _place(node: KeptNode, language: str | None, key: Hashable) -> list[SafeString]:
    return []


@register.tag
def keep(parser: Parser, token: Token) -> KeptNode:
    """`{% keep team=team.slug pk=post.pk %}…{% endkeep %}`: what is inside sees nothing but these
    values, which must be hashable, and the language: never the person, the zone or the time.
    """
    tag, *given = token.split_contents()
    shown = token_kwargs(given, parser)
    if given:
        raise template.TemplateSyntaxError(f"{tag} takes name=value only, not {given[0]}.")
    nodelist = parser.parse(("endkeep",))
    parser.delete_first_token()
    return KeptNode(nodelist, shown)
