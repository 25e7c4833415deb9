-- Senders count interchanges anew after a while, or never: only the same number with the same payments is the same
-- interchange.
with interchanges as (
    select
        remittances.load_id,
        remittances.interchange_position,
        remittances.interchange_sender_id,
        remittances.interchange_receiver_id,
        remittances.interchange_control_number,
        coalesce(deliveries.counts_from_on, remittances.loaded_on) as delivered_on,
        count(*) as remittance_count,
        {{ sum_or_zero('remittances.payment_amount') }} as payment_amount,
        list(
            concat_ws(
                '|',
                remittances.transaction_control_number,
                remittances.payer_identifier,
                remittances.trace_number,
                remittances.payment_on,
                remittances.payment_amount
            )
            order by remittances.transaction_position
        ) as payments
    from {{ ref('stg_era__remittances') }} as remittances
    left join {{ ref('base_ingestion__deliveries') }} as deliveries
        on remittances.load_id = deliveries.load_id
    where remittances.interchange_control_number is not null
    group by
        remittances.load_id,
        remittances.interchange_position,
        remittances.interchange_sender_id,
        remittances.interchange_receiver_id,
        remittances.interchange_control_number,
        coalesce(deliveries.counts_from_on, remittances.loaded_on)
),

compared as (
    select
        *,
        first_value(load_id) over (
            partition by interchange_sender_id, interchange_receiver_id, interchange_control_number, payments
            order by delivered_on, load_id, interchange_position
        ) as first_load_id
    from interchanges
)

select
    load_id,
    interchange_position,
    concat_ws('|', interchange_sender_id, interchange_receiver_id, interchange_control_number) as interchange_key,
    first_load_id,
    remittance_count,
    payment_amount
from compared
where load_id <> first_load_id
