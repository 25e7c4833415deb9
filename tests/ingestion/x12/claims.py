"""Small claim submissions and acknowledgements, as segments that a test may break on purpose."""

from __future__ import annotations

from collections.abc import Sequence

from tests.ingestion.x12.remittances import text

PROVIDER = [
    "HL*1**20*1",
    "PRV*BI*PXC*225100000X",
    "NM1*85*2*PLAIN THERAPY GROUP*****XX*1234567893",
    "N3*1 MAIN STREET",
    "N4*SPRINGFIELD*IL*627010001",
    "REF*EI*123456789",
    "NM1*87*2",
    "N4*CHICAGO*IL*606010001",
    "REF*EI*999999999",
]

SUBSCRIBER = [
    "HL*2*1*22*1",
    "SBR*P**GROUP7******CI",
    "NM1*IL*1*DOE*JANE*Q***MI*MEMBER1",
    "N3*2 ELM STREET",
    "N4*PEORIA*IL*61602",
    "DMG*D8*19800102*F",
    "NM1*PR*2*PLAIN HEALTH PLAN*****PI*12345",
    "REF*2U*PAYERREF",
]

DEPENDENT = [
    "HL*3*2*23*0",
    "PAT*19",
    "NM1*QC*1*DOE*JOHN",
    "N3*2 ELM STREET",
    "N4*PEORIA*IL*61602",
    "DMG*D8*20100304*M",
]

CLAIM = [
    "CLM*1001*200***11:B:7*Y*A*Y*I**AA:EM::CA*02********9",
    "DTP*439*D8*20260901",
    "DTP*431*D8*20260902",
    "AMT*F5*20",
    "REF*G1*AUTH1",
    "REF*9F*REFERRAL1",
    "REF*F8*ORIGINAL1",
    "REF*D9*TRACE1",
    "HI*ABK:M5450*ABF:M25561",
    "HI*BP:33414*ABF:R262",
    "NM1*DN*1*ROE*ANN****XX*1111111112",
    "NM1*82*1*POE*PAT****XX*2222222223",
    "PRV*PE*PXC*2251X0800X",
    "REF*G2*OLDNUMBER",
    "NM1*77*2*PLAIN CLINIC*****XX*3333333334",
    "SBR*S*18*GROUP9******MB",
    "CAS*PR*1*21.89**2*15",
    "AMT*D*39.15",
    "AMT*EAF*36.89",
    "OI***Y*P**Y",
    "NM1*IL*1*DOE*JIM****MI*MEMBER2",
    "NM1*PR*2*OTHER PLAN*****PI*99999",
    "DTP*573*D8*20261001",
    "REF*F8*THEIRNUMBER",
    "LX*1",
    "SV1*HC:97110:GP:59:KX:CQ*120*UN*2.5*12**1:2:3:4**Y",
    "DTP*472*RD8*20261001-20261003",
    "REF*6R*LINE1",
    "REF*G1*LINEAUTH",
    "LIN**N4*01234567891",
    "NM1*82*1*MOE*SAM****XX*4444444445",
    "PRV*PE*PXC*225200000X",
    "NM1*DK*1*LOE*KIM****XX*5555555556",
    "SVD*99999*40*HC:97110:GP**2*1",
    "CAS*CO*45*3**97*1.5",
    "DTP*573*D8*20261005",
    "AMT*EAF*7",
    "LX*2",
    "SV1*HC:97140*80*MJ*15***1",
    "DTP*472*D8*20260930",
]

SECOND_CLAIM = ["CLM*1002*50.5***12:B:1*Y*A*Y*I", "HI*BK:4779", "LX*1", "SV1*HC:97530*50.5*UN*1***1"]

BODY = (*PROVIDER, *SUBSCRIBER, *DEPENDENT, *CLAIM)


def submission(
    body: Sequence[str] = BODY,
    *,
    control: str = "0001",
    version: str = "005010X222A1",
    count: int | None = None,
) -> list[str]:
    """ST to SE of an 837; the SE is right unless the test says otherwise."""
    segments = [
        f"ST*837*{control}*{version}",
        "BHT*0019*00*BATCH1*20261101*1023*CH",
        "NM1*41*2*PLAIN BILLING*****46*SUBMITTER1",
        "NM1*40*2*PLAIN CLEARING*****46*RECEIVER1",
        *body,
    ]
    return [*segments, f"SE*{len(segments) + 1 if count is None else count}*{control}"]


def acknowledgement(body: Sequence[str] | None = None, *, control: str = "0001") -> list[str]:
    """ST to SE of a 999: one transaction refused for two segments, one accepted."""
    told = [
        "AK1*HC*17*005010X222A1",
        "AK2*837*0001*005010X222A1",
        "IK3*CLM*22*2300*8",
        "CTX*CLM01:1001",
        "IK4*5:1:2*1331*7*BADVALUE",
        "IK3*REF*30**3",
        "IK5*R*5*I4",
        "AK2*837*0002",
        "IK5*A",
        "AK9*P*2*2*1*1",
    ]
    segments = [f"ST*999*{control}*005010X231A1", *(told if body is None else body)]
    return [*segments, f"SE*{len(segments) + 1}*{control}"]


CLAIM_ACKNOWLEDGEMENT = [
    "BHT*0085*08*ANSWER1*20261103*0405*TH",
    "HL*1**20*1",
    "NM1*PR*2*PLAIN HEALTH PLAN*****PI*12345",
    "TRN*1*SOURCETRACE",
    "DTP*050*D8*20261102",
    "DTP*009*D8*20261103",
    "HL*2*1*21*1",
    "NM1*41*2*PLAIN BILLING*****46*SUBMITTER1",
    "TRN*2*BATCH1",
    "STC*A1:19:PR*20261103*WQ*250.5",
    "QTY*90*1",
    "QTY*AA*1",
    "AMT*YU*200",
    "AMT*YY*50.5",
    "HL*3*2*19*1",
    "NM1*85*2*PLAIN THERAPY GROUP*****XX*1234567893",
    "TRN*1*0",
    "STC*A1:19:PR**WQ*250.5",
    "HL*4*3*PT",
    "NM1*QC*1*DOE*JOHN****MI*MEMBER1",
    "TRN*2*1001",
    "STC*A2:20:PR*20261103*WQ*200",
    "REF*1K*PAYER1",
    "REF*D9*TRACE1",
    "DTP*472*RD8*20260930-20261003",
    "TRN*2*1002",
    "STC*A3:187:85*20261103*U*50.5******A7:507",
    "SVC*HC:97530:GP*50.5*****1",
    "STC*A7:453*20261103*U",
    "REF*FJ*LINE9",
    "DTP*472*D8*20261004",
]


def claim_acknowledgement(
    body: Sequence[str] = CLAIM_ACKNOWLEDGEMENT, *, control: str = "0001", version: str = "005010X214"
) -> list[str]:
    """ST to SE of a 277: one claim accepted, one refused."""
    segments = [f"ST*277*{control}*{version}", *body]
    return [*segments, f"SE*{len(segments) + 1}*{control}"]


_FUNCTIONS = {"837": "HC", "999": "FA", "277": "HN", "835": "HP"}


def group(*transactions: Sequence[str], number: int = 7, version: str | None = None) -> list[str]:
    """GS to GE around transactions of one set; GS08 is the version of the first unless given."""
    first = transactions[0][0].split("*")
    named = version if version is not None else first[3] if len(first) > 3 else "005010X221A1"
    return [
        f"GS*{_FUNCTIONS[first[1]]}*PLAINTHERAPY*PLAINPLAN*20261102*1200*{number}*X*{named}",
        *(segment for each in transactions for segment in each),
        f"GE*{len(transactions)}*{number}",
    ]


def file_of(*groups: Sequence[str], control: str = "000000001") -> bytes:
    """A file of one interchange."""
    header = (
        "ISA*00*          *00*          *ZZ*PLAINTHERAPY   *ZZ*PLAINPLAN      "
        f"*261102*1200*^*00501*{control}*0*P*:"
    )
    body = (segment for each in groups for segment in each)
    return text([header, *body, f"IEA*{len(groups)}*{control}"])


def submitted(*transactions: Sequence[str]) -> bytes:
    """A file of one group of these transactions."""
    return file_of(group(*transactions))
