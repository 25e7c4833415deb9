"""Profiles from their files: the ones that come with tieout, and a practice's own.

Belongs here: reading the YAML and saying what is wrong with it. Does not belong here: what a profile may say
(`ingestion.profiles.profile`). A profile that is wrong is an error, never passed over: a file read without it
would be read as something else.
"""

from functools import cache
from pathlib import Path

import yaml
from pydantic import ValidationError

from ingestion.profiles.profile import GENERIC, Profile

_SHIPPED = Path(__file__).parent


class ProfileError(Exception):
    """A profile cannot be used. The message names the file, the field, and what to do."""


@cache
def shipped_profiles() -> tuple[Profile, ...]:
    """The profiles that come with tieout, by name."""
    return read_profiles(_SHIPPED)


def read_profiles(folder: Path) -> tuple[Profile, ...]:
    """Every ``*.yml`` of ``folder``, by name; none where there is no folder. Raises `ProfileError`."""
    if not folder.is_dir():
        return ()
    stray = sorted(path.name for path in folder.glob("*.yaml"))
    if stray:
        raise ProfileError(f"{stray[0]}: rename it, profiles end in .yml")
    return tuple(read_profile(path) for path in sorted(folder.glob("*.yml")))


def read_profile(path: Path) -> Profile:
    """One profile. Raises `ProfileError`."""
    if path.stem == GENERIC:
        raise ProfileError(f"{path.name}: choose another name; {GENERIC} are the contracts' own spellings")
    try:
        given = yaml.safe_load(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        raise ProfileError(f"{path.name}: save it as UTF-8") from None
    except OSError:
        raise ProfileError(f"{path.name}: it cannot be opened") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = "" if mark is None else f", line {mark.line + 1}"
        raise ProfileError(f"{path.name}{line}: not YAML; compare it with a shipped one") from None
    if not isinstance(given, dict):
        raise ProfileError(f"{path.name}: it must hold title, source, match and columns")
    if "name" in given:
        raise ProfileError(f"{path.name}, name: leave it out; a profile is named as its file is")
    try:
        return Profile.model_validate({**given, "name": path.stem})
    except ValidationError as error:
        raise ProfileError(_explained(path.name, error)) from None


def _explained(file: str, error: ValidationError) -> str:
    """The first fault: where it is and what is said about it, without what was given."""
    fault = error.errors(include_input=False, include_url=False)[0]
    place = ".".join(str(part) for part in fault["loc"])
    said = str(fault["msg"]).removeprefix("Value error, ")
    if fault["type"] == "extra_forbidden":
        said = "is no word of a profile; take it out or correct its spelling"
    if not place:  # a rule about the whole profile names the field itself
        place, _, said = said.partition(": ")
    return f"{file}, {place}: {said}"
