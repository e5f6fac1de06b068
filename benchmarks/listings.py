"""Benchmarks `sweep`, `quiet` and `trickle`: what stock and price cost, by size of the catalogue.

* sweep: every listing changed, until the last createFeed; beside it Odoo's own computation of the same
  values and, only to be seen, the barest statements that write as many into PostgreSQL
* quiet: nothing changed
* trickle: 100 changed

``--quick`` takes small sizes; ``SIZES=1000,8x500`` others, of which 8x500 means 500 listings in eight
marketplaces; ``PROFILE=folder`` keeps a cProfile of each sweep there.
"""

import os
from pathlib import Path

from amazon_simulator import Simulator
from benchmarks import listings_code, measuring
from benchmarks.sellers import SELLER, TOKEN, register
from tools import database
from tools.console import exit_with, say
from tools.crash_scenario import APPLICATION, connect

# Germany first: the home; then France, Italy, Spain, Netherlands, United Kingdom, Poland, Sweden
MARKETPLACES = ["A1PA6795UKMFR9", "A13V1IB3VIYZZH", "APJ6JRA9NG5V4", "A1RKKUPIHCS9HS"]
MARKETPLACES += ["A1805IZSGTT6HS", "A1F83G8C2ARO7P", "A1C3SOZRARQ6R3", "A2NODRKZP88ZB9"]
SIZES, QUICK_SIZES = ("100", "1000", "10000", "100000", "8x20000"), ("100", "300", "1000")
CHANGED = 100
MOST_RATIO, MOST_MEMORY, MOST_TRICKLE, MOST_QUIET = 1.3, 150, 3.0, 0.01  # MiB; shares


def lay(world, size, marketplaces):
    """Lay the simulated Amazon anew: one seller with that many listings."""
    world.reset()
    world.register_application(**APPLICATION)
    skus = [f"LAMP-{number}" for number in range(1, size + 1)]
    register(world, SELLER, TOKEN, marketplaces, skus)
    for operation in ("createFeed", "searchOrders", "getFeedDocument", "getFeeds", "createFeedDocument"):
        world.set_limit(operation, 100, 1000)


def measure(amazon, template, label):
    """Measure one size on a fresh database.

    :param str label: number of listings, or marketplaces x listings
    :return: the figures of one row of the table; seconds of the processor and MiB
    :rtype: dict
    """
    count, _x, size = label.rpartition("x")
    marketplaces, size = MARKETPLACES[: int(count or 1)], int(size)
    lay(amazon.world, size, marketplaces)
    values = {"SELLER": SELLER, "TOKEN": TOKEN, "MARKETPLACES": marketplaces, "SIZE": size}
    values |= {"URL": amazon.url, "CHANGED": CHANGED, "PROFILE": profile_path(label)}
    with database.copied(template) as name:
        measuring.figures_of(name, connect(amazon.url) + listings_code.PREPARE, **values)
        sweep = measuring.figures_of(name, listings_code.SWEEP, **values)
        floor = measuring.figures_of(name, listings_code.FLOOR, **values)
        rest = measuring.figures_of(name, listings_code.QUIET, **values)
        rest["writes"] = measuring.figures_of(
            name, listings_code.WRITES, ANSWERED=sweep["answered"], **values
        )
    refused = sum(call["status"] == 429 for call in amazon.world.calls())
    return {"listings": label, "sweep": sweep, "floor": floor, "refused": refused} | rest


def profile_path(label):
    folder = os.environ.get("PROFILE")
    return str(Path(folder).absolute() / f"sweep_{label}.prof") if folder else None


def ratio(row):
    """Compare the processor's time of the sweep with Odoo's own: what else runs does not count."""
    return row["sweep"]["cpu"] / row["floor"]["cpu"]


def ratio_with_writes(row):
    """Compare likewise with Odoo's own computation and the barest writing of the values together."""
    return row["sweep"]["cpu"] / (row["floor"]["cpu"] + row["writes"]["cpu"])


def growth(row):
    before, after = row["sweep"]["memory"]
    return after - before


def problems(rows):
    """Tell what is not as it must be."""
    smallest = rows[0]
    for row in rows:
        label = row["listings"]
        checks = {
            f"ratio {ratio(row):.2f} to Odoo's own computation": ratio(row) <= MOST_RATIO,
            f"memory grew by {growth(row):.0f} MiB": growth(row) <= MOST_MEMORY,
            f"{row['refused']} calls above a limit": not row["refused"],
            f"problem: {row['sweep']['error']}": not row["sweep"]["error"],
            f"a quiet run sent something: {row['quiet']['feeds']}": row["quiet"]["feeds"]
            == row["sweep"]["feeds"],
            "trickle above 3 times the smallest": "x" in label
            or row["trickle"]["cpu"] <= MOST_TRICKLE * smallest["trickle"]["cpu"],
            "quiet above 1 % of the sweep": label != "100000"
            or row["quiet"]["cpu"] <= MOST_QUIET * row["sweep"]["cpu"],
        }
        # where the fixed costs of a turn are larger than all else a ratio says nothing
        small = row["floor"]["cpu"] < 1
        yield from (
            f"{label} listings: {words}"
            for words, is_right in checks.items()
            if not is_right and not (small and words.startswith("ratio"))
        )


def table(rows):
    """Give the lines of the table."""
    line = "{:>9} {:>9} {:>9} {:>9} {:>6} {:>10} {:>13} {:>6} {:>8} {:>9} {:>9}"
    words = ("listings", "sweep s", "cpu s", "floor cpu", "ratio", "writes cpu", "ratio to both", "feeds")
    words += ("MiB", "quiet cpu", "trickle")
    yield line.format(*words)
    for row in rows:
        sweep = row["sweep"]
        yield line.format(
            row["listings"],
            f"{sweep['seconds']:.1f}",
            f"{sweep['cpu']:.1f}",
            f"{row['floor']['cpu']:.1f}",
            f"{ratio(row):.2f}",
            f"{row['writes']['cpu']:.1f}",
            f"{ratio_with_writes(row):.2f}",
            sweep["feeds"],
            f"+{growth(row):.0f}",
            f"{row['quiet']['cpu']:.3f}",
            f"{row['trickle']['cpu']:.2f}",
        )


def main():
    """Measure, print the table, keep the results, return the exit status."""
    sizes = QUICK_SIZES if measuring.QUICK else SIZES
    if os.environ.get("SIZES"):
        sizes = os.environ["SIZES"].split(",")
    template, rows = database.template("test"), []
    with Simulator(clock="virtual") as amazon:
        for label in sizes:
            say(f"{label} listings ...")
            rows.append(measure(amazon, template, label))
    return measuring.conclude("listings", rows, table(rows), problems(rows))


if __name__ == "__main__":
    exit_with(main)
