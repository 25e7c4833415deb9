"""Where each period stands on its way to being closed, as a model.

The model only carries frames across. When a signature lapses and where a late item shows is said in the
package `journal`, which the command line and the pages ask as well.
"""

from journal.close_frames import standings_frame


def model(dbt, session):
    """One row per period, as `journal.close_frames.STANDINGS` describes them."""
    dbt.config(materialized="table")
    entries = dbt.ref("stg_journal__period_entries").pl()
    worked = ", ".join(f"'{kind}'" for kind in sorted(set(entries["period_kind"]))) or "''"
    figures = (
        dbt.ref("period_tie_outs")
        .filter(f"period_kind in ({worked})")
        .project(
            "period_kind, period_start_on, location_id,"
            " case when is_binding"
            " then concat_ws('|', location_id, tie_out, figure, amount, item_count) end as line"
        )
    )
    return standings_frame(entries, figures.pl()).to_arrow()
