"""X12 835 from file to typed tables and to bronze: this project, oxedi (Rust) and pyx12, on the same file.

    python -m benchmarks.x12 --megabytes 10 100 --repeat 3
    python -m benchmarks.x12 --linear                         # 10 MB, 100 MB and 1 GB, this project alone

`tieout` and oxedi both end with typed tables in polars; `tieout bronze` also has them, with every segment,
durably in Parquet, as a night does. pyx12 only yields segments, and is left out above 10 MB.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from benchmarks.measuring import MEGABYTE, Comparison, Rows, megabytes_of, repeated, show, to_bronze, written
from benchmarks.remittance_text import interchanges

PYX12_LIMIT = 10
LINEAR = (10, 100, 1_000)
TABLES = {"claims": "era_claims", "lines": "era_service_lines", "adjustments": "era_adjustments"}


def _file(folder: Path) -> Path:
    return next(folder.iterdir())


def read_ours(folder: Path) -> Rows:
    """Every table, chunk by chunk."""
    from ingestion.x12 import read_x12_file

    rows: Rows = {}
    for part in read_x12_file(_file(folder)):
        for name, table in part.tables.items():
            rows[name] = rows.get(name, 0) + len(table)
    return {"claims": rows["claims"], "lines": rows["service_lines"], "adjustments": rows["adjustments"]}


def read_to_bronze(folder: Path) -> Rows:
    """From the landing folder to committed Parquet."""
    return to_bronze(folder, TABLES)


def read_oxedi(folder: Path) -> Rows:
    """The five tables of oxedi, with its diagnostics, which it always makes."""
    import oxedi

    tables = oxedi.parse_file(str(_file(folder))).tables.to_polars()
    return {
        "claims": len(tables["claims"]),
        "lines": len(tables["services"]),
        "adjustments": len(tables["adjustments"]),
    }


def read_pyx12(folder: Path) -> Rows:
    """Segments only: pyx12's bare reader, without its validation."""
    from pyx12.x12file import X12Reader

    counts = {"CLP": 0, "SVC": 0}
    with _file(folder).open() as file:
        for segment in X12Reader(file):
            if segment.get_seg_id() in counts:
                counts[segment.get_seg_id()] += 1
    return {"claims": counts["CLP"], "lines": counts["SVC"]}


def warm_up(folder: Path) -> None:
    """Write a small file."""
    small = next(interchanges(1, claims_per_remittance=2, remittances_per_interchange=1))
    (folder / "small.835").write_bytes(small)


COMPARISON = Comparison(
    "benchmarks.x12",
    {"tieout": read_ours, "tieout bronze": read_to_bronze, "oxedi": read_oxedi, "pyx12": read_pyx12},
    warm_up,
)


def compare(megabytes: int, repeat: int, folder: Path, *, is_alone: bool) -> None:
    """Generate one file and print how each reader does on it."""
    blocks = interchanges((LINEAR[0] if is_alone else megabytes) * MEGABYTE)
    blocks = repeated(blocks, megabytes // LINEAR[0]) if is_alone else blocks
    landing = written(folder / str(megabytes), "a.835", blocks)
    names = [name for name in COMPARISON.readers if name != "pyx12" or megabytes <= PYX12_LIMIT]
    if is_alone:
        names = ["tieout bronze"]
    figures = COMPARISON.best(names, landing, repeat)
    show("835", megabytes_of(landing), figures, "tieout bronze" if is_alone else "oxedi")
    _file(landing).unlink()


def main() -> None:
    """Run the comparison, or one measurement of it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--megabytes", type=int, nargs="+", default=[10, 100])
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument(
        "--linear", action="store_true", help="three sizes of which each is ten times another"
    )
    parser.add_argument("--measure", nargs=2, metavar=("READER", "FOLDER"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.measure:
        COMPARISON.measure_here(arguments.measure[0], Path(arguments.measure[1]))
        return
    with tempfile.TemporaryDirectory() as folder:
        for megabytes in LINEAR if arguments.linear else arguments.megabytes:
            compare(megabytes, arguments.repeat, Path(folder), is_alone=arguments.linear)


if __name__ == "__main__":
    main()
