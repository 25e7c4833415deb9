"""The walk through the life of one exception: every change, in the order of the days.

A day goes: what is over on it (a waiver), what people entered for it in the order of the journal, then what
the run of that day saw. Everything here is plain and pure; `changes` does the same for the many that nobody
touched, all at once, and a test holds the two equal.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from expectations import states


class Sighting(NamedTuple):
    """What a run found: the finding in codes (None where it was not kept then) and the amount at stake."""

    finding: str | None
    amount: Decimal | None


class Entry(NamedTuple):
    """What a person entered, with the columns of EXCEPTION_ENTRIES besides the exception's id."""

    entry_number: int
    entered_on: date
    person: str
    action: str
    assigned_to: str | None = None
    waived_until: date | None = None
    accepted_finding: str | None = None
    accepted_amount: Decimal | None = None
    reason: str | None = None


class Change(NamedTuple):
    """One change, or one thing that a person said: the columns of CHANGES that do not number it."""

    changed_on: date
    state: str
    status: str
    cause: str
    person: str | None
    entry_number: int | None
    reason: str | None
    assigned_to: str | None
    waived_until: date | None
    what_was_found: str | None
    amount_at_stake: Decimal | None


@dataclass(frozen=True, slots=True)
class _Life:
    """Where the walk is: ``seen`` is what was found last, ``is_there`` whether the last look found it."""

    status: str = states.OPEN
    looks_found: int = 0
    is_there: bool = False
    seen: Sighting | None = None
    assigned_to: str | None = None
    waived_until: date | None = None
    accepted: Sighting | None = None

    @property
    def state(self) -> str:
        if self.status != states.OPEN:
            return self.status
        if self.assigned_to is not None:
            return states.ASSIGNED
        return states.NEW if self.looks_found <= 1 else states.PERSISTING

    def with_status(self, status: str) -> "_Life":
        """Another status; what was accepted counts only as long as it is accepted."""
        if status in states.ACCEPTED:
            return replace(self, status=status)
        return replace(self, status=status, waived_until=None, accepted=None)


def walk(
    looks: Sequence[date], sightings: Mapping[date, Sighting], entries: Iterable[Entry]
) -> Iterator[Change]:
    """Every change of one exception.

    looks      days on which a run looked, ascending
    sightings  what the looks found, for those that found it
    entries    what people entered about it, in any order

    What was entered before the first look that is known counts as well: where the observations were lost and
    the journal was kept, no decision is lost.
    """
    told = sorted(entries, key=lambda entry: (entry.entered_on, entry.entry_number))
    life, place, look_days = _Life(), 0, frozenset(looks)
    for day in sorted({*looks, *(entry.entered_on for entry in told)}):
        ended = _waiver_end(life, day)
        if ended is not None:
            life = life.with_status(states.REOPENED)
            yield _change(ended, life, states.WAIVER_ENDED)
        while place < len(told) and told[place].entered_on <= day:
            entry = told[place]
            place += 1
            life = _after_entry(life, entry)
            yield _change(day, life, entry.action, entry)
        if day in look_days:
            before, (life, cause) = life, _after_look(life, sightings.get(day))
            if cause is not None and (
                before.seen is None or cause != states.FOUND or before.state != life.state
            ):
                yield _change(day, life, cause)


def _waiver_end(life: _Life, day: date) -> date | None:
    """The day on which the waiver was over, when it is over by ``day``."""
    if life.status == states.WAIVED and life.waived_until is not None and life.waived_until <= day:
        return life.waived_until
    return None


def _after_entry(life: _Life, entry: Entry) -> _Life:
    """A decision about something that is gone is kept, and changes nothing: there is nothing to decide."""
    is_gone = life.seen is not None and not life.is_there
    match entry.action:
        case states.ASSIGN:
            return replace(life, assigned_to=entry.assigned_to)
        case states.ACKNOWLEDGE | states.WAIVE if not is_gone:
            status = states.WAIVED if entry.action == states.WAIVE else states.ACKNOWLEDGED
            accepted = Sighting(entry.accepted_finding, entry.accepted_amount)
            return replace(life, status=status, waived_until=entry.waived_until, accepted=accepted)
        case states.RESOLVE if not is_gone:
            return life.with_status(states.RESOLVED)
        case states.REOPEN if not is_gone:
            return life.with_status(states.REOPENED)
    return life


def _after_look(life: _Life, sighting: Sighting | None) -> tuple[_Life, str | None]:
    """Where it stands once a run looked, and what the look changed; None where it changed nothing."""
    if sighting is None:
        if not life.is_there:
            return life, None
        gone = replace(life, is_there=False)
        # Who resolved it was right. Otherwise it cleared by itself, accepted or not.
        return gone if life.status == states.RESOLVED else gone.with_status(states.CLEARED), states.NOT_FOUND
    found = replace(life, is_there=True, seen=sighting, looks_found=life.looks_found + 1)
    if life.seen is not None and not life.is_there:
        return found.with_status(states.REOPENED), states.FOUND_AGAIN
    if life.status == states.RESOLVED:
        return found.with_status(states.REOPENED), states.STILL_FOUND
    if life.status in states.ACCEPTED:
        changed = _changed_since(life.accepted, sighting)
        if changed is not None:
            return found.with_status(states.REOPENED), changed
    return found, states.FOUND


def _changed_since(accepted: Sighting | None, sighting: Sighting) -> str | None:
    """What is not as it was accepted. A finding that was not kept on one of the two days says nothing."""
    if accepted is None:
        return None
    if None not in (accepted.finding, sighting.finding) and accepted.finding != sighting.finding:
        return states.FINDING_CHANGED
    return states.AMOUNT_CHANGED if accepted.amount != sighting.amount else None


def _change(day: date, life: _Life, cause: str, entry: Entry | None = None) -> Change:
    return Change(
        changed_on=day,
        state=life.state,
        status=life.status,
        cause=cause,
        person=entry.person if entry else None,
        entry_number=entry.entry_number if entry else None,
        reason=(entry.reason or None) if entry else None,
        assigned_to=life.assigned_to,
        waived_until=life.waived_until,
        what_was_found=life.seen.finding if life.seen else None,
        amount_at_stake=life.seen.amount if life.seen else None,
    )
