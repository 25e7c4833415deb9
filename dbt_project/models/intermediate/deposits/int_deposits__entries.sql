{{ config(materialized='table') }}

-- What a bank says about an entry is text; its type code, where it has one, says how the money moved.
with described as (
    select
        *,
        upper(coalesce(bank_text, '')) as said
    from {{ ref('stg_bank__deposits') }}
    where deposited_on <= {{ as_of() }} and amount <> 0
),

moved as (
    select
        *,
        case
            when type_code in ('555', '557') or (amount < 0 and regexp_matches(said, '\bRETURN'))
                then 'return'
            when type_code in ('275', '277', '575', '577') or regexp_matches(said, '\bTRANSFER (TO|FROM)\b')
                then 'transfer'
            when
                amount < 0
                and (type_code in ('661', '698') or regexp_matches(said, '\b(FEES?|SERVICE CHARGES?)\b'))
                then 'fee'
            when trace_number is not null then 'electronic'
            when regexp_matches(said, '\b(CARD|BANKCARD|MERCHANT)\b') then 'card'
            when type_code in ('115', '116', '118') or regexp_matches(said, '\bLOCKBOX\b') then 'check'
            when type_code in ('301', '174', '175') or regexp_matches(said, '^DEPOSIT\b') then 'slip'
            when amount > 0 then 'electronic'
            else 'other'
        end as channel
    from described
)

select
    bank_account || '|' || deposit_id as entry_key,
    bank_account,
    deposit_id,
    deposited_on,
    value_on,
    amount,
    type_code,
    channel,
    {{ payment_number('trace_number') }} as trace_number,
    upper(trim(payer_identifier)) as payer_identifier,
    -- Without a reference of its own, the last word that has a number in it.
    {{ payment_number("coalesce(customer_reference, nullif(regexp_extract(said, '(\\S*\\d\\S*)\\s*$', 1), ''))") }}
        as reference,
    {{ in_cents('amount') }} as cents,
    {{ number_in_force('remittance_wait_days', 'deposited_on', 4) }} as wait_days,
    file_hash,
    row_number,
    load_id
from moved
