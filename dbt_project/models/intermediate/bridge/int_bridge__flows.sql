{{ config(materialized='table') }}

-- Money of collection agencies is told apart: they pay net of their fees, which appear as negative payments.
with collectors as (
    select setting_value as payer_id
    from {{ ref('stg_practice__company_settings') }}
    where
        setting_name = 'collection_payers'
        and effective_until is null
),

receipts as (
    select
        receipts.receipt_id,
        receipts.location_id,
        receipts.payer_class,
        {{ month_start('receipts.received_on') }} as received_month_on,
        {{ month_start('coalesce(receipts.posting_on, receipts.received_on)') }} as posted_month_on,
        {{ month_start('coalesce(receipts.reference_batch_on, receipts.posting_on, receipts.received_on)') }}
            as reference_month_on,
        collectors.payer_id is not null as is_from_collector,
        receipts.amount,
        receipts.escrow_amount
    from {{ ref('receipts') }} as receipts
    left join collectors
        on receipts.payer_id = collectors.payer_id
),

-- Money that comes back from a line because the line or its claim was voided: the encounter was reversed.
voided_lines as (
    select
        claim_lines.claim_id,
        claim_lines.line_number,
        least(claim_lines.voided_on, claims.voided_on) as voided_on
    from {{ ref('stg_billing__claim_lines') }} as claim_lines
    left join {{ ref('stg_billing__claims') }} as claims
        on claim_lines.claim_id = claims.claim_id
    where
        claim_lines.voided_on is not null
        or claims.voided_on is not null
),

moved as (
    select
        receipts.location_id,
        receipts.payer_class,
        receipts.received_month_on,
        receipts.posted_month_on,
        receipts.reference_month_on,
        {{ month_start('entries.entry_on') }} as entry_month_on,
        {{ month_start('entries.reference_on') }} as entry_reference_month_on,
        case
            when entries.entry_kind <> 'applied' then entries.entry_kind
            when entries.amount < 0 and voided_lines.voided_on <= entries.entry_on then 'reversed_encounter'
            when receipts.is_from_collector then 'collections_payment'
            else 'payment'
        end as flow,
        count(*) as item_count,
        {{ sum_or_zero('entries.amount') }} as amount
    from {{ ref('int_escrow__entries') }} as entries
    inner join receipts
        on entries.receipt_id = receipts.receipt_id
    left join voided_lines
        on
            entries.claim_id = voided_lines.claim_id
            and entries.line_number = voided_lines.line_number
    group by all
),

stood as (
    select
        location_id,
        payer_class,
        received_month_on,
        posted_month_on,
        reference_month_on,
        count(*) as receipt_count,
        {{ sum_or_zero('amount') }} as amount,
        count(*) filter (where escrow_amount <> 0) as escrow_count,
        {{ sum_or_zero('escrow_amount') }} as escrow_amount
    from receipts
    group by location_id, payer_class, received_month_on, posted_month_on, reference_month_on
),

flows as (
    select
        location_id,
        payer_class,
        received_month_on,
        posted_month_on,
        reference_month_on,
        entry_month_on,
        entry_reference_month_on,
        flow,
        item_count,
        amount
    from moved

    union all

    select
        location_id,
        payer_class,
        received_month_on,
        posted_month_on,
        reference_month_on,
        cast(null as date) as entry_month_on,
        cast(null as date) as entry_reference_month_on,
        'received' as flow,
        receipt_count as item_count,
        amount
    from stood

    union all

    select
        location_id,
        payer_class,
        received_month_on,
        posted_month_on,
        reference_month_on,
        cast(null as date) as entry_month_on,
        cast(null as date) as entry_reference_month_on,
        'escrow' as flow,
        escrow_count as item_count,
        escrow_amount as amount
    from stood
    where escrow_count > 0
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
            when 'received' then flows.received_month_on
            when 'posting' then flows.posted_month_on
            else flows.reference_month_on
        end as receipt_month_on,
        case bases.date_basis
            when 'reference_batch' then flows.entry_reference_month_on
            else flows.entry_month_on
        end as entry_month_on,
        flows.location_id,
        flows.payer_class,
        flows.flow,
        flows.item_count,
        flows.amount
    from flows
    cross join bases
)

select
    date_basis,
    receipt_month_on,
    entry_month_on,
    location_id,
    payer_class,
    flow,
    cast(sum(item_count) as bigint) as item_count,
    {{ sum_or_zero('amount') }} as amount
from by_basis
group by date_basis, receipt_month_on, entry_month_on, location_id, payer_class, flow
