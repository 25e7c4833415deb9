{#- The versions of the keys that came more than once by the as-of date, and which of them is the current one.

The newest change wins; between equals the row loaded last, and in the end the row that stands lowest in its file. A
version without a modification time is older than those with one.

relation      bronze table
key           list of the columns that identify the business event
modified_at   column with the time of the change, or none where the source has none -#}
{% macro repeated_versions(relation, key, modified_at='last_modified_at') -%}
    {%- set key_columns = key | join(', ') -%}
    select
        load_id,
        row_number,
        count(*) over (partition by {{ key_columns }}) as version_count,
        row_number() over (
            partition by {{ key_columns }}
            order by
                {% if modified_at %}{{ modified_at }} desc nulls last,{% endif %}
                loaded_on desc nulls last, load_id desc nulls last, row_number desc nulls last
        ) = 1 as is_current
    from {{ relation }}
    inner join (
        select {{ key_columns }}
        from {{ relation }}
        where loaded_on <= {{ as_of() }}
        group by {{ key_columns }}
        having count(*) > 1
    ) as repeated_keys
        using ({{ key_columns }})
    where loaded_on <= {{ as_of() }}
{%- endmacro %}

{#- Every row of a bronze table that is the current version of its key as of the date, with the number of versions.

Most keys have one version. Only the others are compared, and they are found on the key columns alone, because sorting
whole rows costs several times as much. Large sources pass the model in which they keep the comparison, so that it is
made once however often the rows are read.

relation      bronze table
key           as in repeated_versions
modified_at   as in repeated_versions
repeated      model with the result of repeated_versions, instead of key and modified_at -#}
{% macro current_version(relation, key=none, modified_at='last_modified_at', repeated=none) -%}
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
{%- endmacro %}
