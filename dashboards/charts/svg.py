"""Charts as SVG from Vega-Lite specifications, converted by vl-convert.

Colours are CSS variables of the page, so that one drawing serves dark and light. Amounts go in as whole
cents: integers are exact in the converter, and only the axis writes dollars. Each chart stands beside the
table of its figures; for screen readers it is one picture with a sentence.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from html import escape
from typing import Any

from dashboards.charts import convert

_DOLLARS = "format(datum.value / 100, ',.0f')"
_INK, _LINE, _MAIN, _SOFT = "currentColor", "var(--rule)", "var(--chart)", "var(--chart-soft)"

_LONGEST_SECONDS = 60

_CONFIG: dict[str, Any] = {
    "background": None,
    "view": {"stroke": None},
    "font": "system-ui, sans-serif",
    "axis": {
        "labelColor": _INK,
        "titleColor": _INK,
        "gridColor": _LINE,
        "domainColor": _LINE,
        "tickColor": _LINE,
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "grid": False,
    },
    "axisY": {"grid": True, "domain": False, "ticks": False},
}


def cents(amount: Decimal | int | None) -> int:
    """Whole cents of an exact amount."""
    return int((Decimal(amount or 0) * 100).to_integral_exact())


def trend(points: Sequence[tuple[date, Decimal, Decimal]], sentence: str, *, width: int = 620) -> str:
    """Two amounts a day as bars, one behind the other: (day, all of it, the part that matters)."""
    values = [
        {"on": day.isoformat(), "all": cents(whole), "part": cents(part)} for day, whole, part in points
    ]
    x = {"field": "on", "type": "temporal", "title": None, "axis": {"format": "%b %d", "labelOverlap": True}}
    return _drawn(
        {
            "width": width,
            "height": 170,
            "data": {"values": values},
            "layer": [
                {"mark": {"type": "bar", "color": _SOFT}, "encoding": {"x": x, "y": _amount_axis("all")}},
                {"mark": {"type": "bar", "color": _MAIN}, "encoding": {"x": x, "y": _amount_axis("part")}},
            ],
        },
        sentence,
    )


def bars(values: Sequence[tuple[str, Decimal]], sentence: str, *, width: int = 300) -> str:
    """An amount for each name, as horizontal bars with the amount written at the end, in the given order."""
    found = [{"name": name, "cents": cents(amount), "text": f"{amount:,.2f}"} for name, amount in values]
    y = {
        "field": "name",
        "type": "nominal",
        "sort": None,
        "title": None,
        "axis": {"labelLimit": 190, "grid": False, "domain": False, "ticks": False, "labelPadding": 8},
    }
    x = {"field": "cents", "type": "quantitative", "axis": None}
    return _drawn(
        {
            "width": width,
            "height": {"step": 26},
            # The converter measures text in a font of its own, so names and amounts need room to spare.
            "padding": {"left": 30, "right": 40, "top": 2, "bottom": 2},
            "data": {"values": found},
            "layer": [
                {"mark": {"type": "bar", "color": _MAIN, "height": 14}, "encoding": {"x": x, "y": y}},
                {
                    "mark": {"type": "text", "align": "left", "dx": 6, "color": _INK, "fontSize": 12},
                    "encoding": {"x": x, "y": y, "text": {"field": "text"}},
                },
            ],
        },
        sentence,
    )


def _amount_axis(field: str) -> dict[str, Any]:
    return {
        "field": field,
        "type": "quantitative",
        "title": None,
        "stack": None,
        "axis": {"labelExpr": _DOLLARS, "tickCount": 4},
    }


def _drawn(specification: dict[str, Any], sentence: str) -> str:
    whole = {"$schema": "https://vega.github.io/schema/vega-lite/v5.json", "config": _CONFIG, **specification}
    svg = _converted(json.dumps(whole))
    body = svg[svg.index(">") + 1 :]
    head = svg[: svg.index(">")]
    return (
        f'{head} role="img" aria-label="{escape(sentence, quote=True)}"><g aria-hidden="true">{_closed(body)}'
    )


_is_apart = False


def draw_apart() -> None:
    """From now on, draw in processes that end: a server's memory counts more than starting one."""
    global _is_apart
    _is_apart = True


@lru_cache(64)
def _converted(specification: str) -> str:
    if not _is_apart:
        return convert.converted(specification)
    done = subprocess.run(  # noqa: S603 (our own module, and the chart goes in as its input)
        [sys.executable, "-m", convert.__name__],
        input=specification,
        capture_output=True,
        text=True,
        check=True,
        timeout=_LONGEST_SECONDS,
    )
    return done.stdout


def _closed(body: str) -> str:
    """The drawing itself is silent: the sentence on the picture says what it shows."""
    for noise in (' role="graphics-object"', ' role="graphics-symbol"', ' role="graphics-document"'):
        body = body.replace(noise, "")
    return body.replace("</svg>", "</g></svg>")
