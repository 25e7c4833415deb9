{{ config(materialized='table') }}

-- As with remittances, a control number proves nothing, because some senders never count: only the same number with the
-- same content, word by word, is the same interchange. Nearly always no number comes twice, and then nothing more is read.
{%- set heads = {
    'stg_claims__submissions': 'charge_amount',
    'stg_claims__acknowledgement_batches': '0',
    'stg_claims__functional_acknowledgements': '0',
} -%}
{%- set tables = heads.keys() | list + [
    'stg_claims__submission_lines', 'stg_claims__submission_diagnoses', 'stg_claims__submission_dates',
    'stg_claims__submission_references', 'stg_claims__submission_amounts', 'stg_claims__submission_other_payers',
    'stg_claims__submission_adjudications', 'stg_claims__submission_adjustments',
    'stg_claims__acknowledgements', 'stg_claims__acknowledgement_statuses', 'stg_claims__acknowledgement_lines',
    'stg_claims__functional_acknowledgement_transactions', 'stg_claims__functional_acknowledgement_errors',
] %}

with interchanges as (
    {% for head, amount in heads.items() %}
    select
        heads.load_id,
        heads.interchange_position,
        heads.interchange_sender_id,
        heads.interchange_receiver_id,
        heads.interchange_control_number,
        coalesce(deliveries.counts_from_on, heads.loaded_on) as delivered_on,
        count(*) as record_count,
        {{ sum_or_zero(amount) }} as charge_amount
    from {{ ref(head) }} as heads
    left join {{ ref('base_ingestion__deliveries') }} as deliveries
        on heads.load_id = deliveries.load_id
    where heads.interchange_control_number is not null
    group by
        heads.load_id,
        heads.interchange_position,
        heads.interchange_sender_id,
        heads.interchange_receiver_id,
        heads.interchange_control_number,
        coalesce(deliveries.counts_from_on, heads.loaded_on)
    {% if not loop.last %}

    union all

    {% endif %}
    {% endfor %}
),

candidates as materialized (
    select *
    from interchanges
    qualify
        count(*) over (partition by interchange_sender_id, interchange_receiver_id, interchange_control_number) > 1
),

-- Where it lies in which file says nothing of what it says.
contents as (
    {% for table in tables %}
    select
        load_id,
        interchange_position,
        '{{ table }}' as table_name,
        row_number,
        cast(row(*columns(* exclude (
            load_id, interchange_position, transaction_position, segment_number, file_hash, row_number, loaded_on
        ))) as varchar) as content
    from {{ ref(table) }}
    where
        (load_id, interchange_position) in (
            select (candidates.load_id, candidates.interchange_position) from candidates
        )
    {% if not loop.last %}

    union all

    {% endif %}
    {% endfor %}
),

fingerprints as (
    select
        load_id,
        interchange_position,
        md5(string_agg(content, chr(10) order by table_name, row_number, content)) as fingerprint
    from contents
    group by load_id, interchange_position
),

compared as (
    select
        candidates.*,
        first_value(candidates.load_id) over same_content as first_load_id
    from candidates
    inner join fingerprints
        on
            candidates.load_id = fingerprints.load_id
            and candidates.interchange_position = fingerprints.interchange_position
    window same_content as (
        partition by
            candidates.interchange_sender_id,
            candidates.interchange_receiver_id,
            candidates.interchange_control_number,
            fingerprints.fingerprint
        order by candidates.delivered_on, candidates.load_id, candidates.interchange_position
    )
)

select
    load_id,
    interchange_position,
    concat_ws('|', interchange_sender_id, interchange_receiver_id, interchange_control_number) as interchange_key,
    first_load_id,
    record_count,
    charge_amount
from compared
where load_id <> first_load_id
