"""A CSV export of receipts from landing to bronze, and polars reading the same file untyped.

    python -m benchmarks.delimited --megabytes 10 100 --repeat 3
    python -m benchmarks.delimited --linear                    # 10 MB, 100 MB and 1 GB, this project alone

polars splits the fields and does nothing else. This project also types them, checks them against the
contract, and has them durably in Parquet.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from benchmarks.measuring import MEGABYTE, Comparison, Rows, megabytes_of, repeated, show, to_bronze, written

HEADER = "Receipt #,Chart Number,Payer Class,Type,Method,Location,Received,Amount,Status,Last Modified\n"
ROWS_PER_BLOCK = 10_000
LINEAR = (10, 100, 1_000)


def receipts(size: int, *, first: int = 0, seed: int = 1) -> Iterator[bytes]:
    """Yield an export of receipts until at least `size` bytes are written, the header first."""
    rng = random.Random(seed)
    yield HEADER.encode()
    written_bytes = len(HEADER)
    while written_bytes < size:
        block = "".join(_receipt(rng, first + place) for place in range(ROWS_PER_BLOCK)).encode()
        first += ROWS_PER_BLOCK
        written_bytes += len(block)
        yield block


def _receipt(rng: random.Random, number: int) -> str:
    day = (
        f"2026-{rng.randrange(1, 13):02}-{rng.randrange(1, 29):02} {rng.randrange(8, 18):02}:{number % 60:02}"
    )
    payer = rng.choice(("Patient,Co-Pay,Card", "Patient,General,Check", "Insurance,Insurance,EFT"))
    return (
        f"R{number:09},P{rng.randrange(10**6):07},{payer},L{rng.randrange(40)},{day}:00,"
        f"{rng.randrange(1, 900)}.{rng.randrange(100):02},New,{day}:30\n"
    )


def read_to_bronze(folder: Path) -> Rows:
    """From the landing folder to committed Parquet."""
    return to_bronze(folder, {"receipts": "receipts"})


def read_polars(folder: Path) -> Rows:
    """Every field as text."""
    import polars as pl

    return {"receipts": sum(len(pl.read_csv(path, infer_schema=False)) for path in folder.iterdir())}


def warm_up(folder: Path) -> None:
    """Write a small file."""
    (folder / "small.csv").write_bytes(b"".join(receipts(2 * len(HEADER))))


COMPARISON = Comparison(
    "benchmarks.delimited", {"tieout bronze": read_to_bronze, "polars untyped": read_polars}, warm_up
)


def compare(megabytes: int, repeat: int, folder: Path, *, is_alone: bool) -> None:
    """Generate one file and print how each reader does on it."""
    blocks = receipts((LINEAR[0] if is_alone else megabytes) * MEGABYTE)
    if is_alone:
        header = next(blocks)
        blocks = chain([header], repeated(blocks, megabytes // LINEAR[0]))
    landing = written(folder / str(megabytes), "receipts.csv", blocks)
    names = ["tieout bronze"] if is_alone else list(COMPARISON.readers)
    show("CSV", megabytes_of(landing), COMPARISON.best(names, landing, repeat), names[-1])
    next(landing.iterdir()).unlink()


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
