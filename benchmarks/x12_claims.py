"""X12 837P from file to typed tables: this project's reader and pyx12's, on the same generated file.

    python -m benchmarks.x12_claims --megabytes 1 10 100

pyx12 is measured twice: its context reader, which knows the loops of a claim and is the nearest to what is
done here, and its bare segment reader. Above its limit each reads a file of that size, and what it took is
extrapolated in proportion, which its name then says.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from benchmarks.measuring import MEGABYTE, Comparison, Figures, Rows, megabytes_of, show, to_bronze, written
from benchmarks.x12_claim_text import interchanges

LIMITS = {"tieout": 10_000, "tieout bronze": 10_000, "pyx12 context": 1, "pyx12 segments": 1}


def _file(folder: Path) -> Path:
    return next(folder.iterdir())


def read_ours(folder: Path) -> Rows:
    """Every table, chunk by chunk."""
    from ingestion.x12 import read_x12_file

    counts = {"claims": 0, "lines": 0}
    for part in read_x12_file(_file(folder)):
        counts["claims"] += len(part.tables["claim_submissions"])
        counts["lines"] += len(part.tables["claim_submission_lines"])
    return counts


def read_to_bronze(folder: Path) -> Rows:
    """From the landing folder to committed Parquet."""
    return to_bronze(folder, {"claims": "claim_submissions", "lines": "claim_submission_lines"})


def read_pyx12_context(folder: Path) -> Rows:
    """Loops by pyx12's context reader, validated against its maps."""
    import pyx12.error_handler
    import pyx12.params
    import pyx12.x12context

    counts = {"claims": 0, "lines": 0}
    with _file(folder).open() as file:
        reader = pyx12.x12context.X12ContextReader(
            pyx12.params.params(), pyx12.error_handler.errh_null(), file
        )
        for loop in reader.iter_segments("2300"):
            if loop.id == "2300":
                counts["claims"] += 1
                counts["lines"] += sum(1 for _ in loop.select("2400"))
    return counts


def read_pyx12_segments(folder: Path) -> Rows:
    """Segments only: pyx12's bare reader."""
    from pyx12.x12file import X12Reader

    counts = {"CLM": 0, "SV1": 0}
    with _file(folder).open() as file:
        for segment in X12Reader(file):
            if segment.get_seg_id() in counts:
                counts[segment.get_seg_id()] += 1
    return {"claims": counts["CLM"], "lines": counts["SV1"]}


def warm_up(folder: Path) -> None:
    """Write a small file."""
    (folder / "small.837").write_bytes(next(interchanges(1)))


COMPARISON = Comparison(
    "benchmarks.x12_claims",
    {
        "tieout": read_ours,
        "tieout bronze": read_to_bronze,
        "pyx12 context": read_pyx12_context,
        "pyx12 segments": read_pyx12_segments,
    },
    warm_up,
)


def _extrapolated(name: str, megabytes: float, folder: Path, repeat: int) -> Figures:
    """What a slow reader would take for so many megabytes, going by those of its limit."""
    landing = written(folder / name.replace(" ", "-"), "a.837", interchanges(LIMITS[name] * MEGABYTE))
    measured = COMPARISON.best([name], landing, repeat)[name]
    times = megabytes / megabytes_of(landing)
    _file(landing).unlink()
    return Figures(measured.wall * times, measured.processor * times, measured.peak, {})


def compare(megabytes: int, repeat: int, folder: Path) -> None:
    """Generate one file and print how each reader does on it."""
    landing = written(folder / str(megabytes), "a.837", interchanges(megabytes * MEGABYTE))
    size = megabytes_of(landing)
    names = [name for name in COMPARISON.readers if megabytes <= LIMITS[name]]
    figures = COMPARISON.best(names, landing, repeat)
    for name in COMPARISON.readers:
        if name not in names:
            figures[f"{name} *"] = _extrapolated(name, size, folder / f"of-{megabytes}", repeat)
    peer = "pyx12 context" if "pyx12 context" in names else "pyx12 context *"
    show("837P (* extrapolated)", size, figures, peer)
    _file(landing).unlink()


def main() -> None:
    """Run the comparison, or one measurement of it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--megabytes", type=int, nargs="+", default=[1, 10, 100])
    parser.add_argument("--repeat", type=int, default=1)
    parser.add_argument("--measure", nargs=2, metavar=("READER", "FOLDER"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.measure:
        COMPARISON.measure_here(arguments.measure[0], Path(arguments.measure[1]))
        return
    with tempfile.TemporaryDirectory() as folder:
        for megabytes in arguments.megabytes:
            compare(megabytes, arguments.repeat, Path(folder))


if __name__ == "__main__":
    main()
