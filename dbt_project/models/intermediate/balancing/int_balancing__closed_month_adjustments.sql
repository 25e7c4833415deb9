{{ config(materialized='table') }}

-- What each late change still lacks in billing, beside the entries of later months that would settle it.
with held_by_billing as (
    select
        pairs.emr_payment_id,
        sum(billing.amount) as amount
    from (
        select
            emr_payment_id,
            billing_payment_id
        from {{ ref('int_balancing__identified_pairs') }}
        where is_the_payment

        union all

        select
            emr_payment_id,
            billing_payment_id
        from {{ ref('int_balancing__same_day_pairs') }}

        union all

        select
            emr_payment_id,
            billing_payment_id
        from {{ ref('int_balancing__window_pairs') }}
        where not is_contested

        union all

        select
            emr_payment_id,
            billing_payment_id
        from {{ ref('int_balancing__closed_amount_pairs') }}
        where not is_contested
    ) as pairs
    inner join {{ ref('int_balancing__open_billing_payments') }} as billing
        on pairs.billing_payment_id = billing.billing_payment_id
    group by pairs.emr_payment_id
),

wanted as (
    select
        emr.emr_payment_id,
        emr.patient_id,
        emr.location_id,
        emr.charge_type_key,
        {{ money('emr.amount - coalesce(held_by_billing.amount, 0)') }} as amount,
        emr.changed_on,
        emr.period_end_on
    from {{ ref('int_balancing__open_emr_payments') }} as emr
    left join held_by_billing
        on emr.emr_payment_id = held_by_billing.emr_payment_id
    where
        emr.change_kind is not null
        and emr.amount <> coalesce(held_by_billing.amount, 0)
),

offered as (
    select billing.*
    from {{ ref('int_balancing__open_billing_payments') }} as billing
    where
        not exists (
            select 1
            from {{ ref('int_balancing__same_day_pairs') }} as pairs
            where pairs.billing_payment_id = billing.billing_payment_id
        )
        and not exists (
            select 1
            from {{ ref('int_balancing__window_pairs') }} as pairs
            where pairs.billing_payment_id = billing.billing_payment_id
        )
        and not exists (
            select 1
            from {{ ref('int_balancing__closed_amount_pairs') }} as pairs
            where pairs.billing_payment_id = billing.billing_payment_id
        )
        and not exists (
            select 1
            from {{ ref('int_balancing__identified_pairs') }} as pairs
            where pairs.is_the_payment and pairs.billing_payment_id = billing.billing_payment_id
        )
),

-- One that names the payment goes first; of several changes that want one amount, the oldest is settled first.
candidates as (
    select
        wanted.emr_payment_id,
        offered.billing_payment_id,
        dense_rank() over (
            partition by wanted.patient_id, wanted.location_id, wanted.charge_type_key, wanted.amount
            order by wanted.changed_on, wanted.emr_payment_id
        ) as change_rank,
        dense_rank() over (
            partition by wanted.patient_id, wanted.location_id, wanted.charge_type_key, wanted.amount
            order by offered.deposit_on, offered.billing_payment_id
        ) as entry_rank,
        coalesce(wanted.emr_payment_id = offered.emr_payment_id, false) as names_the_payment
    from wanted
    inner join offered
        on
            wanted.patient_id = offered.patient_id
            and wanted.location_id = offered.location_id
            and wanted.charge_type_key = offered.charge_type_key
            and wanted.amount = offered.amount
            and wanted.period_end_on < offered.deposit_on
            and wanted.changed_on <= offered.clinic_on
            and (offered.emr_payment_id is null or wanted.emr_payment_id = offered.emr_payment_id)
),

named as (
    select
        emr_payment_id,
        billing_payment_id
    from candidates
    where names_the_payment
),

unnamed as (
    select
        candidates.emr_payment_id,
        candidates.billing_payment_id
    from candidates
    where
        candidates.change_rank = candidates.entry_rank
        and candidates.emr_payment_id not in (select named.emr_payment_id from named)
        and candidates.billing_payment_id not in (select named.billing_payment_id from named)
),

settled as (
    select * from named
    union all
    select * from unnamed
)

select
    emr_payment_id,
    min(billing_payment_id) as billing_payment_id
from settled
group by emr_payment_id
