"""The templates, and how values are written on a page. Everything is escaped; amounts keep every digit."""

import re
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from urllib.parse import quote, urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from dashboards.access.roles import MEANINGS, Permission, Role
from dashboards.tables.descriptor import pages
from dashboards.tables.layout import Cell

_FOLDER = Path(__file__).parent / "templates"
_HASH = re.compile("[0-9a-f]{64}")
SECTIONS = ("Review", "Work", "Money", "Evidence")


class Templates:
    """Renders templates by name."""

    def __init__(self, practice_name: str, asset_version: str) -> None:
        self._always = {"practice_name": practice_name, "asset_version": asset_version}

    def make_ready(self) -> None:
        """Read and compile every template, which takes a third of a second that no visitor should wait."""
        environment = _environment()
        for name in environment.list_templates():
            environment.get_template(name)

    def render(self, template: str, **values: object) -> str:
        """The page."""
        return _environment().get_template(template).render(**self._always, **values)


@cache
def _environment() -> Environment:
    """The templates, read and compiled once for the process."""
    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "shown": shown, "money": money, "count": count, "segment": segment, "grouped": grouped,
        "drawn": drawn,
    }  # fmt: skip
    environment.tests["hash"] = is_hash
    environment.globals |= {
        "menu": pages(),
        "sections": SECTIONS,
        "Permission": Permission,
        "role_meanings": MEANINGS,
        "roles": tuple(Role),
        "urlencode": urlencode,
    }
    return environment


def money(amount: Decimal | int | None) -> str:
    """An amount with its cents and separators; nothing for nothing."""
    return "" if amount is None else f"{amount:,.2f}"


def count(number: int | None) -> str:
    """A whole number with separators."""
    return "" if number is None else f"{number:,}"


def shown(value: object, kind: str = "text") -> str | Markup:
    """A cell as people read it."""
    if value is None:
        return ""
    if kind == "money" and isinstance(value, Decimal | int):
        return money(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, Decimal) and kind == "exact":
        return f"{value:,f}"
    if isinstance(value, Decimal):
        text = f"{value:,f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return str(value)


def drawn(cells: Iterable[Cell]) -> Markup:
    """The cells of a line. A page has a thousand, and a macro takes three times as long to write them."""
    return Markup("".join(map(_drawn, cells)))  # noqa: S704 (every part is escaped)


def _drawn(cell: Cell) -> str:
    manner = cell.manner
    text = str(escape(shown(cell.value, cell.kind)))
    if cell.href:
        hint = f' title="{escape(cell.hint)}"' if cell.hint else ""
        text = f'<a href="{escape(cell.href)}"{hint}>{text}</a>'
    elif cell.tone:
        text = f'<span class="state {escape(cell.tone)}">{text}</span>'
    elif is_hash(cell.value):
        text = f'<code title="{text}">{text[:12]}…</code>'
    elif manner == " long":
        text = f'<span class="clamp" title="{text}">{text}</span>'
    return f'<td class="{cell.kind}{manner}">{text}</td>\n'


def is_hash(value: object) -> bool:
    """Whether a value is a long checksum, of which people read the first figures at most."""
    return isinstance(value, str) and bool(_HASH.fullmatch(value))


def grouped(text: str) -> str:
    """A number that is kept as text, with separators and every digit; any other text as it is."""
    try:
        return f"{Decimal(text):,f}"
    except InvalidOperation:
        return text


def segment(value: object) -> str:
    """A value as one part of a path or as a value of a query."""
    return quote("" if value is None else str(value), safe="")
