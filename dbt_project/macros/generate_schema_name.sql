{#- The schema of a model is its layer, exactly: never a prefix of the target, so that every client finds `marts`. -#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ (custom_schema_name or target.schema) | trim }}
{%- endmacro %}
