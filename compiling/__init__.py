"""Compiled kernels: once per machine, without a lock on the interpreter, kept on disk.

Belongs here: where compiled code is kept, for every library that has kernels. Does not belong here: any
kernel. The compiler's own cache does not notice when another module of a library changes and fails where the
package lies on a read-only disk. So the cache folder carries a digest of the library's kernels, and lies
where the user may write: `TIEOUT_CACHE_DIR`, else the user's cache folder, else a private folder that ends
with the process.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import os
import tempfile
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar, cast

Function = TypeVar("Function", bound=Callable[..., Any])

# The compiler takes the folder of its cache from a setting of the whole process, while files are parsed in
# several threads: one that put it back would make another's compiled code land in the working folder.
_setting = threading.Lock()


def cache_folder() -> Path:
    """Where we keep what can be made again: `TIEOUT_CACHE_DIR`, else a place among the user's caches."""
    named = os.environ.get("TIEOUT_CACHE_DIR")
    user_cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")  # noqa: PTH111
    return Path(named).absolute() if named else Path(user_cache) / "tieout"


class Compiler:
    """Compiles the kernels of one library, whose source is in ``modules``. The compiler itself is imported
    with the first of them, because that takes longer than most commands."""

    def __init__(self, name: str, modules: Iterable[Path]) -> None:
        digest = hashlib.sha256(importlib.metadata.version("numba").encode())
        for module in modules:
            digest.update(module.read_bytes())
        self._name = f"{name}-{digest.hexdigest()[:16]}"
        self._folder: Path | None = None

    @property
    def folder(self) -> Path:
        """Where compiled code is kept."""
        if self._folder is None:
            folder = cache_folder() / self._name
            self._folder = folder if _writable(folder) else Path(tempfile.mkdtemp(prefix=f"{self._name}-"))
        return self._folder

    def inner(self, function: Function) -> Function:
        """Compile a function that only other compiled functions call."""
        return self._compiled(function, no_cpython_wrapper=True, no_cfunc_wrapper=True)

    def entry(self, function: Function) -> Function:
        """Compile a function that Python calls, with a disk cache in our folder."""
        return self._compiled(function, cache=True)

    def _compiled(self, function: Function, **options: bool) -> Function:
        import numba
        import numba.core.config

        # The compiler makes some of its names when it runs, so the type checker cannot know them.
        config: Any = numba.core.config
        compiler: Any = numba
        with _setting:
            theirs = config.CACHE_DIR
            config.CACHE_DIR = str(self.folder)
            try:
                return cast(Function, compiler.njit(nogil=True, error_model="numpy", **options)(function))
            finally:
                config.CACHE_DIR = theirs


def _writable(folder: Path) -> bool:
    """Whether the folder is ours to write; anyone else's compiled code must not be loaded."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.TemporaryFile(dir=folder):
            return folder.stat().st_uid == os.getuid()
    except OSError:
        return False
