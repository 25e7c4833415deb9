-- A check number is a payer's; without a known tax id of the payer the number alone must do.
with numbered as (
    select
        receipts.receipt_id,
        receipts.location_id,
        receipts.deposit_on,
        {{ payment_number('receipts.check_number') }} as check_number,
        '1' || payers.tax_id as payer_identifier
    from {{ ref('int_escrow__receipts') }} as receipts
    left join {{ ref('stg_practice__payers') }} as payers
        on receipts.payer_id = payers.payer_id
    where
        receipts.payer_class <> 'Patient'
        and receipts.reversal_of_receipt_id is null
        and receipts.check_number is not null
)

select
    remittances.remittance_key,
    numbered.receipt_id,
    numbered.location_id,
    numbered.deposit_on
from {{ ref('stg_era__remittances') }} as remittances
inner join numbered
    on
        numbered.check_number = {{ payment_number('remittances.trace_number') }}
        and (
            numbered.payer_identifier is null
            or remittances.payer_identifier is null
            or remittances.payer_identifier = numbered.payer_identifier
        )
