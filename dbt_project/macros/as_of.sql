{#- The business date of the run, the only date a model may compare with.

While the project is only parsed there is no run yet, so documentation can be made without one. -#}
{% macro as_of() -%}
    {%- if execute -%}
        {%- set as_of = var('as_of') | string -%}
        {%- if not modules.re.fullmatch('[0-9]{4}-[0-9]{2}-[0-9]{2}', as_of) -%}
            {{ exceptions.raise_compiler_error("The variable as_of must be a date written as YYYY-MM-DD.") }}
        {%- endif -%}
        cast('{{ as_of }}' as date)
    {%- else -%}
        cast(null as date)
    {%- endif -%}
{%- endmacro %}
