{{ config(materialized='table') }}

-- A dated folder says for which day a file is, however late it came: it is what stands before the slash of the name.
with loads as (
    select
        load_id,
        coalesce(duplicate_of_load_id, load_id) as content_load_id,
        source,
        loaded_on,
        least(
            coalesce(try_cast(nullif(split_part(file_name, chr(47), 1), file_name) as date), loaded_on),
            loaded_on
        ) as delivered_on
    from {{ ref('stg_ingestion__loads') }}
    where verdict in ('loaded', 'duplicate')
),

alike as (
    select
        loads.load_id,
        loads.content_load_id,
        loads.source,
        loads.loaded_on,
        loads.delivered_on,
        coalesce(exports.content_digest, loads.content_load_id) as content_digest
    from loads
    left join {{ ref('base_ingestion__repeated_exports') }} as exports
        on loads.content_load_id = exports.load_id
)

select
    load_id,
    content_load_id,
    source,
    loaded_on,
    delivered_on,
    min(delivered_on) over same_content as counts_from_on,
    nullif(
        first_value(content_load_id) over (
            partition by source, content_digest
            order by delivered_on, loaded_on, load_id
        ),
        content_load_id
    ) as repeats_load_id
from alike
window same_content as (partition by source, content_digest)
