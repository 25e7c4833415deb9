{{ config(materialized='table') }}

with receipts as (
    select
        receipt_id,
        location_id,
        payer_class,
        received_on,
        coalesce(posting_on, received_on) as posted_on,
        coalesce(reference_batch_on, posting_on, received_on) as reference_on,
        amount
    from {{ ref('receipts') }}
),

-- Added up over both dates before they are told apart, so that the large tables are read once.
received as (
    select
        location_id,
        payer_class,
        received_on,
        posted_on,
        reference_on,
        {{ sum_or_zero('amount') }} as amount
    from receipts
    group by location_id, payer_class, received_on, posted_on, reference_on
),

used as (
    select
        receipts.location_id,
        receipts.payer_class,
        entries.entry_on,
        entries.reference_on,
        entries.entry_kind,
        {{ sum_or_zero('entries.amount') }} as amount
    from {{ ref('int_escrow__entries') }} as entries
    inner join receipts
        on entries.receipt_id = receipts.receipt_id
    group by
        receipts.location_id,
        receipts.payer_class,
        entries.entry_on,
        entries.reference_on,
        entries.entry_kind
),

bases as (
    select 'received' as date_basis
    union all
    select 'posting' as date_basis
    union all
    select 'reference_batch' as date_basis
),

by_basis as (
    select
        bases.date_basis,
        case bases.date_basis
            when 'received' then received.received_on
            when 'posting' then received.posted_on
            else received.reference_on
        end as moved_on,
        received.location_id,
        received.payer_class,
        'received' as movement,
        received.amount
    from received
    cross join bases

    union all

    select
        bases.date_basis,
        case bases.date_basis when 'reference_batch' then used.reference_on else used.entry_on end as moved_on,
        used.location_id,
        used.payer_class,
        used.entry_kind as movement,
        used.amount
    from used
    cross join bases
)

select
    date_basis,
    moved_on,
    location_id,
    payer_class,
    {{ sum_or_zero('amount', "movement = 'received'") }} as received_amount,
    {{ sum_or_zero('amount', "movement = 'applied'") }} as applied_amount,
    {{ sum_or_zero('amount', "movement = 'disbursed'") }} as disbursed_amount,
    {{ sum_or_zero('amount', "movement = 'refunded'") }} as refunded_amount
from by_basis
group by date_basis, moved_on, location_id, payer_class
