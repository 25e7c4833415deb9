"""The synthetic world: a plausible practice group, day by day, written as its systems would export it.

Belongs here: the loop over days and the summary. Does not belong here: what happens on a day, which the
stories in the modules beside this one tell, or how a row is written.

The same arguments give the same bytes. Most files are written day by day. What the posting rules decide
about patients' receipts is known only when the whole world is told, so the files of receipts and of what is
done with them are written last, and memory holds them and the accounts until then. Every daily delivery is
consistent as of the end of its day, so that a clean world has nothing to report on any day.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import polars as pl

from ingestion.contracts import CONTRACTS
from synthetic import (
    adjudication,
    bank,
    billing_office,
    claims,
    claims_feed,
    exports,
    failed_charges,
    reference_data,
    remittances,
    submissions,
)
from synthetic.chance import Chance, spread
from synthetic.deliveries import DELIVERY, Deliveries
from synthetic.faults import FEWEST_DAYS, plant
from synthetic.front_desk import Desk, take_payments
from synthetic.practice import PAYERS, SELF_PAY, Practice, on, plain_practice
from synthetic.receipt_balances import ReceiptBalances
from synthetic.receipt_posting import PatientAccounts
from synthetic.settings_file import settings_text
from synthetic.vendor_files import vendor_files
from synthetic.visits import LONGEST_LEAD, authorize_visits, book_appointments, draw_visits

Progress = Callable[[int, int], None]

_VISITS_PER_PATIENT = 6
# Exports leave between five and eleven in the evening; the rows of a file are stamped in their order.
_EXPORT_HOUR = 17
_EXPORT_SECONDS = 6 * 60 * 60 - 1
# What billing exports about receipts: written when the posting rules have placed them.
_PLACED_SOURCES = ("receipts", "payments", "disbursements", "refunds")
_STORY_SOURCES = ("patient_receipts", "patient_entries")
# Every log shows the last payments of the day before once more, unchanged.
_OVERLAP = 10


@dataclass(frozen=True, slots=True)
class WorldSummary:
    """What was written.

    first_on, last_on   the days of the world, both included
    files               number of files in the landing folder
    rows                rows per source, all versions; for X12 `era_remittances` and `era_claims`, for BAI2
                        `bank_statement_entries`
    control_totals      sum of each source's control amount over all its rows; for X12 BPR02 and CLP04
    receipts            distinct receipts, without reversals
    faults              number of entries in truth.json; what is planted is in no other figure
    """

    first_on: date
    last_on: date
    files: int
    rows: dict[str, int]
    control_totals: dict[str, Decimal]
    receipts: int
    faults: int = 0


@dataclass
class _Totals:
    files: int = 0
    receipts: int = 0
    rows: dict[str, int] = field(default_factory=dict)
    cents: dict[str, int] = field(default_factory=dict)

    def count(self, source: str, rows: int, cents: int | None) -> None:
        self.rows[source] = self.rows.get(source, 0) + rows
        if cents is not None:
            self.cents[source] = self.cents.get(source, 0) + cents


def write_world(
    home: Path,
    *,
    seed: int = 7,
    clinics: int = 3,
    days: int = 90,
    receipts: int = 2000,
    faults: bool = False,
    progress: Progress | None = None,
) -> WorldSummary:
    """Write settings.yml and a landing folder of `days` daily deliveries into `home`.

    `receipts` is the number of receipts aimed at; the summary says how many there are. With `faults`, faults
    are planted and listed in `home`/truth.json. `progress` is called with days done and days in all. Raises
    ValueError for sizes that make no world and FileExistsError where `home` already has a landing folder.
    """
    if clinics < 1 or days < 1 or receipts < 0:
        raise ValueError("a world needs at least one clinic, one day and no negative number of receipts")
    if faults and days < FEWEST_DAYS:
        raise ValueError(f"faults need a world of at least {FEWEST_DAYS} days")
    landing = home / "landing"
    if landing.exists() and any(landing.iterdir()):
        raise FileExistsError("the landing folder already holds files")
    landing.mkdir(parents=True, exist_ok=True)
    practice = plain_practice(clinics, days)
    (home / "settings.yml").write_text(settings_text(practice), encoding="utf-8")
    totals = _World(practice, landing, seed, receipts).write(progress)
    planted = plant(home, practice) if faults else 0
    return WorldSummary(
        first_on=on(0),
        last_on=on(practice.last_day),
        files=totals.files,
        rows=dict(sorted(totals.rows.items())),
        control_totals={name: Decimal(cents).scaleb(-2) for name, cents in sorted(totals.cents.items())},
        receipts=totals.receipts,
        faults=planted,
    )


class _World:
    """One run over all days."""

    def __init__(self, practice: Practice, landing: Path, seed: int, receipts: int) -> None:
        self.practice = practice
        self.landing = landing
        self.seed = seed
        self.deliveries = Deliveries(practice.days)
        self.accounts = PatientAccounts(practice)
        self.placed = Deliveries(practice.days)
        self.balances = ReceiptBalances()
        self.vendor_files = vendor_files(practice)
        self.totals = _Totals()
        visits = _visits_for(receipts, practice.days)
        self.patients = max(20, visits // _VISITS_PER_PATIENT)
        self.visits_by_day = spread(visits, practice.days, seed)
        self.last_payments: pl.DataFrame | None = None

    def write(self, progress: Progress | None) -> _Totals:
        """Draw each day's visits as early as they are booked, and export day after day."""
        reference_data.queue(self.practice, self.deliveries)
        first_visit = 1
        for drawn in range(self.practice.days + LONGEST_LEAD):
            if drawn < self.practice.days:
                count = int(self.visits_by_day[drawn])
                self._visit(drawn, first_visit, count)
                first_visit += count
            day = drawn - LONGEST_LEAD
            if day >= 0:
                self._export(day)
                if progress is not None:
                    progress(day + 1, self.practice.days)
        self.accounts.settle(self.placed)
        for day in range(self.practice.days):
            self._export_placed(day)
        return self.totals

    def _visit(self, day: int, first_visit: int, count: int) -> None:
        """Everything that begins with the visits of `day`."""
        if count == 0:
            return
        chance = Chance(self.seed, day, 1)
        drawn = draw_visits(self.practice, chance, day, first_visit, count, self.patients)
        book_appointments(drawn, self.deliveries)
        authorize_visits(drawn, self.deliveries)
        if drawn.lines.is_empty():
            return
        visits, lines = claims.bill(drawn, chance, self.deliveries)
        submissions.queue_claims(lines, self.deliveries)
        failed_charges.fail(lines, self.deliveries)
        claims_feed.report_notes(visits, self.deliveries)
        claims_feed.report_demographics(visits, self.deliveries)
        desk = take_payments(Desk(self.practice, chance, day, visits, self.deliveries))
        adjudication.adjudicate(lines, chance, desk, self.deliveries)
        self._state_self_pay(lines, desk, chance)
        billing_office.sell_packages(visits, chance, self.deliveries)

    def _state_self_pay(self, lines: pl.DataFrame, desk: pl.DataFrame, chance: Chance) -> None:
        """Patients without a payer get a statement for what they did not pay at the desk."""
        paid_at_desk = (
            pl.when(pl.col("line_number") == 1).then(pl.col("desk_cents").fill_null(0)).otherwise(0)
        )
        owed = (
            lines.filter(pl.col("payer") == SELF_PAY)
            .join(desk, on="visit", how="left", maintain_order="left")
            .with_columns(
                balance_cents=pl.col("charge_cents") - paid_at_desk, stated_day=pl.col("created_day") + 2
            )
            .filter(pl.col("balance_cents") > 0)
        )
        billing_office.send_statements(owed, chance, self.deliveries)

    def _export(self, day: int) -> None:
        """Write everything that is delivered on `day`."""
        sent = remittances.send(self.practice, day, self.seed, self.deliveries)
        billing_office.receive_capitation(self.practice, day, Chance(self.seed, day, 2), self.deliveries)
        self._export_bank(day)
        folder = self.landing / on(day).isoformat()
        for remittance in sent:
            folder.mkdir(exist_ok=True)
            name = f"835_{remittance.payer_id}_{on(day):%Y%m%d}.edi"
            (folder / name).write_bytes(remittance.text.encode("ascii"))
            self.totals.files += 1
            self.totals.count("era_remittances", 1, remittance.payment_cents)
            self.totals.count("era_claims", remittance.claim_count, remittance.claim_paid_cents)
        self._export_submissions(day, folder)
        for source in (*CONTRACTS, *_STORY_SOURCES):
            rows = self.deliveries.take(day, source)
            self.accounts.hear(source, rows)
            if rows is None or source in _STORY_SOURCES:
                continue
            if source in _PLACED_SOURCES:
                self.placed.add(source, rows.with_columns(pl.lit(day, dtype=pl.Int64).alias(DELIVERY)))
                continue
            folder.mkdir(exist_ok=True)
            self._export_source(source, day, rows, folder)
        self.deliveries.close(day)

    def _export_submissions(self, day: int, folder: Path) -> None:
        """Write the claims that are sent on `day`, and what their receivers answer to earlier ones."""
        for file in submissions.send(day, self.deliveries):
            folder.mkdir(exist_ok=True)
            (folder / file.name).write_bytes(file.text.encode("ascii"))
            self.totals.files += 1
            if file.claims:
                self.totals.count("claim_submissions", file.claims, file.charge_cents)

    def _export_bank(self, day: int) -> None:
        """Close the day's batches and queue what the banks say about the accounts."""
        bank.close_batches(day, self.deliveries.take(day, "money_movements"), self.deliveries)
        entries = self.deliveries.take(day, "bank_entries")
        if entries is None:
            return
        stated = entries.filter(bank.is_stated_in_bai2(self.practice))
        listed = entries.filter(~bank.is_stated_in_bai2(self.practice)).drop("location_id")
        self.deliveries.add("bank_deposits", listed.with_columns(pl.lit(day, dtype=pl.Int64).alias(DELIVERY)))
        if not stated.is_empty():
            folder = self.landing / on(day).isoformat()
            folder.mkdir(exist_ok=True)
            text = bank.bai2_text(on(day), stated)
            (folder / f"statement_{on(day):%Y%m%d}.bai").write_bytes(text.encode("ascii"))
            self.totals.files += 1
            self.totals.count("bank_statement_entries", stated.height, int(stated["amount_cents"].sum()))

    def _export_placed(self, day: int) -> None:
        """Write what billing exports about receipts on `day`."""
        folder = self.landing / on(day).isoformat()
        exported = {source: self.placed.take(day, source) for source in _PLACED_SOURCES}
        for source, rows in exported.items():
            self.balances.hear(source, rows)
        for source, rows in exported.items():
            if rows is not None:
                folder.mkdir(exist_ok=True)
                rows = self.balances.shown(rows) if source == "receipts" else rows
                self._export_source(source, day, rows, folder)
        self.placed.close(day)

    def _export_source(self, source: str, day: int, rows: pl.DataFrame, folder: Path) -> None:
        if "last_modified_at" in CONTRACTS[source].columns:
            rows = _stamped(rows, day)
        if source == "emr_payments":
            rows = self._overlapped(rows)
        self._write_source(source, day, rows, folder)
        control = CONTRACTS[source].control_amount
        cents = int(rows[exports.cents_column(control)].sum()) if control else None
        self.totals.count(source, rows.height, cents)
        if source == "receipts":
            self.totals.receipts += _new_receipts(rows, day)

    def _write_source(self, source: str, day: int, rows: pl.DataFrame, folder: Path) -> None:
        """Write the source's rows of one day: those that vendors deliver as their files, and what is left."""
        for file in self.vendor_files:
            if file.source != source:
                continue
            is_theirs = file.is_in_it.fill_null(False)
            theirs, rows = rows.filter(is_theirs), rows.filter(~is_theirs)
            if not theirs.is_empty():
                file.write(theirs, on(day), folder / file.name)
                self.totals.files += 1
        if not rows.is_empty():
            exports.write(source, rows, folder / f"{source}.csv")
            self.totals.files += 1

    def _overlapped(self, rows: pl.DataFrame) -> pl.DataFrame:
        """The log of a day begins with the last payments of the day before, as they were then."""
        earlier, self.last_payments = self.last_payments, rows.tail(max(1, rows.height // _OVERLAP))
        return rows if earlier is None else pl.concat([earlier, rows], how="diagonal")


def _visits_for(receipts: int, days: int) -> int:
    """How many visits lead to about `receipts` receipts in `days` days; the constants are measured.

    A visit leads to 0.73 receipts at the desk, and to another 0.27 by mail once payers have answered, which
    takes some three weeks. Each payer makes up to one receipt on every working day.
    """
    from_payers = min(receipts // 5, max(0, days - 14) * len(PAYERS) * 5 // 7)
    per_thousand_visits = 735 + 270 * max(0, days - 25) // days
    return (receipts - from_payers) * 1_000 // per_thousand_visits


def _stamped(rows: pl.DataFrame, day: int) -> pl.DataFrame:
    start = datetime.combine(on(day), datetime.min.time()).replace(hour=_EXPORT_HOUR)
    seconds = pl.int_range(pl.len()) * _EXPORT_SECONDS // pl.len()
    return rows.with_columns(
        last_modified_at=(pl.lit(start) + pl.duration(seconds=seconds)).cast(pl.Datetime("us"))
    )


def _new_receipts(rows: pl.DataFrame, day: int) -> int:
    """Receipts exported for the first time: each one is on the day it is entered."""
    is_new = (pl.col("posting_on") == on(day)) & pl.col("reversal_of_receipt_id").is_null()
    return rows.filter(is_new).height
