"""Opening a desk on a home folder: to look at what is there, or to enter what a person decides.

Belongs here: what the commands on receipts, failed charges and exceptions do alike. Does not belong here:
which things a person means (`receipt_entries`, `charge_entries`, `exception_entries`), and what is said of it
(`entering`).
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from orchestration.command.entering import Entering, is_trial, report
from orchestration.command.options import existing_home

if TYPE_CHECKING:
    from journal.action import Action
    from orchestration.desk.desk import Desk
    from orchestration.desk.journal_access import Contained
    from orchestration.home import Home
    from orchestration.settings import Settings

DeskT = TypeVar("DeskT", bound="Desk[Any]")


@contextmanager
def desk_to_look_at(home: Path, kind: type[DeskT]) -> Iterator[DeskT]:
    """The desk of a home folder, without making a journal."""
    from orchestration.settings import load_settings

    place = existing_home(home)
    contained = _contained(place)
    with _opened(place, load_settings(place.settings), contained, kind) as desk:
        yield desk


def decide(
    home: Path,
    kind: type[DeskT],
    drafts_at: Callable[[DeskT], "Sequence[Action]"],
    entering: Entering,
    *,
    noun: str,
) -> int:
    """Enter what is allowed of the drafts that ``drafts_at`` makes at the desk, and say what was not."""
    from journal.entry import DraftError
    from orchestration.desk.journal_access import entry_date, opened_journal
    from orchestration.settings import load_settings

    place = existing_home(home)
    settings = load_settings(place.settings)
    contained = _contained(place)
    moment = datetime.now(UTC)
    day = entry_date(place, settings, moment, entering.on)
    with _opened(place, settings, contained, kind) as desk:
        try:
            drafts = drafts_at(desk)
        except DraftError as error:
            raise click.UsageError(str(error)) from None
        trial = is_trial(entering, len(drafts))
        if trial:
            decision = desk.judge(drafts, day)
        else:
            with opened_journal(place, settings, create=True) as writing:
                decision = desk.enter(writing, drafts, person=entering.person, entered_at=moment, on=day)
    return report(decision, day, entering, noun=noun, trial=trial)


def _contained(place: "Home") -> "Contained":
    from orchestration.desk.journal_access import Contained
    from orchestration.published_file import current_publication

    return Contained.in_publication(current_publication(place.published))


@contextmanager
def _opened(
    place: "Home", settings: "Settings", contained: "Contained", kind: type[DeskT]
) -> Iterator[DeskT]:
    from orchestration.desk.journal_access import readable_journal
    from orchestration.published_file import connect

    with connect(place.published) as connection, readable_journal(place, settings) as journal:
        yield kind(connection, contained, journal, settings)
