"""The ways in which a run ends without publishing. Messages carry keys and names, never a row's values."""

from orchestration import exit_codes


class TieoutError(Exception):
    """A failure that a person can act on; ``exit_code`` is what the command ends with."""

    exit_code = exit_codes.RUN_FAILED


class SettingsError(TieoutError):
    """settings.yml, or a profile beside it, cannot be used as it is."""

    exit_code = exit_codes.SETTINGS


class AlreadyRunningError(TieoutError):
    """Another process holds the run lock of this home folder."""

    exit_code = exit_codes.ALREADY_RUNNING


class StageFailedError(TieoutError):
    """A stage of the run failed; what was published before stays as it was."""

    def __init__(self, stage: str, reason: str) -> None:
        super().__init__(f"{stage}: {reason}")
        self.stage = stage


class RunInterruptedError(TieoutError):
    """Somebody stopped the run from the keyboard."""

    exit_code = exit_codes.INTERRUPTED


class PublishBlockedError(TieoutError):
    """Expectations that guard the publish did not hold."""

    exit_code = exit_codes.PUBLISH_BLOCKED


class ExpectationErroredError(TieoutError):
    """An expectation could not be evaluated, which says nothing about the data and stops the run."""

    exit_code = exit_codes.EXPECTATION_ERRORED


class NothingPublishedError(TieoutError):
    """There is no published warehouse to read yet."""

    exit_code = exit_codes.NOTHING_PUBLISHED


class QueryRefusedError(TieoutError):
    """The published warehouse did not accept a query."""

    exit_code = exit_codes.QUERY_REFUSED


class NotFoundError(TieoutError):
    """Nothing has the id that was asked for."""

    exit_code = exit_codes.NOT_FOUND


class JournalFaultError(TieoutError):
    """The journal could not be opened, read or written, or is not what was written."""

    exit_code = exit_codes.JOURNAL_FAULT


class EntryRefusedError(TieoutError):
    """What a person wanted to enter is not allowed, and nothing was entered."""

    exit_code = exit_codes.ENTRY_REFUSED


class AccountRefusedError(TieoutError):
    """What was to be changed about an account of the dashboards cannot be."""

    exit_code = exit_codes.ACCOUNT_REFUSED
