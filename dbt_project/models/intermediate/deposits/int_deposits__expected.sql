{{ config(materialized='table') }}

with accounts as (
    select
        json_extract_string(setting_value, 'account') as bank_account,
        unnest(cast(json_extract(setting_value, 'locations') as varchar[])) as location_id,
        effective_from,
        effective_until
    from {{ ref('stg_practice__company_settings') }}
    where setting_name = 'bank_accounts' and setting_value is not null
),

receipts as (
    select
        receipts.*,
        '1' || payers.tax_id as payer_identifier,
        {{ is_card_payment('receipts.payment_method') }} as is_card,
        regexp_matches(lower(coalesce(receipts.payment_method, '')), 'eft|ach|wire|electronic') as is_electronic
    from {{ ref('int_escrow__receipts') }} as receipts
    left join {{ ref('stg_practice__payers') }} as payers
        on receipts.payer_id = payers.payer_id
),

reversals as (
    select
        reversal_of_receipt_id as receipt_id,
        min(received_on) as reversed_on
    from receipts
    where reversal_of_receipt_id is not null
    group by reversal_of_receipt_id
),

deposited as (
    select
        receipts.*,
        reversals.reversed_on
    from receipts
    left join reversals
        on receipts.receipt_id = reversals.receipt_id
    where
        receipts.reversal_of_receipt_id is null
        and receipts.amount > 0
        and receipts.deposit_on <= {{ as_of() }}
        -- What was given back before it was deposited never got to the bank.
        and (reversals.reversed_on is null or reversals.reversed_on > receipts.deposit_on)
),

remittance_receipts as (
    select
        remittance_key,
        min(receipt_id) as receipt_id,
        min_by(location_id, receipt_id) as location_id,
        min_by(deposit_on, receipt_id) as deposit_on
    from {{ ref('int_deposits__remittance_receipts') }}
    group by remittance_key
),

-- Cash and checks of a location and day go to the bank on one slip. Cards are expected by day where no settlement
-- tells of them.
of_patients as (
    select
        *,
        case when is_card then 'cards' else 'batch' end as item_kind,
        case when is_card then 'card' else 'slip' end as channel
    from deposited
    where
        payer_class = 'Patient'
        and (is_card or not is_electronic)
        and not (
            is_card
            and exists (
                select 1
                from {{ ref('stg_bank__card_settlements') }} as settlements
                where
                    settlements.location_id = deposited.location_id
                    and settlements.settled_on = deposited.deposit_on
            )
        )
),

expected as (
    select
        'remittance|' || remittances.remittance_key as item_key,
        'remittance' as item_kind,
        remittances.remittance_key,
        of_remittance.receipt_id,
        null as settlement_id,
        of_remittance.location_id,
        case when remittances.payment_method_code = 'CHK' then 'check' else 'electronic' end as channel,
        {{ payment_number('remittances.trace_number') }} as trace_number,
        upper(trim(remittances.payer_identifier)) as payer_identifier,
        case
            when remittances.payment_method_code = 'CHK' then {{ payment_number('remittances.trace_number') }}
        end as reference,
        case
            when remittances.credit_debit_code = 'D' then {{ money('-remittances.payment_amount') }}
            else remittances.payment_amount
        end as amount,
        {{ money('remittances.payment_amount') }} as gross_amount,
        {{ money('0') }} as fee_amount,
        coalesce(remittances.payment_on, remittances.loaded_on) as expected_on,
        of_remittance.deposit_on as declared_on,
        remittances.file_hash,
        remittances.row_number,
        remittances.load_id
    from {{ ref('stg_era__remittances') }} as remittances
    left join {{ ref('int_era__repeated_traces') }} as traces
        on remittances.remittance_key = traces.remittance_key
    left join remittance_receipts as of_remittance
        on remittances.remittance_key = of_remittance.remittance_key
    where
        traces.duplicate_of_remittance_key is null
        and remittances.payment_amount <> 0

    union all

    -- Money of payers without a remittance: the receipt is all there is to expect.
    select
        'receipt|' || deposited.receipt_id as item_key,
        'receipt' as item_kind,
        null as remittance_key,
        deposited.receipt_id,
        null as settlement_id,
        deposited.location_id,
        case
            when deposited.is_card then 'card'
            when deposited.is_electronic then 'electronic'
            else 'check'
        end as channel,
        {{ payment_number('deposited.check_number') }} as trace_number,
        deposited.payer_identifier,
        {{ payment_number('deposited.check_number') }} as reference,
        deposited.amount,
        deposited.amount as gross_amount,
        {{ money('0') }} as fee_amount,
        deposited.deposit_on as expected_on,
        deposited.deposit_on as declared_on,
        deposited.file_hash,
        deposited.row_number,
        deposited.load_id
    from deposited
    where
        (deposited.payer_class <> 'Patient' or deposited.is_electronic)
        and deposited.receipt_id not in (
            select of_any.receipt_id from {{ ref('int_deposits__remittance_receipts') }} as of_any
        )

    union all

    select
        item_kind || '|' || location_id || '|' || cast(deposit_on as varchar) as item_key,
        item_kind,
        null as remittance_key,
        null as receipt_id,
        null as settlement_id,
        location_id,
        channel,
        null as trace_number,
        null as payer_identifier,
        null as reference,
        {{ sum_or_zero('amount') }} as amount,
        {{ sum_or_zero('amount') }} as gross_amount,
        {{ money('0') }} as fee_amount,
        deposit_on as expected_on,
        deposit_on as declared_on,
        min_by(file_hash, receipt_id) as file_hash,
        min_by(row_number, receipt_id) as row_number,
        min_by(load_id, receipt_id) as load_id
    from of_patients
    group by item_kind, channel, location_id, deposit_on

    union all

    select
        'settlement|' || settlement_id as item_key,
        'settlement' as item_kind,
        null as remittance_key,
        null as receipt_id,
        settlement_id,
        location_id,
        'card' as channel,
        null as trace_number,
        null as payer_identifier,
        {{ payment_number('settlement_id') }} as reference,
        net_amount as amount,
        gross_amount,
        fee_amount,
        settled_on as expected_on,
        cast(null as date) as declared_on,
        file_hash,
        row_number,
        load_id
    from {{ ref('stg_bank__card_settlements') }}
    where net_amount <> 0 and settled_on <= {{ as_of() }}

    union all

    -- A deposited check or payment that was reversed is expected to leave the account again.
    select
        'return|' || back.receipt_id as item_key,
        'return' as item_kind,
        null as remittance_key,
        back.receipt_id,
        null as settlement_id,
        back.location_id,
        'return' as channel,
        case
            when deposited.payer_class <> 'Patient' then {{ payment_number('deposited.check_number') }}
        end as trace_number,
        deposited.payer_identifier,
        {{ payment_number('deposited.check_number') }} as reference,
        back.amount,
        back.amount as gross_amount,
        {{ money('0') }} as fee_amount,
        back.received_on as expected_on,
        cast(null as date) as declared_on,
        back.file_hash,
        back.row_number,
        back.load_id
    from receipts as back
    inner join deposited
        on back.reversal_of_receipt_id = deposited.receipt_id
    where not deposited.is_card and back.amount < 0
)

select
    expected.item_key,
    expected.item_kind,
    expected.remittance_key,
    expected.receipt_id,
    expected.settlement_id,
    expected.location_id,
    expected.channel,
    expected.trace_number,
    expected.payer_identifier,
    expected.reference,
    accounts.bank_account,
    expected.amount,
    expected.gross_amount,
    expected.fee_amount,
    {{ in_cents('expected.amount') }} as cents,
    expected.expected_on,
    expected.declared_on,
    {{ number_in_force('deposit_days_before', 'expected.expected_on', 3) }} as days_before,
    case
        when expected.channel in ('check', 'return')
            then {{ number_in_force('check_days_after', 'expected.expected_on', 10) }}
        else {{ number_in_force('deposit_days_after', 'expected.expected_on', 3) }}
    end as days_after,
    case
        when expected.channel in ('check', 'return')
            then {{ number_in_force('check_wait_days', 'expected.expected_on', 10) }}
        else {{ number_in_force('deposit_wait_days', 'expected.expected_on', 4) }}
    end as wait_days,
    expected.file_hash,
    expected.row_number,
    expected.load_id
from expected
left join accounts
    on
        expected.location_id = accounts.location_id
        and expected.expected_on >= accounts.effective_from
        and (accounts.effective_until is null or expected.expected_on < accounts.effective_until)
