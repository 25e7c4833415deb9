with entries as (
    select *
    from {{ ref('int_escrow__entries') }}
    where entry_kind = 'disbursed'
),

undone as (
    select undoes_disbursement_id as disbursement_id
    from {{ ref('int_escrow__undone_disbursements') }}
    union
    select undoes_disbursement_id as disbursement_id
    from {{ ref('int_escrow__desk_movements') }}
    where undoes_disbursement_id is not null
),

own_codes as (
    select
        upper(trim(setting_value)) as disbursement_code,
        effective_from,
        effective_until
    from {{ ref('stg_practice__company_settings') }}
    where setting_name = 'disbursement_codes'
)

select
    entries.entry_id as disbursement_id,
    entries.receipt_id,
    receipts.patient_id,
    receipts.location_id,
    receipts.payer_class,
    entries.disbursement_code,
    coalesce(upper(trim(entries.disbursement_code)) in ('O', 'E', 'CP', 'V'), false)
    or exists (
        select 1
        from own_codes
        where
            own_codes.disbursement_code = upper(trim(entries.disbursement_code))
            and own_codes.effective_from <= entries.entry_on
            and (own_codes.effective_until is null or entries.entry_on < own_codes.effective_until)
    ) as is_known_code,
    entries.entry_on as disbursed_on,
    entries.reference_on as reference_batch_on,
    entries.amount,
    entries.amount > 0
    and (
        undone.disbursement_id is not null
        or (reversals.receipt_id is not null and entries.entry_on <= reversals.reversed_on)
    ) as is_undone,
    entries.made_by,
    escrow.closing_amount as escrow_left_amount,
    entries.file_hash,
    entries.row_number,
    entries.load_id
from entries
left join {{ ref('receipts') }} as receipts
    on entries.receipt_id = receipts.receipt_id
left join {{ ref('escrow') }} as escrow
    on
        entries.receipt_id = escrow.receipt_id
        and entries.entry_on = escrow.valid_from_on
left join undone
    on entries.entry_id = undone.disbursement_id
left join {{ ref('int_escrow__reversals') }} as reversals
    on entries.receipt_id = reversals.receipt_id
