"""A seeded 837P file of any size, valid in structure, written in flat memory.

What belongs here: text for the X12 benchmarks. It is not the synthetic world: no claim in it was ever billed.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

PROCEDURES = ("97110", "97112", "97140", "97530", "97161", "97035", "97014", "99213")
CLAIMS_PER_TRANSACTION = 500


def _claim(rng: random.Random, number: int) -> list[str]:
    """Return the segments of one subscriber's claim, without its HL."""
    lines: list[str] = []
    charged = 0
    for line in range(1, rng.choice((2, 3, 3, 4, 5))):
        dollars = rng.randrange(30, 400)
        charged += dollars
        lines += [
            f"LX*{line}",
            f"SV1*HC:{rng.choice(PROCEDURES)}:GP*{dollars}*UN*{rng.randrange(1, 5)}***1:2",
            f"DTP*472*D8*2026{rng.randrange(1, 13):02}{rng.randrange(1, 29):02}",
            f"REF*6R*{number}L{line}",
        ]
    return [
        f"CLM*{number}*{charged}***11:B:1*Y*A*Y*Y",
        "DTP*431*D8*20260105",
        f"REF*G1*{rng.randrange(10**9):09}",
        "HI*ABK:M5450*ABF:M25561",
        "NM1*DN*1*REFERRING*ANN****XX*1234567893",
        "NM1*82*1*RENDERING*PAT****XX*1234567893",
        "PRV*PE*PXC*225100000X",
        *lines,
    ]


def _transaction(rng: random.Random, control: int, first_claim: int) -> list[str]:
    """Return the segments of one transaction, ST to SE."""
    segments = [
        f"ST*837*{control:09}*005010X222A1",
        f"BHT*0019*00*{control}*20261101*1023*CH",
        "NM1*41*2*PLAIN BILLING*****46*12345",
        "PER*IC*EDI*TE*5555550100",
        "NM1*40*2*PLAIN CLEARING*****46*67890",
        "HL*1**20*1",
        "PRV*BI*PXC*225100000X",
        "NM1*85*2*PLAIN THERAPY GROUP*****XX*1234567893",
        "N3*1 MAIN STREET",
        "N4*SPRINGFIELD*IL*627010001",
        "REF*EI*123456789",
    ]
    for place in range(CLAIMS_PER_TRANSACTION):
        number = first_claim + place
        segments += [
            f"HL*{place + 2}*1*22*0",
            "SBR*P*18*******CI",
            f"NM1*IL*1*LAST{number % 997}*FIRST{number % 499}****MI*{rng.randrange(10**9):09}",
            "N3*2 ELM STREET",
            "N4*PEORIA*IL*61602",
            "DMG*D8*19800102*F",
            "NM1*PR*2*PLAIN HEALTH PLAN*****PI*12345",
            *_claim(rng, number),
        ]
    return [*segments, f"SE*{len(segments) + 1}*{control:09}"]


def interchanges(size: int, *, seed: int = 1) -> Iterator[bytes]:
    """Yield whole interchanges of one transaction each until at least `size` bytes are written."""
    rng = random.Random(seed)
    written = control = 0
    while written < size:
        control += 1
        segments = [
            "ISA*00*          *00*          *ZZ*PLAINTHERAPY   *ZZ*PLAINPLAN      "
            f"*261102*1200*^*00501*{control:09}*0*P*:",
            f"GS*HC*PLAINTHERAPY*PLAINPLAN*20261102*1200*{control}*X*005010X222A1",
            *_transaction(rng, control, control * CLAIMS_PER_TRANSACTION),
            f"GE*1*{control}",
            f"IEA*1*{control:09}",
        ]
        block = "".join(f"{segment}~\n" for segment in segments).encode()
        written += len(block)
        yield block
