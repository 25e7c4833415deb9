"""The bytes of a journal's file that hold no entry: they are what SQLite writes there, and nothing else.

The chain proves every entry and SQLite's own check every index. What is left are the header, the room between
the cells of a page and the ends of overflow pages. A journal is only ever appended to, so that room is
zeros; a byte in it that is not was written by somebody else. Pages of an index that has split are the
exception: SQLite leaves old bytes in their room, and they are passed over.

The last four bytes of the header name the version of SQLite that wrote last, which may be any.
"""

from collections.abc import Iterator

_HEADER = 100
_TABLE_LEAF, _TABLE_INTERIOR, _INDEX_LEAF, _INDEX_INTERIOR = 13, 5, 10, 2
_SCHEMA_ROOT, _ENTRIES_ROOT, _INDEX_ROOT = 1, 2, 3
_ROOTS = (_SCHEMA_ROOT, _ENTRIES_ROOT, _INDEX_ROOT)


class _NotALayoutError(Exception):
    """The pages do not fit together."""


def is_as_sqlite_writes(content: bytes, *, schema_version: int) -> bool:
    """Whether the file of a closed journal holds nothing besides its entries.

    ``content`` is the whole file, without entries waiting in a write-ahead log; ``schema_version`` counts the
    statements that made its tables and guards.
    """
    try:
        if not _is_header(content, schema_version):
            return False
        size = _page_size(content)
        pages = [content[start : start + size] for start in range(0, len(content), size)]
        seen: set[int] = set()
        for root in _ROOTS:
            _walk(pages, root, seen)
        return seen == set(range(1, len(pages) + 1))
    except (_NotALayoutError, IndexError):
        return False


def _page_size(content: bytes) -> int:
    size = _number(content, 16, 2)
    return 65536 if size == 1 else size


def _is_header(content: bytes, schema_version: int) -> bool:
    """The fields that have one value only; a checksum of sorts is the change counter, which stands twice."""
    size = _page_size(content)
    return (
        content[:16] == b"SQLite format 3\0"
        and size >= 512
        and len(content) % size == 0
        and content[18:24] == bytes([2, 2, 0, 64, 32, 32])
        and content[24:28] == content[92:96]
        and _number(content, 28, 4) * size == len(content)
        and not any(content[32:40])
        and _number(content, 40, 4) == schema_version
        and content[44:60] == bytes([0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1])
        and not any(content[64:68])
        and not any(content[72:92])
    )


def _walk(pages: list[bytes], root: int, seen: set[int]) -> None:
    """Visit every page of the tree below ``root``, each once."""
    waiting = [root]
    while waiting:
        number = waiting.pop()
        if number == 0 or number in seen or number > len(pages):
            raise _NotALayoutError
        seen.add(number)
        page, start = pages[number - 1], _HEADER if number == 1 else 0
        kind, count = page[start], _number(page, start + 3, 2)
        is_interior = kind in (_TABLE_INTERIOR, _INDEX_INTERIOR)
        pointers = start + (12 if is_interior else 8)
        cells = [_number(page, pointers + 2 * place, 2) for place in range(count)]
        if is_interior:
            waiting += [_number(page, cell, 4) for cell in cells] + [_number(page, start + 8, 4)]
        elif kind not in (_TABLE_LEAF, _INDEX_LEAF):
            raise _NotALayoutError
        if kind == _TABLE_INTERIOR:
            continue
        sizes = [_cell(pages, page, cell, kind, seen) for cell in cells]
        # An index whose root is a leaf has never split.
        if kind == _TABLE_LEAF or (kind == _INDEX_LEAF and number in _ROOTS):
            _require_nothing_between(page, start, pointers + 2 * count, cells, sizes)


def _require_nothing_between(
    page: bytes, start: int, after_pointers: int, cells: list[int], sizes: list[int]
) -> None:
    """From the end of the page down cell lies beside cell, and zeros are between them and the pointers."""
    end = len(page)
    for cell, size in sorted(zip(cells, sizes, strict=True), reverse=True):
        if cell + size != end:
            raise _NotALayoutError
        end = cell
    freed, fragments = page[start + 1 : start + 3], page[start + 7]
    if any(freed) or fragments or any(page[after_pointers:end]):
        raise _NotALayoutError
    if _number(page, start + 5, 2) not in (end, end % 65536):
        raise _NotALayoutError


def _cell(pages: list[bytes], page: bytes, at: int, kind: int, seen: set[int]) -> int:
    """The size of the cell at ``at``; its overflow pages are visited."""
    usable = len(page)
    position = at + (4 if kind == _INDEX_INTERIOR else 0)
    payload, position = _varint(page, position)
    if kind == _TABLE_LEAF:
        _, position = _varint(page, position)
    most = usable - 35 if kind == _TABLE_LEAF else (usable - 12) * 64 // 255 - 23
    least = (usable - 12) * 32 // 255 - 23
    if payload <= most:
        return max(4, position + payload - at)
    local = least + (payload - least) % (usable - 4)
    if local > most:
        local = least
    left = payload - local
    for overflow in _overflow(pages, _number(page, position + local, 4), seen):
        if left <= 0 or any(overflow[4 + left :]):
            raise _NotALayoutError
        left -= usable - 4
    if left > 0:
        raise _NotALayoutError
    return position + local + 4 - at


def _overflow(pages: list[bytes], number: int, seen: set[int]) -> Iterator[bytes]:
    while number:
        if number in seen or number > len(pages):
            raise _NotALayoutError
        seen.add(number)
        yield pages[number - 1]
        number = _number(pages[number - 1], 0, 4)


def _varint(page: bytes, at: int) -> tuple[int, int]:
    """A number of SQLite's own encoding, and where it ends."""
    value = 0
    for length in range(1, 9):
        byte = page[at + length - 1]
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, at + length
    return value << 8 | page[at + 8], at + 9


def _number(content: bytes, at: int, length: int) -> int:
    if at + length > len(content):
        raise _NotALayoutError
    return int.from_bytes(content[at : at + length])
