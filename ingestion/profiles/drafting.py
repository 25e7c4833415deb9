"""A first draft of a profile for a header that nobody knows yet.

Belongs here: guesses, each marked as one for a person to confirm. Does not belong here: reading files
(`ingestion.examination`). A draft is no promise: what could not be guessed stands as ``???``, which no header
is, so a draft that was not finished matches nothing.
"""

import difflib
import json
from collections.abc import Mapping, Sequence

import polars as pl

from ingestion.contracts import CONTRACTS, Contract
from ingestion.headers import normalized
from ingestion.profiles import shipped_profiles
from ingestion.readers.fields import typed

UNKNOWN = "???"

_LIKE_ENOUGH = 0.72
_MOST_VALUES = 12
_DATE_FORMATS = ("%d.%m.%Y", "%d.%m.%y", "%m-%d-%Y", "%d-%m-%Y", "%d/%m/%Y", "%Y%m%d", "%d-%b-%Y")


def draft(source: str, title: str, names: Sequence[str], below: pl.DataFrame, sheet: str | None) -> str:
    """The YAML of a profile for ``source`` whose header is ``names``; ``below`` are the rows under it."""
    contract = CONTRACTS[source]
    columns = {str(place): below[str(place)].str.strip_chars() for place in range(below.width)}
    sure, guessed = _assigned(contract, names)
    mapped = {
        column: columns[str(names.index(name))]
        for column, name in {**sure, **guessed}.items()
        if str(names.index(name)) in columns
    }
    telling = json.dumps(_telling(names, source), ensure_ascii=False)
    lines = [
        "# A draft: confirm each line marked `check`, and replace every ??? by a header, or the line by",
        "# {constant: …} where the export has no such column. Then: tieout profile FILE --home HOME",
        f"title: {json.dumps(title)}",
        f"source: {source}",
        "match:",
        f"  headers: {telling}  # check: only this export has them all",
        *_formats(contract, mapped),
        *([f"sheet: {json.dumps(sheet, ensure_ascii=False)}"] if sheet else []),
        "columns:",
    ]
    for column in contract.columns:
        if column in sure or column in guessed:
            name = sure.get(column) or guessed[column]
            lines += _column(contract, column, name, mapped.get(column), is_sure=column in sure)
        elif column in contract.required:
            lines.append(f'  {column}: "{UNKNOWN}"  # required: {contract.columns[column].description}')
    unused = [name for name in names if name.strip() and name not in {*sure.values(), *guessed.values()}]
    lines += [f"# not read: {', '.join(unused)}"] if unused else []
    return "\n".join([*lines, ""])


def _assigned(contract: Contract, names: Sequence[str]) -> tuple[dict[str, str], dict[str, str]]:
    """Canonical column to header: those that are spelled as somewhere known, and those that only look so."""
    spellings = {column: list(contract.spellings(column)) for column in contract.columns}
    for profile in shipped_profiles():
        if profile.source == contract.source:
            for column, described in profile.columns.items():
                spellings[column] += described.header
    free = {normalized(name): name for name in reversed(names) if name.strip()}
    sure: dict[str, str] = {}
    for column, known in spellings.items():
        hit = next((normalized(each) for each in known if normalized(each) in free), None)
        if hit is not None:
            sure[column] = free.pop(hit)
    guessed: dict[str, str] = {}
    for column in (name for name in contract.required if name not in sure):
        near = [(_likeness(name, spellings[column]), name) for name in free]
        if near and max(near)[0] >= _LIKE_ENOUGH:
            guessed[column] = free.pop(max(near)[1])
    return sure, guessed


def _likeness(name: str, spellings: Sequence[str]) -> float:
    return max(difflib.SequenceMatcher(None, normalized(each), name).ratio() for each in spellings)


def _telling(names: Sequence[str], source: str) -> list[str]:
    """Headers that no contract knows, which tell this export from others; else all that it has."""
    known = {
        normalized(each)
        for column in CONTRACTS[source].columns
        for each in CONTRACTS[source].spellings(column)
    }
    filled = [name for name in names if name.strip()]
    return [name for name in filled if normalized(name) not in known][:4] or filled


def _formats(contract: Contract, mapped: Mapping[str, pl.Series]) -> list[str]:
    lines = []
    amounts = [texts for column, texts in mapped.items() if contract.kind(column) == "money"]
    with_comma = sum(int(texts.str.contains(r",[0-9]{1,2}\)?-?$").sum()) for texts in amounts)
    with_point = sum(int(texts.str.contains(r"\.[0-9]{1,2}\)?-?$").sum()) for texts in amounts)
    if with_comma > with_point:
        lines.append('decimal_mark: ","  # check')
    unread = [
        texts.filter(outcome.problems.is_not_null())
        for column, texts in mapped.items()
        if contract.kind(column) in ("date", "timestamp")
        and (outcome := typed(contract.kind(column), texts)).problems is not None
    ]
    fitting = [form for form in _DATE_FORMATS if unread and all(_reads(texts, form) for texts in unread)]
    if fitting:
        others = f": or {', '.join(fitting[1:])}" if fitting[1:] else ""
        lines.append(f"dates: {json.dumps(fitting[:1])}  # check{others}")
    elif unread:
        lines.append(f'dates: ["{UNKNOWN}"]  # how days are written, as %d.%m.%Y')
    return lines


def _reads(texts: pl.Series, form: str) -> bool:
    return bool(texts.str.to_date(form, strict=False).is_not_null().all())


def _column(
    contract: Contract, column: str, name: str, texts: pl.Series | None, *, is_sure: bool
) -> list[str]:
    header = json.dumps(name, ensure_ascii=False)
    mark = "" if is_sure else "  # check"
    allowed = (contract.columns[column].metadata or {}).get("allowed", ())
    strange = _strange_values(texts, allowed) if is_sure and texts is not None and allowed else []
    if not strange:
        return [f"  {column}: {header}{mark}"]
    return [
        f"  {column}:",
        f"    header: {header}",
        f"    values:  # each becomes one of {', '.join(allowed)}",
        *(f'      {json.dumps(value, ensure_ascii=False)}: "{UNKNOWN}"' for value in strange),
    ]


def _strange_values(texts: pl.Series, allowed: Sequence[str]) -> list[str]:
    """Values outside of a closed list, where they are so few that they are codes and not people."""
    folded = {value.lower() for value in allowed}
    seen = sorted(set(texts.drop_nulls().to_list()) - {""})
    strange = [value for value in seen if value.lower() not in folded]
    is_code = len(seen) <= _MOST_VALUES and 2 * len(seen) <= max(len(texts), 4)
    return strange if is_code else []
