"""Files that cannot be taken, one that came twice, and exports that contradict themselves."""

from datetime import date
from pathlib import Path

from synthetic.faults.planting import Planting
from synthetic.scenarios import Row

_ELIGIBILITY_INQUIRY = (
    "ISA*00*          *00*          *ZZ*PLAINPAY01     *ZZ*PLAINTHERAPY   "
    "*260105*0600*^*00501*000000999*0*P*:~\n"
    "GS*HS*PLAINPAY01*PLAINTHERAPY*20260105*0600*1*X*005010X279A1~\n"
    "ST*270*0001*005010X279A1~\nBHT*0022*13*1*20260105*0600~\nHL*1**20*1~\nSE*4*0001~\n"
    "GE*1*1~\nIEA*1*000000999~\n"
)
_SET_ASIDE = (
    ("receipts_evening.csv", b"", "an empty file"),
    ("receipts_cut.csv", b"Receipt #,Chart Num", "an export cut off within its header"),
    ("notes.txt", b"Closed early today because of the snow.\n", "a note that somebody dropped"),
    ("statement.pdf", b"%PDF-1.7\n\x00\x01\x02\x03 not a table\n", "a document"),
    ("eligibility.edi", _ELIGIBILITY_INQUIRY.encode(), "an X12 file of a set that is not taken"),
    (
        "receipts_short.csv",
        b"receipt_id,payer_class,receipt_type,location_id,received_at,amount\n"
        b"RSHORT1,Patient,General,L01,2026-01-06T10:00:00,10.00\n",
        "an export that lacks a required column",
    ),
)


def plant(planting: Planting) -> None:
    """One file of each sort that is set aside, and a copy of a good one, which is no exception. Then exports
    whose number or whose total is contradicted by their rows, beside ones where it is not.
    """
    for number, (name, data, description) in enumerate(_SET_ASIDE):
        path = planting.scenario.deliver_bytes(planting.day(number), name, data)
        planting.record("file_set_aside", path, description, key=planting.load_id(path))
    _copy_a_good_file(planting)
    _numbered_exports(planting)
    _totalled_exports(planting)


def _copy_a_good_file(planting: Planting) -> None:
    original = sorted(planting.landing.glob("*/appointments.csv"))[0]
    copy = planting.scenario.deliver_bytes(planting.day(7), "appointments_copy.csv", original.read_bytes())
    planting.record(None, copy, "a file that was delivered before under another name", source="appointments")


def _numbered_exports(planting: Planting) -> None:
    """Three exports that come again, each with a row more, and one that comes again as it was."""
    for number in range(4):
        first, again = planting.day(number), planting.day(number + 4)
        rows = [_imported(planting, first, f"{number + 1}0.00") for _ in range(2)]
        more = [] if number == 3 else [_imported(planting, first, "5.00")]
        _deliver_import(planting, first, f"lockbox_{number}.csv", rows, title=f"Export ID,LB-{number}")
        path = _deliver_import(
            planting,
            again,
            f"lockbox_{number}_again.csv",
            [*reversed(rows), *more],
            title=f"Export ID: LB-{number}",
        )
        planting.record(
            "conflicting_export" if more else None,
            path,
            "an export under the number of an earlier one"
            + (", with a row more" if more else ", row for row"),
            key=planting.load_id(path) if more else None,
            source="receipt_imports",
            cents=500 if more else None,
        )


def _totalled_exports(planting: Planting) -> None:
    """Totals that are a cent off, of rows that are missing, and of fewer fields; and one that is right."""
    totals = (
        ("Total,,,30.01,,,,", 1, "a total that is a cent more than its rows"),
        ("Total,,,75.50,,,,", 4_550, "a total of more rows than the file has"),
        ("Grand total,29.00", 100, "a total, cut short, that is less than its rows"),
        ("Total,,,30.00,,,,", None, "a total that its rows add up to"),
    )
    for number, (total, cents, description) in enumerate(totals):
        day = planting.day(number + 5)
        rows = [_imported(planting, day, amount) for amount in ("10.00", "20.00")]
        path = _deliver_import(planting, day, f"collections_{number}.csv", rows, total=total)
        planting.record(
            None if cents is None else "row_quarantined",
            path,
            description,
            key=None if cents is None else f"{planting.load_id(path)}|4",
            source="receipt_imports",
            row=4,
            cents=cents,
        )


def _imported(planting: Planting, day: date, amount: str) -> Row:
    patient = planting.patient()
    return {"patient_id": patient, "received_on": day, "amount": amount, "receipt_type": "General"}


def _deliver_import(
    planting: Planting, day: date, name: str, rows: list[Row], title: str = "", total: str = ""
) -> Path:
    """Write a receipts import with a title above it, or with a total below."""
    plain = planting.scenario.deliver(day, "receipt_imports", *rows, name=name)
    text = plain.read_text()
    plain.unlink()
    lines = [*([title] if title else []), text.removesuffix("\n"), *([total] if total else [])]
    return planting.scenario.deliver_bytes(day, name, ("\n".join(lines) + "\n").encode())
