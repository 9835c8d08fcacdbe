"""Mutants of a module: its source with one small change, as Cosmic Ray's operators make it."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from pathlib import Path

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator, operator_names

from tests.mutants.operators import OPERATORS


@dataclass(frozen=True)
class Mutant:
    """A module with one change.

    Attributes:
        path: The module, relative to the repository.
        line: Where the change is, counted from 1.
        operator: What Cosmic Ray calls the change.
        before: The line as it is, or the lines, with single blanks.
        after: What stands in its place.
        source: The whole module with the change.
    """

    path: str
    line: int
    operator: str
    before: str
    after: str
    source: str


def mutants_of(path, operators, left_out, only):
    """Make all mutants of a module.

    Args:
        path: The module, relative to the repository.
        operators: Pattern of the names of the operators to apply.
        left_out: Pattern of source lines that stay as they are.
        only: Names of the functions to change; all of the module where empty.
    """
    source = Path(path).read_text(encoding="utf-8")
    parsed = ast.parse(source)
    unchanged = _without_effect(parsed)
    wanted = _lines_of(parsed, only)
    lines = source.splitlines()
    found = {}
    applied = {name: get_operator(name)() for name in operator_names() if re.fullmatch(operators, name)}
    for name, operator in (applied | {name: kind() for name, kind in OPERATORS.items()}).items():
        positions = [place for node in ast_nodes(get_ast(source)) for place in operator.mutation_positions(node)]
        for occurrence, (start, _) in enumerate(positions):
            line = start[0]
            is_skipped = any(first <= start < last for first, last in unchanged) or re.search(left_out, lines[line - 1])
            if is_skipped or (only and line not in wanted):
                continue
            try:
                changed = mutate_code(source, operator, occurrence)
            except AttributeError:  # Cosmic Ray 8.7 on `except pint.PintError`: it replaces plain names only
                continue
            before, after = _difference(source, changed)
            found[changed] = Mutant(path, line, name.removeprefix("core/"), before, after, changed)
    return sorted(found.values(), key=lambda mutant: (mutant.line, mutant.operator, mutant.after))


def _without_effect(parsed):
    """Return where annotations and imports for the type checker alone stand, which no run ever evaluates."""
    places = []
    for node in ast.walk(parsed):
        places += [getattr(node, key, None) for key in ("annotation", "returns")]
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            places.append(node)
    return [((place.lineno, place.col_offset), (place.end_lineno, place.end_col_offset)) for place in places if place]


def _lines_of(parsed, only):
    defined = [node for node in ast.walk(parsed) if isinstance(node, (ast.FunctionDef, ast.ClassDef))]
    missing = set(only) - {node.name for node in defined}
    if missing:
        raise SystemExit(f"no such functions: {', '.join(sorted(missing))}")
    return {line for node in defined if node.name in only for line in range(node.lineno, node.end_lineno + 1)}


def _difference(before, after):
    """Return the lines that differ, before and after, each on one line."""
    start = _n_alike(before, after)
    end = _n_alike(before[start:][::-1], after[start:][::-1])
    first = before.rfind("\n", 0, start) + 1
    rest = before[len(before) - end :].partition("\n")[0]
    return (" ".join(f"{text[first : len(text) - end]}{rest}".split()) for text in (before, after))


def _n_alike(one, other):
    """Return how many letters two texts begin with in common."""
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
