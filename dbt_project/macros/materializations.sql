{#
  Views and tables for a warehouse that is always a new file. The adapter's own swap a finished relation in under the
  old one's name, so that readers never miss it; nobody reads this file before it is published, and the renames cost
  a third of a night on a small practice. Whatever stands under the name, from a build by hand, is replaced.
#}

{% materialization view, adapter="duckdb" %}
  {%- set target = this.incorporate(type="view") -%}
  {% do drop_what_stands(target) %}
  {% call statement("main") -%}
    {{ create_view_as(target, sql) }}
  {%- endcall %}
  {% do adapter.commit() %}
  {{ return({"relations": [target]}) }}
{% endmaterialization %}

{% materialization table, adapter="duckdb", supported_languages=["sql", "python"] %}
  {%- set target = this.incorporate(type="table") -%}
  {%- set language = model["language"] -%}
  {% do drop_what_stands(target) %}
  {% call statement("main", language=language) -%}
    {{- create_table_as(False, target, compiled_code, language) }}
    {%- if language == "sql" %}{{ comments_on(target) }}{% endif %}
  {%- endcall %}
  {% do adapter.commit() %}
  {{ return({"relations": [target]}) }}
{% endmaterialization %}

{% macro drop_what_stands(target) %}
  {%- set standing = load_cached_relation(target) -%}
  {% if standing is not none %}
    {% do run_query("drop " ~ standing.type ~ " " ~ standing) %}
  {% endif %}
{% endmacro %}

{# The page of a model as comments, in the statement that makes it: every column of an enforced contract exists. #}
{% macro comments_on(target) %}
  {% if config.persist_relation_docs() and model.description %}
    {{- duckdb__alter_relation_comment(target, model.description) }}
  {% endif %}
  {% if config.persist_column_docs() %}
    {%- for name, column in model.columns.items() %}
      comment on column {{ target }}.{{ name }} is {{ duckdb_escape_comment(column.description) }};
    {%- endfor %}
  {% endif %}
{% endmacro %}
