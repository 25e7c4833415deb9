{#- A row has no id of its own: equal rows of one file are several payments, told apart by counting them, and a row
that another file repeats is the same payment again, as the file says it that was delivered last. -#}
with versions as (
    select
        imports.*,
        count(*) over same_payment as version_count,
        row_number() over (
            same_payment
            order by
                coalesce(deliveries.counts_from_on, imports.loaded_on) desc nulls last,
                imports.load_id desc nulls last,
                imports.row_number desc nulls last
        ) = 1 as is_current
    from ({{ counted_import_payments(source('bronze', 'receipt_imports')) }}) as imports
    left join {{ ref('base_ingestion__deliveries') }} as deliveries
        on imports.load_id = deliveries.load_id
    window same_payment as (partition by {{ import_payment() }}, occurrence_number)
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
