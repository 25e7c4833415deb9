"""Files that cannot be taken, and one that came twice."""

from synthetic.faults.planting import Planting

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
    """One file of each sort that is set aside, and a copy of a good one, which is no exception."""
    for number, (name, data, description) in enumerate(_SET_ASIDE):
        path = planting.scenario.deliver_bytes(planting.day(number), name, data)
        planting.record("file_set_aside", path, description, key=planting.load_id(path))
    _copy_a_good_file(planting)


def _copy_a_good_file(planting: Planting) -> None:
    original = sorted(planting.landing.glob("*/appointments.csv"))[0]
    copy = planting.scenario.deliver_bytes(planting.day(7), "appointments_copy.csv", original.read_bytes())
    planting.record(None, copy, "a file that was delivered before under another name", source="appointments")
