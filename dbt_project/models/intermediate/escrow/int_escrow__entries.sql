{#- Whether a receipt's book is what the rules computed, because its practice exports no postings of patients. -#}
{%- set book_is_computed -%}
    exists (
        select 1
        from {{ ref('stg_practice__company_settings') }} as settings
        where
            settings.setting_name = 'book'
            and settings.setting_value = 'computed'
            and settings.effective_until is null
    )
{%- endset -%}
with billed as (
    select
        payment_id as entry_id,
        'applied' as entry_kind,
        receipt_id,
        posting_on as entry_on,
        coalesce(reference_batch_on, posting_on) as reference_on,
        amount
    from {{ ref('stg_billing__payments') }}
    where
        entry_type in ('patient_payment', 'insurance_payment')
        and posting_on <= {{ as_of() }}

    union all

    select
        disbursement_id as entry_id,
        'disbursed' as entry_kind,
        receipt_id,
        disbursed_on as entry_on,
        coalesce(reference_batch_on, disbursed_on) as reference_on,
        amount
    from {{ ref('stg_billing__disbursements') }}
    where disbursed_on <= {{ as_of() }}

    union all

    select
        refund_id as entry_id,
        'refunded' as entry_kind,
        receipt_id,
        refunded_on as entry_on,
        coalesce(reference_batch_on, refunded_on) as reference_on,
        amount
    from {{ ref('stg_billing__refunds') }}
    where refunded_on <= {{ as_of() }}
)

select
    billed.entry_id,
    billed.entry_kind,
    billed.receipt_id,
    billed.entry_on,
    billed.reference_on,
    billed.amount
from billed
where
    not {{ book_is_computed }}
    or billed.receipt_id not in (select inputs.receipt_id from {{ ref('int_posting__inputs_receipts') }} as inputs)

union all

select
    receipt_id || '|' || cast(event_on as varchar) || '|' || cast(sequence as varchar) as entry_id,
    case
        when event = 'application' then 'applied'
        when movement in ('refund', 'refund_undone') then 'refunded'
        else 'disbursed'
    end as entry_kind,
    receipt_id,
    event_on as entry_on,
    event_on as reference_on,
    amount
from {{ ref('int_posting__events') }}
where
    event in ('application', 'movement')
    and {{ book_is_computed }}
