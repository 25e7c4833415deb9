"""X12 837P from file to typed tables: this project's reader and pyx12's, on the same generated file.

    python -m benchmarks.x12_claims --megabytes 1 10 100 [1000]

Every measurement is a process of its own, so that peak memory is its own too. pyx12 is measured twice: its
context reader, which knows the loops of a claim and is the nearest to what is done here, and its bare segment
reader. Both are left out above their limits. Ratios within one run are what to look at.
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

from benchmarks.x12_claim_text import interchanges

MEGABYTE = 2**20
LIMITS = {"tieout": 10_000, "pyx12 context": 1, "pyx12 segments": 10}


def read_ours(path: Path) -> dict[str, int]:
    """Every table, chunk by chunk, as the pipeline reads it."""
    from ingestion.x12 import read_x12_file

    counts = {"claims": 0, "lines": 0}
    for part in read_x12_file(path):
        counts["claims"] += len(part.tables["claim_submissions"])
        counts["lines"] += len(part.tables["claim_submission_lines"])
    return counts


def read_pyx12_context(path: Path) -> dict[str, int]:
    """Loops by pyx12's context reader, validated against its maps."""
    import pyx12.error_handler
    import pyx12.params
    import pyx12.x12context

    counts = {"claims": 0, "lines": 0}
    with path.open() as file:
        reader = pyx12.x12context.X12ContextReader(
            pyx12.params.params(), pyx12.error_handler.errh_null(), file
        )
        for loop in reader.iter_segments("2300"):
            if loop.id == "2300":
                counts["claims"] += 1
                counts["lines"] += sum(1 for _ in loop.select("2400"))
    return counts


def read_pyx12_segments(path: Path) -> dict[str, int]:
    """Segments only: pyx12's bare reader."""
    from pyx12.x12file import X12Reader

    counts = {"CLM": 0, "SV1": 0}
    with path.open() as file:
        for segment in X12Reader(file):
            if segment.get_seg_id() in counts:
                counts[segment.get_seg_id()] += 1
    return {"claims": counts["CLM"], "lines": counts["SV1"]}


READERS = {"tieout": read_ours, "pyx12 context": read_pyx12_context, "pyx12 segments": read_pyx12_segments}


def measure_here(reader: str, path: Path) -> None:
    """Measure one reader in this process, its imports warmed, and print the figures as JSON."""
    with tempfile.TemporaryDirectory() as folder:
        small = Path(folder) / "small.837"
        small.write_bytes(next(interchanges(1)))
        if reader == "tieout":
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
    command = [sys.executable, "-m", "benchmarks.x12_claims", "--measure", reader, str(path)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def compare(megabytes: int, repeat: int, folder: Path) -> None:
    """Generate one file and print how each reader does on it."""
    path = folder / f"{megabytes}.837"
    with path.open("wb") as file:
        for block in interchanges(megabytes * MEGABYTE):
            file.write(block)
    size = path.stat().st_size / MEGABYTE
    names = [name for name in READERS if megabytes <= LIMITS[name]]
    runs = {name: [measure(name, path) for _ in range(repeat)] for name in names}
    ours = min(run["processor"] for run in runs["tieout"])
    expected = runs["tieout"][0]["rows"]
    print(f"\n{size:.1f} MB, {expected}")
    print(f"{'reader':16}{'MB/s':>8}{'MB/CPU s':>10}{'peak MB':>9}{'tieout is x faster per CPU s':>30}")
    for name in names:
        wall, processor, peak = (min(run[key] for run in runs[name]) for key in ("wall", "processor", "peak"))
        agrees = all(run["rows"] == expected for run in runs[name])
        print(
            f"{name:16}{size / wall:8.2f}{size / processor:10.2f}{peak:9.0f}{processor / ours:30.1f}"
            f"{'' if agrees else '  ROWS DIFFER'}"
        )
    path.unlink()


def main() -> None:
    """Run the comparison, or one measurement of it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--megabytes", type=int, nargs="+", default=[1, 10, 100])
    parser.add_argument("--repeat", type=int, default=1)
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
