"""Check rows of text against their source's contract: typed rows that hold, and reasons for those that do
not.

Belongs here: typing a frame, running the contract's rules (dataframely), naming what failed. Does not belong
here: reading files, or recording the outcome (`ingestion.row_sources`). Reasons carry columns, rules and
kinds of problem, never a value. A row with one bad value is refused whole; the reasons of all its values are
told.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache

import dataframely as dy
import polars as pl

from ingestion.contracts import CONTRACTS, Contract
from ingestion.profiles.rewriting import Refusal
from ingestion.readers.fields import Typed, holds, typed
from ingestion.stated_totals import TOTAL_DIFFERS

ROW = "batch_row"  # number of a row in its batch, from 0

REASONS = pl.Schema(
    {
        ROW: pl.UInt32(),
        "problem_number": pl.Int64(),
        "column_name": pl.String(),
        "rule": pl.String(),
        "problem": pl.String(),
    }
)

RAGGED = "field_count"
_PROBLEMS = {
    RAGGED: "the record has more or fewer fields than the header",
    "nullability": "a required value is blank",
    "regex": "not an identifier: letters, digits and . _ : / # - only, at most 64",
    "not_mangled_by_excel": "in a spreadsheet's scientific notation, which has lost digits",
    "in_closed_list": "not one of the accepted values",
    "no_control_characters": "contains control characters",
    "max_length": "longer than accepted",
    "min": "smaller than accepted",
    TOTAL_DIFFERS: "the total differs from the sum of the rows above it",
    "not_as_long_as_the_profile_says": "not as long as the profile says; a spreadsheet drops leading zeros",
}


@dataclass(frozen=True, slots=True)
class CheckedRows:
    """Outcome of a batch, in the order of its rows.

    rows        contract columns typed, then `ROW`; refused rows included, values that could not be read are
    null is_kept     one boolean for each of ``rows`` reasons     one row for each refused row and rule, see
    `REASONS`; sorted by row and problem number unsafe_keys rows whose business key may not be shown, because
    a value of the key broke a rule
    """

    rows: pl.DataFrame
    is_kept: pl.Series
    reasons: pl.DataFrame
    unsafe_keys: pl.Series


def problem_of(rule: str) -> str:
    """The kind of problem that breaking ``rule`` is, in plain words."""
    if rule in _PROBLEMS:
        return _PROBLEMS[rule]
    return rule.replace("_", " ")


def check_rows(contract: Contract, texts: pl.DataFrame, refused: Sequence[Refusal] = ()) -> CheckedRows:
    """Type and check ``texts``: one text column for each contract column, trimmed, null for blank.

    ``refused`` is what a profile refused already; the text is null there.
    """
    columns = _typed_columns(contract, texts)
    rows = pl.DataFrame(
        [column.values.alias(name) for name, column in columns.items()],
        schema=dict(pl.Schema(contract.schema)),
    ).with_columns(pl.int_range(pl.len(), dtype=pl.UInt32).alias(ROW))
    unreadable = pl.concat([_unreadable_values(columns), *map(_refused_before, refused)])
    broken_rules = _no_reasons() if _all_hold(contract, rows) else _broken_rules(contract, rows)
    is_sound = unreadable.is_empty() and broken_rules.is_empty()
    reasons = REASONS.to_frame() if is_sound else _numbered(contract, _merged(unreadable, broken_rules))
    broken = reasons[ROW].unique()
    is_kept = ~rows[ROW].is_in(broken.implode()) if len(broken) else pl.repeat(True, rows.height, eager=True)
    unsafe = reasons.filter(pl.col("column_name").is_in(contract.key))[ROW].unique()
    return CheckedRows(rows, is_kept, reasons, unsafe)


def _typed_columns(contract: Contract, texts: pl.DataFrame) -> dict[str, Typed]:
    kinds = pl.Schema(contract.schema)

    def typed_column(name: str) -> Typed:
        if texts[name].null_count() == texts.height:
            return Typed(pl.Series(name, [None], kinds[name]).new_from_index(0, texts.height))
        allowed = (contract.columns[name].metadata or {}).get("allowed", ())
        return typed(contract.kind(name), texts[name], allowed)

    names = list(contract.columns)
    with ThreadPoolExecutor() as pool:
        return dict(zip(names, pool.map(typed_column, names), strict=True))


def _unreadable_values(columns: Mapping[str, Typed]) -> pl.DataFrame:
    """One row for each value that could not be read as its type."""
    found = [
        pl.DataFrame({"problem": column.problems})
        .with_row_index(ROW)
        .filter(pl.col("problem").is_not_null())
        .select(ROW, pl.lit(name).alias("column_name"), pl.col("problem").alias("rule"))
        for name, column in columns.items()
        if column.problems is not None
    ]
    return pl.concat(found) if found else _no_reasons()


def _refused_before(refusal: Refusal) -> pl.DataFrame:
    return pl.DataFrame([refusal.rows.cast(pl.UInt32).alias(ROW)]).select(
        ROW, pl.lit(refusal.column).alias("column_name"), pl.lit(refusal.rule).alias("rule")
    )


def _all_hold(contract: Contract, rows: pl.DataFrame) -> bool:
    """Whether the contract can break on no row, which is cheaper to see than which rules do on which row."""
    if contract.has_rules_of_rows:
        return False

    def column_holds(name: str) -> bool:
        column, values = contract.columns[name], rows[name]
        allowed = (column.metadata or {}).get("allowed", ())
        at_most = (isinstance(column, dy.String) and column.max_length) or 0
        return (column.nullable or not values.has_nulls()) and holds(
            contract.kind(name), values, allowed, at_most
        )

    return all(map(column_holds, contract.columns))


@cache
def _numbered_schema(source: str) -> type[dy.Schema]:
    """The contract's schema with the row's number, because dataframely drops columns it does not know."""
    schema: type[dy.Schema] = type(
        f"Numbered{source}", (CONTRACTS[source].schema,), {ROW: dy.UInt32(nullable=False)}
    )
    return schema


def _broken_rules(contract: Contract, rows: pl.DataFrame) -> pl.DataFrame:
    """One row for each rule that a row breaks; ``column_name`` is null for rules of the whole row."""
    failure = _numbered_schema(contract.source).filter(rows).failure
    broken = list(failure.counts())
    if not broken:
        return _no_reasons()
    parts = pl.col("rule").str.split_exact("|", 1)
    first, second = parts.struct.field("field_0"), parts.struct.field("field_1")
    return (
        failure.details()
        .select(ROW, *broken)
        .unpivot(index=ROW, variable_name="rule", value_name="outcome")
        .filter(pl.col("outcome") == "invalid")
        .select(
            ROW,
            pl.when(second.is_not_null()).then(first).alias("column_name"),
            pl.coalesce(second, first).str.strip_prefix("check__").alias("rule"),
        )
    )


def _merged(unreadable: pl.DataFrame, broken: pl.DataFrame) -> pl.DataFrame:
    """Both kinds of reasons, without those that only follow from another.

    A value that could not be read is null, so the rules of its column, and rules that compare it with others,
    say nothing new. An id in scientific notation also breaks the pattern of ids; the notation is the better
    reason.
    """
    follows_from_unreadable = broken.join(unreadable, on=[ROW, "column_name"], how="semi")
    of_columns = pl.concat([unreadable, broken.filter(pl.col("column_name").is_not_null())])
    rules_of_rows = broken.filter(pl.col("column_name").is_null()).join(of_columns, on=ROW, how="semi")
    mangled = broken.filter(pl.col("rule") == "not_mangled_by_excel").with_columns(rule=pl.lit("regex"))
    redundant = pl.concat([follows_from_unreadable, rules_of_rows, mangled])
    return pl.concat([unreadable, broken.join(redundant, on=redundant.columns, how="anti", nulls_equal=True)])


def _numbered(contract: Contract, reasons: pl.DataFrame) -> pl.DataFrame:
    """Sort by row and contract column, number the problems of each row, and put them in plain words."""
    position = {column: place for place, column in enumerate(contract.columns)}
    words = {rule: problem_of(rule) for rule in reasons["rule"].unique()}
    return (
        reasons.with_columns(
            pl.col("column_name")
            .replace_strict(position, default=len(position), return_dtype=pl.Int64)
            .alias("column_position"),
            pl.col("rule").replace_strict(words, return_dtype=pl.String).alias("problem"),
        )
        .sort(ROW, "column_position", "rule")
        .with_columns(pl.int_range(1, pl.len() + 1, dtype=pl.Int64).over(ROW).alias("problem_number"))
        .select(REASONS.names())
    )


def _no_reasons() -> pl.DataFrame:
    return pl.DataFrame(schema={ROW: pl.UInt32, "column_name": pl.String, "rule": pl.String})
