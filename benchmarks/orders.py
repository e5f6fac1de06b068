"""Benchmark `orders`: importing and confirming, against the same sale orders by plain batched ORM calls.

``--quick`` takes small sizes; ``PROFILE=folder`` keeps a cProfile of each import there.
"""

import json
import os
import tempfile
from pathlib import Path

from amazon_simulator import Simulator
from benchmarks import measuring, orders_code
from benchmarks.sellers import SELLER, TOKEN, register
from tools import database
from tools.console import exit_with, say
from tools.crash_scenario import APPLICATION, FRANCE, GERMANY, connect

SKUS = [f"LAMP-{number}" for number in range(1, 101)]
SIZES, QUICK_SIZES = (1000, 3000, 10000), (100, 300)
CITIES = ("Berlin", "Hamburg", "Leipzig", "Lyon")
MOST_RATIO, MOST_CALLS, MOST_MEMORY = 1.25, 11, 200  # MiB


def lay(world, size):
    """Lay the simulated Amazon anew: one seller with that many orders, one or two items each."""
    world.reset()
    world.register_application(**APPLICATION)
    register(world, SELLER, TOKEN, [GERMANY, FRANCE])
    for operation in ("searchOrders", "getMarketplaceParticipations"):
        world.set_limit(operation, 100, 1000)
    for number in range(size):
        world.place_order(SELLER, order(number))
    world.advance(180)


def order(number):
    """Describe one order: a buyer of its own, every third with two items, every second with shipping."""
    skus = (SKUS[number % len(SKUS)], SKUS[number * 7 % len(SKUS)])[: 2 if number % 3 == 0 else 1]
    return {
        "marketplaceId": FRANCE if number % 4 == 3 else GERMANY,
        "buyer": f"Buyer {number}",
        "address": {
            "name": f"Buyer {number}",
            "addressLine1": f"Long Street {number}",
            "city": CITIES[number % 4],
            "postalCode": f"{10000 + number}",
            "countryCode": "FR" if number % 4 == 3 else "DE",
        },
        "items": [
            {
                "sku": sku,
                "quantity": 1 + number % 3,
                "unitPrice": "20.00",
                "shipping": "4.90" if number % 2 else 0,
            }
            for sku in dict.fromkeys(skus)
        ],
    }


def measure(amazon, template, size, with_floor):
    """Import that many orders into a fresh database.

    :return: the figures of one row of the table; seconds and MiB
    :rtype: dict
    """
    lay(amazon.world, size)
    with database.copied(template) as name, tempfile.TemporaryDirectory() as folder:
        values = {"seller": SELLER, "token": TOKEN, "skus": SKUS}
        database.shell(name, connect(amazon.url) + orders_code.PREPARE.format(**values))
        floor_database = database.copy_name(name)
        database.copy(name, floor_database)
        try:
            figures = figures_of(name, orders_code.IMPORT.format(profile=profile_path(size)))
            calls = [call for call in amazon.world.calls() if call["operation"] == "searchOrders"]
            row = {"orders": size, "calls": len(calls)} | figures
            if with_floor:
                path = str(Path(folder, "values.json"))
                database.shell(name, f"PATH = {path!r}\n{orders_code.VALUES}")
                row["floor"] = figures_of(floor_database, orders_code.FLOOR.format(path=path))
        finally:
            database.drop(floor_database)
    return row


def profile_path(size):
    folder = os.environ.get("PROFILE")
    return repr(str(Path(folder).absolute() / f"orders_{size}.prof")) if folder else "None"


def figures_of(name, code):
    return json.loads(database.shell(name, code).strip().splitlines()[-1])


def problems(rows):
    """Tell what is not as it must be."""
    return [problem for row in rows for problem in _problems(row)]


def _problems(row):
    """Tell what is not as it must be in a row."""
    before, after = row["memory"]
    checks = {
        f"{row['imported']} of {row['orders']} imported ({row['error']})": row["imported"] == row["orders"],
        f"{row['calls']} calls of searchOrders": row["calls"] <= row["orders"] // 100 + 1,
        f"memory grew by {after - before:.0f} MiB": after - before <= MOST_MEMORY,
    }
    if "floor" in row:
        checks[f"ratio {ratio(row):.2f} to the floor"] = ratio(row) <= MOST_RATIO
    return [f"{row['orders']} orders: {words}" for words, is_right in checks.items() if not is_right]


def ratio(row):
    """Compare the processor's time of both: what else runs on the machine does not count."""
    return row["cpu"] / row["floor"]["cpu"]


def table(rows):
    """Give the lines of the table."""
    line = "{:>7} {:>8} {:>9} {:>9} {:>9} {:>9} {:>6} {:>6} {:>13}"
    words = ("orders", "seconds", "ms/order", "cpu ms", "floor cpu", "partners", "ratio", "calls", "MiB")
    yield line.format(*words)
    for row in rows:
        before, after = row["memory"]
        yield line.format(
            row["orders"],
            f"{row['seconds']:.1f}",
            milliseconds(row, row["seconds"]),
            milliseconds(row, row["cpu"]),
            *floor_cells(row),
            row["calls"],
            f"{before:.0f} -> {after:.0f}",
        )


def floor_cells(row):
    """Give what the floor took for each order, its partners beside it, and the ratio."""
    if "floor" not in row:
        return "-", "-", "-"
    floor = row["floor"]
    per_order = [milliseconds(row, floor[name]) for name in ("cpu", "partner_seconds")]
    return *per_order, f"{ratio(row):.2f}"


def milliseconds(row, seconds):
    return f"{seconds / row['orders'] * 1000:.1f}"


def main():
    """Measure, print the table, keep the results, return the exit status."""
    sizes = QUICK_SIZES if measuring.QUICK else SIZES
    template, rows = database.template("test"), []
    with Simulator(clock="virtual") as amazon:
        for size in sizes:
            say(f"{size} orders ...")
            rows.append(measure(amazon, template, size, with_floor=size == sizes[0]))
    return measuring.conclude("orders", rows, table(rows), problems(rows))


if __name__ == "__main__":
    exit_with(main)
