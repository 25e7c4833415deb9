{{ config(materialized='table') }}

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
        entry_type,
        receipt_id,
        posting_on as entry_on,
        coalesce(reference_batch_on, posting_on) as reference_on,
        amount,
        claim_id,
        line_number,
        null as disbursement_code,
        null as refund_method,
        file_hash,
        row_number,
        load_id
    from {{ ref('stg_billing__payments') }}
    where
        entry_type in ('patient_payment', 'insurance_payment')
        and posting_on <= {{ as_of() }}

    union all

    select
        disbursement_id as entry_id,
        'disbursed' as entry_kind,
        'disbursement' as entry_type,
        receipt_id,
        disbursed_on as entry_on,
        coalesce(reference_batch_on, disbursed_on) as reference_on,
        amount,
        null as claim_id,
        null as line_number,
        disbursement_code,
        null as refund_method,
        file_hash,
        row_number,
        load_id
    from {{ ref('stg_billing__disbursements') }}
    where disbursed_on <= {{ as_of() }}

    union all

    select
        refund_id as entry_id,
        'refunded' as entry_kind,
        'refund' as entry_type,
        receipt_id,
        refunded_on as entry_on,
        coalesce(reference_batch_on, refunded_on) as reference_on,
        amount,
        null as claim_id,
        null as line_number,
        null as disbursement_code,
        refund_method,
        file_hash,
        row_number,
        load_id
    from {{ ref('stg_billing__refunds') }}
    where refunded_on <= {{ as_of() }}
),

-- What people did in the journal moved money as much as what they did in billing.
entered as (
    select
        'journal-' || cast(entry_number as varchar)
        || case when entry_kind = 'applied' then '|' || cast(sequence as varchar) else '' end as entry_id,
        entry_kind,
        case entry_kind
            when 'applied' then 'patient_payment'
            when 'disbursed' then 'disbursement'
            else 'refund'
        end as entry_type,
        receipt_id,
        moved_on as entry_on,
        moved_on as reference_on,
        amount,
        claim_id,
        line_number,
        disbursement_code,
        refund_method,
        null as file_hash,
        cast(null as bigint) as row_number,
        null as load_id
    from {{ ref('int_escrow__desk_movements') }}
),

moved as (
    select
        *,
        'billing' as made_by
    from billed

    union all

    select
        *,
        'journal' as made_by
    from entered
),

-- A reversal takes everything back that the receipt did until then, line by line and code by code.
reversed as (
    select
        moved.receipt_id || '-R|' || coalesce(moved.claim_id, '')
        || '|' || coalesce(cast(moved.line_number as varchar), '')
        || '|' || coalesce(moved.disbursement_code, '') || '|' || moved.entry_type as entry_id,
        moved.entry_kind,
        moved.entry_type,
        moved.receipt_id,
        reversals.reversed_on as entry_on,
        {{ money('-sum(moved.amount)') }} as amount,
        moved.claim_id,
        moved.line_number,
        moved.disbursement_code
    from moved
    inner join {{ ref('int_escrow__reversals') }} as reversals
        on
            moved.receipt_id = reversals.receipt_id
            and moved.entry_on <= reversals.reversed_on
    group by
        moved.receipt_id,
        moved.entry_kind,
        moved.entry_type,
        moved.claim_id,
        moved.line_number,
        moved.disbursement_code,
        reversals.reversed_on
    having sum(moved.amount) <> 0
),

booked as (
    select
        entry_id,
        entry_kind,
        entry_type,
        receipt_id,
        entry_on,
        reference_on,
        amount,
        claim_id,
        line_number,
        disbursement_code,
        refund_method,
        made_by,
        file_hash,
        row_number,
        load_id
    from moved

    union all

    select
        entry_id,
        entry_kind,
        entry_type,
        receipt_id,
        entry_on,
        entry_on as reference_on,
        amount,
        claim_id,
        line_number,
        disbursement_code,
        null as refund_method,
        'journal' as made_by,
        null as file_hash,
        cast(null as bigint) as row_number,
        null as load_id
    from reversed
)

select
    booked.entry_id,
    booked.entry_kind,
    booked.entry_type,
    booked.receipt_id,
    booked.entry_on,
    booked.reference_on,
    booked.amount,
    booked.claim_id,
    booked.line_number,
    booked.disbursement_code,
    booked.refund_method,
    booked.made_by,
    booked.file_hash,
    booked.row_number,
    booked.load_id
from booked
where
    not {{ book_is_computed }}
    or booked.receipt_id not in (select inputs.receipt_id from {{ ref('int_posting__inputs_receipts') }} as inputs)

union all

select
    receipt_id || '|' || cast(event_on as varchar) || '|' || cast(sequence as varchar) as entry_id,
    case
        when event = 'application' then 'applied'
        when movement in ('refund', 'refund_undone') then 'refunded'
        else 'disbursed'
    end as entry_kind,
    case
        when event = 'application' then 'patient_payment'
        when movement in ('refund', 'refund_undone') then 'refund'
        else 'disbursement'
    end as entry_type,
    receipt_id,
    event_on as entry_on,
    event_on as reference_on,
    amount,
    claim_id,
    line_number,
    disbursement_code,
    null as refund_method,
    'rules' as made_by,
    null as file_hash,
    cast(null as bigint) as row_number,
    null as load_id
from {{ ref('int_posting__events') }}
where
    event in ('application', 'movement')
    and {{ book_is_computed }}
