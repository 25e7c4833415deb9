"""The catalogue: every kind of exception as data, read from `suites/<mart>.yml` and checked while it is read.

A suite belongs to one mart. A kind carries the one SQL text that finds its rows; Great Expectations counts
with it and DuckDB inserts with it, so the two cannot drift apart. Does not belong here: running that SQL
(`validation`, `findings`) or describing the catalogue to people (`documentation`).
"""

import re
from datetime import date
from pathlib import Path
from string import Formatter
from typing import Annotated, Literal, Self, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

SUITES = Path(__file__).parent / "suites"
ALERTS = Path(__file__).parent / "alerts.yml"
EXCEPTIONS = "exceptions"

# What SQLAlchemy takes for a bind parameter: a colon and a word, unless a word or another colon stands
# before it.
BIND_PARAMETER = re.compile(r"(?<![:\w\\]):\w+(?!:)")

Severity = Literal["critical", "warning", "info"]
Owner = Literal["front desk", "billing", "payment posting", "data", "practice manager"]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
Sentence = Annotated[str, StringConstraints(strip_whitespace=True, min_length=8, pattern=r"\.$")]


#: What a next step may name in braces.
STEP_KEYS = (
    "exception_id", "business_key", "left_key", "right_key", "patient_id", "location_id", "file_name",
    "row_number",
)  # fmt: skip
NEXT_STEP = "tieout explain exception {exception_id}"


class CatalogueError(ValueError):
    """A suite file breaks its promise; the message names the file and the key, never a value of data."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


Model = TypeVar("Model", bound=_Frozen)


class Kind(_Frozen):
    """One kind of exception.

    The SQL opens with ``with <mart> as (select * from {batch})``: Great Expectations puts a bare or an
    aliased query there, depending on whether the text has a join, and only this form takes both.
    ``{as_of}`` is the business date of the run. The SQL returns the columns of
    `expectations.findings.COLUMNS`, one row per business key. What was found must not change by the passing
    of time alone, because whoever accepted it accepted that finding.

    ``next_step`` is the command to type or the entry to make, with keys of STEP_KEYS in braces.
    """

    kind: Name
    title: Annotated[str, StringConstraints(strip_whitespace=True, min_length=3)]
    severity: Severity
    blocks_publish: bool
    owner: Owner
    meaning: Sentence
    what_to_do: Sentence
    how_it_clears: Sentence
    next_step: Annotated[str, StringConstraints(strip_whitespace=True, min_length=8)] = NEXT_STEP
    sql: Annotated[str, StringConstraints(strip_whitespace=True, min_length=20)]

    @model_validator(mode="after")
    def _blocking_is_critical(self) -> Self:
        if self.blocks_publish and self.severity != "critical":
            raise ValueError("a kind that blocks the publish is critical")
        return self

    @model_validator(mode="after")
    def _next_step_names_keys(self) -> Self:
        named = {field for _, field, _, _ in Formatter().parse(self.next_step) if field is not None}
        if named - set(STEP_KEYS):
            raise ValueError(f"the next step names no other keys than {', '.join(STEP_KEYS)}")
        return self

    @model_validator(mode="after")
    def _sql_has_no_stray_marks(self) -> Self:
        places = [field for _, field, _, _ in Formatter().parse(self.sql) if field is not None]
        if places.count("batch") != 1 or set(places) - {"batch", "as_of"}:
            raise ValueError("the SQL names {batch} once, and no other place than {as_of}")
        if BIND_PARAMETER.search(self.sql):
            raise ValueError("a colon before a word would be taken for a bind parameter")
        return self


class Suite(_Frozen):
    """The kinds of exception that one mart can show; under the name EXCEPTIONS, those of the exceptions."""

    mart: Name
    kinds: Annotated[tuple[Kind, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _every_kind_opens_the_mart(self) -> Self:
        opening = f"with {self.mart} as (select * from {{batch}})"  # noqa: S608 - compared, never run
        for kind in self.kinds:
            if not kind.sql.startswith(opening):
                raise ValueError(f"the SQL of {kind.kind} opens with: {opening}")
        return self

    @property
    def table(self) -> str:
        """What is judged, as SQL names it."""
        return "exceptions.exceptions" if self.mart == EXCEPTIONS else f"marts.{self.mart}"

    def sql_for_expectations(self, kind: Kind, as_of: date) -> str:
        """The SQL of a kind with the date filled in; Great Expectations itself fills ``{batch}``."""
        return kind.sql.format(batch="{batch}", as_of=f"date '{as_of.isoformat()}'")

    def sql_for_warehouse(self, kind: Kind, as_of: date) -> str:
        """The SQL of a kind, ready to run in the warehouse."""
        return kind.sql.format(batch=self.table, as_of=f"date '{as_of.isoformat()}'")


class Catalogue(_Frozen):
    """Every suite, in the order of their marts' names; and the kinds that judge the exceptions of one run."""

    suites: tuple[Suite, ...]
    alerts: Suite | None = None

    @model_validator(mode="after")
    def _kinds_are_unique(self) -> Self:
        names = [kind.kind for _, kind in self.kinds]
        repeated = sorted({name for name in names if names.count(name) > 1})
        if repeated:
            raise ValueError(f"kinds that appear twice: {', '.join(repeated)}")
        return self

    @property
    def kinds(self) -> tuple[tuple[Suite, Kind], ...]:
        """Every kind with the suite it belongs to."""
        suites = (*self.suites, self.alerts) if self.alerts else self.suites
        return tuple((suite, kind) for suite in suites for kind in suite.kinds)

    @property
    def alert_kinds(self) -> tuple[str, ...]:
        """The names of the kinds that judge exceptions."""
        return tuple(kind.kind for kind in self.alerts.kinds) if self.alerts else ()


def load_catalogue(folder: Path = SUITES) -> Catalogue:
    """Read every suite of ``folder``, and of our own folder the alerts as well.

    Raises CatalogueError when a file has an unknown or missing key, a wrong value, or another name than its
    mart.
    """
    suites = [_read_suite(path) for path in sorted(folder.glob("*.yml"))]
    alerts = (
        _checked(Suite, yaml.safe_load(ALERTS.read_text(encoding="utf-8")), ALERTS)
        if folder == SUITES
        else None
    )
    return _checked(Catalogue, {"suites": suites, "alerts": alerts}, folder)


def _read_suite(path: Path) -> Suite:
    suite = _checked(Suite, yaml.safe_load(path.read_text(encoding="utf-8")), path)
    if suite.mart != path.stem:
        raise CatalogueError(f"{path.name}: the file is named after its mart, which here is {suite.mart}")
    return suite


def _checked(model: type[Model], content: object, path: Path) -> Model:
    try:
        return model.model_validate(content)
    except ValidationError as error:
        problems = "; ".join(
            f"{'.'.join(str(part) for part in problem['loc']) or model.__name__.lower()}: {problem['msg']}"
            for problem in error.errors(include_input=False, include_url=False)
        )
        raise CatalogueError(f"{path.name}: {problems}") from None
