with matched_traces as (
    select distinct
        expected.payer_identifier,
        expected.trace_number
    from {{ ref('int_deposits__pieces') }} as pieces
    inner join {{ ref('int_deposits__expected') }} as expected
        on pieces.item_key = expected.item_key
    where pieces.entry_key is not null
),

pieces as (
    select
        pieces.group_key,
        pieces.entry_key,
        pieces.item_key,
        pieces.bank_cents,
        pieces.item_cents,
        -- Two remittances of one trace and two amounts: the bank has said which of them was paid.
        case
            when
                pieces.status in ('waiting_for_deposit', 'remittance_without_deposit')
                and traces.has_conflicting_trace
                and matched_traces.trace_number is not null
                then 'conflicting_trace'
            else pieces.status
        end as status,
        pieces.evidence,
        pieces.business_days,
        pieces.candidate_count,
        pieces.suggested_keys,
        pieces.suggestion_count,
        pieces.coincidence_per_million
    from {{ ref('int_deposits__pieces') }} as pieces
    left join {{ ref('int_deposits__expected') }} as expected
        on pieces.item_key = expected.item_key
    left join {{ ref('int_era__repeated_traces') }} as traces
        on expected.remittance_key = traces.remittance_key
    left join matched_traces
        on
            expected.trace_number = matched_traces.trace_number
            and expected.payer_identifier = matched_traces.payer_identifier

    union all

    -- A remittance that brings no money, or brings it a second time, waits for none.
    select
        'remittance|' || remittances.remittance_key as group_key,
        null as entry_key,
        'remittance|' || remittances.remittance_key as item_key,
        0 as bank_cents,
        0 as item_cents,
        case
            when traces.duplicate_of_remittance_key is not null then 'repeated'
            when remittances.payment_amount is null then 'not_evaluable'
            else 'no_money'
        end as status,
        null as evidence,
        cast(null as bigint) as business_days,
        cast(null as bigint) as candidate_count,
        null as suggested_keys,
        cast(null as bigint) as suggestion_count,
        cast(null as bigint) as coincidence_per_million
    from {{ ref('stg_era__remittances') }} as remittances
    left join {{ ref('int_era__repeated_traces') }} as traces
        on remittances.remittance_key = traces.remittance_key
    where
        traces.duplicate_of_remittance_key is not null
        or coalesce(remittances.payment_amount, 0) = 0
)

select
    md5(concat_ws('|', coalesce(pieces.entry_key, '-'), coalesce(pieces.item_key, '-'))) as piece_key,
    pieces.group_key as match_group_key,
    pieces.status,
    pieces.evidence,
    entries.bank_account,
    entries.deposit_id,
    entries.deposited_on,
    entries.value_on,
    entries.type_code,
    coalesce(entries.channel, expected.channel) as channel,
    pieces.item_key as expected_key,
    coalesce(expected.item_kind, case when pieces.item_key is not null then 'remittance' end) as expected_kind,
    coalesce(expected.remittance_key, remittances.remittance_key) as remittance_key,
    expected.receipt_id,
    expected.settlement_id,
    expected.location_id,
    coalesce(expected.payer_identifier, remittances.payer_identifier, entries.payer_identifier) as payer_identifier,
    coalesce(expected.trace_number, remittances.trace_number, entries.trace_number) as trace_number,
    coalesce(expected.reference, entries.reference) as reference,
    coalesce(expected.expected_on, remittances.payment_on) as expected_on,
    expected.bank_account as expected_account,
    {{ from_cents('pieces.bank_cents') }} as bank_amount,
    {{ from_cents('pieces.item_cents') }} as expected_amount,
    {{ from_cents('pieces.bank_cents - pieces.item_cents') }} as difference_amount,
    expected.gross_amount,
    expected.fee_amount,
    card_days.receipts_amount as card_receipts_amount,
    card_days.difference_amount as card_difference_amount,
    card_days.open_amount as card_open_amount,
    pieces.status in ('matched', 'wrong_account', 'wrong_account_corrected', 'amount_differs', 'returned')
    and pieces.entry_key is not null
    and pieces.item_key is not null as is_confirmed,
    pieces.business_days as business_days_open,
    coalesce(entries.wait_days, expected.wait_days) as wait_days,
    pieces.candidate_count,
    pieces.suggested_keys,
    pieces.suggestion_count,
    pieces.coincidence_per_million,
    choices.chosen_by,
    choices.chosen_on,
    choices.entry_number as choice_entry_number,
    coalesce(entries.file_hash, expected.file_hash, remittances.file_hash) as file_hash,
    coalesce(entries.row_number, expected.row_number, remittances.row_number) as row_number,
    coalesce(entries.load_id, expected.load_id, remittances.load_id) as load_id
from pieces
left join {{ ref('int_deposits__entries') }} as entries
    on pieces.entry_key = entries.entry_key
left join {{ ref('int_deposits__expected') }} as expected
    on pieces.item_key = expected.item_key
left join {{ ref('int_deposits__choices') }} as choices
    on
        pieces.evidence = 'person'
        and pieces.entry_key = choices.entry_key
        and pieces.item_key = choices.item_key
left join {{ ref('int_deposits__card_days') }} as card_days
    on
        expected.item_kind = 'settlement'
        and expected.location_id = card_days.location_id
        and expected.expected_on = card_days.settled_on
left join {{ ref('stg_era__remittances') }} as remittances
    on pieces.item_key = 'remittance|' || remittances.remittance_key
