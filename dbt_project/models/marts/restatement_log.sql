-- A state that began after the close put its amount into the month, one that ended after it took its amount out. Both
-- on one day are an edit; where nothing changes but what the report does not show, there is nothing to restate.
with effects as (
    select
        *,
        known_from as restated_on,
        true as is_entry
    from {{ ref('int_balancing__closed_month_states') }}
    where not is_in_report

    union all

    select
        *,
        known_until as restated_on,
        false as is_entry
    from {{ ref('int_balancing__closed_month_states') }}
    where
        known_until is not null
        and (next_known_on is null or known_until <= next_known_on)
),

restatements as (
    select
        location_id,
        period_start_on,
        close_version,
        date_basis,
        source_system,
        payment_id,
        charge_type_key,
        is_in_standard_view,
        restated_on,
        case
            when bool_and(is_entry) then 'added'
            when not bool_or(is_entry) then 'deleted'
            else 'edited'
        end as change_kind,
        coalesce(max(patient_id) filter (where is_entry), max(patient_id)) as patient_id,
        coalesce(max(balanced_on) filter (where is_entry), max(balanced_on)) as balanced_on,
        {{ sum_or_zero('amount', 'not is_entry') }} as closed_amount,
        {{ sum_or_zero('amount', 'is_entry') }} as restated_amount,
        coalesce(max(file_hash) filter (where is_entry), max(file_hash)) as file_hash,
        coalesce(max(row_number) filter (where is_entry), max(row_number)) as row_number
    from effects
    group by
        location_id, period_start_on, close_version, date_basis, source_system, payment_id, charge_type_key,
        is_in_standard_view, restated_on
)

select
    restatements.location_id,
    restatements.period_start_on,
    restatements.close_version,
    restatements.date_basis,
    restatements.source_system,
    restatements.payment_id,
    charge_types.charge_type,
    restatements.is_in_standard_view,
    restatements.restated_on,
    restatements.change_kind,
    restatements.patient_id,
    restatements.balanced_on,
    restatements.closed_amount,
    restatements.restated_amount,
    {{ money('restatements.restated_amount - restatements.closed_amount') }} as change_amount,
    {{ month_start('restatements.restated_on') }} as shown_in_period_start_on,
    restatements.file_hash,
    restatements.row_number
from restatements
inner join {{ ref('int_balancing__charge_types') }} as charge_types
    on restatements.charge_type_key = charge_types.charge_type_key
where
    restatements.change_kind <> 'edited'
    or restatements.restated_amount <> restatements.closed_amount
