"""In which encoding a text file is written, and its content as UTF-8.

Belongs here: byte order marks, UTF-8, UTF-16 and the Western one-byte encodings that exports come in. Does
not belong here: what the text says. A file without a mark that is not UTF-8 is read as cp1252, or as latin-1
when it uses one of the five bytes that cp1252 leaves undefined; both read every byte, so no row is lost to an
accent.
"""

import codecs
from collections.abc import Iterable
from dataclasses import dataclass

CP1252, LATIN1 = "cp1252", "latin-1"
_UNDEFINED_IN_CP1252 = (b"\x81", b"\x8d", b"\x8f", b"\x90", b"\x9d")
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


@dataclass(slots=True)
class EncodingSurvey:
    """Gathers over the blocks of a file what is needed to name its encoding; feed it every block in order."""

    is_empty: bool = True
    _mark: str | None = None
    _utf8: codecs.IncrementalDecoder | None = None
    _is_utf8: bool = True
    _uses_undefined_byte: bool = False

    def feed(self, block: bytes) -> None:
        """Take the next block of the file's bytes."""
        if not block:
            return
        is_ascii = block.isascii()
        if self.is_empty:
            self.is_empty = False
            if not is_ascii:
                self._mark = next((name for mark, name in _MARKS if block.startswith(mark)), None)
        if self._mark == "utf-16" or (is_ascii and not self._is_within_a_character):
            return
        if self._utf8 is None:
            self._utf8 = codecs.getincrementaldecoder("utf-8")()
        self._is_utf8 = self._is_utf8 and _decodes(self._utf8, block)
        self._uses_undefined_byte = self._uses_undefined_byte or (
            not is_ascii and any(byte in block for byte in _UNDEFINED_IN_CP1252)
        )

    def encoding(self) -> str:
        """Name of the Python codec to read the file with."""
        if self._mark == "utf-16":
            return self._mark
        if self._is_utf8 and not self.is_empty and not self._is_within_a_character:
            return self._mark or "utf-8"
        return LATIN1 if self._uses_undefined_byte else CP1252

    @property
    def _is_within_a_character(self) -> bool:
        return self._is_utf8 and self._utf8 is not None and bool(self._utf8.getstate()[0])


def survey(blocks: Iterable[bytes]) -> EncodingSurvey:
    """Feed all ``blocks`` to a new survey."""
    found = EncodingSurvey()
    for block in blocks:
        found.feed(block)
    return found


def to_utf8(data: bytes, encoding: str) -> bytes:
    """``data`` in ``encoding`` as UTF-8 without a mark.

    Raises UnicodeDecodeError for UTF-16 that breaks off in the middle of a character; the one-byte encodings
    of `EncodingSurvey` read anything.
    """
    if encoding == "utf-8":
        return data
    if encoding == "utf-8-sig":
        return data.removeprefix(codecs.BOM_UTF8)
    return data.decode(encoding).encode()


def _decodes(decoder: codecs.IncrementalDecoder, block: bytes) -> bool:
    try:
        decoder.decode(block)
    except UnicodeDecodeError:
        return False
    return True
