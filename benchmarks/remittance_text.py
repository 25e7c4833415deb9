"""A seeded 835 file of any size, balanced by construction, written in flat memory.

What belongs here: text for the X12 benchmarks and format tests. It is not the synthetic world: no claim in it
was ever billed, and nothing but its own three equations ties it to anything.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from decimal import Decimal

PROCEDURES = ("97110", "97112", "97140", "97530", "97161", "97035", "97014", "99213")
REASONS = ("45", "97", "1", "2", "3", "16", "18", "29", "50", "59", "96", "119")
GROUPS = ("CO", "PR", "OA", "PI")
CLAIMS_PER_REMITTANCE = 120
REMITTANCES_PER_INTERCHANGE = 12


def _money(cents: int) -> str:
    """Render integer cents as X12 writes an amount: no cents when they are zero."""
    text = str(Decimal(cents).scaleb(-2))
    return text.removesuffix(".00")


def _service_line(rng: random.Random, number: int, day: str) -> tuple[list[str], int, int]:
    """Return the segments of one service line, its charge and its paid amount in cents."""
    charge = rng.randrange(3_000, 40_000)
    modifier = rng.choice(("", ":GP", ":GP:59", ":GO:KX"))
    segments: list[str] = []
    left = charge
    for group in rng.sample(GROUPS, rng.randrange(1, 3)):
        triplets: list[str] = []
        for reason in rng.sample(REASONS, rng.choice((1, 1, 1, 2, 3))):
            adjusted = rng.randrange(1, left // 3)
            left -= adjusted
            triplets.append(f"{reason}*{_money(adjusted)}")
        segments.append(f"CAS*{group}*" + "**".join(triplets))
    head = [
        f"SVC*HC:{rng.choice(PROCEDURES)}{modifier}*{_money(charge)}*{_money(left)}**{rng.randrange(1, 5)}",
        f"DTM*472*{day}",
    ]
    tail = [f"REF*6R*{number}", f"AMT*B6*{_money(left)}"]
    if rng.random() < 0.2:
        tail.append("LQ*HE*N130")
    return head + segments + tail, charge, left


def _claim(rng: random.Random, number: int) -> tuple[list[str], int]:
    """Return the segments of one claim and its paid amount in cents."""
    day = f"2026{rng.randrange(1, 13):02}{rng.randrange(1, 29):02}"
    lines: list[str] = []
    charged = paid = 0
    for _ in range(rng.choice((1, 2, 2, 3))):
        segments, charge, line_paid = _service_line(rng, rng.randrange(10**6), day)
        lines += segments
        charged += charge
        paid += line_paid
    head = [
        f"CLP*{number}*1*{_money(charged)}*{_money(paid)}*0*12*{rng.randrange(10**12):012}*11*1",
        f"NM1*QC*1*LAST{number % 997}*FIRST{number % 499}*M***MI*{rng.randrange(10**9):09}",
        "NM1*82*1*RENDERING*PAT****XX*1234567893",
        f"DTM*232*{day}",
        f"DTM*233*{day}",
        f"AMT*AU*{_money(paid)}",
    ]
    return head + lines, paid


def _remittance(rng: random.Random, control: int, first_claim: int, claims: int) -> list[str]:
    """Return the segments of one transaction, ST to SE."""
    body: list[str] = ["LX*1"]
    paid = 0
    for number in range(first_claim, first_claim + claims):
        segments, claim_paid = _claim(rng, number)
        body += segments
        paid += claim_paid
    if rng.random() < 0.5:
        withheld = rng.randrange(1, 5_000)
        body.append(f"PLB*1234567893*20261231*WO:{control}*{_money(withheld)}*L6:INT*{_money(-250)}")
        paid -= withheld - 250
    head = [
        f"ST*835*{control:09}",
        f"BPR*I*{_money(paid)}*C*ACH*CCP*01*111000025*DA*123456*1512345678**01*111000025*DA*98765*20261102",
        f"TRN*1*{control:012}*1512345678",
        "DTM*405*20261101",
        "N1*PR*PLAIN HEALTH PLAN*XV*12345",
        "N3*1 MAIN STREET",
        "N4*SPRINGFIELD*IL*62701",
        "PER*BL*EDI*TE*5555550100",
        "N1*PE*PLAIN THERAPY GROUP*XX*1234567893",
        "REF*TJ*123456789",
    ]
    segments = head + body
    return [*segments, f"SE*{len(segments) + 1}*{control:09}"]


def interchanges(
    size: int,
    *,
    seed: int = 1,
    terminator: str = "~\n",
    claims_per_remittance: int = CLAIMS_PER_REMITTANCE,
    remittances_per_interchange: int = REMITTANCES_PER_INTERCHANGE,
) -> Iterator[bytes]:
    """Yield whole interchanges, each balanced, until at least `size` bytes are written; one per `seed`."""
    rng = random.Random(seed)
    written = control = claim = interchange = 0
    while written < size:
        interchange += 1
        segments = [
            "ISA*00*          *00*          *ZZ*PLAINPLAN      *ZZ*PLAINTHERAPY   "
            f"*261102*1200*^*00501*{interchange:09}*0*P*:",
            f"GS*HP*PLAINPLAN*PLAINTHERAPY*20261102*1200*{interchange}*X*005010X221A1",
        ]
        for _ in range(remittances_per_interchange):
            control += 1
            segments += _remittance(rng, control, claim, claims_per_remittance)
            claim += claims_per_remittance
        segments += [f"GE*{remittances_per_interchange}*{interchange}", f"IEA*1*{interchange:09}"]
        block = (terminator.join(segments) + terminator).encode()
        written += len(block)
        yield block
