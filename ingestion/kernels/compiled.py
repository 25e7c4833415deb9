"""The decorator of these kernels: compiled when first called, since most commands read no file."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, wraps
from pathlib import Path
from typing import ParamSpec, TypeVar

from compiling import Compiler

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")

_compiler = Compiler("ingestion", sorted(Path(__file__).parent.glob("*.py")))


def kernel(function: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    """Compile ``function`` when it is called for the first time. It may call no other function of ours."""

    @cache
    def ready() -> Callable[Parameters, Result]:
        return _compiler.entry(function)

    @wraps(function)
    def call(*arguments: Parameters.args, **named: Parameters.kwargs) -> Result:
        return ready()(*arguments, **named)

    return call
