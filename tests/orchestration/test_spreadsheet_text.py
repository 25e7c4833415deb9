"""Nothing that leaves for a spreadsheet runs there."""

import pytest

from orchestration.spreadsheet_text import harmless

PAYLOADS = (
    "=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1+1", "\r=1+1", "\n=1+1", "\x00=1+1", " =1+1", "  @A1",
    "\uff1d1+1", "\uff0b1", "\uff0d1+1", "\uff20A1", "=cmd|' /C calc'!A0", '=HYPERLINK("x","y")',
    "-2+3+cmd|' /C calc'!A0", "+cmd", "@a", ";=1+1", "a;=1+1", "a,=1+1", '"=1+1', '","=1+1', '"";=1',
    "a\n=1+1", "a\t=1+1", "=", "+", "-", "@", "-x", "--1", "=-1", "\t", "\r",
)  # fmt: skip


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_formula_becomes_text(payload: str) -> None:
    assert harmless(payload) == "'" + payload


@pytest.mark.parametrize(
    "text",
    ["", "R12D", "-12.00", "+3", "0001234", "a=b", "e-mail", "1-2", "Statement 1", "'=1", "2026-01-05"],
)
def test_plain_text_and_numbers_stay_as_they_are(text: str) -> None:
    assert harmless(text) == text
