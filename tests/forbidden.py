"""What our sources may not name: whatever runs code that stands in a file or a text, in every spelling.

The check follows names: `import numpy as np`, `from numpy import load as read`, `read = np.load`,
`getattr(np, "load")`, `importlib.import_module("pickle")`. It looks at what is named, not at what is called, since a
name can be passed on. What nobody can read off the source (a name put together at run time) it does not find.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

_LIBRARIES = (
    "pickle", "cPickle", "_pickle", "pickletools", "dill", "cloudpickle", "jsonpickle", "shelve", "marshal", "copyreg",
    "joblib.externals", "sklearn.externals", "sklearn.utils._joblib", "hickle", "klepto", "skops", "xml.etree",
    "xml.dom", "xml.sax", "xml.parsers", "lxml", "xmlrpc", "mlflow.pyfunc",
)  # fmt: skip
"""What may not be imported, named or reached at all."""
_NAMES = (
    "eval", "exec", "compile", "os.system", "os.popen",
    "subprocess.getoutput", "subprocess.getstatusoutput", "posix.system", "asyncio.create_subprocess_shell",
    "joblib.load", "joblib.dump", "joblib.numpy_pickle", "pandas.read_pickle", "pandas.to_pickle", "pandas.read_hdf",
    "pandas.HDFStore", "pandas.eval", "pandas.read_xml", "torch.load", "torch.save", "torch.jit.load",
    "numpy.lib.format.read_array", "numpy.lib.npyio", "runpy.run_path", "runpy.run_module",
    "yaml.load", "yaml.load_all", "yaml.unsafe_load", "yaml.unsafe_load_all", "yaml.full_load", "yaml.full_load_all",
    "yaml.Loader", "yaml.UnsafeLoader", "yaml.FullLoader", "yaml.CLoader", "yaml.CUnsafeLoader", "yaml.CFullLoader",
    "yaml.constructor.UnsafeConstructor", "yaml.constructor.FullConstructor", "yaml.constructor.Constructor",
)  # fmt: skip
"""What may not be named."""
_METHODS = ("to_pickle", "read_pickle", "load_module", "exec_module")
"""Attributes that mean one thing, whatever they are taken of."""
_FLAGS = ("allow_pickle", "shell")
"""Arguments that may be given as the word False, and as nothing else."""
_SAFE_LOADERS = ("yaml.SafeLoader", "yaml.CSafeLoader")
_IMPORTERS = ("importlib.import_module", "__import__", "builtins.__import__", "importlib.__import__")
_LOADS = re.compile(r"mlflow(\.\w+)*\.load_model")
_OWN = ("builtins", "__builtins__", "eval", "exec", "compile", "getattr", "__import__")
_DEEPEST = 4
_BUILTINS = ("builtins.", "__builtins__.")


@dataclass
class _Source:
    """One module: what each of its names stands for, in full.

    Attributes:
        names: What a name of the module stands for; of one that stands for several things, all of them.
        roots: The libraries that it imports, in whatever way.
        safe_loaders: Classes of the module that derive from a safe loader alone.
        known: What expressions stand for, by place, once the names are known.
    """

    tree: ast.Module
    names: dict[str, set[str]] = field(default_factory=dict)
    roots: set[str] = field(default_factory=set)
    safe_loaders: set[str] = field(default_factory=set)
    known: dict[int, set[str]] = field(default_factory=dict)


def forbidden(source: str) -> list[tuple[int, str]]:
    """Return what a source names that it may not, with the line."""
    module = _read(source)
    return sorted({(node.lineno, what) for node, what in _found(module)})


def forbidden_in(path: Path) -> list[str]:
    """Return what a file names that it may not, each as file, line and name."""
    return [f"{path}:{line}: {what}" for line, what in forbidden(path.read_text("utf-8"))]


def _read(source: str) -> _Source:
    module = _Source(ast.parse(source))
    for node in ast.walk(module.tree):
        for name, full in _imported(node):
            module.names.setdefault(name, set()).add(full)
            module.roots.add(full.split(".")[0])
    assigned, changed = list(_assigned(module.tree)), True
    while changed:  # a name may be given on several times, in any order of the lines
        changed = False
        for name, value in assigned:
            stood = module.names.setdefault(name, set())
            now = {full for full in _full(value, module) if _is_followed(full, module)}
            changed |= not now <= stood
            stood |= now
        module.known.clear()
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ClassDef) and node.bases and all(_is_safe(base, module) for base in node.bases):
            module.safe_loaders.add(node.name)
    return module


def _is_followed(full: str, module: _Source) -> bool:
    """Say whether a name is one of a library or of Python, and not one that the module goes on from, step by step."""
    root = full.split(".")[0]
    return full.count(".") < _DEEPEST and (root in module.roots or root in _OWN)


def _imported(node: ast.AST) -> Iterator[tuple[str, str]]:
    if isinstance(node, ast.Import):
        for alias in node.names:
            yield (alias.asname, alias.name) if alias.asname else (alias.name.split(".")[0],) * 2
    elif isinstance(node, ast.ImportFrom) and not node.level:
        for alias in node.names:
            yield alias.asname or alias.name, f"{node.module}.{alias.name}"


def _assigned(tree: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                yield from _pairs(target, node.value)
        elif isinstance(node, (ast.AnnAssign, ast.NamedExpr)) and node.value is not None:
            yield from _pairs(node.target, node.value)
        elif isinstance(node, ast.arguments):
            positional = [*node.posonlyargs, *node.args]
            defaults = zip(positional[len(positional) - len(node.defaults) :], node.defaults, strict=True)
            for argument, default in (*defaults, *zip(node.kwonlyargs, node.kw_defaults, strict=True)):
                if default is not None:
                    yield argument.arg, default


def _pairs(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(target, ast.Name):
        yield target.id, value
    elif isinstance(target, (ast.Tuple, ast.List)) and isinstance(value, (ast.Tuple, ast.List)):
        for one, other in zip(target.elts, value.elts, strict=False):
            yield from _pairs(one, other)


def _full(node: ast.expr, module: _Source) -> set[str]:
    """Return what an expression may stand for, as dotted names."""
    if id(node) not in module.known:
        module.known[id(node)] = _resolved(node, module)
    return module.known[id(node)]


def _resolved(node: ast.expr, module: _Source) -> set[str]:
    if isinstance(node, ast.Name):
        return module.names.get(node.id) or {node.id}
    if isinstance(node, ast.Attribute):
        return {f"{of}.{node.attr}" for of in _full(node.value, module)}
    if isinstance(node, ast.Subscript):  # globals()["eval"], vars(np)["load"], __builtins__["eval"], sys.modules["os"]
        key = _text(node.slice)
        if key is not None and isinstance(node.value, ast.Call):
            return {key, *(f"{of}.{key}" for given in node.value.args for of in _full(given, module))}
        return (
            {key, f"{key}.*"} if key is not None and _full(node.value, module) & {"sys.modules"} else _of(node, module)
        )
    if isinstance(node, ast.Call):
        return _returned(node, module)
    if isinstance(node, (ast.IfExp, ast.BoolOp)):
        parts = [node.body, node.orelse] if isinstance(node, ast.IfExp) else node.values
        return {full for part in parts for full in _full(part, module)}
    return set()


def _of(node: ast.Subscript, module: _Source) -> set[str]:
    key, of = _text(node.slice), _full(node.value, module)
    return {
        f"{one.removesuffix('.__dict__')}.{key}"
        for one in of
        if key is not None and (one.endswith(".__dict__") or one == "__builtins__")
    }


def _returned(node: ast.Call, module: _Source) -> set[str]:
    called = _full(node.func, module)
    given = [_text(argument) for argument in node.args]
    if called & set(_IMPORTERS) and given and given[0]:
        module.roots.add(given[0].split(".")[0])
        return {given[0], given[0].split(".")[0]}
    if called & {"getattr", "builtins.getattr"} and len(given) > 1 and given[1]:
        return {f"{of}.{given[1]}" for of in _full(node.args[0], module)}
    if called & {"operator.attrgetter"} and given and given[0]:
        return {f"*.{given[0]}"}
    if called & {"functools.partial"} and node.args:
        return _full(node.args[0], module)
    return set()


def _text(node: ast.expr) -> str | None:
    """Return a text that stands in the source, also where it is put together of texts that do."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = _text(node.left), _text(node.right)
        return None if left is None or right is None else left + right
    if isinstance(node, ast.JoinedStr):
        parts = [_text(part.value if isinstance(part, ast.FormattedValue) else part) for part in node.values]
        return None if None in parts else "".join(filter(None, parts))
    return None


def _is_safe(node: ast.expr, module: _Source) -> bool:
    named = _full(node, module)
    return bool(named) and named <= {*_SAFE_LOADERS, *module.safe_loaders}


def _found(module: _Source) -> Iterator[tuple[ast.AST, str]]:
    allowed = _safely_loaded(module)
    for node in ast.walk(module.tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            yield from ((node, name) for name in _names_of(node) if _is_forbidden(name))
        elif isinstance(node, ast.expr) and id(node) not in allowed:
            yield from ((node, full) for full in _full(node, module) if _is_forbidden(full))
        if isinstance(node, ast.Call):
            yield from ((node, f"{what}=") for what in _switched_on(node))
        if isinstance(node, ast.Dict):
            yield from ((node, f"{what}=") for what in _listed(node))


def _names_of(node: ast.Import | ast.ImportFrom) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [] if node.level else [str(node.module), *(f"{node.module}.{alias.name}" for alias in node.names)]


def _is_forbidden(full: str) -> bool:
    for prefix in _BUILTINS:
        full = full.removeprefix(prefix)
    tail = full.rpartition(".")[2]
    return (
        any(f"{full}.".startswith(f"{name}.") for name in (*_LIBRARIES, *_NAMES))
        or ("." in full and tail in _METHODS)
        or (full.startswith("*.") and tail in {name.rpartition(".")[2] for name in _NAMES})
        or _LOADS.fullmatch(full) is not None
        or full in {"yaml.*", "pandas.read_pickle.*", "joblib.*", "os.*", "torch.*"}
    )


def _safely_loaded(module: _Source) -> set[int]:
    """Return the places where `yaml.load` is named only to be called with a safe loader."""
    places = set()
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and _full(node.func, module) & {"yaml.load", "yaml.load_all"}:
            loaders = [word.value for word in node.keywords if word.arg == "Loader"] or node.args[1:2]
            if loaders and _is_safe(loaders[0], module):
                places |= {id(part) for part in ast.walk(node.func)}
    return places


def _switched_on(node: ast.Call) -> list[str]:
    return [word.arg for word in node.keywords if word.arg in _FLAGS and not _is_false(word.value)]


def _listed(node: ast.Dict) -> list[str]:
    """Return what a dict would switch on as `**`."""
    texts = [
        (key.value, value) for key, value in zip(node.keys, node.values, strict=True) if isinstance(key, ast.Constant)
    ]
    return [key for key, value in texts if key in _FLAGS and not _is_false(value)]


def _is_false(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is False
