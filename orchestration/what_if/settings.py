"""The posting settings of a practice as `posting` wants them, and with a person's changes on top."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import yaml
from pydantic import ValidationError

from orchestration.failures import SettingsError
from orchestration.settings import BEGINNING, Posting, Settings
from posting.settings import PostingSettings, SettingsHistory

KNOWN = tuple(Posting.model_fields)


def read_changes(assignments: Mapping[str, str]) -> dict[str, Any]:
    """Setting names -> typed values, from text as a person types it; lists are separated by commas.

    Raises `SettingsError`, which lists the known settings when one is unknown.
    """
    unknown = sorted(set(assignments) - set(KNOWN))
    if unknown:
        raise SettingsError(f"there is no setting {', '.join(unknown)}; there are {', '.join(KNOWN)}")
    try:
        values = {name: _value(name, text) for name, text in assignments.items()}
        return Posting.model_validate(values).model_dump(exclude_none=True)
    except yaml.YAMLError:
        raise SettingsError("a value cannot be read; write it as in settings.yml") from None
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False)
        raise SettingsError("; ".join(f"{fault['loc'][0]}: {fault['msg']}" for fault in faults)) from None


def history_of(
    settings: Settings, changes: Mapping[str, Any] | None = None, since: date = BEGINNING
) -> SettingsHistory:
    """The settings by date. ``changes`` hold from ``since`` on, whatever the practice changes later."""
    dated = {BEGINNING: settings.posting.model_dump(exclude_none=True)}
    for change in settings.changes:
        values = change.model_dump(exclude_none=True)
        dated[change.effective_from] = {name: values[name] for name in KNOWN if name in values}
    if changes:
        for day, values in dated.items():
            if day >= since:
                dated[day] = {name: value for name, value in values.items() if name not in changes}
        dated[since] = {**dated.get(since, {}), **changes}
    return SettingsHistory.from_mapping(dated)


def _value(name: str, text: str) -> object:
    """Text as the type of its setting; a number or a switch is written as in settings.yml."""
    usual = getattr(PostingSettings(), name)
    if isinstance(usual, tuple):
        return tuple(part.strip() for part in text.strip("[]").split(",") if part.strip())
    return text if isinstance(usual, str) else yaml.safe_load(text)
