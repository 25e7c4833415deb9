"""The data dictionary: every mart and column, in the words of the models."""

from pathlib import Path

import pytest

from orchestration.data_dictionary import data_dictionary
from orchestration.run.parsed_project import parsed_project


@pytest.fixture(scope="module")
def page() -> str:
    return data_dictionary(parsed_project().manifest_json)


def test_every_mart_says_its_grain(page: str) -> None:
    sections = page.split("\n## ")[1:]
    assert len(sections) >= 8
    assert all("\n\nOne row per " in section for section in sections)


def test_no_column_is_undescribed_or_untyped(page: str) -> None:
    rows = [line.strip("| ").split(" | ") for line in page.splitlines() if line.startswith("| `")]
    assert len(rows) > 80
    assert all(len(row) == 3 and all(cell.strip() for cell in row) for row in rows)


def test_the_committed_page_is_current(page: str, repository: Path) -> None:
    committed = repository / "docs" / "reference" / "data-dictionary.md"
    assert committed.read_text(encoding="utf-8") == page, "run `tieout documentation`"
