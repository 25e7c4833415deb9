"""An entry of the journal as the commands print it for machines."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from journal.entry import Entry


def entry_facts(entry: "Entry") -> dict[str, Any]:
    """An entry of the journal for machines."""
    return {
        "entry_number": entry.entry_number,
        "entered_at": entry.entered_at.isoformat(),
        "entered_on": entry.entered_on.isoformat(),
        "person": entry.person,
        "subject_kind": entry.subject_kind,
        "subject_id": entry.subject_id,
        "action": entry.action,
        "details": entry.facts,
        "reason": entry.reason,
    }
