with refused as (
    select
        location_id,
        period_kind,
        period_start_on,
        count(*) as refused_step_count
    from {{ ref('stg_journal__period_entries') }}
    where is_refused
    group by location_id, period_kind, period_start_on
),

figures as (
    select
        location_id,
        period_kind,
        period_start_on,
        count(*) filter (where is_moved and not is_late) as moved_figure_count,
        count(*) filter (where is_late and (current_amount <> 0 or current_item_count <> 0)) as late_item_count
    from {{ ref('period_close_figures') }}
    group by location_id, period_kind, period_start_on
)

select
    standings.location_id,
    standings.period_kind,
    standings.period_start_on,
    standings.period_end_on,
    standings.period_name,
    standings.status,
    standings.prepared_by,
    standings.prepared_on,
    standings.prepared_entry_number,
    standings.prepared_reason,
    standings.reviewed_by,
    standings.reviewed_on,
    standings.reviewed_entry_number,
    standings.reviewed_reason,
    standings.signed_by,
    standings.signed_on,
    standings.signed_entry_number,
    standings.signed_reason,
    standings.reopened_by,
    standings.reopened_on,
    standings.reopened_entry_number,
    standings.reopened_reason,
    standings.figures_sha256,
    standings.read_from_run_id,
    standings.verdict,
    coalesce(figures.moved_figure_count, 0) as moved_figure_count,
    standings.moved as moved_figures,
    coalesce(figures.late_item_count, 0) as late_item_count,
    standings.late_items,
    coalesce(refused.refused_step_count, 0) as refused_step_count
from {{ ref('int_close__standings') }} as standings
left join figures
    on
        standings.location_id = figures.location_id
        and standings.period_kind = figures.period_kind
        and standings.period_start_on = figures.period_start_on
left join refused
    on
        standings.location_id = refused.location_id
        and standings.period_kind = refused.period_kind
        and standings.period_start_on = refused.period_start_on
