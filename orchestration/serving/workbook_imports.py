"""Receipts import workbooks that people bring on the pages: what a run would make of one, and landing it.

Belongs here: keeping a workbook between its preview and its landing, and the name that it lands under. Does
not belong here: opening workbooks, which happens in a process of its own within limits
(`ingestion.readers.excel`), and judging rows (`ingestion.examination` does it as an intake would). A workbook
that was not confirmed never gets to the disk, and its own name, which may be a patient's, goes nowhere.
"""

import hashlib
import os
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from dashboards.office import KeptRow, RefusedError, RefusedRow, WorkbookPreview
from orchestration.failures import SettingsError
from orchestration.home import Home
from orchestration.own_profiles import known_headers
from orchestration.run.durable import flush_folder

if TYPE_CHECKING:
    import polars as pl

    from ingestion.examination import Examination

SOURCE = "receipt_imports"
LARGEST_WORKBOOK = 8 * 1024 * 1024  # bytes; some fifty thousand payments
ROWS_SHOWN = 500
MOST_WAITING = 6
SECONDS_KEPT = 15 * 60

_PAYMENT = (
    "patient_id",
    "statement_id",
    "received_on",
    "amount",
    "receipt_type",
    "payment_method",
    "check_number",
)
"""The columns that make two rows the same payment, as staging has them."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    person: str
    data: bytes
    sha256: str
    kept_until: float


class WorkbookImports:
    """Implements `dashboards.office.WorkbookImport` for one home folder."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._one_at_a_time = Lock()
        self._lock = Lock()
        self._waiting: dict[str, _Waiting] = {}

    def preview(self, data: bytes, person: str) -> WorkbookPreview:
        """What a run would make of the workbook."""
        if not data:
            raise RefusedError("Choose the workbook first.")
        if len(data) > LARGEST_WORKBOOK:
            raise RefusedError(f"A workbook may have {LARGEST_WORKBOOK // 1024 // 1024} MB; split it.")
        if not self._one_at_a_time.acquire(blocking=False):
            raise RefusedError("Another workbook is being looked at just now. Try again in a moment.")
        try:
            return self._examined(data, person)
        except SettingsError as error:
            raise RefusedError(f"{str(error)[:1].upper()}{str(error)[1:]}") from None
        finally:
            self._one_at_a_time.release()

    def land(self, token: str, person: str) -> tuple[str, str]:
        """Put the workbook into the landing folder, under a name of ours that nothing has yet."""
        with self._lock:
            self._forget_old()
            waiting = self._waiting.get(token)
            if waiting is None or waiting.person != person:
                raise RefusedError("The workbook is not kept any more. Bring it again.")
            del self._waiting[token]
        if self._lies_there(waiting.sha256):
            raise RefusedError("The same workbook lies in the landing folder already.")
        return _written(self._home.landing, _name(waiting.sha256), waiting.data), waiting.sha256

    def _examined(self, data: bytes, person: str) -> WorkbookPreview:
        # Reading tables takes a moment to load, which a server that imports nothing should not wait for.
        from ingestion.examination import examine
        from ingestion.readers.workbook_guard import is_zip

        sha256 = hashlib.sha256(data).hexdigest()
        if not is_zip(data[:4]):
            return WorkbookPreview(
                "", sha256, "It is not an .xlsx workbook. Save it as one in the spreadsheet."
            )
        seen = examine(_name(sha256), data, known_headers(self._home))
        problem = _problem(seen)
        if problem:
            return WorkbookPreview("", sha256, problem)
        load = seen.load
        repeats = self._repeats(seen.kept)
        amounts = seen.kept["amount"]
        columns = list(seen.match.contract.columns) if seen.match else []
        kept = [
            KeptRow(row["row_number"], {name: row[name] for name in columns}, repeated)
            for row, repeated in zip(
                seen.kept.head(ROWS_SHOWN).iter_rows(named=True), repeats[:ROWS_SHOWN], strict=True
            )
        ]
        return WorkbookPreview(
            token=self._kept(_Waiting(person, data, sha256, time.monotonic() + SECONDS_KEPT)),
            sha256=sha256,
            problem="",
            columns=columns,
            protected=frozenset(seen.match.contract.protected) if seen.match else frozenset(),
            kept=kept,
            refused=_refused(seen.quarantined),
            rows_read=load["records_read"],
            rows_kept=load["records_kept"],
            rows_refused=load["records_quarantined"],
            rows_skipped=load["records_skipped"],
            rows_repeated=sum(1 for one in repeats if one),
            amount_read=load["control_amount_read"],
            amount_kept=load["control_amount_kept"],
            amount_refused=load["control_amount_quarantined"],
            amount_repeated=sum(
                (amount for amount, one in zip(amounts, repeats, strict=True) if one), Decimal("0.00")
            ),
            taken_before=self._taken_before(sha256),
        )

    def _repeats(self, kept: "pl.DataFrame") -> list[str]:
        """For each row the earlier file that has the payment as often, blank where none has."""
        import polars as pl

        from ingestion.bronze import BronzeStore

        payment = list(_PAYMENT)
        occurrence = pl.int_range(1, pl.len() + 1).over(payment).alias("occurrence")
        store = BronzeStore(self._home.bronze)
        earlier = (
            store.scan(SOURCE)
            .select(*payment, "load_id", "row_number")
            .sort("load_id", "row_number")
            .with_columns(pl.int_range(1, pl.len() + 1).over([*payment, "load_id"]).alias("occurrence"))
            .join(store.scan("loads").select("load_id", "file_name"), on="load_id", how="left")
            .group_by(*payment, "occurrence")
            .agg(pl.col("file_name").min())
            .collect()
        )
        found = kept.select(payment).with_columns(occurrence)
        joined = found.join(
            earlier, on=[*payment, "occurrence"], how="left", nulls_equal=True, maintain_order="left"
        )
        return [name or "" for name in joined["file_name"]]

    def _taken_before(self, sha256: str) -> str:
        import polars as pl

        from ingestion.bronze import BronzeStore

        loads = BronzeStore(self._home.bronze).scan("loads").filter(pl.col("file_hash") == sha256)
        names = loads.select("file_name").collect()["file_name"].to_list()
        return names[0] if names else self._lies_there(sha256)

    def _lies_there(self, sha256: str) -> str:
        """The name of a file with these bytes that was brought here and that no run has taken."""
        name = _name(sha256)
        return name if (self._home.landing / name).exists() else ""

    def _kept(self, waiting: _Waiting) -> str:
        token = secrets.token_urlsafe(24)
        with self._lock:
            self._forget_old()
            for other, one in list(self._waiting.items()):
                if one.person == waiting.person:
                    del self._waiting[other]
            if len(self._waiting) >= MOST_WAITING:
                raise RefusedError("Several workbooks wait for somebody's word. Try again in some minutes.")
            self._waiting[token] = waiting
        return token

    def _forget_old(self) -> None:
        now = time.monotonic()
        self._waiting = {token: one for token, one in self._waiting.items() if one.kept_until > now}


def _name(sha256: str) -> str:
    """The name to land under. It is made of the content, so that the same workbook has the same."""
    return f"receipts-import-{sha256[:16]}.xlsx"


def _problem(seen: "Examination") -> str:
    load = seen.load
    if load["verdict"] != "loaded":
        told = str(seen.quarantined["problem"][0]) if seen.quarantined.height else str(load["reason"])
        return f"{told[:1].upper()}{told[1:]}."
    if load["source"] != SOURCE:
        source = str(load["source"]).replace("_", " ")
        return f"It is an export of {source}, not a receipts import workbook. Put it into the landing folder."
    return ""


def _refused(quarantined: "pl.DataFrame") -> Sequence[RefusedRow]:
    rows: list[dict[str, Any]] = quarantined.head(ROWS_SHOWN).to_dicts()
    return [
        RefusedRow(row["record_number"], row["column_name"] or "", row["rule"], row["problem"])
        for row in rows
        if row["record_number"] is not None
    ]


def _written(folder: Path, name: str, data: bytes) -> str:
    """Write a file that is there completely or not at all, and never in the place of another.

    While it is written its name says so, and a run passes it by.
    """
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = folder / f"{secrets.token_hex(8)}.part"
    try:
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        os.link(unfinished, folder / name, follow_symlinks=False)
    except FileExistsError:
        raise RefusedError("The same workbook lies in the landing folder already.") from None
    except OSError:
        raise RefusedError("The workbook could not be written into the landing folder.") from None
    finally:
        unfinished.unlink(missing_ok=True)
        flush_folder(folder)
    return name
