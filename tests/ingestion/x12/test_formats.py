"""One balanced file in every form that files come in: always the same tables, to the cell."""

from __future__ import annotations

import textwrap

import polars as pl
import pytest

from ingestion.x12 import X12Reading, read_x12, sniff
from tests.ingestion.x12.remittances import CLAIM, interchange, text, transaction

SEGMENTS = interchange(transaction(), transaction(control="0002"))
BASE = text(SEGMENTS)


def with_delimiters(element: str, component: str, terminator: str, ending: str = "") -> bytes:
    return text(
        interchange(transaction(), transaction(control="0002"), element=element, component=component),
        terminator,
        ending,
    )


def wrapped(data: bytes, width: int, line_end: str) -> bytes:
    letters = data.decode()
    return line_end.join(letters[at : at + width] for at in range(0, len(letters), width)).encode()


def short_header() -> bytes:
    header = "ISA*00**00**ZZ*PLAINPLAN*ZZ*PLAINTHERAPY*261102*1200*^*00501*000000001*0*P*:"
    return text([header, *SEGMENTS[1:]])


VARIANTS = {
    "line feed after each segment": BASE,
    "carriage return and line feed": text(SEGMENTS, ending="\r\n"),
    "carriage return": text(SEGMENTS, ending="\r"),
    "one line": text(SEGMENTS, ending=""),
    "line feed is the terminator": text(SEGMENTS, "\n", ""),
    "carriage return is the terminator": text(SEGMENTS, "\r", ""),
    "both line ends are the terminator": text(SEGMENTS, "\r\n", ""),
    "control characters as delimiters": with_delimiters("\x1d", "\x1f", "\x1e"),
    "0x1C as terminator": with_delimiters("\x1d", "\x1f", "\x1c"),
    "bars and pluses": with_delimiters("|", "+", "'"),
    "tabs between elements": with_delimiters("\t", ">", "\n"),
    "caret terminator": with_delimiters("*", "<", "^", "\r\n").replace(b"*^*00501", b"*U*00501"),
    "wrapped at 80 columns": wrapped(text(SEGMENTS, ending=""), 80, "\r\n"),
    "wrapped at 106 columns": wrapped(text(SEGMENTS, ending=""), 106, "\n"),
    "wrapped inside the header's end": wrapped(text(SEGMENTS, ending=""), 105, "\n"),
    "wrapped inside the word ISA": wrapped(text(SEGMENTS, ending=""), 2, "\n"),
    "byte order mark": b"\xef\xbb\xbf" + BASE,
    "indented": b"".join(b"   " + line + b"\n" for line in BASE.splitlines()),
    "blank lines in front": b"\r\n\r\n" + BASE,
    "Ctrl-Z at the end": BASE + b"\x1a",
    "NUL padding at the end": BASE + b"\x00" * 4096,
    "no last terminator": BASE.rstrip(b"~\n"),
    "doubled terminators": BASE.replace(b"~", b"~~"),
    "trailing separators": text(
        [f"{segment}**" if segment[:3] not in ("ISA", "CAS", "PLB") else segment for segment in SEGMENTS]
    ),
    "short header": short_header(),
    "blank lines between segments": text(SEGMENTS, ending="\n\n \n"),
}


def comparable(reading: X12Reading) -> dict[str, pl.DataFrame]:
    return {name: table for name, table in reading.tables.items() if name != "segments"}


@pytest.mark.parametrize("name", VARIANTS)
def test_every_form_gives_the_same_tables(name):
    expected, reading = read_x12(BASE), read_x12(VARIANTS[name])
    assert reading.findings.is_empty()
    assert reading.counts == expected.counts
    for table, rows in comparable(reading).items():
        assert rows.equals(comparable(expected)[table]), table
    assert sniff(VARIANTS[name]) == {"835"}


def test_the_base_is_what_it_is_thought_to_be():
    counts = read_x12(BASE).counts
    assert (counts.transactions_kept, str(counts.kept_control_amount)) == (2, "280.00")


def test_segments_give_the_file_back():
    raw = read_x12(BASE).tables["segments"]["raw"]
    assert "".join(f"{segment}~\n" for segment in raw).encode() == BASE


def test_interchanges_with_different_delimiters():
    one = text(interchange(transaction(), control="000000001"))
    other = text(interchange(transaction(), control="000000002", element="|", component="+"), "'", "")
    third = text(interchange(transaction(), control="000000003"), "\n", "")
    reading = read_x12(one + other + third)
    assert reading.counts.transactions_kept == 3
    assert reading.findings.is_empty()
    assert reading.tables["remittances"]["interchange_position"].to_list() == [1, 2, 3]
    assert reading.tables["remittances"]["transaction_position"].to_list() == [1, 2, 3]
    assert reading.tables["service_lines"]["modifier_2"].to_list() == ["59", None] * 3


def test_files_appended_to_one_another():
    one, other = (text(interchange(transaction(), control=f"00000000{number}")) for number in (1, 2))
    for glued in (
        one.rstrip(b"~\n") + other,
        one + b"\x1a" + other,
        one + b"\xef\xbb\xbf" + other,
        one + b"\x00" * 99 + other,
    ):
        reading = read_x12(glued)
        assert reading.counts.transactions_kept == 2
        assert reading.findings.is_empty()


def test_many_interchanges():
    data = b"".join(text(interchange(transaction(), control=f"{number:09}")) for number in range(156))
    reading = read_x12(data)
    assert reading.counts.transactions_kept == 156
    assert reading.tables["remittances"]["interchange_position"].to_list() == list(range(1, 157))


def test_isa_inside_a_name_is_no_interchange():
    claim = [
        segment.replace("DOE*JANE*", "MEISA*ISA*").replace("REF*1L*GROUP7", "REF*1L*ISA*ISA")
        for segment in CLAIM
    ]
    reading = read_x12(text(interchange(transaction([*claim], payment="150"))))
    assert reading.counts.transactions_kept == 1
    assert reading.tables["claims"]["patient_first_name"].to_list() == ["ISA"]
    assert reading.tables["segments"]["interchange_position"].unique().to_list() == [1]


def test_text_that_is_not_utf_8_is_latin_1():
    name = "MUÑOZ"
    for encoding in ("utf-8", "latin-1"):
        segments = interchange(transaction([segment.replace("DOE", name) for segment in CLAIM]))
        data = "".join(f"{segment}~" for segment in segments).encode(encoding)
        assert read_x12(data).tables["claims"]["patient_last_name"].to_list() == [name]


def test_quotes_and_commas_are_plain_text():
    claim = [segment.replace("DOE", 'O"DOE, "') for segment in CLAIM]
    assert read_x12(text(interchange(transaction(claim)))).tables["claims"][
        "patient_last_name"
    ].to_list() == ['O"DOE, "']


def test_a_file_wraps_at_any_width():
    one_line = text(SEGMENTS, ending="")
    expected = comparable(read_x12(one_line))
    for width in (3, 41, 64, 79, 80, 81, 104, 105, 106, 107, 108, 128, 1000):
        wrapped_tables = comparable(read_x12(wrapped(one_line, width, "\r\n")))
        assert all(wrapped_tables[name].equals(table) for name, table in expected.items()), width


def test_text_in_front_of_the_first_interchange_is_segment_0_and_set_aside():
    reading = read_x12(
        textwrap.dedent("""\
        Subject: your remittance

        """).encode()
        + BASE
    )
    assert reading.counts.transactions_kept == 2
    assert reading.findings.select("segment_number", "rule").rows() == [(0, "outside_transaction")]
    segments = reading.tables["segments"]
    assert segments.filter(segment_number=0)["is_kept"].to_list() == [False]
    assert len(segments) == reading.counts.segments_read == reading.counts.segments_kept + 1
