"""Many small files and one file of the same bytes, from landing to bronze: 835 and CSV.

    python -m benchmarks.small_files --files 10000

An 835 of a clinic holds a handful of claims and has 2 to 5 KB; so have the small exports here. The ratios are
below 1 where many files cost more than one: 0.5 is twice as much.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.delimited import HEADER, receipts
from benchmarks.measuring import Comparison, Rows, megabytes_of, show, to_bronze
from benchmarks.remittance_text import interchanges

ROWS_PER_FILE = 35


def read_to_bronze(folder: Path) -> Rows:
    """From the landing folder to committed Parquet."""
    return to_bronze(folder, {"remittances": "era_remittances", "receipts": "receipts"})


def warm_up(folder: Path) -> None:
    """Write one small file of each kind."""
    (folder / "small.835").write_bytes(next(small_remittances()))
    (folder / "small.csv").write_bytes(next(small_exports()))


def small_remittances() -> Iterator[bytes]:
    """Yield 835 files of one remittance of six claims, about 3 KB each, without end."""
    seed = 0
    while True:
        seed += 1
        text = next(interchanges(1, seed=seed, claims_per_remittance=6, remittances_per_interchange=1))
        yield text.replace(b"000000001*0*P", b"%09d*0*P" % seed).replace(
            b"IEA*1*000000001", b"IEA*1*%09d" % seed
        )


def small_exports() -> Iterator[bytes]:
    """Yield CSV files of receipts, about 3 KB each, without end."""
    first = 0
    while True:
        blocks = receipts(2 * len(HEADER), first=first, seed=first)
        next(blocks)
        lines = next(blocks).splitlines(keepends=True)
        for start in range(0, len(lines), ROWS_PER_FILE):
            yield HEADER.encode() + b"".join(lines[start : start + ROWS_PER_FILE])
        first += len(lines)


COMPARISON = Comparison(
    "benchmarks.small_files", {"many files": read_to_bronze, "one file": read_to_bronze}, warm_up
)


def compare(suffix: str, files: Iterator[bytes], count: int, repeat: int, folder: Path) -> None:
    """Write the same content as many files and as one, and print what each costs."""
    many, one = folder / f"many-{suffix}", folder / f"one-{suffix}"
    many.mkdir()
    one.mkdir()
    header = HEADER.encode() if suffix == "csv" else b""
    with (one / f"all.{suffix}").open("wb") as joined:
        joined.write(header)
        for number, data in zip(range(count), files, strict=False):
            (many / f"{number:06}.{suffix}").write_bytes(data)
            joined.write(data.removeprefix(header))
    figures = COMPARISON.best(["many files"], many, repeat) | COMPARISON.best(["one file"], one, repeat)
    show(f"{count} small {suffix} files", megabytes_of(many), figures, "one file")
    cost = figures["many files"]
    print(
        f"{cost.wall / count * 1000:.2f} ms a file, {cost.processor / count * 1000:.2f} ms of the processor"
    )


def main() -> None:
    """Run the comparison, or one measurement of it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--repeat", type=int, default=2)
    parser.add_argument("--measure", nargs=2, metavar=("READER", "FOLDER"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.measure:
        COMPARISON.measure_here(arguments.measure[0], Path(arguments.measure[1]))
        return
    with tempfile.TemporaryDirectory() as folder:
        compare("835", small_remittances(), arguments.files, arguments.repeat, Path(folder))
        compare("csv", small_exports(), arguments.files, arguments.repeat, Path(folder))


if __name__ == "__main__":
    main()
