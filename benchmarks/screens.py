"""Benchmark `screens`: the main request of each screen, beside that of Odoo's list of sales orders.

``--quick`` takes a tenth of accounts, listings, messages and orders.
"""

import sys

from benchmarks import measuring, screens_code
from tools import database
from tools.console import exit_with, say

FULL = {"ACCOUNTS": 200, "LISTINGS": 100_000, "MESSAGES": 200_000, "ORDERS": 20_000}
FLOOR = "Odoo's sales orders"
SCREENS = {
    FLOOR: ("sale.order", "list", []),
    "Overview": ("hemi.amazon.account", "kanban", []),
    "Problems": ("hemi.amazon.problem", "list", []),
    "Orders": ("hemi.amazon.order", "list", []),
    "Orders to Look At": ("hemi.amazon.order", "list", [("state", "=", "failed")]),
    "Listings": ("hemi.amazon.listing", "list", []),
    "Feeds": ("hemi.amazon.feed", "list", []),
    "Messages": ("hemi.amazon.feed.message", "list", [("state", "=", "rejected")]),
    "Accounts": ("hemi.amazon.account", "list", []),
}
MOST = 3.0  # times Odoo's own


def measure(template, share):
    """Measure all screens on a database that holds a share of the full numbers.

    :return: screen -> seconds (median of five) and queries
    :rtype: dict[str, dict]
    """
    sizes = {name: int(number * share) for name, number in FULL.items()}
    with database.copied(template) as name:
        measuring.figures_of(name, screens_code.PREPARE, **sizes)
        return measuring.figures_of(name, screens_code.OPEN, SCREENS=SCREENS)


def main():
    """Measure, print the table, keep the results, return the exit status."""
    shares = (0.1, 0.2) if "--quick" in sys.argv else (0.1, 1)
    template, rows = database.template("test"), {}
    for share in shares:
        say(f"{share:.0%} of the records ...")
        rows[share] = measure(template, share)
    small, large = (rows[share] for share in shares)
    found = []
    say(f"{'screen':<22} {'ms':>8} {'ratio':>6} {'queries':>8} {'at a tenth':>11}")
    for name, figures in large.items():
        ratio = figures["seconds"] / large[FLOOR]["seconds"]
        counts = figures["queries"], small[name]["queries"]
        say(f"{name:<22} {figures['seconds'] * 1000:>8.1f} {ratio:>6.2f} {counts[0]:>8} {counts[1]:>11}")
        if ratio > MOST:
            found.append(f"{name}: {ratio:.2f} times {FLOOR}")
        if counts[0] > counts[1] + 1:  # one more counts the pages, when there are several
            found.append(f"{name}: {counts[0]} queries, {counts[1]} at a tenth of the records")
    say("\n".join(found))
    measuring.keep("screens", {str(share): row for share, row in rows.items()})
    return int(bool(found))


if __name__ == "__main__":
    exit_with(main)
