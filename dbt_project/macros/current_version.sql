{#- The versions of the keys that came more than once by the as-of date, and which of them is the current one.

The newest change wins. Between changes of the same time, or without one, the version that was delivered last: by the
day its file was for, not by the day it arrived, so that an older file that comes late never replaces newer state and
the order of arrival does not matter. An export that comes again counts as of the first time. In the end it is the row
that stands lowest in its file. A version without a modification time is older than those with one.

superseded_on is the day on which a version that counts more became known. A version counted from the day it was loaded
until then; one that was superseded on that very day never did.

relation      bronze table
key           list of the columns that identify the business event
modified_at   column with the time of the change, or none where the source has none -#}
{% macro repeated_versions(relation, key, modified_at='last_modified_at') -%}
    {%- set key_columns = key | join(', ') -%}
    {%- set strongest_first -%}
                partition by {{ key_columns }}
                order by
                    {% if modified_at %}versions.{{ modified_at }} desc nulls last,{% endif %}
                    coalesce(deliveries.counts_from_on, versions.loaded_on) desc nulls last,
                    deliveries.repeats_load_id nulls first,
                    versions.load_id desc nulls last,
                    versions.row_number desc nulls last
    {%- endset -%}
    select
        versions.load_id,
        versions.row_number,
        count(*) over (partition by {{ key_columns }}) as version_count,
        row_number() over (
            {{ strongest_first }}
        ) = 1 as is_current,
        min(versions.loaded_on) over (
            {{ strongest_first }}
            rows between unbounded preceding and 1 preceding
        ) as superseded_on
    from {{ relation }} as versions
    inner join (
        select {{ key_columns }}
        from {{ relation }}
        where loaded_on <= {{ as_of() }}
        group by {{ key_columns }}
        having count(*) > 1
    ) as repeated_keys
        using ({{ key_columns }})
    left join {{ ref('base_ingestion__deliveries') }} as deliveries
        on versions.load_id = deliveries.load_id
    where versions.loaded_on <= {{ as_of() }}
{%- endmacro %}

{#- Every row of a bronze table that is the version of its key that was delivered last, as repeated_versions says, with
the number of versions.

A key that its source has deleted has none. Most keys have one version. Only the others are compared, and they are found
on the key columns alone, because sorting whole rows costs several times as much. Large sources pass the model in which
they keep the comparison, so that it is made once however often the rows are read.

relation      bronze table
key           as in repeated_versions
modified_at   as in repeated_versions
repeated      model with the result of repeated_versions, instead of key and modified_at -#}
{% macro delivered_version(relation, key=none, modified_at='last_modified_at', repeated=none) -%}
    select
        delivered.*,
        coalesce(repeated.version_count, 1) as version_count
    from {{ relation }} as delivered
    left join {% if repeated %}{{ repeated }}{% else %}(
        {{ repeated_versions(relation, key, modified_at) | indent(8) }}
    ){% endif %} as repeated
        on
            delivered.load_id = repeated.load_id
            and delivered.row_number = repeated.row_number
    where
        delivered.loaded_on <= {{ as_of() }}
        and coalesce(repeated.is_current, true)
        and not exists (
            select 1
            from {{ ref('base_ingestion__deleted_rows') }} as deleted
            where
                delivered.load_id = deleted.load_id
                and delivered.row_number = deleted.row_number
        )
{%- endmacro %}

{#- Every version of a bronze table that ever counted, as it was delivered, with the first day on which it did (known_from)
and the first on which it did not any more (known_until). Takes what delivered_version takes. -#}
{% macro delivered_states(relation, key=none, modified_at='last_modified_at', repeated=none) -%}
    select
        delivered.*,
        delivered.loaded_on as known_from,
        least(repeated.superseded_on, deleted.deleted_on) as known_until
    from {{ relation }} as delivered
    left join {% if repeated %}{{ repeated }}{% else %}(
        {{ repeated_versions(relation, key, modified_at) | indent(8) }}
    ){% endif %} as repeated
        on
            delivered.load_id = repeated.load_id
            and delivered.row_number = repeated.row_number
    left join {{ ref('base_ingestion__deleted_rows') }} as deleted
        on
            delivered.load_id = deleted.load_id
            and delivered.row_number = deleted.row_number
    where
        delivered.loaded_on <= {{ as_of() }}
        and delivered.loaded_on < coalesce(least(repeated.superseded_on, deleted.deleted_on), cast('9999-12-31' as date))
{%- endmacro %}

{#- The version of each key that counts: the one delivered last, with what people have corrected in it.

Takes what delivered_version takes. A source without corrections, which is nearly every one on nearly every night, is
read as it was delivered. -#}
{% macro current_version(relation, key=none, modified_at='last_modified_at', repeated=none) -%}
    {%- set corrections = ref('base_ingestion__judged_corrections') -%}
    {%- set corrected = corrected_columns(relation, corrections) if execute else [] -%}
    {%- if not corrected -%}
        {{ delivered_version(relation, key, modified_at, repeated) }}
    {%- else -%}
    select
        versions.* replace (
            {%- for column in corrected %}
                case
                    when corrected_{{ loop.index }}.correction_id is null then versions.{{ column.name }}
                    else cast(corrected_{{ loop.index }}.corrected_value as {{ column.data_type }})
                end as {{ column.name }}{{ ',' if not loop.last }}
            {%- endfor %}
        )
    from (
        {{ delivered_version(relation, key, modified_at, repeated) | indent(8) }}
    ) as versions
    {% for column in corrected %}
        left join {{ corrections }} as corrected_{{ loop.index }}
            on
                versions.load_id = corrected_{{ loop.index }}.load_id
                and versions.row_number = corrected_{{ loop.index }}.row_number
                and corrected_{{ loop.index }}.column_name = '{{ column.name }}'
                and corrected_{{ loop.index }}.outcome = 'applied'
    {% endfor %}
    {%- endif -%}
{%- endmacro %}

{#- The columns of a bronze table in which a correction applies, asked when the model is about to be built. -#}
{% macro corrected_columns(relation, corrections) %}
    {% if relation.identifier in row_sources() %}
        {% set found = run_query(
            "select distinct column_name from " ~ corrections
            ~ " where outcome = 'applied' and source = '" ~ relation.identifier ~ "' order by 1"
        ) %}
        {% set names = found.columns[0].values() | list %}
        {% if names %}
            {% do return(adapter.get_columns_in_relation(relation) | selectattr('name', 'in', names) | list) %}
        {% endif %}
    {% endif %}
    {% do return([]) %}
{% endmacro %}
