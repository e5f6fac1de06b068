"""Benchmark `events`: how long it takes from a change at Amazon to Odoo, with events and by asking alone.

Amazon, AWS and Odoo live some hours in virtual time; ``--quick`` takes one hour.
"""

from amazon_simulator import Simulator
from benchmarks import events_code, measuring, orders_code
from benchmarks.sellers import SELLER, TOKEN, register
from tools import aws, database
from tools.console import exit_with, say
from tools.crash_scenario import APPLICATION, FRANCE, GERMANY, connect

SKUS = [f"LAMP-{number}" for number in range(1, 101)]
HOURS, QUICK_HOURS = 6, 1
ORDERS, CHANGES = 6, 3  # an hour
PROCESSING = 600  # seconds that a feed takes at Amazon
COUNT = 500  # events in the queue whose reading is measured
MOST = {"orders": 240.0, "feeds": 90.0}  # seconds, the median with events
MOST_CPU = 10.0  # ms for an event


def lay(world, queue_url):
    """Lay the simulated Amazon: one seller with 100 listings, and Amazon's own limits."""
    world.register_application(**APPLICATION, queue={"url": queue_url})
    register(world, SELLER, TOKEN, [GERMANY, FRANCE], SKUS, price="20.00")


def measure(template, events, hours):
    """Live the same hours, with events or without.

    :return: latencies in seconds, calls by operation, and with events what reading one costs
    :rtype: dict
    """
    with (
        aws.queue("events") as queue_url,
        Simulator(clock="virtual", processing_seconds=PROCESSING) as amazon,
        database.copied(template) as name,
    ):
        lay(amazon.world, queue_url)
        values = {"seller": SELLER, "token": TOKEN, "skus": SKUS}
        prepare = orders_code.PREPARE.format(**values) + events_code.QUEUE
        names = {"EVENTS": events, "QUEUE_URL": queue_url, "URL": amazon.url, "SELLER": SELLER}
        measuring.figures_of(name, connect(amazon.url) + prepare + "print(0)", **names)
        names |= {"HOURS": hours, "ORDERS": ORDERS, "CHANGES": CHANGES}
        names |= {"PROCESSING": PROCESSING, "MARKETPLACE": GERMANY, "COUNT": COUNT}
        figures = measuring.figures_of(name, events_code.LIVE, **names)
        if events:
            figures["reading"] = measuring.figures_of(name, events_code.READ, **names)
        return figures


def row(events, hours, figures):
    """Give one row of the table; seconds, calls an hour, ms of the processor."""
    spread = {what: measuring.spread(figures[what]) for what in ("orders", "feeds")}
    reading = figures.get("reading")
    return {
        "events": events,
        "lost": figures["lost"],
        "error": figures["error"],
        "count": {what: len(figures[what]) for what in spread},
        **spread,
        "calls_an_hour": {name: round(count / (hours + 1), 1) for name, count in figures["calls"].items()},
        "cpu_ms_an_event": reading and reading["cpu"] / reading["count"] * 1000,
        "cpu_ms_an_empty_look": reading and reading["empty"] * 1000,
    }


def problems(rows):
    """Tell what is not as it must be."""
    return [problem for row in rows for problem in _problems(row)]


def _problems(row):
    """Tell what is not as it must be in a row."""
    checks = {f"{row['lost']} orders did not come": not row["lost"], str(row["error"]): not row["error"]}
    if row["events"]:
        for what, most in MOST.items():
            median = row[what]["median"]
            checks[f"{what} after {median:.0f} s"] = median <= most
        checks[f"{row['cpu_ms_an_event']:.1f} ms for an event"] = row["cpu_ms_an_event"] <= MOST_CPU
    return [words for words, is_right in checks.items() if not is_right]


def table(rows):
    """Give the lines of the table."""
    line = "{:>8} {:>14} {:>14} {:>14} {:>10} {:>9} {:>14}"
    yield line.format(
        "", "orders s (p95)", "feeds s (p95)", "searchOrders/h", "getFeed/h", "ms/event", "ms/empty look"
    )
    for row in rows:
        costs = [row["cpu_ms_an_event"], row["cpu_ms_an_empty_look"]]
        yield line.format(
            "events" if row["events"] else "asking",
            *("{median:.0f} ({p95:.0f})".format(**row[what]) for what in ("orders", "feeds")),
            row["calls_an_hour"]["searchOrders"],
            row["calls_an_hour"]["getFeed"],
            *(f"{cost:.1f}" if cost else "" for cost in costs),
        )


def main():
    """Measure, print the table, keep the results, return the exit status."""
    hours = QUICK_HOURS if measuring.QUICK else HOURS
    template, rows = database.template("test"), []
    for events in (False, True):
        say(f"{hours} hours {'with' if events else 'without'} events ...")
        rows.append(row(events, hours, measure(template, events, hours)))
    return measuring.conclude("events", rows, table(rows), problems(rows))


if __name__ == "__main__":
    exit_with(main)
