"""What a person may enter for a failed charge: one frozen dataclass for each action.

Belongs here: the words of the actions and the checks that need no charge, made when a draft is created. Does
not belong here: whether the charge's state allows it (`journal.charge_refusals`) and what it then does
(`journal.charge_state` until the next run, the charge models of the warehouse from then on).
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar

from journal.action import Action
from journal.entry import DraftError, Entry, Json, Subject, require_storable, require_text

CHARGE = "charge"
_BAR = "|"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeDraft(Action):
    """One action on one charge. The company is blank where billing's export names none."""

    company_id: str
    charge_record_id: str

    def __post_init__(self) -> None:
        require_text("charge", self.charge_record_id)
        require_storable("company", self.company_id)
        if _BAR in self.company_id:
            raise DraftError("The id of a company has no bar in it; check it.")

    @property
    def subject(self) -> Subject:
        """The charge of the company: another company may use the same number."""
        return Subject(CHARGE, charge_key(self.company_id, self.charge_record_id))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reprocess(ChargeDraft):
    """Send the charge through the next run: what it was refused for is mended."""

    action: ClassVar[str] = "reprocess"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delay(ChargeDraft):
    """Keep the charge out of runs until a day, on which it comes back by itself. The reason is required."""

    action: ClassVar[str] = "delay"

    until: date

    def __post_init__(self) -> None:
        ChargeDraft.__post_init__(self)
        if not isinstance(self.until, date) or isinstance(self.until, datetime):
            raise DraftError("The end of the delay must be a date.")
        if not self.reason.strip():
            raise DraftError("Say why the charge is delayed: whoever finds it waiting will ask.")

    def details(self) -> dict[str, Json]:
        """The first day on which it is back."""
        return {"until": self.until.isoformat()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Release(ChargeDraft):
    """End the delay of the charge before its day."""

    action: ClassVar[str] = "release"


def charge_key(company_id: str, charge_record_id: str) -> str:
    """Company and charge as one id, as the exceptions about charges spell it."""
    return f"{company_id}{_BAR}{charge_record_id}"


def charge_of_key(key: str) -> tuple[str, str]:
    """(company_id, charge_record_id) of a key; what has no bar is a charge without a company."""
    company_id, bar, charge_record_id = key.partition(_BAR)
    return (company_id, charge_record_id) if bar else ("", key)


def charge_draft_of(entry: Entry) -> ChargeDraft:
    """The action that an entry about a charge recorded.

    Raises DraftError for an entry about something else or of an action that this version does not know.
    """
    if entry.subject_kind != CHARGE:
        raise DraftError("The entry is not about a charge.")
    company_id, charge_record_id = charge_of_key(entry.subject_id)
    common: dict[str, Any] = {
        "company_id": company_id,
        "charge_record_id": charge_record_id,
        "reason": entry.reason,
    }
    match entry.action:
        case "reprocess":
            return Reprocess(**common)
        case "delay":
            return Delay(until=date.fromisoformat(entry.facts["until"]), **common)
        case "release":
            return Release(**common)
    raise DraftError("The entry has an action that this version does not know.")
