"""The glue addon on two real hosts: the one that hands out the turns is killed in the middle of one."""

import os
import time

import pytest

from amazon_simulator import Simulator, order_builder
from tools import database, odoo_server
from tools.chaos_day import PREPARE, SKUS, Day
from tools.crash_scenario import GERMANY, connect

ACCOUNTS = 5
HOST = ("--load=base,rpc,web,queue_job", "--max-cron-threads=1")
ANSWER = 1.5  # seconds that Amazon takes for each answer: a turn lasts long enough to be killed in
PATIENCE = 240  # seconds
# the jobrunner takes no job for dead that is younger
UNDER_WAY = """SELECT count(*) FROM queue_job
 WHERE state = 'started' AND date_enqueued < now() AT TIME ZONE 'utc' - interval '10 seconds'"""
# the killed turns are made good for some minutes later, and those minutes are over at once
TIME_PASSES = """UPDATE hemi_amazon_account SET orders_read_at = NULL, next_run_at = NULL;
UPDATE hemi_amazon_feed SET submitting_at = submitting_at - interval '1 hour',
       next_check_at = next_check_at - interval '1 hour'"""
CALL_THE_JOB = "env.ref('hemi_amazon_sp.ir_cron_run')._trigger(); env.cr.commit()"
IMPORTED = "SELECT count(*) FROM hemi_amazon_order WHERE sale_order_id IS NOT NULL"
SUBMITTED = "SELECT count(*) FROM hemi_amazon_feed WHERE amazon_feed_id IS NOT NULL"


@pytest.fixture
def amazon():
    with Simulator(clock="real") as simulator:
        yield simulator


@pytest.fixture
def name(amazon, monkeypatch):
    monkeypatch.setenv("ODOO_QUEUE_JOB_CHANNELS", "root:2,root.hemi_amazon:2")
    with database.copied(os.environ["HEMI_QUEUE_TEMPLATE"]) as copy:
        database.shell(copy, connect(amazon.url) + PREPARE.format(accounts=ACCOUNTS, skus=SKUS))
        database.sql(copy, "UPDATE hemi_amazon_account SET listings_way = 'feed'")
        yield copy


def wait_until(name, query, enough):
    """Return when a count in the database is high enough."""
    deadline = time.monotonic() + PATIENCE
    while (count := int(database.sql(name, query))) < enough:
        assert time.monotonic() < deadline, f"Only {count} of {enough}: {query}"
        time.sleep(0.1)


def place_old_order(world, seller, name):
    """Place an order that Amazon lists at once: what changed in the last two minutes it does not."""
    item = {"sku": SKUS[0], "quantity": 1, "unitPrice": "20.00"}
    short = {"orderId": name, "marketplaceId": GERMANY, "items": [item], "createdHoursAgo": 72}
    order = order_builder.complete(short, world.sellers[seller], world.identifiers, world.clock.now())
    world.place_order(seller, order | {"lastUpdatedTime": order["createdTime"]})


def submitted(amazon, seller):
    """The feeds that Amazon has of a seller, by type."""
    return [feed["feedType"] for feed in amazon.world.books(seller)["feeds"]]


def test_another_host_goes_on_when_the_one_that_leads_is_killed(amazon, name):
    day = Day(amazon.world, 5, ACCOUNTS)
    day.begin()
    for number, seller in enumerate(day.sellers):
        place_old_order(amazon.world, seller, f"402-0000000-{number:07}")
    amazon.world.add_fault("*", "slow", 10**9, seconds=ANSWER)
    with odoo_server.host(name, options=HOST) as leading:
        leading.shell(CALL_THE_JOB)
        wait_until(name, UNDER_WAY, 1)
        with odoo_server.host(name, options=HOST):
            leading.process.kill()
            amazon.world.clear_faults()
            database.sql(name, TIME_PASSES)
            wait_until(name, IMPORTED, ACCOUNTS)
            wait_until(name, SUBMITTED, 2 * ACCOUNTS)
    names = (
        "SELECT string_agg(name, ' ' ORDER BY name) FROM hemi_amazon_order WHERE sale_order_id IS NOT NULL"
    )
    assert database.sql(name, names).split() == [f"402-0000000-{number:07}" for number in range(ACCOUNTS)]
    assert [call for call in amazon.world.calls() if call["status"] == 429] == []
    stock_and_price = ["JSON_LISTINGS_FEED"] * 2
    assert [submitted(amazon, seller) for seller in day.sellers] == [stock_and_price] * ACCOUNTS
    assert database.sql(name, "SELECT count(*) FROM ir_cron WHERE cron_name LIKE 'Amazon%'").strip() == "1"
