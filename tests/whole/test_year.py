"""A short virtual year: a few sellers, and only the days on which something is due."""

import os

from tools import year

# invited; secret rotated 30 days before its end, twice; erased after 30 days; reminded and renewed, or late
DAYS = (*range(16), 35, 50, 51, 149, 150, 151, 152, 160, 190, 191, 192, 299, 300, 301, 302, 303, 320)
DAYS += (334, 336, 340, 345, 350, 352, 356, *range(360, 385, 2))


def test_a_short_year_ends_with_nothing_lapsed_and_nothing_left_over():
    lived = year.run_year(os.environ["HEMI_DATABASE_TEMPLATE"], seed=3, accounts=10, days=DAYS)
    assert not lived.problems, "\n".join(lived.problems)
    assert "2 consents" not in lived.figures["Sellers who renew never"]
    assert not lived.figures["Rotations"].startswith("0")
    assert lived.figures["Orders erased"] > 0
