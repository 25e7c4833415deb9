with used as (
    select
        receipt_id,
        {{ sum_or_zero('amount', "entry_kind = 'applied'") }} as applied_amount,
        {{ sum_or_zero('amount', "entry_kind = 'disbursed'") }} as disbursed_amount,
        {{ sum_or_zero('amount', "entry_kind = 'refunded'") }} as refunded_amount,
        {{ sum_or_zero('amount') }} as used_amount
    from {{ ref('int_escrow__entries') }}
    group by receipt_id
),

balances as (
    select
        receipts.*,
        coalesce(used.applied_amount, 0) as applied_amount,
        coalesce(used.disbursed_amount, 0) as disbursed_amount,
        coalesce(used.refunded_amount, 0) as refunded_amount,
        coalesce(used.used_amount, 0) as used_amount,
        receipts.amount - coalesce(used.used_amount, 0) as escrow_amount
    from {{ ref('int_escrow__receipts') }} as receipts
    left join used
        on receipts.receipt_id = used.receipt_id
),

placed as (
    select
        receipt_id,
        status,
        code,
        message,
        hold_until_on,
        deadline_on,
        applied_amount,
        disbursed_amount,
        refunded_amount,
        unapplied_amount
    from {{ ref('int_posting__events') }}
    where event = 'receipt'
),

links as (
    select
        receipt_id,
        max_by(claim_id, entry_number) filter (where claim_id is not null) as claim_id,
        max_by(appointment_id, entry_number) filter (where appointment_id is not null) as appointment_id
    from {{ ref('int_posting__inputs_entries') }}
    where action = 'link'
    group by receipt_id
)

select
    balances.receipt_id,
    balances.patient_id,
    balances.payer_class,
    balances.payer_id,
    payers.payer_name,
    balances.receipt_type,
    balances.payment_method,
    balances.check_number,
    balances.receipt_source,
    balances.location_id,
    balances.appointment_id,
    balances.received_at,
    balances.received_on,
    balances.deposit_on,
    balances.posting_on,
    balances.reference_batch_id,
    balances.reference_batch_on,
    balances.receipt_status,
    balances.hold_until,
    balances.reversal_of_receipt_id,
    balances.amount,
    {{ money('balances.applied_amount') }} as applied_amount,
    {{ money('balances.disbursed_amount') }} as disbursed_amount,
    {{ money('balances.refunded_amount') }} as refunded_amount,
    {{ money('balances.escrow_amount') }} as escrow_amount,
    case
        when balances.escrow_amount <> 0 then {{ days_between('balances.received_on', as_of()) }}
    end as days_in_escrow,
    -- A negative receipt is used in the negative, down to its amount.
    balances.used_amount < least(balances.amount, 0) or balances.used_amount > greatest(balances.amount, 0)
        as is_over_applied,
    placed.status as computed_status,
    placed.code as computed_code,
    placed.message as computed_message,
    placed.hold_until_on as computed_hold_until,
    placed.deadline_on,
    case
        when placed.status in ('New', 'Hold') then greatest({{ days_between(as_of(), 'placed.deadline_on') }}, 0)
    end as days_left,
    {{ money('placed.applied_amount') }} as computed_applied_amount,
    {{ money('placed.disbursed_amount') }} as computed_disbursed_amount,
    {{ money('placed.refunded_amount') }} as computed_refunded_amount,
    {{ money('placed.unapplied_amount') }} as computed_unapplied_amount,
    links.claim_id as linked_claim_id,
    links.appointment_id as linked_appointment_id,
    cast(appointments.starts_at as date) as appointment_on,
    appointments.resource_id,
    resources.provider_name as resource_name,
    appointments.location_id as appointment_location_id,
    balances.entered_as,
    balances.entry_number,
    balances.file_hash,
    balances.row_number,
    balances.load_id
from balances
left join placed
    on balances.receipt_id = placed.receipt_id
left join links
    on balances.receipt_id = links.receipt_id
left join {{ ref('stg_emr__appointments') }} as appointments
    on coalesce(links.appointment_id, balances.appointment_id) = appointments.appointment_id
left join {{ ref('stg_practice__payers') }} as payers
    on balances.payer_id = payers.payer_id
left join {{ ref('stg_practice__providers') }} as resources
    on appointments.resource_id = resources.provider_id
