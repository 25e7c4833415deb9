{% set fewest_for_usual = 3 %}
-- A delivery is for the last scheduled day before it. Of several files for one day those with records count.
with received as (
    select
        due.source,
        due.location_id,
        due.scheduled_on,
        due.due_on,
        due.smallest_share_of_usual,
        count(arrivals.load_id) as file_count,
        coalesce(
            min(arrivals.loaded_on) filter (where arrivals.record_count > 0), min(arrivals.loaded_on)
        ) as arrived_on,
        cast(sum(arrivals.record_count) as bigint) as record_count,
        first(
            arrivals.load_id order by arrivals.record_count = 0, arrivals.loaded_on, arrivals.load_id
        ) as load_id
    from {{ ref('int_deliveries__due_files') }} as due
    left join {{ ref('int_deliveries__arrivals') }} as arrivals
        on
            due.source = arrivals.source
            and due.location_id = arrivals.location_id
            and due.scheduled_on <= arrivals.delivered_on
            and coalesce(due.next_scheduled_on > arrivals.delivered_on, true)
    group by due.source, due.location_id, due.scheduled_on, due.due_on, due.smallest_share_of_usual
),

compared as (
    select
        *,
        count(nullif(record_count, 0)) over earlier as earlier_count,
        quantile_disc(nullif(record_count, 0), 0.5) over earlier as usual_record_count
    from received
    window earlier as (
        partition by source, location_id
        order by scheduled_on
        rows between 12 preceding and 1 preceding
    )
)

select
    source,
    location_id,
    due_on,
    scheduled_on,
    case
        when file_count = 0 then 'missing'
        when record_count = 0 then 'empty'
        when
            earlier_count >= {{ fewest_for_usual }}
            and record_count * 100 < usual_record_count * smallest_share_of_usual
            then 'small'
        when arrived_on > due_on then 'late'
        else 'on_time'
    end as outcome,
    arrived_on,
    file_count,
    record_count,
    case when earlier_count >= {{ fewest_for_usual }} then usual_record_count end as usual_record_count,
    load_id
from compared
