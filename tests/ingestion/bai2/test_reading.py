"""BAI2 statements: what a bank writes is what is read, and what is broken costs its own group only."""

import random
import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.bai2 import RULES, Bai2Refused, StatementPart, read_statement
from synthetic.bai2_writer import StatedAccount, StatedEntry, statement_text
from tests.ingestion.bai2.sample import SAMPLE

AS_OF = date(2026, 1, 5)


def read(text: str) -> list[StatementPart]:
    return list(read_statement(text.splitlines()))


def problems(text: str) -> list[tuple[int, str]]:
    return [(part.problem.record_number, part.problem.rule) for part in read(text) if part.problem]


def test_every_entry_of_the_sample_is_read():
    parts = read(SAMPLE)
    assert [part.problem for part in parts] == [None] * 4
    rows = [row for part in parts for row in part.rows]
    assert [(row[0], row[2], row[3], row[4], row[5]) for row in rows] == [
        ("9000000001", AS_OF, None, 45_078, "142"),
        ("9000000001", AS_OF, date(2026, 1, 7), 12_000, "301"),
        ("9000000001", AS_OF, None, 60_000, "165"),
        ("9000000001", AS_OF, None, -4_500, "555"),
        ("9000000003", AS_OF, None, 7_972, "115"),
        ("9000000001", date(2026, 1, 6), None, 45_078, "142"),
        ("9000000001", date(2026, 1, 6), None, 45_078, "142"),
    ]
    first, slip, card, returned, *_ = rows
    assert first[6:] == (
        "810120260105",
        "1511111111",
        "810120260105",
        None,
        "HCCLAIMPMT TRN*1*810120260105*1511111111\\ FIRST PLAIN HEALTH PLAN",
        5,
    )
    assert slip[8:11] == ("SLIP1", None, "4 ITEMS, TWO OF THEM CHECKS")
    assert card[8:11] == ("CARD1", "S1", None)
    assert returned[8:10] == ("RET1", "2219")
    assert sum(part.records for part in parts) == len(SAMPLE.splitlines())


def test_two_equal_entries_are_two_and_a_repeated_one_is_the_same():
    ids = [row[1] for part in read(SAMPLE) for row in part.rows]
    assert len(set(ids)) == len(ids)
    again = SAMPLE.replace("01,BANK,PRACTICE,260105,2200,1", "01,BANK,PRACTICE,260106,0600,2")
    assert [row[1] for part in read(again) for row in part.rows] == ids


@pytest.mark.parametrize(
    ("old", "new", "record", "rule"),
    [
        ("49,744128,9/", "49,744129,9/", 11, "account_total_differs"),
        ("49,744128,9/", "49,744128,8/", 11, "account_record_count_differs"),
        ("49,744128,9/\n", "", 3, "account_not_closed"),
        ("98,752100,2,14/", "98,752101,2,14/", 15, "group_total_differs"),
        ("98,752100,2,14/", "98,752100,3,14/", 15, "group_account_count_differs"),
        ("98,752100,2,14/", "98,752100,2,15/", 15, "group_record_count_differs"),
        ("98,752100,2,14/\n", "", 2, "group_not_closed"),
        ("1,260105,2359,USD", "4,260105,2359,USD", 2, "group_status_not_taken"),
        ("1,260105,2359,USD", "1,260105,2359,CAD", 2, "currency_not_dollars"),
        ("1,260105,2359,USD", "1,261305,2359,USD", 2, "date_malformed"),
        ("03,9000000003,", "03,9000000003,EUR", 12, "currency_not_dollars"),
        ("03,9000000003,", "03,90 03,", 12, "account_malformed"),
        ("16,142,45078,Z,810120260105,,HCC", "16,142,450.78,Z,810120260105,,HCC", 5, "amount_malformed"),
        ("16,142,45078,Z,810120260105,,HCC", "16,142,,Z,810120260105,,HCC", 5, "amount_malformed"),
        ("16,142,45078,Z,810120260105,,HCC", "16,142", 5, "type_code_malformed"),
        ("16,142,45078,Z,810120260105,,HCC", "16,14X,45078,Z,810120260105,,HCC", 5, "type_code_malformed"),
        (
            "16,142,45078,Z,810120260105,,HCC",
            "16,701,45078,Z,810120260105,,HCC",
            5,
            "type_code_without_direction",
        ),
        ("16,142,45078,Z,810120260105,,HCC", "16,142,45078,Q,810120260105,,HCC", 5, "funds_type_malformed"),
        ("V,260107,0800", "V,260132,0800", 7, "date_malformed"),
        ("16,890,,,,,A MESSAGE", "16,890,,,,,A \x07MESSAGE", 10, "control_characters"),
        ("03,9000000003,,,,,/", "17,9000000003,,,,,/", 12, "record_unknown"),
    ],
)
def test_a_broken_group_is_set_aside_alone(old, new, record, rule):
    text = SAMPLE.replace(old, new, 1)
    assert text != SAMPLE
    found = problems(text)
    assert rule in {name for _, name in found}, found
    if rule != "type_code_malformed" or new != "16,142":
        assert (record, rule) in found
    kept = [row for part in read(text) for row in part.rows]
    assert [row[2] for row in kept] == [date(2026, 1, 6)] * 2
    assert all(known in RULES for _, known in found)


@pytest.mark.parametrize(
    ("trailer", "rule"),
    [
        ("99,842257,2,22/", "file_total_differs"),
        ("99,842256,3,22/", "file_group_count_differs"),
        ("99,842256,2,21/", "file_record_count_differs"),
        ("99,8422.56,2,22/", "amount_malformed"),
        ("", "file_not_closed"),
    ],
)
def test_a_wrong_end_of_the_file_is_told_and_costs_no_group(trailer, rule):
    text = SAMPLE.replace("99,842256,2,22/", trailer)
    assert [name for _, name in problems(text)] == [rule]
    assert sum(len(part.rows) for part in read(text)) == 7


def test_records_outside_of_groups_are_told():
    text = "01,BANK,PRACTICE,260105,2200,1,,,2/\n16,142,45078,Z/\n88,MORE\n99,0,0,4/\n"
    assert problems(text) == [(2, "outside_group")]


def test_several_files_in_one_are_read_each():
    assert [part.problem for part in read(SAMPLE + SAMPLE)] == [None] * 8


@pytest.mark.parametrize(
    "header", ["01,A,B,260105,2200,1,80,1,3/", "01,A,B,260105,2200,1,80,1,2,02,PRACTICE"]
)
def test_a_file_of_another_kind_is_refused(header):
    with pytest.raises(Bai2Refused):
        read(SAMPLE.replace("01,BANK,PRACTICE,260105,2200,1,80,1,2/", header))


def test_a_statement_cut_at_any_byte_loads_whole_groups_only():
    whole = {tuple(row) for part in read(SAMPLE) for row in part.rows}
    sizes = set()
    for length in range(len(SAMPLE)):
        text = SAMPLE[:length]
        try:
            parts = read(text)
        except Bai2Refused:
            continue
        rows = [row for part in parts for row in part.rows]
        assert {tuple(row) for row in rows} <= whole
        sizes.add(len(rows))
        assert sum(part.records for part in parts) == sum(1 for line in text.splitlines() if line.strip())
        if length < len(SAMPLE) - 2:
            assert any(part.problem for part in parts) or not text.strip()
    assert sizes == {0, 5, 7}


REFERENCE = st.text("ABCDEFGHIJ0123456789-", max_size=12)
WORD = st.text(
    st.characters(min_codepoint=33, max_codepoint=126, exclude_characters="/"), min_size=1, max_size=70
)
ENTRY = st.builds(
    StatedEntry,
    type_code=st.sampled_from(["142", "165", "301", "115", "455", "555", "925", "965"]),
    cents=st.integers(0, 10**12),
    bank_reference=REFERENCE,
    customer_reference=REFERENCE,
    text=st.lists(WORD, max_size=12).map(" ".join),
)
ACCOUNT = st.builds(
    StatedAccount,
    number=st.text("0123456789", min_size=4, max_size=12),
    entries=st.lists(ENTRY, max_size=5).map(tuple),
    summary=st.lists(
        st.tuples(st.sampled_from(["010", "015", "100"]), st.integers(-(10**12), 10**12)), max_size=3
    ).map(tuple),
)


@given(st.lists(st.lists(ACCOUNT, max_size=3), max_size=3))
def test_what_is_written_is_read(groups):
    text = statement_text(groups, as_of=AS_OF)
    parts = read(text)
    assert [part.problem for part in parts] == [None] * (len(groups) + 2)
    written = [(account.number, entry) for group in groups for account in group for entry in account.entries]
    found = [row for part in parts for row in part.rows]
    assert len(found) == len(written)
    for row, (number, entry) in zip(found, written, strict=True):
        sign = -1 if entry.type_code in ("455", "555", "965") else 1
        assert (row[0], row[4], row[5]) == (number, sign * entry.cents, entry.type_code)
        assert (row[8] or "", row[9] or "", row[10] or "") == (
            entry.bank_reference,
            entry.customer_reference,
            entry.text,
        )


def damaged(chance: random.Random) -> str:
    """The sample with a few of its characters, lines or fields changed."""
    text = list(SAMPLE)
    for _ in range(chance.randint(1, 6)):
        place = chance.randrange(len(text))
        match chance.randrange(4):
            case 0:
                text[place] = chr(
                    chance.choice([chance.randrange(32, 127), chance.randrange(0x110000 - 0x800)]) or 65
                )
            case 1:
                del text[place : place + chance.randint(1, 40)]
            case 2:
                text.insert(place, chance.choice(",/\n\r 0168899-"))
            case _:
                start = chance.randrange(len(text))
                text[place:place] = text[start : start + chance.randint(1, 200)]
    # Half of a surrogate pair is no character, and no decoder lets one through.
    return "".join(text).encode("utf-8", "replace").decode()


def check_damaged(chance: random.Random) -> None:
    """A damaged statement is read without an error, and every group is kept or set aside as a whole."""
    text = damaged(chance)
    try:
        parts = list(read_statement(text.split("\n")))
    except Bai2Refused:
        return
    assert sum(part.records for part in parts) == sum(1 for line in text.split("\n") if line.strip())
    assert all(not part.rows or part.problem is None for part in parts)
    for part in parts:
        assert part.problem is None or part.problem.rule in RULES


def test_damage_is_never_an_error():
    chance = random.Random(20260105)
    for _ in range(3_000):
        check_damaged(chance)


@pytest.mark.soak
def test_damage_is_never_an_error_for_a_minute():
    chance = random.Random(99)
    end = time.monotonic() + 60
    while time.monotonic() < end:
        check_damaged(chance)
