"""A folder that the processes of one test session build once and all read.

Every process has session fixtures of its own, and a warehouse or a whole run costs up to a minute.
"""

import fcntl
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest


def built_once(factory: pytest.TempPathFactory, name: str, build: Callable[[Path], None]) -> Path:
    """The folder ``name``, filled by ``build`` in the first process that asks, while the others wait.

    A build that fails leaves nothing behind, so that the next process fails with the same reason.
    """
    own = factory.getbasetemp()
    # The processes of a distributed session have folders of their own, side by side.
    session = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    folder, is_built = session / f"once-{name}", session / f"once-{name}.built"
    with (session / f"once-{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not is_built.exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            build(folder)
            is_built.touch()
    return folder
