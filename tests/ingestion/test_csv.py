"""Delimited text in every common dress gives the same records with the same numbers."""

import csv
import io
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.readers.csv import (
    BROKEN_ENCODING,
    NO_HEADER,
    RECORD_TOO_LONG,
    UNTERMINATED_QUOTE,
    CsvRecords,
    UnreadableCsvError,
    cut_together,
    plain_text,
    read_header,
    read_records,
    stream_records,
)
from ingestion.readers.encodings import survey

RECORDS = [
    ["id", "note", "amount"],
    ["0001", "é, ü", "1.00"],
    ["0002", 'two\nlines "quoted"', ""],
    ["0003", "", "2"],
]
FIELD = st.text(
    st.characters(codec="utf-8", exclude_characters="\r\x00\x1e", exclude_categories=["Cs"]), max_size=8
)


def written(records: list[list[str]], delimiter: str = ",", line_end: str = "\r\n") -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator=line_end).writerows(records)
    return text.getvalue()


def read(data: bytes) -> CsvRecords:
    encoding = survey([data]).encoding()
    return read_records(data, encoding, read_header(data, encoding))


def values(found: CsvRecords) -> list[list[str]]:
    return [[value or "" for value in row.values()] for row in found.fields.to_pylist()]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "latin-1"])
def test_encodings_delimiters_and_line_ends(delimiter: str, line_end: str, encoding: str):
    found = read(written(RECORDS, delimiter, line_end).encode(encoding))
    assert values(found) == RECORDS[1:]
    assert found.numbers.tolist() == [2, 3, 4]
    assert found.ragged == []


def test_a_byte_that_cp1252_leaves_undefined_is_read_as_latin_1():
    assert survey([b"a,b\nx,\x81\xe9\n"]).encoding() == "latin-1"


def test_a_character_split_between_blocks_is_still_utf8():
    data = "a,b\né,ü\n".encode()
    for cut in range(len(data)):
        assert survey([data[:cut], data[cut:]]).encoding() == "utf-8"


def test_utf16_that_breaks_off_is_refused():
    data = written(RECORDS).encode("utf-16")[:-1]
    with pytest.raises(UnreadableCsvError) as refused:
        read(data)
    assert refused.value.reason == BROKEN_ENCODING


def test_records_with_a_wrong_number_of_fields_are_told_apart_and_the_numbers_stay_right():
    found = read(b'a,b,c\n1,2,3\n\n"x\ny",5,6\n7,8\n9,10,11,12\n"q""q",,\n')
    assert values(found) == [["1", "2", "3"], ["", "", ""], ["x\ny", "5", "6"], ['q"q', "", ""]]
    assert found.numbers.tolist() == [2, 3, 4, 7]
    assert found.ragged == [5, 6]


def test_blank_lines_above_the_header_count():
    found = read(b'\n,\n"a\nx",b\n1,2\n1\n')
    assert (values(found), found.numbers.tolist(), found.ragged) == ([["1", "2"]], [4], [5])


def test_a_quote_inside_a_field_is_a_character():
    assert values(read(b'a,b\n5" tube,1\n')) == [['5" tube', "1"]]


@pytest.mark.parametrize("ending", ["", "\n", "\r\n"])
def test_an_open_quote_is_refused_and_not_swallowed(ending: str):
    data = f'a,b\n1,2\n3,"open\n5,6{ending}'.encode()
    with pytest.raises(UnreadableCsvError) as refused:
        read(data)
    assert refused.value.reason == UNTERMINATED_QUOTE
    with pytest.raises(UnreadableCsvError):
        list(stream_records(io.BytesIO(data), "utf-8", read_header(data, "utf-8")))


def test_a_record_longer_than_a_block_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("ingestion.readers.csv.BLOCK", 64)
    monkeypatch.setattr("ingestion.readers.csv.SMALL_FILE", 64)
    data = b"a,b\n1,2\n" + b"x" * 1000 + b",2\n"
    with pytest.raises(UnreadableCsvError) as refused:
        read(data)
    assert refused.value.reason == RECORD_TOO_LONG


def test_a_million_columns_are_refused():
    with pytest.raises(UnreadableCsvError) as refused:
        read(b"a," * 400_000 + b"a\n")
    assert refused.value.reason == NO_HEADER


@given(st.lists(st.lists(FIELD, min_size=3, max_size=3), max_size=12), st.sampled_from([",", ";", "\t"]))
def test_what_was_written_is_read(records: list[list[str]], delimiter: str):
    data = written([["one", "two", "three"], *records], delimiter).encode()
    found = read(data)
    assert values(found) == records
    assert found.numbers.tolist() == list(range(2, 2 + len(records)))


@given(
    st.lists(st.lists(FIELD, min_size=2, max_size=4), max_size=20), st.integers(min_value=160, max_value=400)
)
def test_a_stream_gives_the_records_of_the_whole(records: list[list[str]], block: int):
    data = written([["one", "two", "three"], *records]).encode()
    header = read_header(data, "utf-8")
    whole = read_records(data, "utf-8", header)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ingestion.readers.csv.BLOCK", block)
        stretches = list(stream_records(io.BytesIO(data), "utf-8", header))
    assert [row for each in stretches for row in values(each)] == values(whole)
    assert [number for each in stretches for number in each.numbers] == whole.numbers.tolist()
    assert [number for each in stretches for number in each.ragged] == whole.ragged


@given(st.binary(max_size=200))
def test_no_bytes_make_the_reader_fail(data: bytes):
    try:
        found = read(b"a,b\n" + data)
    except UnreadableCsvError:
        return
    numbers = [*found.numbers, *found.ragged]
    assert len(set(numbers)) == len(numbers)


def outcome(data: bytes) -> object:
    """What reading ends with: the records, or the reason there are none."""
    try:
        found = read(data)
    except UnreadableCsvError as unreadable:
        return unreadable.reason
    if found.is_trimmed:
        assert all(value == value.strip(" \t\r\n\x0b\x0c") for row in values(found) for value in row)
    return values(found), found.numbers.tolist(), found.ragged


@given(st.text('ab ,;"\n\r\té\u00a0', max_size=60))
def test_a_text_that_is_cut_by_the_kernel_gives_what_arrow_gives(text: str):
    data = ("id,note\n" + text).encode()
    cut = outcome(data)
    with mock.patch("ingestion.readers.csv.cut_rectangle", return_value=None):
        assert outcome(data) == cut


@given(
    st.lists(st.tuples(*[st.text("ab 12é", max_size=9)] * 2), min_size=20, max_size=60),
    st.text('ab ,"\n\r', max_size=30),
    st.integers(min_value=160, max_value=400),
)
def test_a_stream_that_is_plain_to_begin_with_is_read_on_where_it_ceases_to_be(
    records: list[tuple[str, str]], end: str, block: int
):
    data = ("id,note\n" + "".join(f"{first},{second}\n" for first, second in records) + end).encode()
    header = read_header(data, "utf-8")
    with mock.patch("ingestion.readers.csv.cut_rectangle", return_value=None):
        whole = outcome(data)
    with mock.patch("ingestion.readers.csv.BLOCK", block):
        if isinstance(whole, str):
            with pytest.raises(UnreadableCsvError, match=whole):
                list(stream_records(io.BytesIO(data), "utf-8", header))
            return
        stretches = list(stream_records(io.BytesIO(data), "utf-8", header))
    rows = [row for each in stretches for row in values(each)]
    numbers = [number for each in stretches for number in each.numbers]
    assert (rows, numbers, [number for each in stretches for number in each.ragged]) == whole


@given(st.lists(st.one_of(st.text('ab ,"\n\r', max_size=40), st.just("a,b\nc,")), max_size=6))
def test_small_files_cut_together_give_what_each_gives(texts: list[str]):
    files = [f"id,note\n{text}".encode() for text in texts]
    header = read_header(b"id,note\n", "utf-8")
    plain = [(data, found) for data in files if (found := plain_text(data, "utf-8", header)) is not None]
    if not plain:
        return
    together = cut_together([found for _, found in plain])
    alone = [read(data) for data, _ in plain]
    assert [values(found.apart()) for _, found in plain] == [values(each) for each in alone]
    if together is None:
        assert any(each.ragged or b"\n\n" in data for each, (data, _) in zip(alone, plain, strict=True))
    else:
        assert values(together) == [row for each in alone for row in values(each)]
        assert together.numbers.tolist() == [number for each in alone for number in each.numbers]
        assert not any(each.ragged for each in alone)


@given(st.lists(st.lists(FIELD, min_size=2, max_size=2), max_size=12), st.sampled_from([",", ";", "\t"]))
def test_records_said_to_be_trimmed_are(records: list[list[str]], delimiter: str):
    data = written([["one", "two"], *records], delimiter).encode()
    for block in (3, 10**6):
        with mock.patch("ingestion.readers.csv.BLOCK", max(block, len(data))):
            header = read_header(data, "utf-8")
            stretches = [read_records(data, "utf-8", header)]
            stretches += stream_records(io.BytesIO(data), "utf-8", header)
        for found in stretches:
            if found.is_trimmed:
                assert all(value == value.strip(" \t\r\n\x0b\x0c") for row in values(found) for value in row)


def test_a_common_export_is_known_to_be_trimmed():
    assert read(b"id,note\n1,two words\n").is_trimmed
    assert read(b'id,note\n"1","two words"\n').is_trimmed
    assert not read(b'id,note\n1,"two\n"\n').is_trimmed
    for padded in (b"1, two\n", b"1 ,two\n", b"1,two \n", b'1," two"\n', b"1,two\t\n", b"1,two "):
        assert not read(b"id,note\n" + padded).is_trimmed


@pytest.mark.parametrize("rows", [0, 1])
def test_a_nul_byte_in_the_header_is_judged_alike_in_small_and_large_files(rows: int):
    data = b"id,no\x00te\n" + b"1,two\n" * rows
    small = outcome(data)
    with mock.patch("ingestion.readers.csv.SMALL_FILE", -1):
        assert outcome(data) == small
