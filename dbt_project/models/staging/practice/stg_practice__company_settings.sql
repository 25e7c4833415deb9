with known_settings as (
    select
        setting_name,
        effective_from,
        item_number,
        setting_value
    from {{ source('bronze', 'company_settings') }}
    where effective_from <= {{ as_of() }}
),

-- A list is replaced as a whole: the next date on which the setting changes ends every item of it.
periods as (
    select
        setting_name,
        effective_from,
        lead(effective_from) over (partition by setting_name order by effective_from) as effective_until
    from known_settings
    group by setting_name, effective_from
)

select
    known_settings.setting_name,
    known_settings.effective_from,
    periods.effective_until,
    known_settings.item_number,
    known_settings.setting_value
from known_settings
inner join periods
    on
        known_settings.setting_name = periods.setting_name
        and known_settings.effective_from = periods.effective_from
