"""The settings that can be tried, told in words."""

import re

from orchestration.serving.home_office import setting_told
from orchestration.settings import Posting
from tests.dashboards.conftest import SignIn


def test_every_posting_setting_has_a_title_and_is_explained():
    for name in Posting.model_fields:
        told = setting_told(name, "")
        assert told.title != name.replace("_", " "), name
        assert told.about.endswith("."), name


def test_a_setting_offers_the_values_that_it_can_have():
    assert setting_told("copay_procedures_only", "false").choices == ("true", "false")
    assert setting_told("receipt_disbursement", "oldest_first").choices[-1] == "pro_rata"
    assert setting_told("copay_hold_days", "7").is_number
    assert not setting_told("claim_done_status", "Done").choices


def test_the_page_tells_each_setting_with_the_value_in_force(look_as: SignIn):
    text = look_as("operator").get("/what-if").text
    assert "Days a co-pay waits for its claim" in text
    assert re.search(r'<input id="set-copay_hold_days" name="copay_hold_days" value="7"', text)
    assert re.search(r'<option value="oldest_first" selected>oldest first \(in force\)</option>', text)
    assert re.search(r'<option value="false" selected>off \(in force\)</option>', text)
