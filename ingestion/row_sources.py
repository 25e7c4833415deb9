"""Records of the row sources on their way into bronze, many files at a time.

Belongs here: batching the files of a source so that its contract is checked once for all of them, and keeping
each load's account of rows and money. Does not belong here: reading files (`ingestion.readers`) or the rules
(`ingestion.checking`). Rows enter bronze in the order in which files and records were added.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from ingestion.bronze import BronzeCommit
from ingestion.bronze_tables import PROVENANCE
from ingestion.checking import RAGGED, ROW, CheckedRows, check_rows, problem_of
from ingestion.contracts import Contract
from ingestion.headers import HeaderMatch
from ingestion.money import MONEY
from ingestion.profiles.rewriting import Refusal, rewritten
from ingestion.provenance import provenance_of
from ingestion.quarantine import LOAD, record_rows
from ingestion.readers.csv import CsvRecords, PlainText, cut_together
from ingestion.readers.totals import LABEL
from ingestion.register import Load
from ingestion.stated_totals import TOTAL_DIFFERS, Difference
from ingestion.totals_comparison import BLANK, BY_PROFILE, TOTALS, LeftOut, TotalsComparison, left_out_of

# Of text that may wait, all sources together: no more than a stretch of a long file, because a column that is
# put together of several is not in one buffer, and then no kernel reads it.
BATCH_BYTES = 32 * 1024 * 1024


@dataclass(slots=True)
class _Waiting:
    """Records of a file, or of a stretch of it. ``load_position`` is the load's place in its batch."""

    load_position: int
    match: HeaderMatch
    records: CsvRecords | PlainText

    @property
    def rows(self) -> int:
        """How many records have the fields of the header."""
        return self.records.rows if isinstance(self.records, PlainText) else self.records.fields.num_rows

    @property
    def bytes(self) -> int:
        """How much memory they take, about."""
        records = self.records
        return (
            len(records.whole) if isinstance(records, PlainText) else records.fields.get_total_buffer_size()
        )


@dataclass(slots=True)
class _Batch:
    """Records of one source that wait to be checked."""

    contract: Contract
    loads: list[Load] = field(default_factory=list)
    waiting: list[_Waiting] = field(default_factory=list)

    @property
    def ragged(self) -> list[tuple[int, int]]:
        """Load position and number of every ragged record."""
        return [
            (each.load_position, number)
            for each in self.waiting
            if isinstance(each.records, CsvRecords)
            for number in each.records.ragged
        ]


class RowSourceBatches:
    """Takes the records of files, checks them batch by batch, and appends what holds and what does not to a
    commit.

    A load's counts and amounts are complete only after `flush`.
    """

    def __init__(
        self, commit: BronzeCommit, batch_bytes: int = BATCH_BYTES, *, is_one_file: bool = False
    ) -> None:
        """``is_one_file`` says that all records are of one file that comes in stretches."""
        self._commit = commit
        self._batch_bytes = batch_bytes
        self._comparison = TotalsComparison(is_one_file=is_one_file)
        self._is_one_file = is_one_file
        self._one_file: Load | None = None
        self._waiting: dict[str, _Batch] = {}
        self._bytes_waiting = 0

    def add(self, load: Load, match: HeaderMatch, records: CsvRecords | PlainText) -> None:
        """Add records of one file; a long file comes in several calls. Blank ones and totals are skipped."""
        if self._is_one_file:
            self._one_file = load
        batch = self._waiting.setdefault(match.contract.source, _Batch(match.contract))
        if not batch.loads or batch.loads[-1] is not load:
            batch.loads.append(load)
        batch.waiting.append(_Waiting(len(batch.loads) - 1, match, records))
        self._bytes_waiting += batch.waiting[-1].bytes
        if self._bytes_waiting >= self._batch_bytes:
            self._check_waiting()

    def flush(self) -> None:
        """Check everything that waits and append it to the commit."""
        self._check_waiting()
        if self._one_file is not None:
            differing = [(0, difference) for difference in self._comparison.rest()]
            refused = _refused_totals([self._one_file], differing)
            self._commit.append("quarantine", record_rows([self._one_file], refused))

    def _check_waiting(self) -> None:
        for source in sorted(self._waiting):
            self._flush_batch(self._waiting.pop(source))
        self._bytes_waiting = 0

    def _flush_batch(self, batch: _Batch) -> None:
        texts, refused, left_out = _texts(batch)
        checked = check_rows(batch.contract, texts.select(*batch.contract.columns), refused)
        rows = checked.rows.with_columns(texts["row_number"], texts[LOAD], checked.is_kept.alias("is_kept"))
        kept = rows if checked.is_kept.all() else rows.filter(pl.col("is_kept"))
        self._commit.append(batch.contract.source, _with_provenance(batch.contract, kept, batch.loads))
        _count(batch, rows)
        differing = self._comparison.compare(rows, _without_amount(batch, checked, rows), left_out)
        if len(checked.reasons) or batch.ragged or differing:
            self._commit.append("quarantine", _quarantined(batch, checked, rows, differing))


def _texts(batch: _Batch) -> tuple[pl.DataFrame, list[Refusal], list[LeftOut]]:
    """Contract columns as text, trimmed, blank as null, load and number; what a profile refused; what is no
    record.

    Files that have the same header are put together before anything is done to them, also where those of
    other vendors stand between them; afterwards the records follow load by load again. Records that are left
    out are accounted for.
    """
    frames: list[pl.DataFrame] = []
    refused: list[Refusal] = []
    left_out: list[LeftOut] = []
    before = 0
    for form, files, records in _cut(batch.waiting):
        texts, others = _texts_of_one_header(form.match, files, records, batch.loads)
        texts, found = rewritten(batch.contract, texts, form.match.profile, form.serial_dates_from)
        refused += [each.moved_down(before) for each in found]
        before += texts.height
        frames.append(texts)
        left_out.append(others)
    if len(frames) == 1:
        return frames[0], refused, left_out
    texts = pl.concat(frames)
    order = np.lexsort((texts["row_number"].to_numpy(), texts[LOAD].to_numpy()))
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    moved = [Refusal(each.column, each.rule, _moved(each.rows, place)) for each in refused]
    return texts[order], moved, left_out


def _moved(rows: pl.Series, place: npt.NDArray[np.intp]) -> pl.Series:
    """Where rows are after the frame was put into another order."""
    return pl.Series(place[rows.to_numpy()], dtype=pl.UInt32).sort()


class _Form(NamedTuple):
    """What records must share to be put together; a match says nothing of columns without a name."""

    match: HeaderMatch
    serial_dates_from: str | None
    columns: object
    is_uncut: bool

    @property
    def key(self) -> Hashable:
        """Equal where forms are."""
        match = self.match
        said = (id(match.profile), tuple(match.fields.items()), match.skips, match.ignored_columns)
        return (*said, self.serial_dates_from, self.columns, self.is_uncut)


def _form(waiting: _Waiting) -> _Form:
    records = waiting.records
    if isinstance(records, PlainText):
        return _Form(
            waiting.match, None, (records.header.delimiter, len(records.header.names)), is_uncut=True
        )
    return _Form(waiting.match, records.serial_dates_from, records.fields.schema, is_uncut=False)


def _cut(waiting: Iterable[_Waiting]) -> Iterator[tuple[_Form, list[_Waiting], CsvRecords]]:
    """Files that are of one form, and their records as if of one file.

    Where small files that looked plain are not, each of them is read apart.
    """
    alike: dict[Hashable, tuple[_Form, list[_Waiting]]] = {}
    for each in waiting:
        form = _form(each)
        alike.setdefault(form.key, (form, []))[1].append(each)
    for form, files in alike.values():
        uncut = [each.records for each in files if isinstance(each.records, PlainText)]
        if not uncut:
            yield (
                form,
                files,
                _together([each.records for each in files if isinstance(each.records, CsvRecords)]),
            )
        elif (records := cut_together(uncut)) is not None:
            yield form, files, records
        else:
            for each, text in zip(files, uncut, strict=True):
                each.records = text.apart()
            yield from _cut(files)


def _together(cut: Sequence[CsvRecords]) -> CsvRecords:
    """The records of files of one form as if of one file, without what is not in their fields."""
    if len(cut) == 1:
        return cut[0]
    return CsvRecords(
        pa.concat_tables([each.fields for each in cut]).combine_chunks(),
        np.concatenate([each.numbers for each in cut]),
        [],
        is_trimmed=all(each.is_trimmed for each in cut),
    )


def _texts_of_one_header(
    match: HeaderMatch, files: Sequence[_Waiting], records: CsvRecords, loads: Sequence[Load]
) -> tuple[pl.DataFrame, LeftOut]:
    read = pl.from_arrow(records.fields)
    if not isinstance(read, pl.DataFrame):
        raise TypeError("a table of Arrow is a frame")
    rows = [each.rows for each in files]
    positions = np.repeat(np.array([each.load_position for each in files], dtype=np.uint32), rows)
    texts = read.select(
        *[
            _trimmed(column, match.fields.get(column), is_trimmed=records.is_trimmed)
            for column in match.contract.columns
        ],
        pl.Series(LOAD, positions),
        pl.Series("row_number", records.numbers),
    )
    reasons = _reasons_to_skip(match, read, texts)
    left_out = left_out_of(match, read, texts, reasons)
    for each in files:
        if isinstance(each.records, CsvRecords) and each.records.totals:
            loads[each.load_position].skip(TOTALS, len(each.records.totals))
            left_out.add(each.load_position, each.records.totals)
    if reasons is None:
        return texts, left_out
    counted = pl.DataFrame([texts[LOAD], reasons.alias("reason")]).drop_nulls().group_by(LOAD, "reason").len()
    for position, reason, count in counted.sort(LOAD, "reason").iter_rows():
        loads[position].skip(reason, count)
    return texts.filter(reasons.is_null()), left_out


def _reasons_to_skip(match: HeaderMatch, read: pl.DataFrame, texts: pl.DataFrame) -> pl.Series | None:
    """Why each record is left out, null where it stays; None where all stay."""
    found: list[tuple[str, pl.Series]] = []
    is_blank = read.select(pl.all_horizontal(pl.all().is_null())).to_series()
    if is_blank.any():
        found.append((BLANK, is_blank))
    if match.skips:
        named = [
            pl.col(str(place)).str.strip_chars().str.to_lowercase().is_in(list(values))
            for place, values in match.skips
        ]
        found.append((BY_PROFILE, read.select(pl.any_horizontal(named).fill_null(False)).to_series()))
    is_total = _is_total(match, read, texts)
    if is_total is not None:
        found.append((TOTALS, is_total))
    if not found:
        return None
    chosen = pl.coalesce(*[pl.when(applies).then(pl.lit(reason)) for reason, applies in found])
    return pl.select(chosen).to_series()


def _is_total(match: HeaderMatch, read: pl.DataFrame, texts: pl.DataFrame) -> pl.Series | None:
    """Which records are totals: one cell is the label of one, and no other says what a record must say.

    Of the required columns of a record, other than amounts and counts, a total fills none or holds its label.
    """
    contract = match.contract
    said = [
        column
        for column in contract.required
        if column in match.fields and contract.kind(column) not in ("money", "whole_number")
    ]
    if not said:
        return None
    missing = pl.sum_horizontal(pl.col(column).is_null() for column in said)
    may_be = texts.select(missing >= len(said) - 1).to_series()
    if not may_be.any():
        return None
    has_label = pl.any_horizontal(pl.all().str.strip_chars().str.contains(LABEL))
    is_bare = pl.all_horizontal(
        pl.col(column).is_null() | pl.col(column).str.contains(LABEL) for column in said
    )
    is_labelled = read.filter(may_be).select(has_label.fill_null(False)).to_series()
    says_nothing = texts.filter(may_be).select(is_bare).to_series()
    is_total = np.zeros(read.height, dtype=bool)
    is_total[may_be.to_numpy()] = (is_labelled & says_nothing).to_numpy()
    return pl.Series(is_total) if is_total.any() else None


def _trimmed(column: str, position: int | None, *, is_trimmed: bool) -> pl.Expr:
    if position is None:
        return pl.lit(None, dtype=pl.String).alias(column)
    if is_trimmed:
        return pl.col(str(position)).alias(column)
    text = pl.col(str(position)).str.strip_chars()
    return pl.when(text != "").then(text).alias(column)


def _with_provenance(contract: Contract, rows: pl.DataFrame, loads: Sequence[Load]) -> pl.DataFrame:
    added = provenance_of(loads, rows[LOAD]) | {"row_number": rows["row_number"]}
    return pl.DataFrame([*(rows[name] for name in contract.columns), *(added[name] for name in PROVENANCE)])


def _count(batch: _Batch, rows: pl.DataFrame) -> None:
    """Add the batch to the accounts of its loads: read, kept and quarantined, each summed by itself."""
    control = batch.contract.control_amount
    if len(batch.loads) == 1 and not batch.ragged and rows["is_kept"].all():
        _count_kept(batch.loads[0], rows, control)
        return
    amount = pl.lit(None, dtype=pl.Decimal(18, 2)) if control is None else pl.col(control)
    kept = pl.col("is_kept")
    counts = rows.group_by(LOAD).agg(
        pl.len().alias("read"),
        kept.sum().alias("kept"),
        (~kept).sum().alias("quarantined"),
        amount.sum().alias("amount_read"),
        amount.filter(kept).sum().alias("amount_kept"),
        amount.filter(~kept).sum().alias("amount_quarantined"),
        (amount.is_null().sum() if control else pl.lit(0)).alias("without_amount"),
    )
    for counted in counts.iter_rows(named=True):
        load = batch.loads[counted[LOAD]]
        load.records_read += counted["read"]
        load.records_kept += counted["kept"]
        load.records_quarantined += counted["quarantined"]
        load.control_amount_read += counted["amount_read"] or Decimal(0)
        load.control_amount_kept += counted["amount_kept"] or Decimal(0)
        load.control_amount_quarantined += counted["amount_quarantined"] or Decimal(0)
        load.records_without_readable_amount += counted["without_amount"]
    for position, _ in batch.ragged:
        batch.loads[position].records_read += 1
        batch.loads[position].records_quarantined += 1
        batch.loads[position].records_without_readable_amount += 1 if control else 0


def _count_kept(load: Load, rows: pl.DataFrame, control: str | None) -> None:
    """Add rows of one load, all of them kept, to its account."""
    load.records_read += rows.height
    load.records_kept += rows.height
    if control is not None:
        total = rows[control].sum()
        amount = total if isinstance(total, Decimal) else Decimal(0)
        load.control_amount_read += amount
        load.control_amount_kept += amount
        load.records_without_readable_amount += rows[control].null_count()


def _without_amount(batch: _Batch, checked: CheckedRows, rows: pl.DataFrame) -> pl.DataFrame:
    """Load and number of each record of which an amount is not known, because it could not be read."""
    if checked.reasons.is_empty() and not batch.ragged:
        return pl.DataFrame(schema={LOAD: pl.UInt32, "row_number": pl.Int64})
    amounts = [name for name in batch.contract.columns if batch.contract.kind(name) == "money"]
    refused = checked.reasons.filter(pl.col("column_name").is_in(amounts)).select(ROW)
    ragged = pl.DataFrame(batch.ragged, schema={LOAD: pl.UInt32, "row_number": pl.Int64}, orient="row")
    return pl.concat([rows.join(refused, on=ROW, how="semi").select(LOAD, "row_number"), ragged])


def _quarantined(
    batch: _Batch, checked: CheckedRows, rows: pl.DataFrame, differing: Sequence[tuple[int, Difference]]
) -> pl.DataFrame:
    """Rows for the quarantine, load by load, in the order of their records."""
    problems = pl.concat(
        [
            _refused_records(batch.contract, checked, rows),
            _ragged_records(batch),
            _refused_totals(batch.loads, differing),
        ]
    )
    return record_rows(batch.loads, problems.sort(LOAD, "record_number", "problem_number"))


def _refused_records(contract: Contract, checked: CheckedRows, rows: pl.DataFrame) -> pl.DataFrame:
    key = pl.concat_str([pl.col(column).cast(pl.String) for column in contract.key], separator="|")
    is_shown = ~pl.col(ROW).is_in(checked.unsafe_keys.implode()) & (
        not contract.protected & set(contract.key)
    )
    amount = pl.col(contract.control_amount) if contract.control_amount else pl.lit(None)
    told = rows.filter(~pl.col("is_kept")).select(
        ROW,
        LOAD,
        pl.col("row_number").alias("record_number"),
        pl.when(is_shown).then(key).alias("business_key"),
        amount.cast(pl.Decimal(18, 2)).alias("amount_at_stake"),
    )
    is_first = pl.col("problem_number") == 1
    return checked.reasons.join(told, on=ROW).select(
        LOAD,
        "record_number",
        "problem_number",
        "column_name",
        "rule",
        "problem",
        "business_key",
        pl.when(is_first).then("amount_at_stake").alias("amount_at_stake"),
    )


def _ragged_records(batch: _Batch) -> pl.DataFrame:
    return pl.DataFrame(
        {LOAD: [load for load, _ in batch.ragged], "record_number": [number for _, number in batch.ragged]},
        schema={LOAD: pl.UInt32, "record_number": pl.Int64},
    ).with_columns(
        pl.lit(1, dtype=pl.Int64).alias("problem_number"),
        pl.lit(None, dtype=pl.String).alias("column_name"),
        pl.lit(RAGGED).alias("rule"),
        pl.lit(problem_of(RAGGED)).alias("problem"),
        pl.lit(None, dtype=pl.String).alias("business_key"),
        pl.lit(None, dtype=pl.Decimal(18, 2)).alias("amount_at_stake"),
    )


def _refused_totals(loads: Sequence[Load], differing: Sequence[tuple[int, Difference]]) -> pl.DataFrame:
    """Totals that the rows do not add up to; each counts as one refused record, however many columns differ.

    At stake is by how much its first column differs.
    """
    numbers: Counter[tuple[int, int]] = Counter()
    problems = []
    for position, difference in sorted(differing, key=lambda each: (each[0], each[1].number)):
        record = (position, difference.number)
        if record not in numbers:
            loads[position].refuse_skipped(TOTALS, 1)
        numbers[record] += 1
        amount = difference.amount if numbers[record] == 1 else None
        problems.append((*record, numbers[record], difference.column, TOTAL_DIFFERS, amount))
    return pl.DataFrame(
        problems,
        schema={
            LOAD: pl.UInt32,
            "record_number": pl.Int64,
            "problem_number": pl.Int64,
            "column_name": pl.String,
            "rule": pl.String,
            "amount_at_stake": MONEY,
        },
        orient="row",
    ).select(
        LOAD,
        "record_number",
        "problem_number",
        "column_name",
        "rule",
        pl.lit(problem_of(TOTAL_DIFFERS)).alias("problem"),
        pl.lit(None, dtype=pl.String).alias("business_key"),
        "amount_at_stake",
    )
