"""Benchmark `overhead`: confirming orders and validating their transfers, with and without the addon.

Five databases, measured in turn with a few orders each: without the addon (twice, to see what chance does),
with it, with a listing of every product, and with orders that come from Amazon. ``--quick`` takes fewer.
"""

import statistics
from contextlib import ExitStack

from benchmarks import live, measuring, overhead_code
from tools import database
from tools.console import exit_with, say

ORDERS, QUICK_ORDERS, AT_ONCE = 500, 100, 10
PLAIN, AGAIN = "without the addon", "without it, again"
# what is in each database; None: no addon
DATABASES = {
    PLAIN: None,
    AGAIN: None,
    "with the addon": "",
    "products with listings": overhead_code.LIST,
    "orders from Amazon": overhead_code.LIST + overhead_code.FROM_AMAZON,
}
WORK = ("confirm", "validate")
MOST = 1.03  # times Odoo without the addon
# Each of these leaves the message of its shipment and wakes the job, which Odoo alone has not to do.
TOLD = ("validate", "orders from Amazon")
MOST_TOLD = 1.25


def measure(orders):
    """Let all databases do the same, in turn.

    :return: database -> work -> cpu (seconds) and queries of each round
    :rtype: dict
    """
    rounds = {name: {work: {"cpu": [], "queries": []} for work in WORK} for name in DATABASES}
    with ExitStack() as stack:
        odoos = {name: prepared(stack, code) for name, code in DATABASES.items()}
        for number in range(orders // AT_ONCE + 1):
            names = list(odoos)
            for name in names[number % len(names) :] + names[: number % len(names)]:
                figures = odoos[name].figures(overhead_code.ROUND, COUNT=AT_ONCE)
                for work in WORK if number else ():  # the first round fills Odoo's caches
                    for kind, value in figures[work].items():
                        rounds[name][work][kind].append(value)
    return rounds


def prepared(stack, code):
    """Start an Odoo on a fresh database."""
    template = database.base() if code is None else database.template("test")
    odoo = stack.enter_context(live.odoo(stack.enter_context(database.copied(template))))
    odoo.figures(overhead_code.PREPARE)
    odoo.figures((code or "") + overhead_code.COMMIT)
    return odoo


def rows_of(rounds):
    """Give the rows of the table: milliseconds and queries for one order or transfer, and the ratio.

    What else runs on the machine only ever adds time, so the fastest quarter of the rounds counts.
    """
    for work in WORK:
        for name, figures in rounds.items():
            cpu, plain = (fastest(rounds[each][work]["cpu"]) for each in (name, PLAIN))
            yield {
                "work": work,
                "database": name,
                "ms": cpu / AT_ONCE * 1000,
                "ratio": cpu / plain,
                "queries": statistics.median(figures[work]["queries"]) / AT_ONCE,
            }


def fastest(seconds):
    """Give the mean of the fastest quarter."""
    return statistics.mean(sorted(seconds)[: max(1, len(seconds) // 4)])


def problems(rows):
    """Tell what is not as it must be."""
    for row in rows:
        most = MOST_TOLD if (row["work"], row["database"]) == TOLD else MOST
        if row["ratio"] > most and row["database"] != AGAIN:
            yield f"{row['work']}, {row['database']}: {row['ratio']:.3f} times Odoo without the addon"


def table(rows):
    """Give the lines of the table."""
    line = "{:<9} {:<24} {:>8} {:>7} {:>8}"
    yield line.format("work", "database", "cpu ms", "ratio", "queries")
    for row in rows:
        cells = f"{row['ms']:.1f}", f"{row['ratio']:.3f}", f"{row['queries']:.1f}"
        yield line.format(row["work"], row["database"], *cells)


def main():
    """Measure, print the table, keep the results, return the exit status."""
    orders = QUICK_ORDERS if measuring.QUICK else ORDERS
    say(f"{orders} orders in each of {len(DATABASES)} databases ...")
    rows = list(rows_of(measure(orders)))
    return measuring.conclude("overhead", rows, table(rows), problems(rows))


if __name__ == "__main__":
    exit_with(main)
