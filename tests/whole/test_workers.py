"""Several real workers on one database: a token is renewed once, and limits are shared."""

import os
import subprocess

import psycopg2
import pytest

from amazon_simulator import Simulator
from tools import database
from tools.crash_scenario import APPLICATION, connect

WORKERS = 3
GATE = 77
SELLER, TOKEN = "A2EUSELLER0001", "Atzr|token-of-a-private-app"

SET_UP = """
account = env["hemi.amazon.account"].create({{
    "client_email": "seller@seller.example", "merchant_id": {seller!r}, "integration_id": integration.id,
    "home_marketplace_id": env.ref("hemi_amazon_sp.marketplace_de").id,
}})
account._authorise(Grant("Atza|old", {token!r}, 3600))
env["hemi.amazon.token"].search([]).access_expires_at = "2000-01-01"
"""
WORKER = """
account = env["hemi.amazon.account"].search([])
print("ready", flush=True)
env.cr.execute("SELECT pg_advisory_lock_shared({gate})")
{work}
"""
RENEW = 'print("result", env["hemi.amazon.token"]._access_key(account)[-12:], flush=True)'
TAKE = """
from odoo.addons.hemi_amazon_sp.amazon.errors import AmazonError
limiter, taken = env["hemi.amazon.quota"]._limiter(account), 0
for attempt in range(15):
    try:
        limiter.take("createFeed")
        taken += 1
    except AmazonError:
        pass
print("result", taken, flush=True)
"""


@pytest.fixture
def amazon():
    with Simulator(clock="real", world="demo") as simulator:
        simulator.world.register_application(**APPLICATION)
        simulator.world.authority.authorize(
            simulator.world.applications[APPLICATION["application_id"]],
            simulator.world.sellers[SELLER],
            TOKEN,
        )
        yield simulator


@pytest.fixture
def name(amazon):
    """A database with one authorised account whose access key has run out."""
    with database.copied(os.environ["HEMI_DATABASE_TEMPLATE"]) as copy:
        database.shell(copy, connect(amazon.url) + SET_UP.format(seller=SELLER, token=TOKEN))
        yield copy


def results(name, work):
    """Let several Odoo processes do the same at once.

    :return: what each of them printed as its result
    """
    gate = psycopg2.connect(dbname=name)
    gate.autocommit = True
    cursor = gate.cursor()
    cursor.execute("SELECT pg_advisory_lock(%s)", [GATE])
    command = [database.ODOO, "shell", "--database", name, "--no-http", "--log-level=error"]
    workers = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _number in range(WORKERS)
    ]
    try:
        for worker in workers:
            worker.stdin.write(WORKER.format(gate=GATE, work=work))
            worker.stdin.close()
        for worker in workers:
            read_until(worker, "ready")
        cursor.execute("SELECT pg_advisory_unlock(%s)", [GATE])
        return [read_until(worker, "result") for worker in workers]
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()
        gate.close()


def read_until(worker, word):
    for line in worker.stdout:
        if word in line:
            return line.split()[-1]
    raise AssertionError(f"The worker ended before it said {word}.")


def test_a_token_is_renewed_once(amazon, name):
    amazon.world.add_fault("lwa", "slow", count=1, seconds=1)
    keys = results(name, RENEW)
    assert len(set(keys)) == 1
    renewals = [call for call in amazon.world.calls() if call["path"] == "/auth/o2/token"]
    assert len(renewals) == 1


def test_limits_are_shared(name):
    taken = [int(number) for number in results(name, TAKE)]
    assert sum(taken) == 15  # the burst of createFeed
