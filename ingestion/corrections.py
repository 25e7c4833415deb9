"""Whether a person's correction of a value applies, and what the value then is.

Belongs here: the judgement, value by value, under the contract of the source, so that a corrected row is held
to what a delivered one is held to. Does not belong here: which version of a row is the current one, and
putting the value into it (`dbt_project`). Values are text here, in the one spelling that their type has.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from itertools import groupby

import polars as pl

from ingestion.checking import check_rows
from ingestion.contracts import CONTRACTS, Contract
from ingestion.readers.fields import typed

APPLIED = "applied"
SUPERSEDED = "superseded"
ALREADY_SO = "already_so"
NOT_APPLICABLE = "not_applicable"

CORRECTIONS = pl.Schema(
    {
        "correction_id": pl.String(),
        "corrected_at": pl.Datetime("us"),
        "source": pl.String(),
        "business_key": pl.String(),
        "column_name": pl.String(),
        "old_value": pl.String(),
        "new_value": pl.String(),
    }
)
DELIVERED = pl.Schema(
    {
        "source": pl.String(),
        "business_key": pl.String(),
        "column_name": pl.String(),
        "delivered_value": pl.String(),
        "load_id": pl.String(),
        "row_number": pl.Int64(),
    }
)
JUDGED = pl.Schema(
    {
        "correction_id": pl.String(),
        "source": pl.String(),
        "column_name": pl.String(),
        "outcome": pl.String(),
        "why": pl.String(),
        "delivered_value": pl.String(),
        "corrected_value": pl.String(),
        "load_id": pl.String(),
        "row_number": pl.Int64(),
    }
)

_Texts = Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class _Correction:
    correction_id: str
    source: str
    business_key: str
    column_name: str
    old_value: str | None
    new_value: str | None


@dataclass(frozen=True, slots=True)
class _Delivered:
    """The current version of a row: every value as the warehouse writes it, and where it came from."""

    values: _Texts
    load_id: str
    row_number: int


@dataclass(frozen=True, slots=True)
class _Judgement:
    """A row of `JUDGED`."""

    correction_id: str
    source: str
    column_name: str
    outcome: str
    why: str | None = None
    delivered_value: str | None = None
    corrected_value: str | None = None
    load_id: str | None = None
    row_number: int | None = None


def judge(corrections: pl.DataFrame, delivered: pl.DataFrame) -> pl.DataFrame:
    """One row of `JUDGED` for each row of ``corrections``, sorted by id.

    corrections  columns of `CORRECTIONS`: what is to be corrected, in any order
    delivered    columns of `DELIVERED`: every value of the current versions of the rows they name

    Those of one value are looked at in the order of time. One applies when its old value is what was
    delivered or what the one before it left there; the last that applies decides, and those before it are
    superseded. One that says what stands there anyway is already so. The others are not applicable, and say
    why.
    """
    rows = _rows(delivered)
    ordered = corrections.sort("source", "business_key", "column_name", "corrected_at", "correction_id")
    names = [field.name for field in fields(_Correction)]
    each = [_Correction(*values) for values in ordered.select(names).iter_rows()]
    judged = [
        judgement
        for (source, key, _), of_one_value in groupby(
            each, lambda one: (one.source, one.business_key, one.column_name)
        )
        for judgement in _judged(list(of_one_value), rows.get((source, key)))
    ]
    told = [[getattr(judgement, name) for name in JUDGED] for judgement in judged]
    return pl.DataFrame(told, schema=JUDGED, orient="row").sort("correction_id")


def _rows(delivered: pl.DataFrame) -> dict[tuple[str, str], _Delivered]:
    """The delivered rows by source and business key."""
    found: dict[tuple[str, str], _Delivered] = {}
    for (source, key), values in delivered.group_by("source", "business_key", maintain_order=True):
        texts = dict(zip(values["column_name"], values["delivered_value"], strict=True))
        row = _Delivered(texts, values["load_id"][0], values["row_number"][0])
        found[str(source), str(key)] = row
    return found


def _judged(corrections: Sequence[_Correction], row: _Delivered | None) -> list[_Judgement]:
    """Judge the corrections of one value, oldest first."""
    column = corrections[0].column_name
    contract = CONTRACTS.get(corrections[0].source)
    refusal = _refusal(contract, column, row)
    if contract is None or row is None or refusal is not None:
        return [
            _Judgement(one.correction_id, one.source, column, NOT_APPLICABLE, refusal) for one in corrections
        ]
    delivered = current = _spelled(contract, column, row.values[column])
    judged: list[_Judgement] = []
    for one in corrections:
        old = _spelled(contract, column, one.old_value)
        new = _spelled(contract, column, one.new_value)
        why = _broken_rule(contract, row.values, column, one.new_value)
        outcome, value = NOT_APPLICABLE, None
        if why is None and old in (delivered, current):
            outcome, value, current = APPLIED, new, new
            judged = [_superseded(earlier) for earlier in judged]
        elif why is None and new == current:
            outcome = ALREADY_SO
        elif why is None:
            why = "other_value_there"
        told = (one.correction_id, one.source, column, outcome, why, delivered, value)
        judged.append(_Judgement(*told, row.load_id, row.row_number))
    return judged


def _superseded(judgement: _Judgement) -> _Judgement:
    return replace(judgement, outcome=SUPERSEDED) if judgement.outcome == APPLIED else judgement


def _refusal(contract: Contract | None, column: str, row: _Delivered | None) -> str | None:
    """Why no value of this column of this row may be corrected, None where it may."""
    if contract is None:
        return "unknown_source"
    if column not in contract.columns:
        return "unknown_column"
    if column in contract.key:
        return "key_column"
    if column in contract.protected:
        return "protected_column"
    return "key_not_there" if row is None else None


def _spelled(contract: Contract, column: str, text: str | None) -> str | None:
    """A value in the one spelling of its type, whoever wrote it how; None where it is unreadable."""
    allowed = (contract.columns[column].metadata or {}).get("allowed", ())
    read = typed(contract.kind(column), pl.Series([text], dtype=pl.String), allowed).values
    spelled: str | None = read.cast(pl.String)[0]
    return spelled


def _broken_rule(contract: Contract, row: _Texts, column: str, new: str | None) -> str | None:
    """The first rule that the row would break with the new value, None where it would keep all."""
    texts = {name: row.get(name) for name in contract.columns} | {column: new}
    kinds = dict.fromkeys(texts, pl.String)
    reasons = check_rows(contract, pl.DataFrame([texts], schema=kinds)).reasons
    return None if reasons.is_empty() else f"breaks_{reasons['rule'][0]}"
