"""Pages of the docs, such as the model card, as HTML for the report."""

from __future__ import annotations

from markdown_it import MarkdownIt
from markupsafe import Markup

_HEADINGS = {"h1": "h3", "h2": "h4", "h3": "h5"}
"""A page's headings stand below those of the report."""


def card(markdown: str) -> Markup:
    """Turn a page written in Markdown into HTML; HTML within it comes out as text, links as their words."""
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = parser.parse(markdown)
    for token in tokens:
        token.tag = _HEADINGS.get(token.tag, token.tag)
        if token.children:
            dropped = ("link_open", "link_close", "image")
            token.children = [child for child in token.children if child.type not in dropped]
    return Markup(parser.renderer.render(tokens, parser.options, {}))
