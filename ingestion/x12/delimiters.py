"""The delimiters of an interchange, read from its ISA header.

X12 fixes the delimiters by position, but a quarter of the headers met in practice are not of the standard's
106 bytes, so the header is read by counting its sixteen separators. Each interchange has its own delimiters.
"""

from __future__ import annotations

from dataclasses import dataclass

LINE_NOISE = b"\r\n"
"""Carriage returns and line feeds: noise anywhere in the stream, unless one of them is the terminator."""

BLANKS = b" \t\r\n\x00\x1a"
"""What pads a file or sits between interchanges: white space, NUL and Ctrl-Z.

Python's own idea of white space includes 0x1C to 0x1F, which are common delimiters; hence the explicit list.
"""

HEADER_ELEMENTS = 16
_HEADER_LIMIT = 512
"""No header is longer; a search for separators past it would read the segments that follow."""


@dataclass(frozen=True, slots=True)
class Delimiters:
    """The three characters that cut an interchange into segments, elements and components."""

    element: str
    component: str
    terminator: str

    @property
    def blanks(self) -> bytes:
        """The padding bytes that are not themselves delimiters here."""
        return bytes(
            byte for byte in BLANKS if chr(byte) not in (self.element, self.component, self.terminator)
        )

    @property
    def line_noise(self) -> bytes:
        """The line-ending bytes to drop from the stream: both, or the one that is not the terminator."""
        return bytes(byte for byte in LINE_NOISE if chr(byte) != self.terminator)


def _is_delimiter(byte: bytes) -> bool:
    """Tell whether one byte can delimit: ASCII, neither a letter, a digit nor a space."""
    return len(byte) == 1 and byte[0] < 0x7F and not byte.isalnum() and byte != b" "


def _terminator(after_component: bytes) -> bytes:
    """Return the segment terminator, given the bytes that follow ISA16.

    A line ending there is the terminator itself, or the wrap of a fixed-width stream in front of a visible
    one.
    """
    first = after_component[:1]
    if first not in (b"\r", b"\n"):
        return first
    visible = after_component.lstrip(LINE_NOISE)
    ending = after_component[: len(after_component) - len(visible)]
    if _is_delimiter(visible[:1]) and not visible.startswith((b"\xef", b"\x00", b"\x1a")):
        return visible[:1]
    return b"\n" if b"\n" in ending else b"\r"


def delimiters_at(data: bytes, start: int) -> Delimiters | None:
    """Read the delimiters of the ISA header that begins at `start`, or None when it is no readable header."""
    header = data[start : start + _HEADER_LIMIT]
    position = 0
    for letter in b"ISA":
        while header[position : position + 1] in (b"\r", b"\n"):
            position += 1
        if header[position : position + 1] != bytes((letter,)):
            return None
        position += 1
    element = header[position:].lstrip(LINE_NOISE)[:1]
    if not _is_delimiter(element):
        return None
    for _ in range(HEADER_ELEMENTS):
        position = header.find(element, position) + 1
        if not position:
            return None
    rest = header[position:].lstrip(LINE_NOISE)
    component, terminator = rest[:1], _terminator(rest[1:])
    found = (element, component, terminator)
    if not (_is_delimiter(component) and (_is_delimiter(terminator)) and len(set(found)) == len(found)):
        return None
    return Delimiters(element.decode(), component.decode(), terminator.decode())
