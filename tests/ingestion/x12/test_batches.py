"""Many files read as one give exactly what each gives alone."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import polars as pl
import pytest

from ingestion.x12 import FILE, X12Refused, read_x12, read_x12_files
from tests.ingestion.x12.claims import acknowledgement, claim_acknowledgement, submission, submitted
from tests.ingestion.x12.remittances import CLAIM, PLB, interchange, one, text, transaction

GOOD = one([*CLAIM, *PLB])
BROKEN = text(interchange(transaction(), transaction(CLAIM, payment="1E3", control="0002")))
OTHERS = {
    "another terminator": one(CLAIM).replace(b"~", b"\x1c"),
    "no end of the transaction": GOOD[: GOOD.index(b"SE*")],
    "no end of the interchange": GOOD[: GOOD.index(b"IEA*")],
    "broken transaction": BROKEN,
    "same interchange twice": GOOD + GOOD,
    "something in front": b"From: somebody\n" + GOOD,
    "empty segments": GOOD.replace(b"~", b"~~"),
    "indented": GOOD.replace(b"~", b"~\n  "),
    "two sets of delimiters": GOOD + one(CLAIM).replace(b"~", b"\x1c"),
    "no interchange": b"CLP*1*1*1~",
    "empty": b"",
    "claims": submitted(submission(), submission(control="0002")),
    "acknowledgements": submitted(acknowledgement(), claim_acknowledgement()),
    "not read": text(interchange(["ST*270*0001", "BHT*0022*13*1", "SE*3*0001"])),
    "no transaction": text(interchange()),
    "segments after the end": GOOD + b"CLP*9*1*1*1~SE*2*1~",
}


def assert_as_alone(files: Sequence[bytes]) -> None:
    """Every file's rows, findings and accounts in the batch are those of the file read by itself."""
    batch = read_x12_files(files)
    for place, data in enumerate(files):
        if place in batch.refused:
            assert place not in batch.accounts
            with pytest.raises(X12Refused, match=f"^{batch.refused[place]}$"):
                read_x12(data)
            continue
        alone = read_x12(data)

        def ours(table: pl.DataFrame, place: int = place) -> pl.DataFrame:
            return table.filter(pl.col(FILE) == place).drop(FILE)

        for name, table in alone.tables.items():
            assert ours(batch.tables[name]).equals(table), name
            assert batch.tables[name].drop(FILE).schema == table.schema, name
        assert ours(batch.findings).equals(alone.findings)
        assert ours(batch.set_aside).equals(alone.set_aside)
        assert batch.accounts[place].counts == alone.counts
        assert batch.accounts[place].sources == alone.sources
    for table in batch.tables.values():
        assert table[FILE].is_sorted()


@pytest.mark.parametrize("name", OTHERS)
def test_a_file_between_good_ones(name: str):
    assert_as_alone([GOOD, OTHERS[name], GOOD, BROKEN])


def test_all_of_them_in_any_order():
    files = [*OTHERS.values(), GOOD]
    rng = random.Random(1)
    for _ in range(3):
        rng.shuffle(files)
        assert_as_alone(files)


def test_the_same_interchange_in_two_files_is_no_repeat_within_a_file():
    assert read_x12_files([GOOD, GOOD]).findings.is_empty()


def test_no_files_are_no_rows():
    batch = read_x12_files([])
    assert batch.accounts == {}
    assert all(table.is_empty() for table in batch.tables.values())


@pytest.mark.parametrize("folder", ["835", "837p"])
def test_samples_in_one_batch(x12_samples: Path, folder: str):
    assert_as_alone([path.read_bytes() for path in sorted((x12_samples / folder).iterdir())])


def test_files_cut_anywhere_in_one_batch():
    rng = random.Random(2)
    assert_as_alone([whole[: rng.randrange(len(whole))] for whole in (GOOD, BROKEN) for _ in range(60)])
