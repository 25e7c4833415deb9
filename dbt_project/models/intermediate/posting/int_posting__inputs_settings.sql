select
    setting_name,
    effective_from,
    item_number,
    setting_value
from {{ ref('stg_practice__company_settings') }}
