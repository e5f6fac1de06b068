"""A sample of the generated requests; `make fuzz` sends 20,000."""

import os

from tools import fuzz

COUNT = 300


def test_generated_requests_change_nothing():
    fuzzing, changed = fuzz.fuzz(os.environ["HEMI_DATABASE_TEMPLATE"], COUNT, first=7)
    assert changed == []
    assert fuzzing.sent >= COUNT
    # they reach the pages: the landing page, the way to Seller Central, and each kind of refusal
    assert {200, 400, 404} <= set(fuzzing.statuses)
    assert fuzzing.statuses[429] < COUNT / 2
