"""Benchmark `peers`: this addon beside the scripts that one would write instead, on the same Amazon.

Each tells stock and price of all SKUs of one marketplace once, and reads the same orders once, under Amazon's
own limits. ``--quick`` takes small sizes.
"""

import logging
import time
from collections import Counter
from contextlib import ExitStack
from types import SimpleNamespace
from unittest.mock import patch

import cachetools
import httpx
import urllib3

from amazon_simulator import Simulator
from benchmarks import listings_code, live, measuring, orders, orders_code, peers_code
from benchmarks.peers_scripts import Library, Sdk
from benchmarks.sellers import SELLER, TOKEN, register
from benchmarks.virtual_time import let_pass
from tools import database
from tools.console import exit_with, say
from tools.crash_scenario import APPLICATION, GERMANY, connect

SKUS, ORDERS = (1000, 10_000), 500
QUICK_SKUS, QUICK_ORDERS = (100, 300), 60
ANSWER = 0.2  # seconds until Amazon answers a call
FEED = 300.0  # seconds until Amazon has processed a feed; it promises nothing
LONG_AGO = "2020-01-01T00:00:00Z"
MOST_TURNS = 100
FURTHER_CALLS = 10  # a script does not ask for marketplaces and orders when it tells stock
ADDON = "hemi_amazon_sp"
SCRIPTS = {"python-amazon-sp-api": Library, "amzn-sp-api": Sdk}


def lay(world, skus, count):
    """Lay the simulated Amazon anew: a seller with listings, and with orders if there are any."""
    world.reset()
    world.register_application(**APPLICATION)
    names = [f"LAMP-{number}" for number in range(1, skus + 1)]
    register(world, SELLER, TOKEN, [GERMANY], names, price="1.00")
    for number in range(count):
        world.place_order(SELLER, orders.order(number) | {"marketplaceId": GERMANY})
    world.advance(180)


def told(world):
    """Count the SKUs whose stock and price Amazon has."""
    books = world.books(SELLER)
    return sum(1 for row in books["stock"].values() if row["updates"] >= 1)


def row_of(world, who, work, began, cpu, done):
    """Give a row of the table."""
    calls = world.calls()
    return {
        "who": who,
        "work": work,
        "hours": (world.clock.now() - began).total_seconds() / 3600,
        "calls": len(calls),
        "refused": sum(call["status"] == 429 for call in calls),
        "cpu": cpu,
        "done": done,
        "operations": dict(Counter(call["operation"] for call in calls)),
    }


# --- scripts


def virtual(world, stack):
    """Let a script live in the world's time: its pauses, its tokens, and 200 ms for each call."""
    clock = SimpleNamespace(time=lambda: world.clock.now().timestamp(), sleep=world.advance)
    for module in ("sp_api.util.retry", "spapi.auth.lwa_request", "benchmarks.peers_scripts"):
        stack.enter_context(patch(f"{module}.time", clock))
    tokens = cachetools.TTLCache(10, 3200, timer=clock.time)
    stack.enter_context(patch("sp_api.auth.access_token_client.cache", tokens))
    for owner in (httpx.Client, urllib3.PoolManager):
        stack.enter_context(patch.object(owner, "request", _late(owner.request, world)))


def _late(request, world):
    def late(*arguments, **options):
        answer = request(*arguments, **options)
        world.advance(ANSWER)
        return answer

    return late


def run_script(who, skus, count):
    """Let a script do its work.

    :param int skus: whose stock and price is told
    :param int count: of orders that are read
    :return: a row of the table
    """
    with Simulator(clock="virtual") as amazon, ExitStack() as stack:
        world = amazon.world
        lay(world, skus, count)
        virtual(world, stack)
        script = SCRIPTS[who](amazon.url, SELLER, TOKEN)
        began, busy, read = world.clock.now(), time.thread_time(), {}
        for number in range(1, skus + 1):
            script.tell(f"LAMP-{number}", number % 50, 10 + number % 90)
        if count:
            read = script.orders(LONG_AGO)
        busy = time.thread_time() - busy
        done = len(read) if count else told(world)
        return row_of(world, who, work_of(skus, count), began, busy, done)


def work_of(skus, count):
    return f"{count} orders" if count else f"{skus} SKUs"


# --- the addon


def run_addon(template, skus, count):
    """Let the addon do the same, turn by turn until all is done.

    :return: a row of the table
    """
    with (
        Simulator(clock="running", processing_seconds=FEED) as amazon,
        database.copied(template) as name,
    ):
        world = amazon.world
        lay(world, skus, count)
        prepare(name, amazon.url, skus, count)
        world.record.clear()
        world.add_fault("*", "slow", 10**9, seconds=ANSWER)
        began, busy, done = world.clock.now(), 0.0, 0
        with live.odoo(name) as odoo:
            for _turn in range(MOST_TURNS):
                figures = odoo.figures(peers_code.TURN)
                busy += figures["cpu"]
                if figures["error"]:
                    say(figures["error"])
                done = told(world) if skus else figures["orders"]
                if done == (skus or count) and not figures["left"]:
                    break
                let_pass(world, name, max(1.0, figures["due"] or 0.0))
        return row_of(world, ADDON, work_of(skus, count), began, busy, done)


def prepare(name, url, skus, count):
    """Make account, products and listings in Odoo."""
    if count:
        values = {"seller": SELLER, "token": TOKEN, "skus": orders.SKUS}
        database.shell(name, connect(url) + orders_code.PREPARE.format(**values))
        return
    values = {"SELLER": SELLER, "TOKEN": TOKEN, "MARKETPLACES": [GERMANY], "SIZE": skus, "URL": url}
    measuring.figures_of(name, connect(url) + listings_code.PREPARE, **values)
    database.sql(name, "UPDATE hemi_amazon_account SET listings_way = 'automatic'")


# --- all


def problems(rows):
    """Tell what is not as it must be: all is done, and the addon is never refused and not slower.

    A feed takes as long as Amazon wants: few SKUs a script may tell sooner.
    """
    for row in rows:
        wanted = int(row["work"].split()[0])
        if row["done"] != wanted:
            yield f"{row['who']}: {row['done']} of {row['work']}"
    for work in dict.fromkeys(row["work"] for row in rows):
        mine, *others = (row for row in rows if row["work"] == work)
        if mine["refused"]:
            yield f"{work}: {mine['refused']} calls above a limit"
        calls, hours = (min(row[name] for row in others) for name in ("calls", "hours"))
        if mine["calls"] > calls + FURTHER_CALLS:
            yield f"{work}: {mine['calls']} calls, a script needs {calls}"
        if mine["hours"] > max(hours, 2 * FEED / 3600):
            yield f"{work}: {mine['hours']:.2f} hours, a script needs {hours:.2f}"


def table(rows):
    """Give the lines of the table."""
    line = "{:<12} {:<22} {:>8} {:>7} {:>6} {:>8}"
    yield line.format("work", "who", "hours", "calls", "429", "cpu s")
    for row in rows:
        cells = f"{row['hours']:.3f}", row["calls"], row["refused"], f"{row['cpu']:.1f}"
        yield line.format(row["work"], row["who"], *cells)


def main():
    """Measure, print the table, keep the results, return the exit status."""
    logging.getLogger("httpx").setLevel(logging.WARNING)  # it tells of every call
    tasks = [(skus, 0) for skus in (QUICK_SKUS if measuring.QUICK else SKUS)]
    tasks.append((0, QUICK_ORDERS if measuring.QUICK else ORDERS))
    template, rows = database.template("test"), []
    for task in tasks:
        say(f"{work_of(*task)} ...")
        rows.append(run_addon(template, *task))
        rows += [run_script(who, *task) for who in SCRIPTS]
    return measuring.conclude("peers", rows, table(rows), problems(rows))


if __name__ == "__main__":
    exit_with(main)
