"""The part of the office that shows deposits: the same desk as `tieout deposits`, for the pages."""

from collections.abc import Callable

from dashboards.depositing import ShownDeposit
from dashboards.office import RefusedError
from orchestration.desk.deposit_desk import DepositDesk
from orchestration.desk.journal_access import Contained, readable_journal
from orchestration.failures import TieoutError
from orchestration.home import Home
from orchestration.published_file import connect, current_publication
from orchestration.settings import Settings


class HomeDeposits:
    """Implements `dashboards.depositing.DepositOffice` for one home folder."""

    def __init__(self, home: Home, settings: Callable[[], Settings]) -> None:
        self._home = home
        self._settings = settings

    def shown(self, entry_key: str) -> ShownDeposit | None:
        """The entry of the bank under a key."""
        settings = self._settings()
        try:
            contained = Contained.in_publication(current_publication(self._home.published))
            with (
                connect(self._home.published) as connection,
                readable_journal(self._home, settings) as journal,
            ):
                desk = DepositDesk(connection, contained, journal, settings)
                found = next((one for one in desk.deposits((entry_key,)) if one.entry_key == entry_key), None)
                if found is None:
                    return None
                return ShownDeposit(
                    entry_key=entry_key,
                    facts=found.facts,
                    candidates=found.candidates,
                    rivals=desk.rivals_of(found),
                    choice=found.choice,
                    is_lapsed=found.is_lapsed,
                    entries=desk.entries_of(entry_key),
                )
        except TieoutError as error:
            raise RefusedError(f"{str(error)[:1].upper()}{str(error)[1:]}") from None
