-- noqa: disable=PRS,ST03
-- The linter knows no macro that gives a value, so it cannot see the text of the loop.
{{ config(materialized='table') }}

-- Only rows that a correction names are read; where there is none, no row of bronze is.
{% set sources = row_sources() %}
with corrected_rows as (
    select
        source,
        business_key
    from {{ ref('stg_ingestion__corrections') }}
    where file_name is null
    group by source, business_key
)

{% for source_name, identity in sources.items() if source_name != 'corrections' %}
    {%- set versions = delivered_version(
        source('bronze', source_name),
        identity['key'],
        identity['modified_at'],
        ref(identity['versions']) if identity['versions'] else none
    ) %}
    select
        '{{ source_name }}' as source,
        business_key,
        column_name,
        delivered_value,
        load_id,
        row_number
    from {{ values_as_rows(
        source_name, versions, "select business_key from corrected_rows where source = '" ~ source_name ~ "'"
    ) }}
    {% if not loop.last %}union all{% endif %}
{% endfor %}
