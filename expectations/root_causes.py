"""Which exceptions are there only because of another: rules as data, read from `root_causes.yml`.

A rule is one SQL text over what the run found and the marts. It follows keys, files and rows, and never
guesses; what no rule explains is its own root. Does not belong here: what is an exception at all (suites).
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Self

import duckdb
import polars as pl
import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

from expectations.catalogue import Name, Sentence
from expectations.findings import FINDINGS

RULES = Path(__file__).parent / "root_causes.yml"

ROOTS = pl.Schema({"exception_id": pl.String(), "root_exception_id": pl.String(), "root_rule": pl.String()})


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


Kinds = Annotated[tuple[Name, ...], BeforeValidator(_listed), Field(min_length=1)]


class RootCauseRule(BaseModel):
    """One way in which an exception of one of the ``effects`` follows from one of the kinds of ``cause``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rule: Name
    cause: Kinds
    effects: Kinds
    because: Sentence
    sql: Annotated[str, StringConstraints(strip_whitespace=True, min_length=20)]

    @model_validator(mode="after")
    def _nothing_explains_itself(self) -> Self:
        if set(self.cause) & set(self.effects):
            raise ValueError("a kind cannot be the cause of its own kind")
        return self


def load_root_cause_rules(path: Path = RULES) -> tuple[RootCauseRule, ...]:
    """The rules, in the order in which they are tried.

    Raises ValueError where a kind would, over several rules, explain itself.
    """
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    rules = tuple(RootCauseRule.model_validate(rule) for rule in content["rules"])
    _refuse_circles(rules)
    return rules


def _refuse_circles(rules: Iterable[RootCauseRule]) -> None:
    causes: dict[str, set[str]] = {}
    for rule in rules:
        for effect in rule.effects:
            causes.setdefault(effect, set()).update(rule.cause)
    for kind in causes:
        behind: set[str] = set()
        waiting = [kind]
        while waiting:
            new = causes.get(waiting.pop(), set()) - behind
            behind |= new
            waiting += new
        if kind in behind:
            raise ValueError(f"{kind} would be its own root")


def find_roots(connection: duckdb.DuckDBPyConnection, rules: Iterable[RootCauseRule]) -> pl.DataFrame:
    """The root of every exception of FINDINGS that has one (schema ROOTS), followed to the end, by id.

    A rule is run only where the run found a cause and an effect for it. The rule is that of the first step.
    """
    present = {row[0] for row in connection.execute(f"select distinct kind from {FINDINGS}").fetchall()}  # noqa: S608
    causes: dict[str, tuple[str, str]] = {}
    for rule in rules:
        if present.isdisjoint(rule.cause) or present.isdisjoint(rule.effects):
            continue
        explained = connection.execute(
            f"with effects as (select * from {FINDINGS} where list_contains($effects, kind)),"  # noqa: S608
            f" causes as (select * from {FINDINGS} where list_contains($causes, kind)),"
            f" explained as ({rule.sql})"
            " select exception_id, arg_min(root_exception_id, (business_key, root_exception_id))"
            " from explained group by exception_id",
            {"effects": list(rule.effects), "causes": list(rule.cause)},
        ).fetchall()
        for exception_id, cause in explained:
            causes.setdefault(exception_id, (cause, rule.rule))
    rows = [(one, _end(one, causes), rule) for one, (_, rule) in sorted(causes.items())]
    return pl.DataFrame(rows, schema=ROOTS, orient="row")


def _end(exception_id: str, causes: Mapping[str, tuple[str, str]]) -> str:
    """The cause that has no cause; there is one, because kinds do not explain one another in a circle."""
    while exception_id in causes:
        exception_id = causes[exception_id][0]
    return exception_id
