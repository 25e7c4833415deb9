"""X12 835 from file to typed tables: this project's reader, oxedi (Rust) and pyx12, on the same generated
file.

    python -m benchmarks.x12 --megabytes 10 100 --repeat 3

Every measurement is a process of its own, so that peak memory is its own too; the readers take turns, and the
best of the repeats counts. Ratios within one run are what to look at: seconds change with the machine. The
reader of this project and oxedi both end with typed tables in polars; pyx12 only yields segments, and is left
out above 10 MB.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.remittance_text import interchanges

MEGABYTE = 2**20
PYX12_LIMIT = 10


def read_ours(path: Path) -> dict[str, int]:
    """Every table, chunk by chunk, as the pipeline reads it."""
    from ingestion.x12 import read_x12_file

    rows: dict[str, int] = {}
    for part in read_x12_file(path):
        for name, table in part.tables.items():
            rows[name] = rows.get(name, 0) + len(table)
    return {"claims": rows["claims"], "lines": rows["service_lines"], "adjustments": rows["adjustments"]}


def read_oxedi(path: Path) -> dict[str, int]:
    """The five tables of oxedi, with its diagnostics, which it always makes."""
    import oxedi

    tables = oxedi.parse_file(str(path)).tables.to_polars()
    return {
        "claims": len(tables["claims"]),
        "lines": len(tables["services"]),
        "adjustments": len(tables["adjustments"]),
    }


def read_pyx12(path: Path) -> dict[str, int]:
    """Segments only: pyx12's bare reader, without its validation."""
    from pyx12.x12file import X12Reader

    counts = {"CLP": 0, "SVC": 0}
    with path.open() as file:
        for segment in X12Reader(file):
            if segment.get_seg_id() in counts:
                counts[segment.get_seg_id()] += 1
    return {"claims": counts["CLP"], "lines": counts["SVC"]}


READERS = {"tieout": read_ours, "oxedi": read_oxedi, "pyx12": read_pyx12}


def measure_here(reader: str, path: Path) -> None:
    """Measure one reader in this process, its imports warmed, and print the figures as JSON."""
    with tempfile.TemporaryDirectory() as folder:
        small = Path(folder) / "small.835"
        small.write_bytes(next(interchanges(1, claims_per_remittance=2, remittances_per_interchange=1)))
        READERS[reader](small)
    wall, processor = time.perf_counter(), time.process_time()
    rows = READERS[reader](path)
    figures = {
        "wall": time.perf_counter() - wall,
        "processor": time.process_time() - processor,
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "rows": rows,
    }
    print(json.dumps(figures))


def measure(reader: str, path: Path) -> dict:
    """Measure one reader in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.x12", "--measure", reader, str(path)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def compare(megabytes: int, repeat: int, folder: Path) -> None:
    """Generate one file and print how each reader does on it."""
    path = folder / f"{megabytes}.835"
    with path.open("wb") as file:
        for block in interchanges(megabytes * MEGABYTE):
            file.write(block)
    size = path.stat().st_size / MEGABYTE
    names = [name for name in READERS if name != "pyx12" or megabytes <= PYX12_LIMIT]
    runs: dict[str, list[dict]] = {name: [] for name in names}
    for _ in range(repeat):
        for name in names:
            runs[name].append(measure(name, path))
    best = {
        name: {key: min(run[key] for run in runs[name]) for key in ("wall", "processor", "peak")}
        for name in names
    }
    expected = runs["oxedi"][0]["rows"]
    print(f"\n{size:.0f} MB, {expected}")
    print(f"{'reader':10}{'MB/s':>8}{'MB/CPU s':>10}{'peak MB':>9}{'x oxedi':>9}{'x oxedi per CPU s':>19}")
    for name in names:
        agrees = all(expected[key] == count for run in runs[name] for key, count in run["rows"].items())
        figures, other = best[name], best["oxedi"]
        print(
            f"{name:10}{size / figures['wall']:8.1f}{size / figures['processor']:10.1f}{figures['peak']:9.0f}"
            f"{other['wall'] / figures['wall']:9.2f}{other['processor'] / figures['processor']:19.2f}"
            f"{'' if agrees else '  ROWS DIFFER'}"
        )
    path.unlink()


def main() -> None:
    """Run the comparison, or one measurement of it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--megabytes", type=int, nargs="+", default=[10, 100])
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--measure", nargs=2, metavar=("READER", "FILE"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.measure:
        measure_here(arguments.measure[0], Path(arguments.measure[1]))
        return
    with tempfile.TemporaryDirectory() as folder:
        for megabytes in arguments.megabytes:
            compare(megabytes, arguments.repeat, Path(folder))


if __name__ == "__main__":
    main()
