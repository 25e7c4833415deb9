"""Receipts that people enter on the pages: what may be chosen, what waits for the next run, and entering one.

Belongs here: opening the desk of a home folder for the form of a new receipt. Does not belong here: what is
allowed (`journal.receipt_refusals`), and when two receipts are equal (`orchestration.desk.receipt_desk`).
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from threading import Lock
from typing import Any

from dashboards.office import EnteredReceipt, Outcome, ReceiptForm, RefusedError
from journal.entry import DraftError
from orchestration.desk.journal_access import Contained, entry_date, opened_journal, readable_journal
from orchestration.desk.receipt_desk import ReceiptDesk
from orchestration.failures import TieoutError
from orchestration.home import Home
from orchestration.published_file import connect, current_publication
from orchestration.settings import Settings


class EnteredReceipts:
    """Implements `dashboards.office.ReceiptEntry` for one home folder. ``one_entering`` lets one person of
    this server enter at a time.
    """

    def __init__(self, home: Home, settings: Settings, one_entering: Lock) -> None:
        self._home = home
        self._settings = settings
        self._one_entering = one_entering

    def form(self) -> ReceiptForm:
        """What there is to choose from."""
        with self._desk() as desk:
            return ReceiptForm(
                types=tuple(sorted(desk.receipt_types())),
                methods=tuple(sorted(desk.payment_methods())),
                locations=tuple(sorted(desk.locations())),
            )

    def entered(self) -> Sequence[EnteredReceipt]:
        """Those that wait for the next run, the latest first."""
        with self._desk() as desk:
            found = [
                EnteredReceipt(
                    receipt_id=draft.receipt_id,
                    location_id=draft.location_id,
                    patient_id=draft.patient_id,
                    received_on=draft.received_on,
                    amount=draft.amount,
                    receipt_type=draft.receipt_type,
                    payment_method=draft.payment_method,
                    check_number=draft.check_number,
                    person=entry.person,
                    entered_on=entry.entered_on,
                    status=status,
                )
                for draft, entry, status in desk.entered_since()
            ]
        return found[::-1]

    def equal(self, patient_id: str, received_on: date, amount: Decimal) -> Mapping[str, str]:
        """Receipts of that patient, day and amount that are there: id -> location."""
        with self._desk() as desk:
            return desk.equal_receipts(patient_id, received_on, amount)

    def enter(self, given: Mapping[str, Any], person: str, *, is_another: bool) -> Outcome:
        """Enter a receipt with the parts ``given``."""
        moment = datetime.now(UTC)
        try:
            day = entry_date(self._home, self._settings, moment, None)
            with self._one_entering, self._desk() as desk:
                draft = desk.new_receipt(is_another=is_another, **given)
                with opened_journal(self._home, self._settings, create=True) as writing:
                    decision = desk.enter(writing, [draft], person=person, entered_at=moment, on=day)
        except (TieoutError, DraftError) as error:
            raise RefusedError(f"{str(error)[:1].upper()}{str(error)[1:]}") from None
        return Outcome(
            entered_on=day,
            entry_numbers=tuple(entry.entry_number for entry in decision.entries),
            allowed=tuple(draft.subject.id for draft in decision.allowed),
            refused=decision.refused,
            is_trial=False,
        )

    @contextmanager
    def _desk(self) -> Iterator[ReceiptDesk]:
        contained = Contained.in_publication(current_publication(self._home.published))
        with (
            connect(self._home.published) as connection,
            readable_journal(self._home, self._settings) as journal,
        ):
            yield ReceiptDesk(connection, contained, journal, self._settings)
