"""Where compiled code is kept, whoever compiles meanwhile."""

import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from compiling import Compiler, cache_folder

ROUNDS = 200


def add_one(number: int) -> int:
    return number + 1


@pytest.fixture
def caches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TIEOUT_CACHE_DIR", str(tmp_path / "caches"))
    monkeypatch.chdir(tmp_path)
    return tmp_path / "caches"


def kept_in(compiled: Callable[[int], int]) -> Path:
    return Path(compiled.stats.cache_path)  # type: ignore[attr-defined]


def test_code_compiled_in_several_threads_is_kept_in_the_cache_folder(caches: Path) -> None:
    compiler = Compiler("example", [])
    start = threading.Barrier(4)
    places: set[Path] = set()

    def compile_again_and_again() -> None:
        start.wait()
        places.update(kept_in(compiler.entry(add_one)) for _ in range(ROUNDS))

    threads = [threading.Thread(target=compile_again_and_again) for _ in range(4)]
    patience = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(patience)
    assert [place.parent for place in places] == [compiler.folder]
    assert compiler.folder.parent == caches


def test_a_folder_named_from_the_working_folder_stays_where_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TIEOUT_CACHE_DIR", "here")
    assert cache_folder() == tmp_path / "here"


def test_without_a_name_it_lies_among_the_users_caches(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TIEOUT_CACHE_DIR", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "tieout"


def test_where_nobody_may_write_it_is_a_folder_of_this_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    occupied = tmp_path / "a-file"
    occupied.write_text("not a folder")
    monkeypatch.setenv("TIEOUT_CACHE_DIR", str(occupied))
    compiler = Compiler("example", [])
    assert occupied not in compiler.folder.parents
    assert compiler.entry(add_one)(1) == 2
