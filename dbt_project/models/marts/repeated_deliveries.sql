-- Every repeat is told once, on the first level that recognises it: bytes, then the interchange or the export, then the
-- business key. A number of an export alone proves nothing: the same number with other rows is a finding, not a repeat.
with exports as (
    select
        loads.load_id,
        loads.export_id,
        loads.records_kept,
        loads.control_amount_kept,
        first_value(loads.load_id) over (
            partition by
                loads.source, loads.profile, loads.export_id, coalesce(deliveries.repeats_load_id, loads.load_id)
            order by deliveries.delivered_on, deliveries.loaded_on, loads.load_id
        ) as first_load_id
    from {{ ref('stg_ingestion__loads') }} as loads
    inner join {{ ref('base_ingestion__deliveries') }} as deliveries
        on loads.load_id = deliveries.load_id
    where
        loads.verdict = 'loaded'
        and loads.export_id is not null
),

repeated_exports as (
    select * from exports
    where load_id <> first_load_id
),

repeats as (
    select
        'bytes' as level,
        copies.load_id,
        copies.duplicate_of_load_id as first_load_id,
        copies.file_hash as repeat_key,
        originals.records_kept as record_count,
        originals.control_amount_kept as amount
    from {{ ref('stg_ingestion__loads') }} as copies
    left join {{ ref('stg_ingestion__loads') }} as originals
        on copies.duplicate_of_load_id = originals.load_id
    where copies.verdict = 'duplicate'

    union all

    select
        'interchange' as level,
        load_id,
        first_load_id,
        interchange_key as repeat_key,
        sum(remittance_count) as record_count,
        sum(payment_amount) as amount
    from {{ ref('int_era__repeated_interchanges') }}
    group by load_id, first_load_id, interchange_key

    union all

    select
        'interchange' as level,
        load_id,
        first_load_id,
        interchange_key as repeat_key,
        sum(record_count) as record_count,
        sum(charge_amount) as amount
    from {{ ref('int_claims__repeated_interchanges') }}
    group by load_id, first_load_id, interchange_key

    union all

    select
        'export' as level,
        load_id,
        first_load_id,
        export_id as repeat_key,
        records_kept as record_count,
        control_amount_kept as amount
    from repeated_exports

    union all

    select
        'business_key' as level,
        remittances.load_id,
        originals.load_id as first_load_id,
        concat_ws(
            '|', 'era', remittances.payer_identifier, remittances.trace_number, remittances.payment_on
        ) as repeat_key,
        count(*) as record_count,
        sum(remittances.payment_amount) as amount
    from {{ ref('int_era__repeated_traces') }} as traces
    inner join {{ ref('stg_era__remittances') }} as remittances
        on traces.remittance_key = remittances.remittance_key
    inner join {{ ref('stg_era__remittances') }} as originals
        on traces.duplicate_of_remittance_key = originals.remittance_key
    where
        (remittances.load_id, remittances.interchange_position) not in (
            select (interchanges.load_id, interchanges.interchange_position)
            from {{ ref('int_era__repeated_interchanges') }} as interchanges
        )
    group by
        remittances.load_id,
        originals.load_id,
        remittances.payer_identifier,
        remittances.trace_number,
        remittances.payment_on

    union all

    select
        'business_key' as level,
        load_id,
        first_load_id,
        source as repeat_key,
        count(*) as record_count,
        sum(amount) as amount
    from {{ ref('base_ingestion__repeated_rows') }}
    where load_id not in (select repeated_exports.load_id from repeated_exports)
    group by load_id, first_load_id, source
)

select
    repeats.level,
    repeats.load_id,
    repeats.first_load_id,
    repeats.repeat_key,
    cast(repeats.record_count as bigint) as record_count,
    {{ money('coalesce(repeats.amount, 0)') }} as amount,
    loads.loaded_on,
    loads.file_name,
    loads.file_hash
from repeats
inner join {{ ref('stg_ingestion__loads') }} as loads
    on repeats.load_id = loads.load_id
