"""Benchmark `workers`: the same turns of many accounts, by one, two and four Odoo processes.

Amazon takes 200 ms for each answer, so most of a turn is waiting. ``--quick`` takes fewer accounts.
"""

import os
import time
from unittest.mock import patch

from amazon_simulator import Simulator
from benchmarks import measuring
from tools import database, odoo_server
from tools.chaos_day import PREPARE, SKUS, Day
from tools.console import Failure, exit_with, say
from tools.crash_scenario import connect

ACCOUNTS, QUICK_ACCOUNTS = 40, 8
ANSWER = 0.2  # seconds
LEAST = {1: 1.0, 2: 1.8, 4: 3.0}  # Odoo processes -> how much faster than one
PATIENCE = 600  # seconds
OPTIONS = ("--load=base,rpc,web,queue_job", "--max-cron-threads=1", "--log-level=warn")
CALL_THE_JOB = "env.ref('hemi_amazon_sp.ir_cron_run')._trigger(); env.cr.commit()"
WORKED_ON = "SELECT count(*) FROM hemi_amazon_account WHERE last_run_at IS NOT NULL"
TROUBLE = "SELECT count(*) FROM hemi_amazon_account WHERE last_error IS NOT NULL"


def measure(template, processes, accounts):
    """Let that many processes give every account its first turn.

    :return: the figures of one row of the table; seconds
    :rtype: dict
    """
    channels = {"ODOO_QUEUE_JOB_CHANNELS": f"root:{processes},root.hemi_amazon:{processes}"}
    with (
        Simulator(clock="real") as amazon,
        database.copied(template) as name,
        patch.dict(os.environ, channels),
    ):
        Day(amazon.world, 7, accounts).begin()
        database.shell(name, connect(amazon.url) + PREPARE.format(accounts=accounts, skus=SKUS))
        amazon.world.add_fault("*", "slow", 10**9, seconds=ANSWER)
        with odoo_server.host(name, options=(*OPTIONS, f"--workers={processes}")) as host:
            host.shell(CALL_THE_JOB)
            wait_until(amazon.world.calls)
            began = time.monotonic()
            wait_until(lambda: int(database.sql(name, WORKED_ON)) == accounts)
            seconds = time.monotonic() - began
        statuses = [call["status"] for call in amazon.world.calls()]
        return {
            "processes": processes,
            "accounts": accounts,
            "seconds": seconds,
            "calls": len(statuses),
            "refused": statuses.count(429),
            "troubled": int(database.sql(name, TROUBLE)),
        }


def wait_until(is_so):
    """Return when something is so, looked at four times a second."""
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        if time.monotonic() > deadline:
            raise Failure(f"The workers were not done after {PATIENCE} s.")
        time.sleep(0.25)


def speed_up(rows, row):
    return rows[0]["seconds"] / row["seconds"]


def problems(rows):
    """Tell what is not as it must be."""
    for row in rows:
        checks = {
            f"only {speed_up(rows, row):.2f} times as fast as one": speed_up(rows, row)
            >= LEAST[row["processes"]],
            f"{row['refused']} calls above a limit": not row["refused"],
            f"{row['troubled']} accounts with a problem": not row["troubled"],
        }
        yield from (
            f"{row['processes']} processes: {words}" for words, is_right in checks.items() if not is_right
        )


def table(rows):
    """Give the lines of the table."""
    line = "{:>9} {:>8} {:>8} {:>8} {:>9} {:>5}"
    yield line.format("processes", "accounts", "seconds", "calls", "speed-up", "429")
    for row in rows:
        yield line.format(
            row["processes"],
            row["accounts"],
            f"{row['seconds']:.1f}",
            row["calls"],
            f"{speed_up(rows, row):.2f}",
            row["refused"],
        )


def main():
    """Measure, print the table, keep the results, return the exit status."""
    accounts = QUICK_ACCOUNTS if measuring.QUICK else ACCOUNTS
    template, rows = database.template("queue", addons=database.ADDONS), []
    for processes in LEAST:
        say(f"{accounts} accounts, {processes} processes ...")
        rows.append(measure(template, processes, accounts))
    return measuring.conclude("workers", rows, table(rows), problems(rows))


if __name__ == "__main__":
    exit_with(main)
