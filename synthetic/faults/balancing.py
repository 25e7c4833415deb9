"""Payments on which the EMR and billing disagree, some of each class, and clinics that nobody mapped.

They are planted at a clinic of their own, so that no payment of the clean world can be taken for one of them.
What is expected to differ is planted too, with a truth that names no kind.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from synthetic.faults.planting import Planting
from synthetic.scenarios import (
    Value,
    billing_payment,
    clinic_setting,
    emr_payment,
    feed_record,
    in_dollars,
    location,
)

_LOCATION, _CLINIC, _PLACE = "L90", "CLINIC-190", "B290"
_CLOSED_MONTH = (date(2025, 12, 1), date(2025, 12, 31))
_TAKEN_IN_CLOSED_MONTH = date(2025, 12, 18)
_TIMES = 3


def plant(planting: Planting) -> None:
    """Plant every class three times over, with patients, amounts and days of their own; and the unmapped."""
    _open_clinic(planting)
    desk = _Desk(planting)
    for number in range(_TIMES):
        for offset, plant_class in enumerate(_CLASSES):
            plant_class(desk, planting.day(number * 5 + offset), 3_011 + 1_700 * number + 53 * offset)
    _unmapped_in_emr(planting, planting.day(1), "CLINIC-901", (2_500, 4_075))
    _unmapped_in_emr(planting, planting.day(2), "CLINIC-902", (3_000,))
    _unmapped_in_billing(planting, planting.day(3), "B901", 5_150)


def _open_clinic(planting: Planting) -> None:
    """A SOAP 2.0 clinic that sends three charge types and has closed December."""
    first, closed_on = planting.day(0), planting.day(1)
    planting.deliver(first, "locations", location(_LOCATION))
    planting.deliver(
        first,
        "clinic_settings",
        clinic_setting(
            _CLINIC, effective_from=date(2025, 1, 1), enabled_charge_types="Copay;Deductible;Supplies"
        ),
    )
    planting.deliver(
        closed_on,
        "closed_periods",
        {
            "location_id": _LOCATION,
            "period_start_on": _CLOSED_MONTH[0],
            "period_end_on": _CLOSED_MONTH[1],
            "close_version": 1,
            "closed_on": closed_on,
        },
    )


@dataclass
class _Desk:
    """Delivers payments of the planted clinic and records what they should raise."""

    planting: Planting
    _number: int = 0

    def next_name(self) -> str:
        """A name that no other payment has."""
        self._number += 1
        return f"PLANTED-{self._number:03}"

    def emr(self, day: date, name: str, cents: int, **changes: Value) -> Path:
        """A payment in the EMR, delivered on the day."""
        row = {"on": day, "amount": in_dollars(cents), "emr_location_id": _CLINIC} | changes
        return self.planting.deliver(day, "emr_payments", emr_payment(f"EP{name}", **row))  # type: ignore[arg-type]

    def billing(self, day: date, name: str, cents: int, **changes: Value) -> Path:
        """An imported payment in billing, delivered on the day."""
        row = {"on": day, "amount": in_dollars(cents), "billing_location_id": _PLACE} | changes
        return self.planting.deliver(day, "billing_payments", billing_payment(f"BP{name}", **row))  # type: ignore[arg-type]

    def feed(self, day: date, name: str, cents: int, status: str, reason: str | None = None) -> None:
        """What the claims feed says of a payment in the EMR."""
        record = feed_record(
            f"EP{name}",
            on=day,
            amount=in_dollars(cents),
            emr_location_id=_CLINIC,
            feed_status=status,
            reason=reason,
        )
        self.planting.deliver(day, "claims_feed", record)

    def expect(self, kind: str | None, path: Path, key: str, cents: int, description: str) -> None:
        """What the payment in row 2 of the file should raise."""
        source = path.name.rsplit("_", 1)[0]
        self.planting.record(kind, path, description, key=key, source=source, row=2, cents=cents)


def _missing(desk: _Desk, day: date, cents: int) -> None:
    name = desk.next_name()
    path = desk.emr(day, name, cents, patient_id=desk.planting.patient())
    desk.expect("missing_in_billing", path, f"emr:EP{name}", cents, "a payment that never arrived in billing")


def _lost(desk: _Desk, day: date, cents: int) -> None:
    name = desk.next_name()
    path = desk.emr(day, name, cents, patient_id=desk.planting.patient())
    desk.feed(day, name, cents, "Transmission Successful")
    desk.expect(
        "lost_after_transmission", path, f"emr:EP{name}", cents, "transmitted successfully and not in billing"
    )


def _failed(desk: _Desk, day: date, cents: int) -> None:
    name = desk.next_name()
    path = desk.emr(day, name, cents, patient_id=desk.planting.patient())
    desk.feed(day, name, cents, "Validation Failed", "Unable to determine reason. Please contact Support.")
    desk.expect("feed_failed", path, f"emr:EP{name}", cents, "a payment that failed validation")


def _pending(desk: _Desk, day: date, cents: int) -> None:
    name = desk.next_name()
    path = desk.emr(day, name, cents, patient_id=desk.planting.patient())
    desk.feed(day, name, cents, "Transmission Pending")
    desk.expect(None, path, f"emr:EP{name}", cents, "a payment that is still under way")


def _not_enabled(desk: _Desk, day: date, cents: int) -> None:
    name = desk.next_name()
    path = desk.emr(day, name, cents, patient_id=desk.planting.patient(), charge_type="Wellness")
    desk.feed(day, name, cents, "Not Sent", "Charge type not enabled")
    desk.expect(
        "charge_type_not_enabled", path, f"emr:EP{name}", cents, "a charge type the clinic does not send"
    )


def _nothing_due(desk: _Desk, day: date, cents: int) -> None:
    name = desk.next_name()
    path = desk.emr(day, name, cents, patient_id=desk.planting.patient(), due_amount="0.00")
    desk.feed(day, name, cents, "Not Sent", "Amount due is zero")
    desk.expect("amount_due_zero", path, f"emr:EP{name}", cents, "a payment taken with nothing due")


def _other_patient(desk: _Desk, day: date, cents: int) -> None:
    name = desk.next_name()
    path = desk.emr(day, name, cents, patient_id=desk.planting.patient())
    desk.billing(day, name, cents, patient_id=desk.planting.patient())
    desk.expect(
        "patient_mismatch", path, f"emr:EP{name}", cents, "a payment under another patient in billing"
    )


def _changed(desk: _Desk, day: date, cents: int) -> None:
    name, patient = desk.next_name(), desk.planting.patient()
    path = desk.emr(day, name, cents, patient_id=patient)
    desk.billing(day, name, cents - 1_500, patient_id=patient)
    desk.expect("amount_changed", path, f"emr:EP{name}", 1_500, "a payment with a lower amount in billing")


def _elsewhere(desk: _Desk, day: date, cents: int) -> None:
    name, patient = desk.next_name(), desk.planting.patient()
    path = desk.emr(day, name, cents, patient_id=patient)
    desk.billing(day, name, cents, patient_id=patient, charge_type="Supplies")
    desk.expect("recorded_elsewhere", path, f"emr:EP{name}", cents, "another charge type in billing")


def _other_day(desk: _Desk, day: date, cents: int) -> None:
    name, patient = desk.next_name(), desk.planting.patient()
    path = desk.emr(day, name, cents, patient_id=patient)
    desk.billing(day, name, cents, patient_id=patient, posting_on=day - timedelta(days=2))
    desk.expect(None, path, f"emr:EP{name}", cents, "a payment that billing posted on another day")


def _ambiguous(desk: _Desk, day: date, cents: int) -> None:
    """Billing has the amount a day before and a day after: either could be the payment."""
    name, patient = desk.next_name(), desk.planting.patient()
    path = desk.emr(day, name, cents, patient_id=patient)
    desk.expect("ambiguous_match", path, f"emr:EP{name}", cents, "a payment that could be either of two")
    for shift in (-1, 1):
        other = desk.next_name()
        posted = day + timedelta(days=shift)
        path = desk.billing(day, other, cents, patient_id=patient, deposit_on=posted, posting_on=posted)
        desk.expect(
            "ambiguous_match", path, f"billing:BP{other}", cents, "one of two that could be a payment"
        )


def _imported_twice(desk: _Desk, day: date, cents: int) -> None:
    name, patient = desk.next_name(), desk.planting.patient()
    desk.emr(day, name, cents, patient_id=patient)
    desk.billing(day, f"{name}-1", cents, patient_id=patient)
    path = desk.billing(day, f"{name}-2", cents, patient_id=patient)
    desk.expect("duplicate_import", path, f"billing:BP{name}-2", cents, "a payment that was imported twice")


def _typed(desk: _Desk, day: date, cents: int) -> None:
    name, patient = desk.next_name(), desk.planting.patient()
    path = desk.emr(day, name, cents, patient_id=patient)
    desk.billing(day, name, cents, patient_id=patient, posted_by="rcm.staff")
    desk.expect("posted_by_hand", path, f"emr:EP{name}", cents, "a payment that a person typed into billing")


def _only_in_billing(desk: _Desk, day: date, cents: int) -> None:
    name = desk.next_name()
    path = desk.billing(day, name, cents, patient_id=desk.planting.patient())
    desk.expect(
        "only_in_billing", path, f"billing:BP{name}", cents, "an import that the EMR knows nothing of"
    )


def _added_late(desk: _Desk, day: date, cents: int) -> None:
    name = desk.next_name()
    path = desk.emr(_late(desk), name, cents, **_in_december(desk.planting.patient()))
    desk.expect("closed_month_added", path, f"emr:EP{name}", cents, "a payment added after the close")


def _edited_late(desk: _Desk, day: date, cents: int) -> None:
    name, patient = desk.next_name(), desk.planting.patient()
    desk.emr(desk.planting.day(0), name, cents, **_in_december(patient))
    _imported_in_december(desk, name, cents, patient)
    path = desk.emr(_late(desk), name, cents - 500, **_in_december(patient))
    desk.expect("closed_month_edited", path, f"emr:EP{name}", 500, "a payment edited after the close")


def _deleted_late(desk: _Desk, day: date, cents: int) -> None:
    name, patient = desk.next_name(), desk.planting.patient()
    desk.emr(desk.planting.day(0), name, cents, **_in_december(patient))
    _imported_in_december(desk, name, cents, patient)
    path = desk.emr(_late(desk), name, cents, payment_status="Deleted", **_in_december(patient))
    desk.expect("closed_month_deleted", path, f"emr:EP{name}", cents, "a payment deleted after the close")


def _added_late_and_adjusted(desk: _Desk, day: date, cents: int) -> None:
    name, patient = desk.next_name(), desk.planting.patient()
    path = desk.emr(_late(desk), name, cents, **_in_december(patient))
    desk.billing(_late(desk), name, cents, patient_id=patient, posted_by="rcm.staff")
    desk.expect(None, path, f"emr:EP{name}", cents, "a late payment whose adjustment was entered")


def _late(desk: _Desk) -> date:
    return desk.planting.day(9)


def _in_december(patient: str) -> dict[str, Value]:
    return {"on": _TAKEN_IN_CLOSED_MONTH, "service_on": _TAKEN_IN_CLOSED_MONTH, "patient_id": patient}


def _imported_in_december(desk: _Desk, name: str, cents: int, patient: str) -> None:
    day = _TAKEN_IN_CLOSED_MONTH
    desk.billing(desk.planting.day(0), name, cents, emr_payment_id=f"EP{name}", patient_id=patient, on=day)


def _patient_not_delivered(desk: _Desk, day: date, cents: int) -> None:
    """A patient's data fail, and with them the note of a visit; the note is held up and raises nothing."""
    name, patient = desk.next_name(), desk.planting.patient()
    common: dict[str, Value] = {
        "emr_location_id": _CLINIC,
        "patient_id": patient,
        "feed_mode": "Transmission",
        "feed_status": "Validation Failed",
    }
    data: dict[str, Value] = {
        "feed_id": f"FD{name}",
        "feed_kind": "demographics",
        "reason": "Address incomplete",
    }
    note: dict[str, Value] = {
        "feed_id": f"FN{name}",
        "feed_kind": "note",
        "case_id": f"C{patient}",
        "service_on": day,
    }
    path = desk.planting.deliver(day, "claims_feed", common | data, common | note)
    desk.planting.record(
        "feed_document_failed",
        path,
        "a patient whose data did not reach billing, and a charge held up by it",
        key=f"feed:FD{name}",
        source="claims_feed",
        row=2,
    )


_CLASSES: tuple[Callable[[_Desk, date, int], None], ...] = (
    _missing,
    _lost,
    _failed,
    _pending,
    _not_enabled,
    _nothing_due,
    _other_patient,
    _changed,
    _elsewhere,
    _other_day,
    _ambiguous,
    _imported_twice,
    _typed,
    _only_in_billing,
    _added_late,
    _edited_late,
    _deleted_late,
    _added_late_and_adjusted,
    _patient_not_delivered,
)


def _unmapped_in_emr(planting: Planting, day: date, clinic: str, amounts: tuple[int, ...]) -> None:
    rows = [
        emr_payment(
            f"EP{clinic}-{number}",
            on=day,
            amount=in_dollars(cents),
            emr_location_id=clinic,
            patient_id=planting.patient(),
        )
        for number, cents in enumerate(amounts)
    ]
    path = planting.deliver(day, "emr_payments", *rows)
    _record_unmapped(
        planting, path, clinic, sum(amounts), "emr_payments", "payments at a clinic that nobody mapped"
    )


def _unmapped_in_billing(planting: Planting, day: date, place: str, cents: int) -> None:
    row = billing_payment(
        f"BP{place}",
        on=day,
        amount=in_dollars(cents),
        billing_location_id=place,
        patient_id=planting.patient(),
    )
    path = planting.deliver(day, "billing_payments", row)
    _record_unmapped(
        planting, path, place, cents, "billing_payments", "a payment at a place that nobody mapped"
    )


def _record_unmapped(
    planting: Planting, path: Path, place: str, cents: int, source: str, description: str
) -> None:
    planting.record(
        "location_unmapped", path, description, key=f"unmapped:{place}", source=source, cents=cents
    )
