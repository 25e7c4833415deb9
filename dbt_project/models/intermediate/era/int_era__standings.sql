{{ config(materialized='table') }}

-- Which remittances are the payer's money, each of them once, and in which order they were paid.
with remittances as (
    select
        remittances.*,
        coalesce(
            remittances.payer_identifier,
            remittances.payer_id,
            upper(trim(remittances.payer_name)),
            remittances.interchange_sender_id,
            'unknown'
        ) as payer_key,
        coalesce(deliveries.counts_from_on, remittances.loaded_on) as delivered_on,
        traces.duplicate_of_remittance_key,
        coalesce(traces.has_conflicting_trace, false) as has_conflicting_trace
    from {{ ref('stg_era__remittances') }} as remittances
    left join {{ ref('base_ingestion__deliveries') }} as deliveries
        on remittances.load_id = deliveries.load_id
    left join {{ ref('int_era__repeated_traces') }} as traces
        on remittances.remittance_key = traces.remittance_key
),

-- The last word of a person about a remittance that looks like an earlier payment.
decisions as (
    select
        remittance_key,
        case when arg_max(action, entry_number) = 'release' then arg_max(entered_on, entry_number) end
            as released_on
    from {{ ref('stg_journal__remittance_entries') }}
    group by remittance_key
),

ordered as (
    select
        *,
        row_number() over (
            order by payment_on, delivered_on, load_id, interchange_position, transaction_position
        ) as remittance_order,
        first_value(remittance_key) over same_trace as first_remittance_key,
        first_value(payment_on) over same_trace as first_payment_on
    from remittances
    window
        same_trace as (
            partition by
                payer_identifier,
                trace_number,
                case when trace_number is null then remittance_key end
            order by delivered_on, load_id, interchange_position, transaction_position
        )
),

held as (
    select
        ordered.*,
        decisions.released_on,
        case
            when ordered.remittance_key <> ordered.first_remittance_key and ordered.has_conflicting_trace
                then 'conflicting_trace'
            -- Payers use a number anew after years; within one it is the same payment.
            when
                ordered.remittance_key <> ordered.first_remittance_key
                and abs(date_diff('day', ordered.first_payment_on, ordered.payment_on)) <= 365
                then 'trace_seen_before'
        end as held_for
    from ordered
    left join decisions
        on ordered.remittance_key = decisions.remittance_key
)

select
    remittance_key,
    file_hash,
    interchange_position,
    transaction_position,
    payer_key,
    trace_number,
    payment_on,
    payment_amount,
    remittance_order,
    case
        when duplicate_of_remittance_key is not null then 'duplicate'
        when released_on is null and held_for is not null then held_for
        when upper(credit_debit_code) = 'D' then 'debit'
        when payment_on is null then 'undated'
        when payment_on > {{ as_of() }} then 'dated_ahead'
        else 'counted'
    end as standing,
    case when remittance_key <> first_remittance_key then first_remittance_key end as earlier_remittance_key,
    case when duplicate_of_remittance_key is null then held_for end as held_for,
    case when duplicate_of_remittance_key is null and held_for is not null then released_on end as released_on
from held
