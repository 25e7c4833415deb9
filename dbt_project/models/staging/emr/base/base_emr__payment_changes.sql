{{ config(materialized='table') }}

-- A payment that was never changed is not looked at twice: its only version is the current one.
select
    delivered.emr_payment_id,
    delivered.payment_status,
    delivered.paid_amount,
    delivered.transaction_on,
    coalesce(cast(delivered.last_modified_at as date), delivered.loaded_on) as changed_on,
    delivered.loaded_on,
    row_number() over (
        partition by delivered.emr_payment_id
        order by
            delivered.last_modified_at asc nulls first,
            delivered.loaded_on asc, delivered.load_id asc, delivered.row_number asc
    ) as version_number
from {{ source('bronze', 'emr_payments') }} as delivered
inner join {{ ref('base_emr__payment_versions') }} as repeated
    on
        delivered.load_id = repeated.load_id
        and delivered.row_number = repeated.row_number
