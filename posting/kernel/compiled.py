"""The decorators of the kernel, whose compiled code is kept by `compiling`."""

from __future__ import annotations

from pathlib import Path

from compiling import Compiler

_HERE = Path(__file__).parent
_compiler = Compiler("posting", (*sorted(_HERE.glob("*.py")), _HERE.parent / "vocabulary.py"))

#: For a function that only other compiled functions call.
compiled = _compiler.inner

#: For a function that Python calls, with a disk cache in our folder.
compiled_entry = _compiler.entry
