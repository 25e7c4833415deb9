"""Profiles: how vendors write their exports, each described by a YAML file beside this module.

Belongs here: the model of such a file, reading it, and rewriting values as it says. Does not belong here: the
promise of a source (`ingestion.contracts`), which no profile can loosen.
"""

from ingestion.profiles.profile import GENERIC, Profile
from ingestion.profiles.reading import ProfileError, read_profile, read_profiles, shipped_profiles

__all__ = ["GENERIC", "Profile", "ProfileError", "read_profile", "read_profiles", "shipped_profiles"]
