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
