"""Entries that honest work seldom leaves, planted so that each pattern shows nothing but itself.

One person who collects and refunds is not planted: only the journal says who made a refund, and a world has
none.
"""

from datetime import timedelta

from synthetic.faults.planting import Planting
from synthetic.scenarios import Row, emr_payment, in_dollars, receipt

_TIMES = 3
_REMOVED = 12
# Late enough that money which waits is not yet overdue, and within the days by which people are compared.
_DAYS_BEFORE_THE_END = 9


def plant(planting: Planting) -> None:
    """Three of each kind; of a person who removes unusually many payments one."""
    for number in range(_TIMES):
        _entered_again(planting, number)
        _refunded_and_received_again(planting, number)
    _removed_unusually_often(planting)


def _entered_again(planting: Planting, number: int) -> None:
    """Two payments removed and a third one that stands, of a type that stays in the EMR."""
    day, cents = planting.day(number + 9), 4_300 + number
    patient = planting.patient()
    rows = [
        emr_payment(
            f"EPAGAIN{number}-{turn}",
            on=day,
            amount=in_dollars(cents),
            patient_id=patient,
            charge_type="Internal Payment",
            payment_status=status,
        )
        for turn, status in enumerate(("Deleted", "Voided", "Paid"))
    ]
    path = planting.deliver(day, "emr_payments", *rows)
    planting.record(
        "payment_deleted_and_reentered",
        path,
        "a payment that was removed twice and entered a third time",
        key=f"L01|{patient}|{day}|Internal Payment|{in_dollars(cents)}",
        source="emr_payments",
        row=4,
        cents=cents,
    )


def _refunded_and_received_again(planting: Planting, number: int) -> None:
    """Unposted money given back and received again. That it was unposted is an exception of its own."""
    day, cents = planting.practice_day(planting.practice.days - _DAYS_BEFORE_THE_END + number), 6_200 + number
    later = day + timedelta(days=2)
    patient, first, second = planting.patient(), f"RBACK{number}", f"RBACK{number}-2"
    planting.deliver(
        day, "receipts", receipt(first, received_on=day, amount=in_dollars(cents), patient_id=patient)
    )
    refund: Row = {
        "refund_id": f"FBACK{number}",
        "receipt_id": first,
        "refund_method": "Cash",
        "refunded_on": day,
        "amount": in_dollars(cents),
    }
    given_back = planting.deliver(day, "refunds", refund)
    planting.record(
        "refund_of_escrow",
        given_back,
        "a refund of unposted money, which comes back",
        key=f"FBACK{number}",
        source="refunds",
        row=2,
        cents=cents,
    )
    path = planting.deliver(
        later, "receipts", receipt(second, received_on=later, amount=in_dollars(cents), patient_id=patient)
    )
    planting.record(
        "refund_then_reentry",
        path,
        "refunded money that is received again two days later",
        key=f"FBACK{number}|{second}",
        source="receipts",
        row=2,
        cents=cents,
    )


def _removed_unusually_often(planting: Planting) -> None:
    """A user nobody else knows, all of whose payments are voided."""
    day, cents = planting.practice_day(planting.practice.days - _DAYS_BEFORE_THE_END), 1_100
    rows = [
        emr_payment(
            f"EPVOIDED{number}",
            on=day,
            amount=in_dollars(cents + number),
            patient_id=planting.patient(),
            payment_status="Voided",
            collected_by="desk77",
        )
        for number in range(_REMOVED)
    ]
    path = planting.deliver(day, "emr_payments", *rows)
    planting.record(
        "unusual_voids",
        path,
        "a person who voids every payment",
        key="desk77",
        source="emr_payments",
        cents=sum(cents + number for number in range(_REMOVED)),
    )
