"""Replaces functions of other modules, also of modules that are imported later, and puts them back.

A function has several names: torch.load is torch.serialization.load as well, and modules that ran `from torch import
load` have one more.  All of them change.  Code that keeps a replacement in another place, such as a closure, gets the
original through it once that is back.
"""

from __future__ import annotations

import importlib.abc
import sys
import threading
import types
from typing import Any, Callable, Dict, Iterable, List, Optional, Tuple

# Makes the replacement of a function.  The second argument says whether it is to act, or to call the original only.
Wrap = Callable[[Any, Callable[[], bool]], Any]
Pairs = List[Tuple[Any, Any]]


def _swap(pairs: Pairs, modules: Iterable[Any]) -> None:
    """Replaces the first of each pair by the second, under all names that the modules have for it."""
    new = {id(one): other for one, other in pairs}
    for module in list(modules):
        if isinstance(module, types.ModuleType):
            for name, value in list(vars(module).items()):
                if id(value) in new:
                    setattr(module, name, new[id(value)])


class _Loader(importlib.abc.Loader):
    """Loads a module as its own loader does, then calls a function."""

    def __init__(self, loader: Any, then: Callable[[str], None]) -> None:
        self._loader = loader
        self._then = then

    def create_module(self, spec: Any) -> Any:
        return self._loader.create_module(spec)

    def exec_module(self, module: Any) -> None:
        module.__spec__.loader = module.__loader__ = self._loader
        self._loader.exec_module(module)
        self._then(module.__name__)


class _Finder(importlib.abc.MetaPathFinder):
    """Asks the other finders, and has a function called after each import of some modules."""

    def __init__(self, names: Iterable[str], then: Callable[[str], None]) -> None:
        self._names = frozenset(names)
        self._then = then

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Optional[Any]:
        if name not in self._names:
            return None
        for finder in list(sys.meta_path):
            spec = None if finder is self else finder.find_spec(name, path, target)
            if spec is not None:
                if hasattr(spec.loader, "exec_module"):
                    spec.loader = _Loader(spec.loader, self._then)
                return spec
        return None


class Replacements:
    """Functions to be replaced, by module and name.

    `fixed` are modules of Python itself.  Because much code relies on their functions, those change only within these
    modules.  `after_import` has two functions for a module: one is called with it after its import, and if that returns
    True, the other one in the end.

    Calls of install() and uninstall() nest, and may come from any thread.  They import nothing, so they cannot wait for
    an import in another thread.
    """

    def __init__(
        self,
        wraps: Dict[str, Dict[str, Wrap]],
        fixed: Dict[Any, Dict[str, Wrap]],
        after_import: Dict[str, Tuple[Callable[[Any], bool], Callable[[Any], None]]],
    ) -> None:
        self._wraps = wraps
        self._fixed = fixed
        self._after_import = after_import
        self._lock = threading.RLock()
        self._depth = 0
        self._pairs: Pairs = []
        self._fixed_pairs: Pairs = []
        self._undo: List[Callable[[], None]] = []
        self._finder = _Finder([*wraps, *after_import], self._imported)

    def is_active(self) -> bool:
        return self._depth > 0

    def install(self) -> None:
        with self._lock:
            self._depth += 1
            if self._depth > 1:
                return
            sys.meta_path.insert(0, self._finder)
            for module, wraps in self._fixed.items():
                self._fixed_pairs += self._make(module, wraps)
            _swap(self._fixed_pairs, self._fixed)
            for name in (*self._wraps, *self._after_import):
                if name in sys.modules:
                    self._imported(name)

    def uninstall(self) -> None:
        with self._lock:
            if self._depth == 0:
                raise RuntimeError("znn.install() is not in effect")
            self._depth -= 1
            if self._depth > 0:
                return
            sys.meta_path.remove(self._finder)
            _swap([(new, old) for old, new in self._fixed_pairs], self._fixed)
            _swap([(new, old) for old, new in self._pairs], sys.modules.values())
            for undo in self._undo:
                undo()
            self._pairs, self._fixed_pairs, self._undo = [], [], []

    def _make(self, module: Any, wraps: Dict[str, Wrap]) -> Pairs:
        originals = [(vars(module).get(name), wrap) for name, wrap in wraps.items()]
        return [(original, wrap(original, self.is_active)) for original, wrap in originals if original is not None]

    def _imported(self, name: str) -> None:
        with self._lock:
            if self._depth == 0:
                return
            module = sys.modules[name]
            pairs = self._make(module, self._wraps.get(name, {}))
            self._pairs += pairs
            _swap(pairs, sys.modules.values())
            do, undo = self._after_import.get(name, (lambda _: False, lambda _: None))
            if do(module):
                self._undo.append(lambda: undo(module))
