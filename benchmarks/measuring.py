"""Measuring readers of the same files against one another: each in a process of its own, taking turns.

What belongs here: processes, clocks and the table of results. What does not: which readers, and of what. A
reader gets a folder, reads every file in it, and returns how many rows it found of each kind. The best of the
repeats counts. Ratios within one run are what to look at: seconds change with the machine and its load, and
processor time much less than the clock.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

MEGABYTE = 2**20
Rows = dict[str, int]
Reader = Callable[[Path], Rows]


@dataclass(frozen=True, slots=True)
class Figures:
    """Seconds by the clock and of the processors, the peak of memory in MB, and what was found."""

    wall: float
    processor: float
    peak: float
    rows: Rows


@dataclass(frozen=True, slots=True)
class Comparison:
    """Readers of one module, and how to write a small folder on which each is warmed."""

    module: str
    readers: Mapping[str, Reader]
    warm_up: Callable[[Path], None]

    def measure_here(self, name: str, folder: Path) -> None:
        """Measure one reader in this process, its imports warmed, and print the figures as JSON."""
        with tempfile.TemporaryDirectory() as small:
            self.warm_up(Path(small))
            self.readers[name](Path(small))
        wall, processor = time.perf_counter(), time.process_time()
        rows = self.readers[name](folder)
        figures = Figures(
            wall=time.perf_counter() - wall,
            processor=time.process_time() - processor,
            peak=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            rows=rows,
        )
        print(json.dumps(asdict(figures)))

    def best(self, names: Sequence[str], folder: Path, repeat: int) -> dict[str, Figures]:
        """Measure each of these readers `repeat` times, each time in a process of its own."""
        runs: dict[str, list[Figures]] = {name: [] for name in names}
        for _ in range(repeat):
            for name in names:
                runs[name].append(self._measured(name, folder))
        return {name: min(found, key=lambda figures: figures.processor) for name, found in runs.items()}

    def _measured(self, name: str, folder: Path) -> Figures:
        command = [sys.executable, "-m", self.module, "--measure", name, str(folder)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        return Figures(**json.loads(done.stdout))


def written(folder: Path, name: str, blocks: Iterable[bytes]) -> Path:
    """Write a file block by block into an empty folder and return the folder."""
    folder.mkdir(parents=True)
    with (folder / name).open("wb") as file:
        for block in blocks:
            file.write(block)
    return folder


def repeated(blocks: Iterable[bytes], times: int) -> Iterator[bytes]:
    """The same blocks again and again: a file of any size for the price of making a small one."""
    kept = list(blocks)
    for _ in range(times):
        yield from kept


def megabytes_of(folder: Path) -> float:
    """Size of all files of a folder."""
    return sum(path.stat().st_size for path in folder.iterdir()) / MEGABYTE


def to_bronze(folder: Path, tables: Mapping[str, str]) -> Rows:
    """Take a folder as the nightly run does, into a bronze of its own; `tables` names what is counted."""
    import polars as pl

    from ingestion.bronze import BronzeStore
    from ingestion.intake import take_landing

    with tempfile.TemporaryDirectory(dir=folder.parent) as home:
        bronze = BronzeStore(Path(home) / "bronze")
        take_landing(folder, bronze, run_id="benchmark", as_of=date(2026, 11, 2))
        # Counted from what Parquet says of itself: reading it all back is no part of the way to bronze.
        return {name: bronze.scan(table).select(pl.len()).collect().item() for name, table in tables.items()}


def show(title: str, megabytes: float, figures: Mapping[str, Figures], peer: str) -> None:
    """Print the figures of one comparison; ratios above 1 are in favour of the reader, not of the `peer`."""
    other = figures[peer]
    print(f"\n{title}: {megabytes:.1f} MB, {other.rows}")
    print(f"{'reader':18}{'MB/s':>8}{'MB/CPU s':>10}{'peak MB':>9}{f'x {peer}':>20}{'per CPU s':>12}")
    for name, found in figures.items():
        agrees = all(other.rows.get(kind, count) == count for kind, count in found.rows.items())
        print(
            f"{name:18}{megabytes / found.wall:8.1f}{megabytes / found.processor:10.2f}{found.peak:9.0f}"
            f"{other.wall / found.wall:20.2f}{other.processor / found.processor:12.2f}"
            f"{'' if agrees else '  ROWS DIFFER'}"
        )
