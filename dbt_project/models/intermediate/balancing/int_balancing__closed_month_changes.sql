{{ config(materialized='table') }}

-- The first and the last version of what changed more than once; the only version of everything else.
with lives as (
    select
        payments.emr_payment_id,
        payments.emr_location_id,
        payments.transaction_on,
        payments.payment_status,
        payments.paid_amount,
        payments.version_count,
        coalesce(cast(payments.last_modified_at as date), payments.loaded_on) as changed_on
    from {{ ref('stg_emr__payments') }} as payments
    where payments.transaction_on <= {{ as_of() }}
),

in_closed_months as (
    select
        lives.*,
        places.location_id,
        closes.period_start_on,
        closes.period_end_on,
        closes.close_version,
        closes.closed_on
    from lives
    inner join {{ ref('int_practice__source_locations') }} as places
        on
            places.source_system = 'emr'
            and lives.emr_location_id = places.source_location_id
    inner join {{ ref('stg_billing__closed_periods') }} as closes
        on
            places.location_id = closes.location_id
            and lives.transaction_on between closes.period_start_on and closes.period_end_on
            -- The close runs overnight: a change of the same day is still in time.
            and lives.changed_on > closes.closed_on
    where
        closes.closed_on <= {{ as_of() }}
        -- A month that was opened again takes the change as any other month does.
        and (closes.reopened_on is null or closes.reopened_on > {{ as_of() }})
),

last_closes as (
    select *
    from in_closed_months
    qualify row_number() over (partition by emr_payment_id order by close_version desc, period_start_on desc) = 1
),

-- What the closed month's report had: the last version that was made by the close.
versions_by_the_close as (
    select
        last_closes.emr_payment_id,
        changes.payment_status,
        changes.paid_amount
    from last_closes
    inner join {{ ref('base_emr__payment_changes') }} as changes
        on
            last_closes.emr_payment_id = changes.emr_payment_id
            and last_closes.closed_on >= changes.changed_on
    qualify
        row_number() over (
            partition by last_closes.emr_payment_id
            order by changes.version_number desc
        ) = 1
),

compared as (
    select
        last_closes.*,
        {{ money("case when by_the_close.payment_status = 'Paid' then by_the_close.paid_amount else 0 end") }}
            as closed_amount,
        {{ money("case when last_closes.payment_status = 'Paid' then last_closes.paid_amount else 0 end") }}
            as current_amount,
        coalesce(by_the_close.payment_status = 'Paid', false) as was_paid,
        last_closes.payment_status = 'Paid' as is_paid
    from last_closes
    left join versions_by_the_close as by_the_close
        on last_closes.emr_payment_id = by_the_close.emr_payment_id
)

select
    emr_payment_id,
    location_id,
    period_start_on,
    period_end_on,
    close_version,
    closed_on,
    changed_on,
    case
        when not was_paid then 'added'
        when not is_paid then 'deleted'
        else 'edited'
    end as change_kind,
    closed_amount,
    current_amount
from compared
where closed_amount <> current_amount
