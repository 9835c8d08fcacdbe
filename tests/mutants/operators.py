"""Changes that Cosmic Ray does not make: a statement, an entry of a table or a character of a pattern left out.

Most of what reads quantities and units, and what makes text harmless for a spreadsheet, is tables and patterns, which
neither Cosmic Ray nor mutmut touches.
"""

from __future__ import annotations

import re

from cosmic_ray.operators.operator import Operator

_ELEMENT = re.compile(r"\\(?:x[0-9a-f]{2}|u[0-9a-f]{4}|.)|\{\d+(?:,\d*)?\}\+?|\(\?(?:<?[=!]|:)|\{\{|\}\}|.", re.DOTALL)
_GROUPING = re.compile(r"[()\[\]]|\(\?.*")


class StatementRemover(Operator):
    """Leaves out calls made for their effect, errors raised, and what is added to or put into something."""

    def mutation_positions(self, node):
        if node.parent is not None and node.parent.type == "simple_stmt" and self._has_effect(node):
            yield node.start_pos, node.end_pos

    def mutate(self, node, index):  # noqa: ARG002
        first = node.get_first_leaf()
        node.children = [first]
        first.value = "pass"
        return node

    @staticmethod
    def _has_effect(node):
        if node.type == "expr_stmt":
            target = node.children[0]
            is_augmented = node.children[1].type == "operator" and node.children[1].value != "="
            return is_augmented or target.type in ("atom_expr", "power")
        return node.type in ("raise_stmt", "atom_expr", "power")

    @classmethod
    def examples(cls):
        return ()


class EntryRemover(Operator):
    """Leaves out one entry of a table that holds several."""

    def mutation_positions(self, node):
        entries = self._entries(node)
        if len(entries) > 1:
            yield from ((entry[0].start_pos, entry[-1].end_pos) for entry in entries)

    def mutate(self, node, index):
        left = [entry for place, entry in enumerate(self._entries(node)) if place != index]
        node.children = [leaf for entry in left for leaf in entry]
        return node

    @staticmethod
    def _entries(node):
        """Return the entries of a display, each with the comma behind it."""
        if node.type != "dictorsetmaker" or any(child.type in ("comp_for", "sync_comp_for") for child in node.children):
            return []
        entries = [[]]
        for child in node.children:
            entries[-1].append(child)
            if child.type == "operator" and child.value == ",":
                entries.append([])
        return [entry for entry in entries if entry]

    @classmethod
    def examples(cls):
        return ()


class PatternCharacterRemover(Operator):
    """Leaves out one character, class or repetition of a raw string, which here is a pattern."""

    def mutation_positions(self, node):
        is_pattern = node.type == "string" and re.match("[rR]['\"]", node.value)
        is_part = node.type == "fstring_string" and node.parent.children[0].value.lower().startswith(("rf", "fr"))
        if is_pattern or is_part:
            yield from ((node.start_pos, node.end_pos) for _ in self._elements(node))

    def mutate(self, node, index):
        element = self._elements(node)[index]
        node.value = node.value[: element.start()] + node.value[element.end() :]
        return node

    @staticmethod
    def _elements(node):
        start, stop = (2, len(node.value) - 1) if node.type == "string" else (0, len(node.value))
        return [e for e in _ELEMENT.finditer(node.value, start, stop) if not _GROUPING.fullmatch(e.group())]

    @classmethod
    def examples(cls):
        return ()


OPERATORS = {kind.__name__: kind for kind in (StatementRemover, EntryRemover, PatternCharacterRemover)}
