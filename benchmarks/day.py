"""Benchmark `day`: many accounts in one to eight marketplaces live a virtual day, with all flows.

Orders and changes of stock and prices come at random; people deliver, cancel, invoice and credit. Measured is
how old a change is when Amazon has it, the calls against the fewest possible, calls above a limit, and the
processor's time of the job. ``--quick`` takes few accounts and two hours; ``DAY=50x2000x24`` other sizes:
accounts, listings of each, hours.
"""

import os
import random
import time
from collections import Counter

from amazon_simulator import Simulator
from benchmarks import day_code, listings, live, measuring
from benchmarks.sellers import register
from benchmarks.virtual_time import let_pass
from tools import database
from tools.console import Failure, exit_with, say
from tools.crash_scenario import APPLICATION, connect

SIZE, QUICK_SIZE = "50x2000x24", "4x100x2"
MINUTE, WORK_EVERY = 60, 10  # seconds; minutes
ORDERS, CHANGES, PRICES = 20, 120, 0.2  # of an account in a day; share of the changes that are of a price
FEED = 300.0  # seconds until Amazon has processed a feed
MOST_AGE = {"median": 5 * MINUTE, "p95": 25 * MINUTE}  # the second: the time between two feeds, and Amazon's
MOST_CALLS = 1.25  # times the fewest possible, of the operations that have a fewest
MOST_LOOKS = 6  # at a feed until it is done
INTERVAL = 300  # seconds from one searchOrders of an account to the next; Amazon grants one in 180
TOKEN_LIFE = 3600


class Day:
    """The day at Amazon and in Odoo, and what is seen of it."""

    def __init__(self, amazon, odoo, name, sellers, dice):
        self._world, self._odoo, self._name, self._dice = amazon.world, odoo, name, dice
        self._sellers = sellers
        self.cpu, self.turns, self.calls, self.errors = 0.0, 0, Counter(), set()
        self._waiting, self.ages = {}, []  # listing -> moment of its oldest change, seller, SKU
        self.placed, self._placed_at, self.order_ages, self._imported = 0, [], [], 0
        self.changes = self.events = 0

    def settle(self):
        """Let minutes pass until everything is told; then forget what was seen."""
        for _minute in range(12 * 60):
            self._minute(quiet=True)
            if self._odoo.figures(day_code.REST):
                break
        else:
            raise Failure("After twelve virtual hours not everything was told.")
        self.cpu, self.turns, self.calls = 0.0, 0, Counter()

    def live(self, hours):
        """Live that many hours, and then until the last change is through."""
        for minute in range(hours * 60):
            if minute % WORK_EVERY == 0:
                self.events += self._odoo.figures(day_code.WORK)
            self._minute()
        for _minute in range(60):
            if not self._waiting:
                break
            self._minute(quiet=True)

    def _minute(self, quiet=False):
        began = time.monotonic()
        if not quiet:
            self._buyers()
            self._company()
        figures = self._odoo.figures(day_code.TURN)
        self.cpu, self.turns = self.cpu + figures["cpu"], self.turns + 1
        self.errors |= set(figures["errors"])
        self._note_imported(figures["imported"])
        let_pass(self._world, self._name, max(1.0, MINUTE - (time.monotonic() - began)))
        self._note_told()
        for call in self._world.calls():
            self.calls[call["operation"], call["status"]] += 1
        self._world.record.clear()

    def _chance(self, a_day):
        """How often something happens in this minute that happens so often in a day."""
        mean = a_day / (24 * 60)
        return int(mean) + (self._dice.random() < mean % 1)

    def _buyers(self):
        for seller, names in self._sellers.items():
            for _number in range(self._chance(ORDERS)):
                self.placed += 1
                sku = f"LAMP-{self._dice.randint(1, self._size)}"
                order = {
                    "orderId": f"402-{self.placed // 10**7:07}-{self.placed % 10**7:07}",
                    "marketplaceId": self._dice.choice(names),
                    "items": [{"sku": sku, "quantity": self._dice.randint(1, 3), "unitPrice": "20.00"}],
                    # Odoo's clock does not move, and nothing is shipped before it was ordered
                    "createdHoursAgo": 72,
                }
                self._world.place_order(seller, order)
                self._placed_at.append(self._world.clock.now())

    @property
    def _size(self):
        return len(next(iter(self._world.sellers.values())).listings)

    def _company(self):
        count = self._chance(CHANGES * len(self._sellers))
        if not count:
            return
        self.changes += count
        now = self._world.clock.now()
        for listing, (seller, sku) in self._odoo.figures(day_code.CHANGE, COUNT=count, PRICES=PRICES).items():
            self._waiting.setdefault(int(listing), (now, seller, sku))

    def _note_imported(self, imported):
        """Orders come in in the order in which they were placed, or nearly so."""
        now = self._world.clock.now()
        for placed in self._placed_at[self._imported : imported]:
            self.order_ages.append((now - placed).total_seconds())
        self._imported = imported

    def _note_told(self):
        """A change is through when Amazon has what Odoo has now; of several, the oldest counts."""
        if not self._waiting:
            return
        truth = self._odoo.figures(day_code.TRUTH, IDS=list(self._waiting))
        for listing, (quantity, price) in truth.items():
            since, seller, sku = self._waiting[int(listing)]
            there = self._world.sellers[seller].listings[sku]
            prices = {float(offer[3]) for offer in there.offers(listings.MARKETPLACES[0])}
            if there.quantity == quantity and prices == {round(price, 2)}:
                self.ages.append(max(0.0, (there.updated - since).total_seconds()))
                del self._waiting[int(listing)]

    @property
    def untold(self):
        """How many changes Amazon does not have."""
        return len(self._waiting)

    def look(self):
        """What Odoo holds in the end."""
        return self._odoo.figures(day_code.LOOK)


def lay(world, sellers, size):
    """Lay the simulated Amazon: sellers and their listings."""
    world.register_application(**APPLICATION)
    skus = [f"LAMP-{number}" for number in range(1, size + 1)]
    for seller, names in sellers.items():
        register(world, seller, f"Atzr|{seller}", names, skus)


def measure(template, accounts, size, hours):
    """Live a day.

    :return: the figures; seconds
    :rtype: dict
    """
    sellers = {
        f"ADAY{number:06}": listings.MARKETPLACES[: 1 + number % len(listings.MARKETPLACES)]
        for number in range(accounts)
    }
    with Simulator(clock="running", processing_seconds=FEED) as amazon, database.copied(template) as name:
        lay(amazon.world, sellers, size)
        values = {"SELLERS": sellers, "LISTINGS": size, "MARKETPLACES": listings.MARKETPLACES}
        measuring.figures_of(name, connect(amazon.url) + day_code.PREPARE, **values)
        with live.odoo(name) as odoo:
            odoo.figures(day_code.BEGIN)
            day = Day(amazon, odoo, name, sellers, random.Random(7))
            say("Everything is told for the first time ...")
            day.settle()
            say("The day begins ...")
            began = amazon.world.clock.now()
            day.live(hours)
            lasted = (amazon.world.clock.now() - began).total_seconds()
            return figures_of(day, accounts, lasted) | {"listings": size, "hours": hours}


def figures_of(day, accounts, lasted):
    calls = Counter()
    for (operation, _status), count in day.calls.items():
        calls[operation] += count
    return {
        "accounts": accounts,
        "orders": day.placed,
        "imported": len(day.order_ages),
        "changes": day.changes,
        "events": day.events,
        "untold": day.untold,
        "age": measuring.spread(day.ages),
        "order_age": measuring.spread(day.order_ages),
        "calls": dict(sorted(calls.items())),
        "fewest": fewest(calls, accounts, lasted),
        "refused": sum(count for (_operation, status), count in day.calls.items() if status == 429),
        "cpu": day.cpu,
        "errors": sorted(day.errors),
    } | day.look()


def fewest(calls, accounts, lasted):
    """Give the fewest calls that could do the same, of feeds, tokens and looks at the orders."""
    feeds = calls["createFeed"]
    return {
        "lwa": accounts * int(lasted // TOKEN_LIFE),
        "searchOrders": accounts * int(lasted // INTERVAL),
        **dict.fromkeys(("createFeedDocument", "upload", "getFeed", "getFeedDocument"), feeds),
    }


def problems(row):
    """Tell what is not as it must be."""
    checks = {
        f"{row['refused']} calls above a limit": not row["refused"],
        f"{row['imported']} of {row['orders']} orders came in": row["imported"] == row["orders"],
        f"{row['untold']} changes did not come through": not row["untold"],
        f"problems: {row['errors']}": not row["errors"],
        f"{row['failed']} orders failed": not row["failed"],
    }
    for name, most in MOST_AGE.items():
        age = row["age"][name]
        checks[f"a change is {age:.0f} s old ({name})"] = age <= most
    for operation, least in row["fewest"].items():
        count, most = row["calls"].get(operation, 0), MOST_LOOKS if operation == "getFeed" else MOST_CALLS
        checks[f"{operation}: {count} calls, {least} would do"] = count <= most * least + row["accounts"]
    return [words for words, is_right in checks.items() if not is_right]


def table(row):
    """Give the lines of the table."""
    yield f"{row['accounts']} accounts x {row['listings']} listings, {row['hours']} hours"
    yield f"{row['orders']} orders, {row['changes']} changes, {row['events']} things done by people"
    for name, what in (("age", "stock or price"), ("order_age", "order")):
        yield f"age of {what}: median {row[name]['median']:.0f} s, p95 {row[name]['p95']:.0f} s"
    each = row["cpu"] / row["accounts"] / row["hours"]
    yield f"job: {row['cpu']:.0f} s of processor, {each:.1f} for an account in an hour"
    line = "{:<30} {:>8} {:>8}"
    yield line.format("operation", "calls", "fewest")
    for operation, count in row["calls"].items():
        yield line.format(operation, count, row["fewest"].get(operation, ""))
    yield line.format("refused (429)", row["refused"], 0)


def main():
    """Measure, print the table, keep the results, return the exit status."""
    size = os.environ.get("DAY") or (QUICK_SIZE if measuring.QUICK else SIZE)
    row = measure(database.template("test"), *map(int, size.split("x")))
    return measuring.conclude("day", row, table(row), problems(row))


if __name__ == "__main__":
    exit_with(main)
