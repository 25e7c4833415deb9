with calendar as (
    select
        json_extract_string(setting_value, 'source') as source,
        coalesce(json_extract_string(setting_value, 'location_id'), 'all') as location_id,
        json_extract_string(setting_value, 'schedule') as schedule,
        cast(json_extract_string(setting_value, 'due_within_days') as integer) as due_within_days,
        cast(json_extract_string(setting_value, 'smallest_share_of_usual') as integer) as smallest_share_of_usual,
        cast(json_extract_string(setting_value, 'first_on') as date) as first_on
    from {{ ref('stg_practice__company_settings') }}
    where
        setting_name = 'expected_files'
        and setting_value is not null
        and effective_until is null
),

-- Without a date of its own the calendar begins with the first file that ever came.
days as (
    select
        calendar.*,
        cast(
            unnest(
                generate_series(
                    coalesce(
                        calendar.first_on,
                        (select min(deliveries.delivered_on) from {{ ref('base_ingestion__deliveries') }} as deliveries)
                    ),
                    {{ as_of() }},
                    interval 1 day
                )
            ) as date
        ) as scheduled_on
    from calendar
),

scheduled as (
    select
        *,
        lead(scheduled_on) over (partition by source, location_id order by scheduled_on) as next_scheduled_on
    from days
    where
        case split_part(schedule, ':', 1)
            when 'daily' then true
            when 'weekdays' then isodow(scheduled_on) <= 5
            when 'weekly' then lower(dayname(scheduled_on)) = split_part(schedule, ':', 2)
            -- A month that is shorter has the file due on its last day.
            when 'monthly'
                then
                    day(scheduled_on)
                    = least(try_cast(split_part(schedule, ':', 2) as integer), day({{ month_end('scheduled_on') }}))
        end
)

select
    source,
    location_id,
    scheduled_on,
    next_scheduled_on,
    scheduled_on + due_within_days as due_on,
    smallest_share_of_usual
from scheduled
where scheduled_on + due_within_days <= {{ as_of() }}
