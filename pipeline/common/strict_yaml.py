"""Plain YAML and nothing else of it: no doubled keys, no tags, no numbers of another base, nothing without an end."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import yaml

MAX_DEPTH = 30
"""Lists and mappings in one another; a campaign has five."""
MAX_NODES = 12_000
"""Keys and values, each counted as often as an alias (`*name`) repeats it; longer grids are written from, to, step."""


class StrictLoader(yaml.SafeLoader):
    """Reads plain YAML and refuses what YAML lets pass silently or what grows without bound."""

    def __init__(self, stream: str) -> None:
        super().__init__(stream)
        self._depth = 0
        self._n_nodes = 0
        self._n_nodes_of: dict[str, int] = {}

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """Compose a node; raises a ComposerError for a tag, and for more depth or nodes than anybody writes."""
        event: Any = self.peek_event()  # type: ignore[no-untyped-call]
        n_before = self._n_nodes
        self._n_nodes += self._n_repeated(event) if isinstance(event, yaml.AliasEvent) else 1
        self._depth += 1
        if getattr(event, "tag", None) is not None:
            _refuse(f"the tag {event.tag} is not read; leave it out, and quote what is a text", event)
        if any("\ud800" <= letter <= "\udfff" for letter in getattr(event, "value", "")):
            _refuse("half of a character, as in \\ud83d; write the character itself", event)
        if self._depth > MAX_DEPTH:
            _refuse(f"more than {MAX_DEPTH} lists and mappings in one another", event)
        if self._n_nodes > MAX_NODES:
            _refuse(f"more than {MAX_NODES} keys and values, counted as often as an alias repeats them", event)
        node: yaml.Node | None = super().compose_node(parent, index)
        self._depth -= 1
        if event.anchor is not None and not isinstance(event, yaml.AliasEvent):
            self._n_nodes_of[event.anchor] = self._n_nodes - n_before
        return node

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """Build a mapping; raises a ConstructorError that names a doubled key, which YAML would let win."""
        seen = set()
        for key, _ in node.value:
            name = self.construct_object(key, deep=True)
            if isinstance(name, Hashable):
                if name in seen:
                    raise yaml.constructor.ConstructorError(
                        None, None, f"the key {name!r} stands twice", key.start_mark
                    )
                seen.add(name)
        return super().construct_mapping(node, deep)

    def construct_number(self, node: yaml.ScalarNode) -> int | float:
        """Read a number; raises a ConstructorError where YAML 1.1 reads another than stands there (060 is 48 there)."""
        digits = node.value.lstrip("+-")
        if ":" in digits or (digits[:1] == "0" and digits[1:2] in tuple("0123456789_")):
            what = f"{node.value} is another number in YAML (octal, or to the base of 60); write it without 0 or ':'"
            raise yaml.constructor.ConstructorError(None, None, what, node.start_mark)
        is_whole = node.tag == "tag:yaml.org,2002:int"
        number: int | float = self.construct_yaml_int(node) if is_whole else self.construct_yaml_float(node)
        return number

    def _n_repeated(self, event: yaml.AliasEvent) -> int:
        if event.anchor in self.anchors and event.anchor not in self._n_nodes_of:
            _refuse(f"*{event.anchor} stands within what it repeats", event)
        return self._n_nodes_of.get(str(event.anchor), 1)


StrictLoader.add_constructor("tag:yaml.org,2002:int", StrictLoader.construct_number)
StrictLoader.add_constructor("tag:yaml.org,2002:float", StrictLoader.construct_number)


def _refuse(what: str, event: Any) -> None:
    raise yaml.composer.ComposerError(None, None, what, event.start_mark)
