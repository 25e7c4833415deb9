{{ config(materialized='table') }}

-- Everything is as it was known on the day of the close: payments, the map of the locations and the settings of clinics.
with days as (
    select distinct known_on
    from {{ ref('int_balancing__period_closes') }}
),

known_names as (
    select
        days.known_on,
        'emr' as source_system,
        locations.emr_location_id as source_location_id,
        locations.location_id
    from days
    inner join {{ ref('base_practice__location_states') }} as locations
        on {{ is_known_on('locations', 'days.known_on') }}
    where locations.emr_location_id is not null

    union all

    select
        days.known_on,
        'billing' as source_system,
        locations.billing_location_id as source_location_id,
        locations.location_id
    from days
    inner join {{ ref('base_practice__location_states') }} as locations
        on {{ is_known_on('locations', 'days.known_on') }}
    where locations.billing_location_id is not null
),

names as (
    select
        known_on,
        source_system,
        source_location_id,
        min(location_id) as location_id
    from known_names
    group by known_on, source_system, source_location_id
    having count(*) = 1
),

rules as (
    select
        days.known_on,
        names.location_id,
        settings.effective_from,
        lead(settings.effective_from) over (
            partition by days.known_on, settings.emr_location_id
            order by settings.effective_from
        ) as effective_until,
        case when settings.soap_version = '1.0' then 'deposit' else 'posting' end as date_basis
    from days
    inner join {{ ref('base_emr__clinic_setting_states') }} as settings
        on {{ is_known_on('settings', 'days.known_on') }}
    inner join names
        on
            days.known_on = names.known_on
            and names.source_system = 'emr'
            and settings.emr_location_id = names.source_location_id
),

closes as (
    select
        names.source_system,
        names.source_location_id,
        closes.*
    from {{ ref('int_balancing__period_closes') }} as closes
    inner join names
        on
            closes.location_id = names.location_id
            and closes.known_on = names.known_on
),

emr as (
    select
        closes.location_id,
        closes.period_start_on,
        closes.close_version,
        closes.closed_on,
        bases.date_basis,
        'emr' as source_system,
        states.emr_payment_id as payment_id,
        states.patient_id,
        states.transaction_on as balanced_on,
        states.charge_type,
        {{ money('states.paid_amount') }} as amount,
        {{ money('states.due_amount') }} as due_amount,
        {{ money('coalesce(states.charge_amount, 0)') }} as charge_amount,
        true as is_in_standard_view,
        states.file_hash,
        states.row_number,
        states.known_from,
        states.known_until,
        closes.known_on,
        closes.next_known_on
    from {{ ref('base_emr__payment_states') }} as states
    inner join closes
        on
            closes.source_system = 'emr'
            and states.emr_location_id = closes.source_location_id
            and states.transaction_on between closes.period_start_on and closes.period_end_on
    cross join (
        select unnest(['clinic', 'deposit', 'posting']) as date_basis
    ) as bases
    where states.payment_status = 'Paid'
),

billing_dated as (
    select
        closes.*,
        states.billing_payment_id,
        states.patient_id,
        states.deposit_on,
        states.posting_on,
        case when rules.date_basis = 'deposit' then states.deposit_on else states.posting_on end as clinic_on,
        states.posted_by,
        states.charge_type,
        states.amount,
        states.file_hash,
        states.row_number,
        states.known_from,
        states.known_until
    from {{ ref('base_billing__patient_payment_states') }} as states
    inner join closes
        on
            closes.source_system = 'billing'
            and states.billing_location_id = closes.source_location_id
            and least(states.deposit_on, states.posting_on) <= closes.period_end_on
            and closes.period_start_on <= greatest(states.deposit_on, states.posting_on)
    left join rules
        on
            closes.known_on = rules.known_on
            and closes.location_id = rules.location_id
            and states.deposit_on >= rules.effective_from
            and (states.deposit_on < rules.effective_until or rules.effective_until is null)
),

billing as (
    select
        dated.location_id,
        dated.period_start_on,
        dated.close_version,
        dated.closed_on,
        bases.date_basis,
        'billing' as source_system,
        dated.billing_payment_id as payment_id,
        dated.patient_id,
        case bases.date_basis
            when 'deposit' then dated.deposit_on
            when 'posting' then dated.posting_on
            else dated.clinic_on
        end as balanced_on,
        trim(dated.charge_type) as charge_type,
        {{ money('dated.amount') }} as amount,
        {{ money('0') }} as due_amount,
        {{ money('0') }} as charge_amount,
        {{ is_integration_user('dated.posted_by', 'dated.posting_on') }} as is_in_standard_view,
        dated.file_hash,
        dated.row_number,
        dated.known_from,
        dated.known_until,
        dated.known_on,
        dated.next_known_on,
        dated.period_end_on
    from billing_dated as dated
    cross join (
        select unnest(['clinic', 'deposit', 'posting']) as date_basis
    ) as bases
),

states as (
    select * from emr
    union all
    select * exclude (period_end_on) from billing
    where balanced_on between period_start_on and period_end_on
)

-- A state counts from the close it was in force at, or that it came after, to the next close of the same month.
select
    *,
    {{ charge_type_key('charge_type') }} as charge_type_key,
    known_from <= known_on as is_in_report
from states
where
    (known_until is null or known_until > known_on)
    and (next_known_on is null or known_from <= next_known_on)
