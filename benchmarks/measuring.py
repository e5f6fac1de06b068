"""What all benchmarks need: running code inside Odoo, and keeping the figures side by side."""

import json
import os
import statistics
import sys
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import plots
from tools import database
from tools.console import say
from tools.paths import ROOT

QUICK = "--quick" in sys.argv
RESULTS = Path(__file__).with_name("results.json")
# What a process inside Odoo measures itself with; `odoo shell` runs it before the code of a benchmark.
INSIDE = """
import json, os, time

def resident():
    "Resident memory of this process in MiB."
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20

def forget_peak():
    with open("/proc/self/clear_refs", "w") as file:
        file.write("5")

def peak():
    "Most resident memory since forget_peak, in MiB."
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmHWM")) / 1024

def cpu():
    "Seconds of processor that this process and its database sessions have used."
    env.cr.execute(
        "SELECT pid FROM pg_stat_activity"
        " WHERE datname = current_database() AND backend_type = 'client backend'"
    )
    nanoseconds = 0
    for pid, in env.cr.fetchall():
        with open(f"/proc/{pid}/schedstat") as file:
            nanoseconds += int(file.read().split()[0])
    return time.process_time() + nanoseconds / 10**9

def multiply(table, where, count, **columns):
    "Insert each row t that fulfils a condition anew, count - 1 times; n counts from 2."
    env.cr.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND column_name <> 'id'",
        [table],
    )
    names = [name for name, in env.cr.fetchall()]
    values = ", ".join(columns.get(name, f't."{name}"') for name in names)
    names = ", ".join(f'"{name}"' for name in names)
    env.cr.execute(
        f"INSERT INTO {table} ({names}) SELECT {values}"
        f" FROM {table} t, generate_series(2, {count}) n WHERE {where}"
    )

def commit_and_vacuum():
    env.cr.commit()
    env.cr._cnx.autocommit = True
    env.cr.execute("VACUUM ANALYZE")
    env.cr._cnx.autocommit = False
"""


def figures_of(name, code, **values):
    """Run code inside Odoo on a database.

    :param str name: the database
    :param str code: prints its figures as JSON in the last line
    :param values: names that the code finds
    """
    names = "".join(f"{key} = {value!r}\n" for key, value in values.items())
    return json.loads(database.shell(name, names + INSIDE + code).strip().splitlines()[-1])


def spread(seconds):
    """Give median and 95th percentile of some durations, zeros where there are fewer than two.

    :rtype: dict
    """
    if len(seconds) < 2:
        return {"median": 0.0, "p95": 0.0}
    return {"median": statistics.median(seconds), "p95": statistics.quantiles(seconds, n=20)[18]}


def conclude(benchmark, rows, lines, found):
    """Print the table and what is not as it must be, keep the figures, and return the exit status.

    :param rows: the figures, as ``results.json`` keeps them
    :param lines: of the table
    :param found: limits that were not kept, in words
    """
    say("\n".join(lines))
    found = list(found)
    say("\n".join(found))
    keep(benchmark, rows)
    return int(bool(found))


def keep(benchmark, rows):
    """Write the figures of one benchmark beside those of the others, and draw its plot.

    Those of quick sizes are kept apart: they say little, and must not stand for the others.
    """
    results = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    if QUICK:
        results["quick"] = results.get("quick", {}) | {benchmark: rows}
    else:
        today = datetime.now(UTC).date().isoformat()
        results |= {"measured_on": today, "cpus": os.cpu_count(), benchmark: rows}
    RESULTS.write_text(json.dumps(results, indent=2) + "\n")
    path = plots.draw(benchmark, rows, QUICK)
    say(f"Plot: {path.relative_to(ROOT)}")
