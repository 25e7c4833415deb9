"""Damaged files of every kind through the readers and the whole intake: no uncaught error, nothing lost.

Everyday runs take a few hundred files; `-m soak` takes a minute for each reader and prints how many it read.
"""

import io
import random
import time
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from ingestion.readers.csv import CsvRecords, UnreadableCsvError, read_header, read_records, stream_records
from ingestion.readers.encodings import survey
from tests.ingestion.deliveries import AS_OF, delimited, deliver, receipt, receipts, rows, take
from tests.ingestion.x12.test_damage_of_every_set import WHOLE
from tests.ingestion.x12.test_damage_of_every_set import damaged as damaged_x12

SOAK_SECONDS = 60
FILES = 150

_RECEIPTS = receipts(*(receipt(f"{number:04}", f"{number}.10") for number in range(12)))
_QUOTED = delimited(
    ["Receipt #", "Payer Class", "Type", "Location", "Received", "Amount", "Status", "Note"],
    [[*receipt(str(number))[:7], 'two\nlines, "quoted"'] for number in range(6)],
)
_TEXTS = (
    _RECEIPTS,
    _QUOTED,
    _RECEIPTS.replace(b",", b"\t"),
    _RECEIPTS.decode().encode("utf-16"),
    b"\xef\xbb\xbf" + _RECEIPTS,
)
_BYTES = b'",;\t|\r\n\x00\x1e\x1a\xff\xfe\xc3\xa0 0-.$()'


def damaged(data: bytes, chance: random.Random) -> bytes:
    """``data`` with a few bytes replaced, removed or repeated, or only its beginning."""
    content = bytearray(data)
    for _ in range(chance.randint(0, 6)):
        at = chance.randrange(len(content) + 1)
        match chance.randrange(4):
            case 0:
                content[at : at + 1] = bytes((chance.choice(_BYTES),))
            case 1:
                del content[at : at + chance.randint(1, 40)]
            case 2:
                content[at:at] = content[at : at + chance.randint(1, 200)]
            case _:
                del content[at:]
    return bytes(content)


def texts(chance: random.Random) -> Iterator[bytes]:
    """Damaged delimited texts without end."""
    while True:
        yield damaged(chance.choice(_TEXTS), chance)


def interchanges(chance: random.Random) -> Iterator[bytes]:
    """Damaged X12 files of every set without end."""
    whole = list(WHOLE.values())
    while True:
        yield damaged_x12(chance.choice(whole), chance)


def assert_read_or_refused(data: bytes) -> None:
    """Records with ascending numbers that are not those of ragged ones, or a reason; a stream agrees."""
    encoding = survey([data]).encoding()
    try:
        header = read_header(data, encoding)
        whole = read_records(data, encoding, header)
    except UnreadableCsvError:
        return
    assert_numbered(whole)
    streamed = list(stream_records(io.BytesIO(data), encoding, header))
    assert sum(each.fields.num_rows for each in streamed) == whole.fields.num_rows
    assert [number for each in streamed for number in each.numbers.tolist()] == whole.numbers.tolist()


def assert_numbered(records: CsvRecords) -> None:
    """As many numbers as rows, ascending, and none of them a ragged one."""
    numbers = records.numbers.tolist()
    assert len(numbers) == records.fields.num_rows
    assert numbers == sorted(set(numbers))
    assert not set(numbers) & set(records.ragged)


def assert_intake_keeps_account(folder: Path, files: list[bytes]) -> None:
    """Every file is told once, no reader fails, and all that was read is told: kept, refused or left out."""
    for number, data in enumerate(files):
        deliver(folder, f"{number:04}.txt", data)
    report = take(folder, AS_OF)
    assert report.failures == {}
    assert sum(report.files.values()) == len(files)
    loads = rows(folder, "loads")
    of_each = loads["records_kept"] + loads["records_quarantined"] + loads["records_skipped"].fill_null(0)
    assert (loads["records_read"] == of_each).all()
    kept = pl.col("control_amount_kept") + pl.col("control_amount_quarantined")
    assert loads.filter(pl.col("control_amount_read") != kept).is_empty()
    told = set(rows(folder, "quarantine")["load_id"])
    assert set(loads.filter(pl.col("records_quarantined") > 0)["load_id"]) <= told
    assert set(loads.filter(verdict="set_aside")["load_id"]) <= told


def test_damaged_texts():
    chance = random.Random(1)
    for _, data in zip(range(FILES * 4), texts(chance), strict=False):
        assert_read_or_refused(data)


@pytest.mark.parametrize("kind", [texts, interchanges])
def test_damaged_files_through_the_intake(tmp_path: Path, kind):
    files = kind(random.Random(2))
    assert_intake_keeps_account(tmp_path, [next(files) for _ in range(FILES)])


@pytest.mark.soak
def test_a_minute_of_damaged_texts():
    executions, ends = 0, time.monotonic() + SOAK_SECONDS
    files = texts(random.Random(3))
    while time.monotonic() < ends:
        assert_read_or_refused(next(files))
        executions += 1
    print(f"{executions} damaged texts")


@pytest.mark.soak
@pytest.mark.parametrize("kind", [texts, interchanges])
def test_a_minute_of_damaged_files_through_the_intake(tmp_path: Path, kind):
    executions, ends = 0, time.monotonic() + SOAK_SECONDS
    files = kind(random.Random(4))
    while time.monotonic() < ends:
        assert_intake_keeps_account(tmp_path / str(executions), [next(files) for _ in range(FILES)])
        executions += FILES
    print(f"{executions} damaged files of {kind.__name__} through the intake")
