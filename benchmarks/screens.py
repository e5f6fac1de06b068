"""Benchmark `screens`: the main request of each screen, beside that of Odoo's list of sales orders.

``--quick`` takes a tenth of accounts, listings, messages and orders.
"""

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


def table(rows):
    """Give the lines of the table."""
    small, large = rows.values()
    yield f"{'screen':<22} {'ms':>8} {'ratio':>6} {'queries':>8} {'at a tenth':>11}"
    for name, figures in large.items():
        few = small[name]["queries"]
        ms, times = figures["seconds"] * 1000, ratio(large, name)
        yield f"{name:<22} {ms:>8.1f} {times:>6.2f} {figures['queries']:>8} {few:>11}"


def problems(rows):
    """Tell what is not as it must be."""
    small, large = rows.values()
    for name, figures in large.items():
        few, many = small[name]["queries"], figures["queries"]
        if ratio(large, name) > MOST:
            yield f"{name}: {ratio(large, name):.2f} times {FLOOR}"
        if many > few + 1:  # one more counts the pages, when there are several
            yield f"{name}: {many} queries, {few} at a tenth of the records"


def ratio(figures, name):
    """Compare the time of a screen with Odoo's own list."""
    return figures[name]["seconds"] / figures[FLOOR]["seconds"]


def main():
    """Measure, print the table, keep the results, return the exit status."""
    template, rows = database.template("test"), {}
    for share in (0.1, 0.2) if measuring.QUICK else (0.1, 1):
        say(f"{share:.0%} of the records ...")
        rows[str(share)] = measure(template, share)
    return measuring.conclude("screens", rows, table(rows), problems(rows))


if __name__ == "__main__":
    exit_with(main)
