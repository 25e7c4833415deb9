"""A practice's own profiles, from the folder ``profiles`` of its home.

Belongs here: reading them at the start of what needs them, and saying what is wrong. Does not belong here:
what a profile may say (`ingestion.profiles`).
"""

from typing import TYPE_CHECKING

from orchestration.failures import SettingsError
from orchestration.home import Home

if TYPE_CHECKING:
    from ingestion.known_headers import KnownHeaders


def known_headers(home: Home | None) -> "KnownHeaders":
    """Every header that is known: by the own profiles of ``home``, the shipped ones and the contracts.

    Raises `SettingsError` when a profile is wrong.
    """
    from ingestion.known_headers import KnownHeaders
    from ingestion.profiles import ProfileError, read_profiles

    try:
        return KnownHeaders(() if home is None else read_profiles(home.profiles))
    except ProfileError as error:
        raise SettingsError(f"profiles/{error}") from None
