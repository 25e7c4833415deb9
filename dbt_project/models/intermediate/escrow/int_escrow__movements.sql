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

by_basis as (
    {% for basis, received_date, used_date in [
        ('received', 'received_on', 'entry_on'),
        ('posting', 'posted_on', 'entry_on'),
        ('reference_batch', 'reference_on', 'reference_on'),
    ] %}
    select
        '{{ basis }}' as date_basis,
        {{ received_date }} as moved_on,
        location_id,
        payer_class,
        'received' as movement,
        amount
    from received

    union all

    select
        '{{ basis }}' as date_basis,
        {{ used_date }} as moved_on,
        location_id,
        payer_class,
        entry_kind as movement,
        amount
    from used
    {% if not loop.last %}
    union all
    {% endif %}
    {% endfor %}
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
