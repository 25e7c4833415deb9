"""The dates of DTP segments, where DTP02 says how DTP03 is to be read: a day, a day and time, or a range."""

from __future__ import annotations

import polars as pl

from ingestion.x12 import amounts
from ingestion.x12.elements import Elements
from ingestion.x12.findings import Findings

_DAY, _RANGE, _MOMENT, _TIME = "D8", "RD8", "DT", "TM"


def periods(dtp: Elements, findings: Findings) -> tuple[pl.Series, pl.Series]:
    """Return the first and the last day of each DTP, the same for a single day.

    Both are null where there is none, and reported where DTP03 is not what DTP02 says. A bare time of day is
    no date and no fault.
    """
    form, text = dtp.text(2), dtp.text(3)
    read = pl.DataFrame({"form": form, "text": text}).select(
        first=pl.when(form=_DAY)
        .then("text")
        .when(form=_RANGE)
        .then(pl.col("text").str.splitn("-", 2).struct.field("field_0"))
        .when((pl.col("form") == _MOMENT) & pl.col("text").str.contains(r"^[0-9]{12}([0-9]{2})?$"))
        .then(pl.col("text").str.head(8)),
        last=pl.when(form=_RANGE).then(pl.col("text").str.splitn("-", 2).struct.field("field_1")),
    )
    first = amounts.dates(read["first"])
    is_range = (form == _RANGE).fill_null(False)
    last = first.zip_with(~is_range, amounts.dates(read["last"]))
    is_read = first.is_not_null() & last.is_not_null()
    is_malformed = text.is_not_null() & ~is_read & (form != _TIME).fill_null(True)
    findings.add("date_malformed", dtp.rows[is_malformed.to_numpy()], "DTP03")
    if not is_read.all():
        nothing = pl.Series([None], dtype=pl.Date)
        first, last = first.zip_with(is_read, nothing), last.zip_with(is_read, nothing)
    return first, last
