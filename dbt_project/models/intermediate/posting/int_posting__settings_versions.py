"""The versions of the posting settings, as the engine counts them."""

from posting.events import settings_versions
from posting.setting_rows import history_of


def model(dbt, session):
    """One row per version, with its values as JSON text."""
    dbt.config(materialized="table")
    return settings_versions(history_of(dbt.ref("int_posting__inputs_settings").pl())).to_arrow()
