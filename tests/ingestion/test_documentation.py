"""The reference page of the sources says what the contracts say."""

from pathlib import Path

from ingestion.contracts import CONTRACTS
from ingestion.contracts.documentation import sources_page


def test_the_committed_page_is_the_generated_one(repository: Path):
    committed = (repository / "docs" / "reference" / "sources.md").read_text(encoding="utf-8")
    assert committed == sources_page(), "Run `make documentation` and commit docs/reference."


def test_every_column_of_every_source_is_on_the_page():
    page = sources_page()
    missing = [
        f"{source}.{column}"
        for source, contract in CONTRACTS.items()
        for column in contract.columns
        if f"| `{column}` |" not in page.split(f"## {source}:")[1].split("\n## ")[0]
    ]
    assert missing == []
