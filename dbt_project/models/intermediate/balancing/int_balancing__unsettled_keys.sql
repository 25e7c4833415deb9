{{ config(materialized='table') }}

-- Most nights nearly all payments of both sides are equal in everything. Those that a row of billing names are put aside
-- with it, the others are counted; the passes after this one look only at the payments of the keys that do not come out.
with left_over as (
    select
        coalesce(emr.equality_key, named.equality_key) as equality_key,
        case when named.equality_key is null then 1 else -1 end as surplus,
        named.emr_payment_id as misnamed_payment_id
    from (
        select
            emr_payment_id,
            equality_key
        from {{ ref('int_balancing__emr_payments') }}
        where is_paid
    ) as emr
    full join (
        select
            emr_payment_id,
            equality_key
        from {{ ref('int_balancing__billing_payments') }}
        where is_integration and deposit_on = posting_on and emr_payment_id is not null
    ) as named
        on
            emr.emr_payment_id = named.emr_payment_id
            and emr.equality_key = named.equality_key
    where emr.equality_key is null or named.equality_key is null

    union all

    select
        equality_key,
        -1 as surplus,
        null as misnamed_payment_id
    from {{ ref('int_balancing__billing_payments') }}
    where is_integration and deposit_on = posting_on and emr_payment_id is null
),

-- A payment that a row of another key names, or two rows, is not settled by an equal one.
named_elsewhere as (
    select misnamed_payment_id as emr_payment_id
    from left_over
    where misnamed_payment_id is not null

    union all

    select emr_payment_id
    from {{ ref('int_balancing__billing_payments') }}
    where emr_payment_id is not null and (not is_integration or deposit_on <> posting_on)

    union all

    select emr_payment_id
    from {{ ref('int_balancing__billing_payments') }}
    where emr_payment_id is not null
    group by emr_payment_id
    having count(*) > 1
)

select equality_key
from left_over
group by equality_key
having sum(surplus) <> 0 or count(misnamed_payment_id) > 0

union

select equality_key
from {{ ref('int_balancing__emr_payments') }}
where
    is_paid
    and emr_payment_id in (select named_elsewhere.emr_payment_id from named_elsewhere)
