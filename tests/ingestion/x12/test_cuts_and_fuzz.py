"""Sample files cut at every byte and damaged at random: no uncaught error, never half a transaction.

Everyday runs take every cut of a stride and a few hundred damaged files; `-m soak` takes every byte and
a minute for each set, and prints how many files it read.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingestion.x12 import SETS, read_x12_files
from tests.ingestion.x12.accounts import TRUNCATED_BYTES, assert_every_file_accounted, assert_safe_when_cut
from tests.ingestion.x12.test_damage_of_every_set import WHOLE, damaged

STRIDE = 509  # bytes; a prime, so that cuts fall on ever other places of a segment
FUZZED_FILES = 300
SOAK_SECONDS = 60


@pytest.fixture(params=["835", "837p"])
def samples(request: pytest.FixtureRequest, x12_samples: Path) -> list[bytes]:
    """The public files of one set."""
    return [path.read_bytes() for path in sorted((x12_samples / request.param).iterdir())]


def fuzzed(identifier: str, chance: random.Random) -> Iterator[bytes]:
    """Damaged files of one set without end, some of them only part of a file."""
    while True:
        data = damaged(WHOLE["all" if identifier == "835" else identifier], chance)
        yield data[: chance.randrange(len(data) + 1)] if chance.random() < 0.2 else data


@pytest.mark.parametrize("name", WHOLE)
def test_a_file_cut_at_every_third_byte(name: str):
    assert assert_safe_when_cut(WHOLE[name], range(0, len(WHOLE[name]) + 1, 3))


def test_samples_cut_here_and_there(samples: list[bytes]):
    for data in samples:
        assert assert_safe_when_cut(data, range(7, min(len(data), TRUNCATED_BYTES), STRIDE))


@pytest.mark.soak
def test_samples_cut_at_every_byte(samples: list[bytes]):
    cuts = sum(assert_safe_when_cut(data, range(min(len(data), TRUNCATED_BYTES) + 1)) for data in samples)
    print(f"{cuts} cuts of {len(samples)} samples")


@pytest.mark.parametrize("identifier", SETS)
def test_damaged_files(identifier: str):
    files = fuzzed(identifier, random.Random(int(identifier)))
    assert_every_file_accounted(read_x12_files([next(files) for _ in range(FUZZED_FILES)]), FUZZED_FILES)


@pytest.mark.soak
@pytest.mark.parametrize("identifier", SETS)
def test_a_minute_of_damaged_files(identifier: str):
    files = fuzzed(identifier, random.Random(int(identifier) + 1))
    executions, ends = 0, time.monotonic() + SOAK_SECONDS
    while time.monotonic() < ends:
        batch = [next(files) for _ in range(FUZZED_FILES)]
        assert_every_file_accounted(read_x12_files(batch), len(batch))
        executions += len(batch)
    print(f"{executions} damaged files of {identifier}")
