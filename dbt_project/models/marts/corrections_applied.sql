with settled_records as (
    select
        corrections.correction_id,
        min(quarantine.load_id) as load_id,
        min(quarantine.source) as source
    from {{ ref('stg_ingestion__corrections') }} as corrections
    inner join {{ ref('stg_ingestion__quarantine') }} as quarantine
        on
            corrections.file_name = quarantine.file_name
            and corrections.record_number = quarantine.record_number
    group by corrections.correction_id
)

-- Values of a column that may not be corrected are not repeated: they may be what is protected.
select
    corrections.correction_id,
    corrections.corrected_by,
    corrections.corrected_at,
    corrections.reason,
    corrections.source,
    corrections.business_key,
    corrections.column_name,
    case when judged.load_id is not null then corrections.old_value end as old_value,
    case when judged.load_id is not null then corrections.new_value end as new_value,
    case
        when corrections.file_name is null then judged.outcome
        when settled.load_id is not null then 'record_settled'
        else 'not_applicable'
    end as outcome,
    case
        when corrections.file_name is null then judged.why
        when settled.load_id is null then 'no_such_record'
    end as why,
    judged.delivered_value,
    judged.corrected_value,
    coalesce(judged.load_id, settled.load_id) as corrected_load_id,
    coalesce(judged.row_number, case when settled.load_id is not null then corrections.record_number end)
        as corrected_row_number,
    corrections.file_hash,
    corrections.row_number,
    corrections.load_id
from {{ ref('stg_ingestion__corrections') }} as corrections
left join {{ ref('base_ingestion__judged_corrections') }} as judged
    on corrections.correction_id = judged.correction_id
left join settled_records as settled
    on corrections.correction_id = settled.correction_id
