{#- A row has no id of its own: equal rows of one file are several payments, told apart by counting them, and a row
that another file repeats is the same payment again. -#}
{%- set payment = 'patient_id, statement_id, received_on, amount, receipt_type, payment_method, check_number' -%}

with delivered as (
    select
        *,
        row_number() over (partition by load_id, {{ payment }} order by row_number) as occurrence_number
    from {{ source('bronze', 'receipt_imports') }}
    where loaded_on <= {{ as_of() }}
),

versions as (
    select
        *,
        count(*) over (partition by {{ payment }}, occurrence_number) as version_count,
        row_number() over (
            partition by {{ payment }}, occurrence_number
            order by loaded_on desc, load_id desc, row_number desc
        ) = 1 as is_current
    from delivered
)

select
    patient_id,
    statement_id,
    received_on,
    amount,
    receipt_type,
    payment_method,
    check_number,
    comment,
    file_hash,
    row_number,
    load_id,
    loaded_on,
    version_count
from versions
where is_current
