"""Small balanced remittances for the tests, as lists of segments that a test may break on purpose."""

from __future__ import annotations

from collections.abc import Sequence

CLAIM = [
    "CLP*1001*1*200*150*20*12*PAYER1*11*1",
    "CAS*PR*1*20",
    "NM1*QC*1*DOE*JANE*Q***MI*MEMBER1",
    "NM1*74*1*DOE*JANET****C*MEMBER2",
    "NM1*82*1*ROE*PAT****XX*1234567893",
    "NM1*TT*2*OTHER PLAN*****PI*99999",
    "MOA***MA01**N130",
    "REF*1L*GROUP7",
    "DTM*232*20261001",
    "DTM*233*20261002",
    "DTM*050*20261005",
    "AMT*AU*150",
    "QTY*CA*2.5",
    "SVC*HC:97110:GP:59*120*90**2*HC:97112:GO*3",
    "DTM*472*20261001",
    "CAS*CO*45*25**97*4.5*1*16*.5",
    "REF*6R*LINE1",
    "AMT*B6*95",
    "LQ*HE*N362",
    "SVC*NU:0420*80*60*0420",
    "DTM*150*20261001",
    "DTM*151*20261002",
    "CAS*CO*45*30",
    "CAS*OA*23*-10",
]

HEADER = [
    "TRN*1*TRACE1*1512345678*999",
    "DTM*405*20261101",
    "N1*PR*PLAIN HEALTH PLAN*XV*12345",
    "N3*1 MAIN STREET",
    "REF*2U*PAYERREF",
    "N1*PE*PLAIN THERAPY GROUP*XX*1234567893",
    "REF*TJ*123456789",
    "LX*1",
]

PLB = ["PLB*1234567893*20261231*WO:REF9*12.5*L6*-2.5"]


def transaction(
    body: Sequence[str] = (*CLAIM, *PLB),
    *,
    payment: str = "140",
    header: Sequence[str] = HEADER,
    control: str = "0001",
    count: int | str | None = None,
    closing_control: str | None = None,
) -> list[str]:
    """ST to SE; the SE is right unless the test says otherwise."""
    bpr = f"BPR*I*{payment}*C*ACH*CCP*01*111000025*DA*123456*1512345678**01*111000025*DA*98765*20261102"
    segments = [f"ST*835*{control}", bpr, *header, *body]
    closing = f"SE*{len(segments) + 1 if count is None else count}*{closing_control or control}"
    return [*segments, closing]


def interchange(
    *transactions: Sequence[str],
    control: str = "000000001",
    element: str = "*",
    component: str = ":",
    sender: str = "PLAINPLAN      ",
) -> list[str]:
    """ISA to IEA around whole transactions, in the delimiters asked for."""
    segments = [
        f"ISA*00*          *00*          *ZZ*{sender}*ZZ*PLAINTHERAPY   *261102*1200*^*00501*{control}*0*P*:",
        "GS*HP*PLAINPLAN*PLAINTHERAPY*20261102*1200*7*X*005010X221A1",
        *(segment for each in transactions for segment in each),
        f"GE*{len(transactions)}*7",
        f"IEA*1*{control}",
    ]
    table = str.maketrans({"*": element, ":": component})
    return [segment.translate(table) for segment in segments]


def text(segments: Sequence[str], terminator: str = "~", ending: str = "\n") -> bytes:
    """The file of these segments."""
    return "".join(segment + terminator + ending for segment in segments).encode()


def one(*args, **kwargs) -> bytes:
    """A file of one transaction, built as `transaction` builds it."""
    return text(interchange(transaction(*args, **kwargs)))
