"""A profile: how one vendor writes one export, as a YAML file says it.

Belongs here: the shape of the file and what is checked about it. Does not belong here: finding the profile
of a file (`ingestion.headers`) or rewriting its values (`ingestion.profiles.rewriting`)::

    title: Acme Payment Log                  # what people call the export
    source: emr_payments                     # the contract that its rows fulfil
    match:
      headers: [Trans No, Site]              # names that only this export has; all must be there
      file_name: "acme*"                     # optional; the file's name, without regard to case
    decimal_mark: ","                        # 1.234,56; a point when not said
    dates: ["%d.%m.%Y"]                      # how days are written; else as every contract reads them
    sheet: Payments                          # of a workbook; else the one sheet whose header fits
    charset: cp1252                          # of a text file; else told from its bytes
    columns:
      emr_payment_id: Trans No               # canonical column: the vendor's header, or a list of them
      patient_id: {header: Acct, width: 9}   # leading zeros matter: another number of characters is refused
      paid_amount: {header: Paid, sign: reversed}
      charge_type: {header: Kind, values: {CP: Copay, DED: Deductible}}
      payment_status: {constant: Paid}       # the export has no such column
    skip:
      - {header: Kind, values: [Subtotal]}   # rows that are no payments
    export_id: Report No                     # label, above the header, of the export's own number
    totals: not compared                     # the export's totals are of something else than its rows
"""

import codecs
import re
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from ingestion.contracts import CONTRACTS, Contract

GENERIC = "generic"
"""What a load says in place of a profile when the header spells the contract's own names."""

EXPORT_ID_LABELS = ("Export ID",)
"""What labels the number of an export whose profile says nothing about it."""

PARTS_OF_DATES = {
    "%Y": "[0-9]{4}",
    "%y": "[0-9]{2}",
    "%m": "[0-9]{1,2}",
    "%d": "[0-9]{1,2}",
    "%b": "[A-Za-z]{3}",
    "%B": "[A-Za-z]{3,9}",
    "%H": "[0-9]{1,2}",
    "%I": "[0-9]{1,2}",
    "%M": "[0-9]{2}",
    "%S": "[0-9]{2}",
    "%p": "[AaPp][Mm]",
}
"""What a date format may be made of, and the shape of each part."""


def _is_date_format(form: str) -> str:
    parts = re.findall(r"%.", form)
    unknown = sorted(set(parts) - set(PARTS_OF_DATES))
    if unknown:
        raise ValueError(f"{', '.join(unknown)} is not known; use {' '.join(PARTS_OF_DATES)}")
    is_day = {"%d"} <= set(parts) and set(parts) & {"%m", "%b", "%B"} and set(parts) & {"%Y", "%y"}
    if not is_day:
        raise ValueError("needs a day, a month and a year, such as %m/%d/%Y")
    return form


def _is_charset(name: str) -> str:
    try:
        codecs.lookup(name)
    except LookupError:
        raise ValueError("is not a known encoding; use a name such as cp1252") from None
    return name


def _as_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _as_column(value: object) -> object:
    return {"header": value} if isinstance(value, str | list) else value


Text = Annotated[str, Field(min_length=1, max_length=200)]
Texts = Annotated[tuple[Text, ...], BeforeValidator(_as_list)]
DateFormat = Annotated[str, AfterValidator(_is_date_format)]
Charset = Annotated[str, AfterValidator(_is_charset)]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Column(_Frozen):
    """Where a canonical column comes from and how its values are rewritten; see the module for the words."""

    header: Texts = ()
    constant: Text | None = None
    values: dict[str, Text] = Field(default_factory=dict)
    sign: Literal["as written", "reversed"] = "as written"
    dates: tuple[DateFormat, ...] = ()
    decimal_mark: Literal[".", ","] | None = None
    width: Annotated[int, Field(ge=1, le=64, strict=True)] | None = None

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        if bool(self.header) == (self.constant is not None):
            raise ValueError("give either the header of the export or a constant")
        return self


class Match(_Frozen):
    """By what a file is known to be of this profile."""

    headers: Texts = ()
    file_name: Text | None = None


class Skip(_Frozen):
    """Rows that are left out: those with one of ``values`` under ``header``, without regard to case."""

    header: Text
    values: Annotated[Texts, Field(min_length=1)]


class Profile(_Frozen):
    """One vendor's export. ``name`` is that of the file, without its ending."""

    name: str
    title: Text
    source: str
    match: Match = Match()
    columns: dict[str, Annotated[Column, BeforeValidator(_as_column)]]
    dates: tuple[DateFormat, ...] = ()
    decimal_mark: Literal[".", ","] = "."
    sheet: Text | None = None
    charset: Charset | None = None
    skip: tuple[Skip, ...] = ()
    export_id: Annotated[Texts, Field(min_length=1)] = EXPORT_ID_LABELS
    totals: Literal["compared", "not compared"] = "compared"

    @property
    def contract(self) -> Contract:
        """The contract that the rows fulfil."""
        return CONTRACTS[self.source]

    @model_validator(mode="before")
    @classmethod
    def _known_source(cls, given: Any) -> Any:  # noqa: ANN401  # whatever the YAML holds
        source = given.get("source") if isinstance(given, dict) else None
        if source is not None and source not in CONTRACTS:
            raise ValueError(f"source: is not one of {', '.join(sorted(CONTRACTS))}")
        return given

    @model_validator(mode="after")
    def _fulfils_the_contract(self) -> Self:
        unknown = sorted(set(self.columns) - set(self.contract.columns))
        if unknown:
            raise ValueError(f"columns.{unknown[0]}: is no column of {self.source}")
        missing = next((name for name in self.contract.required if name not in self.columns), None)
        if missing is not None:
            raise ValueError(f"columns.{missing}: is required by {self.source}; give its header")
        for name, column in self.columns.items():
            self._check_words(name, column)
        return self

    def _check_words(self, name: str, column: Column) -> None:
        kind = self.contract.kind(name)
        meant_for = {
            "sign": (column.sign != "as written", ("money",)),
            "decimal_mark": (column.decimal_mark is not None, ("money",)),
            "dates": (bool(column.dates), ("date", "timestamp")),
            "width": (column.width is not None, ("identifier",)),
        }
        for word, (is_given, kinds) in meant_for.items():
            if is_given and kind not in kinds:
                raise ValueError(f"columns.{name}.{word}: is only for {' and '.join(kinds)} columns")
        allowed = (self.contract.columns[name].metadata or {}).get("allowed")
        for value in [*column.values.values(), *([column.constant] if column.constant else [])]:
            if allowed is not None and value not in allowed:
                raise ValueError(f"columns.{name}: {value!r} is not one of {', '.join(allowed)}")
