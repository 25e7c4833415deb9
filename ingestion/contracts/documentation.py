"""The reference page of the row sources, made from the contracts themselves.

Belongs here: the words around the contracts. Does not belong here: where the page is written.
"""

from ingestion.contracts import CONTRACTS, Contract

_KINDS = {
    "identifier": "id",
    "text": "text",
    "one_of": "one of a list",
    "money": "amount",
    "date": "date",
    "timestamp": "date and time",
    "whole_number": "whole number",
    "flag": "yes or no",
}

_INTRODUCTION = """# Sources

What each export must hold. A file is recognised by its header, not by its name: the source whose required
columns are all there, or the [profile](../how-to/add-a-vendor.md) that says how a vendor writes. Text in any
common encoding and delimiter is read, and workbooks (`.xlsx`). Headers are compared without regard to case,
spaces and punctuation, and may stand below titles, within the first 20 rows; columns that no contract knows
are left out and counted, as are blank rows and totals; a total that the rows above do not add up to is
refused. Titles may tell the number of the export, as `Export ID: 4711`. Dates are read as `2026-03-02` or
`03/02/2026`, amounts as `1200.00`, `$1,200.00`, `(12.00)` or `12.00-`; a blank is absent, never zero. A row
that breaks its contract goes to `marts.quarantine` with the column and the rule; the rest of the file loads.

X12 files are recognised by their transaction sets, and their promise is the standard's. Remittances (835),
professional claims (837P) and acknowledgements (999, 277CA) are read; every segment is kept.

Bank statements in BAI2 are recognised by their file header and end in the same table as a bank's CSV,
`bank_deposits`. The totals and counts of every account, group and file are checked. A group that breaks a
rule is quarantined whole, with the number of the record; the other groups load. BAI2 gives entries no ids,
so `deposit_id` is made of day, type, amount, references and the number among equal entries.
"""


def sources_page() -> str:
    """The whole page as Markdown, one section per source in alphabetical order."""
    return "\n".join([_INTRODUCTION, *(_section(CONTRACTS[source]) for source in sorted(CONTRACTS))])


def _section(contract: Contract) -> str:
    meaning = (contract.schema.__doc__ or "").strip()
    key = ", ".join(f"`{column}`" for column in contract.key)
    total = f" Control total: `{contract.control_amount}`." if contract.control_amount else ""
    rows = [_row(contract, column) for column in contract.columns]
    return "\n".join(
        [
            f"## {contract.source}: {contract.title}\n",
            f"{meaning} Versions of one event share {key}.{total}\n",
            "| column | kind | required | meaning | also accepted as |",
            "|---|---|---|---|---|",
            *rows,
            "",
        ]
    )


def _row(contract: Contract, column: str) -> str:
    definition = contract.columns[column]
    allowed = (definition.metadata or {}).get("allowed", ())
    meaning = " ".join([definition.description or "", f"({', '.join(allowed)})" if allowed else ""]).strip()
    cells = (
        f"`{column}`",
        _KINDS[contract.kind(column)],
        "yes" if column in contract.required else "",
        meaning,
        ", ".join(contract.spellings(column)[1:]),
    )
    return "| " + " | ".join(cells) + " |"
