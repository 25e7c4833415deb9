-- What the feed could not deliver. A failed patient holds up the cases and charges of that patient, a failed case the
-- charges of the case, so those are worked at their root.
with failed_records as (
    select
        feed_id,
        patient_id,
        case_id,
        emr_location_id,
        service_on,
        amount,
        feed_status,
        reason,
        file_hash,
        row_number,
        case
            when feed_kind = 'demographics' and case_id is null then 'Patient'
            when feed_kind = 'demographics' then 'Case'
            else 'Charge'
        end as exception_type
    from {{ ref('stg_emr__claims_feed') }}
    where
        feed_kind <> 'payment'
        and feed_status in ('Validation Failed', 'Transmission Failed', 'Not Sent')
),

roots as (
    select
        patient_id,
        case_id,
        exception_type,
        min(feed_id) as feed_id
    from failed_records
    where exception_type in ('Patient', 'Case')
    group by patient_id, case_id, exception_type
),

grouped as (
    select
        failed_records.*,
        case
            when failed_records.exception_type = 'Patient' then failed_records.feed_id
            when patients.feed_id is not null then patients.feed_id
            when failed_records.exception_type = 'Case' then failed_records.feed_id
            else coalesce(cases.feed_id, failed_records.feed_id)
        end as root_feed_id
    from failed_records
    left join roots as patients
        on
            patients.exception_type = 'Patient'
            and failed_records.patient_id = patients.patient_id
    left join roots as cases
        on
            cases.exception_type = 'Case'
            and failed_records.patient_id = cases.patient_id
            and failed_records.case_id = cases.case_id
),

of_records as (
    select
        'feed:' || grouped.feed_id as exception_key,
        'feed:' || grouped.root_feed_id as root_exception_key,
        grouped.exception_type,
        case when grouped.feed_id = grouped.root_feed_id then 'feed_failed' else 'held_up_by_root' end as reason_kind,
        grouped.reason as vendor_reason,
        coalesce(places.location_id, 'unmapped:' || grouped.emr_location_id) as location_id,
        grouped.patient_id,
        grouped.case_id,
        grouped.feed_id,
        cast(null as varchar) as emr_payment_id,
        grouped.service_on as dated_on,
        cast(null as date) as changed_on,
        grouped.amount,
        cast(null as decimal(18, 2)) as adjustment_amount,
        cast(null as varchar) as adjustment_payment_id,
        false as is_cleared,
        grouped.file_hash,
        grouped.row_number
    from grouped
    left join {{ ref('int_practice__source_locations') }} as places
        on
            places.source_system = 'emr'
            and grouped.emr_location_id = places.source_location_id
),

of_payments as (
    select
        'payment:' || payments.emr_payment_id as exception_key,
        'payment:' || payments.emr_payment_id as root_exception_key,
        'Payment' as exception_type,
        classes.difference_class as reason_kind,
        payments.feed_reason as vendor_reason,
        payments.location_id,
        payments.patient_id,
        cast(null as varchar) as case_id,
        payments.feed_id,
        payments.emr_payment_id,
        payments.transaction_on as dated_on,
        payments.changed_on,
        payments.amount,
        -- What billing still lacks, or has too much of.
        case
            when classes.difference_class like 'closed_month_%'
                then {{ money('payments.amount - coalesce(billing.amount, 0)') }}
        end as adjustment_amount,
        classes.adjustment_payment_id,
        classes.adjustment_payment_id is not null as is_cleared,
        payments.file_hash,
        payments.row_number
    from {{ ref('int_balancing__unit_classes') }} as classes
    inner join {{ ref('int_balancing__emr_payments') }} as payments
        on classes.emr_payment_id = payments.emr_payment_id
    left join {{ ref('int_balancing__billing_payments') }} as billing
        on
            classes.billing_payment_id = billing.billing_payment_id
            and billing.is_integration
    where
        classes.billing_view = 'standard'
        and (
            classes.difference_class in ('amount_due_zero', 'feed_failed')
            or classes.difference_class like 'closed_month_%'
        )
)

select
    exceptions.exception_key,
    exceptions.root_exception_key,
    exceptions.exception_key = exceptions.root_exception_key as is_root,
    cast(count(*) over (partition by exceptions.root_exception_key) as bigint) as exceptions_under_root,
    exceptions.exception_type,
    exceptions.reason_kind,
    exceptions.vendor_reason,
    exceptions.location_id,
    exceptions.patient_id,
    exceptions.case_id,
    exceptions.feed_id,
    exceptions.emr_payment_id,
    exceptions.dated_on,
    exceptions.changed_on,
    exceptions.amount,
    exceptions.adjustment_amount,
    exceptions.adjustment_payment_id,
    exceptions.is_cleared,
    exceptions.file_hash,
    exceptions.row_number
from (
    select * from of_records
    union all
    select * from of_payments
) as exceptions
