{{ config(materialized='table') }}

-- Only loads with the same numbers can hold the same rows; on most nights there are none, and no row is read.
with candidates as (
    select
        load_id,
        source,
        loaded_on,
        file_name
    from {{ ref('stg_ingestion__loads') }}
    where
        verdict = 'loaded'
        and records_kept > 0
        and record_unit = 'row'
    qualify count(*) over (partition by source, records_kept, control_amount_kept) > 1
),

row_digests as (
    {% for source_name in row_sources().keys() | list + ['receipt_imports'] %}
        select
            load_id,
            md5(cast({{ row_contents() }} as varchar)) as row_digest
        from {{ source('bronze', source_name) }}
        where
            load_id in (
                select candidates.load_id
                from candidates
                where candidates.source = '{{ source_name }}'
            )
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

contents as (
    select
        load_id,
        md5(string_agg(row_digest, '' order by row_digest)) as content_digest
    from row_digests
    group by load_id
)

select
    candidates.load_id,
    candidates.source,
    contents.content_digest
from candidates
inner join contents
    on candidates.load_id = contents.load_id
