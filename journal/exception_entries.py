"""What a person may enter about an exception: one frozen dataclass for each action.

Belongs here: the words of the actions and the checks that need no exception, made when a draft is created.
Does not belong here: whether the exception's state allows it (`journal.exception_refusals`) and what it then
does (`journal.exception_state` until the next run, `expectations.worked` from then on).
"""

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar

from journal.action import Action
from journal.entry import DraftError, Entry, Json, Subject, require_storable, require_text

EXCEPTION = "exception"
_AMOUNT = re.compile(r"^\d{1,16}\.\d{2}$")


@dataclass(frozen=True, slots=True, kw_only=True)
class ExceptionDraft(Action):
    """One action on one exception.

    Kind and business key are kept with the entry: the id alone says nothing to whoever reads the journal
    without a published file. Both may be blank where nobody knows them.
    """

    exception_id: str
    kind: str = ""
    business_key: str = ""

    def __post_init__(self) -> None:
        require_text("exception", self.exception_id)
        require_storable("kind", self.kind)
        require_storable("business key", self.business_key)

    @property
    def subject(self) -> Subject:
        """The exception."""
        return Subject(EXCEPTION, self.exception_id)

    def details(self) -> dict[str, Json]:
        """What the exception is about, and what the action has besides."""
        return {
            name: value for name, value in (("kind", self.kind), ("business_key", self.business_key)) if value
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Assign(ExceptionDraft):
    """Give the exception to somebody; to nobody, when ``to`` is None."""

    action: ClassVar[str] = "assign"

    to: str | None

    def __post_init__(self) -> None:
        ExceptionDraft.__post_init__(self)
        if self.to is not None:
            require_text("person", self.to)

    def details(self) -> dict[str, Json]:
        """Who works it from now on; absent for nobody."""
        return ExceptionDraft.details(self) | ({} if self.to is None else {"to": self.to})


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment(ExceptionDraft):
    """Say something about the exception. The text is the reason."""

    action: ClassVar[str] = "comment"

    def __post_init__(self) -> None:
        ExceptionDraft.__post_init__(self)
        if not self.reason.strip():
            raise DraftError("A comment says something; give its text as the reason.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptance(ExceptionDraft):
    """An action that accepts the exception as it is: what was found, and the amount at stake, if any.

    It counts as long as both are as they are here.
    """

    what_was_found: str
    amount_at_stake: Decimal | None

    def __post_init__(self) -> None:
        ExceptionDraft.__post_init__(self)
        require_text("finding", self.what_was_found)
        if self.amount_at_stake is not None and not _AMOUNT.match(str(self.amount_at_stake)):
            raise DraftError("The amount that is accepted must be exact, with two decimals.")

    def details(self) -> dict[str, Json]:
        """What was accepted."""
        amount = {} if self.amount_at_stake is None else {"amount_at_stake": str(self.amount_at_stake)}
        return ExceptionDraft.details(self) | {"what_was_found": self.what_was_found} | amount


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledge(Acceptance):
    """Known, and nothing is to be done now. It is back in the queue when what was found changes."""

    action: ClassVar[str] = "acknowledge"


@dataclass(frozen=True, slots=True, kw_only=True)
class Waive(Acceptance):
    """Accepted until a day, on which it is back in the queue. The reason is required."""

    action: ClassVar[str] = "waive"

    until: date

    def __post_init__(self) -> None:
        Acceptance.__post_init__(self)
        if not isinstance(self.until, date) or isinstance(self.until, datetime):
            raise DraftError("The end of the waiver must be a date.")
        if not self.reason.strip():
            raise DraftError("Say why it is waived: whoever signs the period will ask.")

    def details(self) -> dict[str, Json]:
        """What was accepted, and the first day on which it is back."""
        return Acceptance.details(self) | {"until": self.until.isoformat()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolve(ExceptionDraft):
    """Done: the next run should not find it any more. If it does, it is reopened. The reason is required."""

    action: ClassVar[str] = "resolve"

    def __post_init__(self) -> None:
        ExceptionDraft.__post_init__(self)
        if not self.reason.strip():
            raise DraftError(
                "Say what was done about it; if the next run still finds it, that is where to begin."
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopen(ExceptionDraft):
    """Put an acknowledged, waived or resolved one back into the queue."""

    action: ClassVar[str] = "reopen"


def exception_draft_of(entry: Entry) -> ExceptionDraft:
    """The action that an entry about an exception recorded.

    Raises DraftError for an entry about something else, or one that this version does not understand.
    """
    if entry.subject_kind != EXCEPTION:
        raise DraftError("The entry is not about an exception.")
    facts = entry.facts
    common: dict[str, Any] = {
        "exception_id": entry.subject_id,
        "kind": facts.get("kind", ""),
        "business_key": facts.get("business_key", ""),
        "reason": entry.reason,
    }
    try:
        match entry.action:
            case "assign":
                return Assign(to=facts.get("to"), **common)
            case "comment":
                return Comment(**common)
            case "acknowledge":
                return Acknowledge(**common, **_accepted(facts))
            case "waive":
                return Waive(until=date.fromisoformat(facts["until"]), **common, **_accepted(facts))
            case "resolve":
                return Resolve(**common)
            case "reopen":
                return Reopen(**common)
    except (KeyError, ValueError, InvalidOperation):
        raise DraftError("The entry lacks what its action needs.") from None
    raise DraftError("The entry has an action that this version does not know.")


def _accepted(facts: dict[str, Any]) -> dict[str, Any]:
    amount = facts.get("amount_at_stake")
    return {
        "what_was_found": facts["what_was_found"],
        "amount_at_stake": None if amount is None else Decimal(amount),
    }
