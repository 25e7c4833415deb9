"""The next step of each exception as something to type or to enter, filled in with its own keys.

A kind says the step as a template with keys in braces. What is a command is quoted for a shell, because keys
come from files: one with a blank or a quote must not become another command.
"""

from string import Formatter

import polars as pl

from expectations.catalogue import NEXT_STEP, STEP_KEYS

_COMMAND = "tieout "
_PLAIN = r"^[A-Za-z0-9_@%+=:,./-]+$"


def next_steps(found: pl.DataFrame, templates: dict[str, str]) -> pl.DataFrame:
    """``exception_id`` and ``next_step`` for every exception of ``found``.

    found      columns ``exception_id``, ``kind``, ``root_exception_id`` and those of STEP_KEYS
    templates  kind to template; the usual one for a kind without, or where a key that it names is not there

    An exception with a root is worked there.
    """
    parts = [
        _filled(group, templates.get(str(kind), NEXT_STEP))
        for (kind,), group in found.group_by(["kind"], maintain_order=True)
    ]
    empty = pl.DataFrame(schema={"exception_id": pl.String, "next_step": pl.String})
    return pl.concat([empty, *parts])


def _filled(group: pl.DataFrame, template: str) -> pl.DataFrame:
    of_the_root = _expression("tieout exceptions show {root_exception_id}")
    return group.select(
        "exception_id",
        pl.coalesce(of_the_root, _expression(template), _expression(NEXT_STEP)).alias("next_step"),
    )


def _expression(template: str) -> pl.Expr:
    """The template filled in; null where a key is null."""
    is_command = template.startswith(_COMMAND)
    pieces: list[pl.Expr] = []
    for text, key, _, _ in Formatter().parse(template):
        if text:
            pieces.append(pl.lit(text))
        if key is not None:
            assert key in (*STEP_KEYS, "root_exception_id")
            value = pl.col(key).cast(pl.String)
            pieces.append(_quoted(value) if is_command else value)
    return pl.concat_str(pieces)


def _quoted(value: pl.Expr) -> pl.Expr:
    in_quotes = pl.concat_str(pl.lit("'"), value.str.replace_all("'", "'\"'\"'", literal=True), pl.lit("'"))
    return pl.when(value.str.contains(_PLAIN)).then(value).otherwise(in_quotes)
