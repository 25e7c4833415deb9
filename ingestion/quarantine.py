"""Rows for ``bronze.quarantine``: why a record or a whole file was refused.

Belongs here: the shape of those rows. Does not belong here: finding the problems (`ingestion.checking`,
`ingestion.x12`). The amount at stake stands on the first problem of a record only, so that a sum over the
table counts every record once.
"""

from collections.abc import Sequence

import polars as pl

from ingestion.bronze_tables import QUARANTINE
from ingestion.register import Load
from ingestion.x12 import NOT_READ, RULES

LOAD = "load_position"
_OF_THE_LOAD = ("load_id", "file_hash", "file_name", "loaded_on", "source")

_SENTENCES = {
    "ambiguous_profile": "the header fits more than one profile; name the file pattern in one of them",
    "ambiguous_sheet": "more than one sheet fits; name the sheet in a profile",
    "archive": "an archive; unpack it and land what is in it",
    "broken_workbook": "a workbook that breaks off or is damaged",
    "entity_declared": "the workbook declares entities, which no spreadsheet does",
    "expands_too_far": "the workbook expands to more than is safe to open",
    "hostile_workbook": "the workbook's directory is not one that a spreadsheet writes",
    "old_or_locked_workbook": "a workbook of before 2007 or with a password; save it as .xlsx without one",
    "parser_limit": "reading the workbook took more memory or time than is allowed",
    "too_many_columns": "a sheet of the workbook has more than 1,000 columns",
    "workbook_format_not_taken": "a workbook that is not .xlsx; save it as one",
    "workbook_too_large": "a workbook of more than 64 MB; export a shorter period",
    "ambiguous_header": "the header fits more than one source",
    "broken_encoding": "the text breaks off in the middle of a character",
    "duplicate_header": "two columns of the header mean the same",
    "empty_file": "the file is empty",
    "hidden_name": "the name begins with a dot",
    "hostile_name": "the name contains characters that do not belong in a file name",
    "interchange_header_unreadable": "X12 whose interchange header cannot be read",
    "missing_required_column": "the header lacks a required column",
    "no_header": "no header of separated column names was found",
    "not_a_plain_file": "a pipe, a socket or a device, not a file",
    "not_in_a_dated_folder": "the file lies in a folder that is not named by a date, or deeper than that",
    "reader_failed": "the reader failed on this file",
    "record_too_long": "a record is longer than 16 MB",
    "statement_header_unreadable": "a BAI2 file whose header cannot be read",
    "statement_version_not_read": "a BAI file of a version other than 2",
    "still_being_written": "the file is not finished: it changed while it was read, or its name says so",
    "symbolic_link": "a link, which is not followed",
    "too_large": "the file is larger than the limit",
    "transaction_set_not_taken": "X12, but no transaction set that is taken",
    "unknown_format": "neither delimited text, a workbook, X12 nor BAI2",
    "unknown_header": "the header fits no source",
    "unreadable": "the file could not be opened",
    "unterminated_quote": "a quote is opened and never closed",
    **{rule: RULES[rule][1] for rule in NOT_READ},
}


def file_row(load: Load, column_name: str | None = None) -> pl.DataFrame:
    """One row that says why the whole file of ``load`` was set aside; ``load.reason`` is the rule."""
    rule = (load.reason or "").partition(":")[0]
    row = {
        "load_id": load.load_id,
        "file_hash": load.file_hash,
        "file_name": load.file_name,
        "loaded_on": load.loaded_on,
        "source": load.source,
        "problem_number": 1,
        "column_name": column_name,
        "rule": rule,
        "problem": _SENTENCES.get(rule, rule.replace("_", " ")),
    }
    return pl.DataFrame([row], schema=QUARANTINE)


def record_rows(loads: Sequence[Load], problems: pl.DataFrame) -> pl.DataFrame:
    """``problems`` of records as rows of the table, in their order.

    ``problems`` has `LOAD`, the position of the record's load in ``loads``, record_number, problem_number,
    column_name, rule, problem, business_key and amount_at_stake.
    """
    told = pl.DataFrame(
        {column: [getattr(load, column) for load in loads] for column in _OF_THE_LOAD},
        schema={column: QUARANTINE[column] for column in _OF_THE_LOAD},
    )
    return pl.concat([told[problems[LOAD]], problems.drop(LOAD)], how="horizontal").select(
        pl.col(name).cast(kind) for name, kind in QUARANTINE.items()
    )
