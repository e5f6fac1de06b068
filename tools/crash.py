"""`make crash`: kills the job before and after every HTTP call and every commit, and looks what became of it.

Each point has a fresh database and a fresh simulated Amazon. The job runs in a real Odoo process, dies by
SIGKILL at the point, and is started again until all is quiet; then Amazon's books and Odoo must agree, and
everything must have happened exactly once.
"""

import json
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from amazon_simulator import Simulator
from tools import crash_scenario, database
from tools.console import exit_with, say
from tools.paths import ROOT

LEAST = 60
MOST_TURNS = 9  # turns after a death until all must be quiet
QUIET_TURNS = 4  # turns that an undisturbed run needs, and one in which nothing happens
AT_ONCE = 2
PATCH, NEAR = "patchListingsItem", 4  # stock and price one by one: only these points differ from a feed's
IN_THE_QUEUE = 3  # with the glue addon, every third point: before and after take turns
MINUTES_BETWEEN = 20
SERVE = """
import sys
sys.path.insert(0, {root!r})
from tools import {module}
{module}.serve(env, {pipe}, lambda status: print("turn", status, flush=True))
"""


class Matrix:
    """The prepared work, a place to run it, and the points of an undisturbed run."""

    def __init__(self, amazon, source, name, worker, folder):
        self._amazon, self._source, self._name = amazon, source, name
        self._worker, self._output = worker, Path(folder, "output")
        self.points = self._undisturbed()

    def _undisturbed(self):
        self._begin()
        points = [label for _turn in range(QUIET_TURNS) for label in self._turn(None)]
        problems = self._problems()
        if problems:
            raise AssertionError(f"Even undisturbed: {problems}")
        return points

    def around(self, operation):
        """Give the points from shortly before an operation's first call to shortly after its last."""
        calls = [number for number, label in enumerate(self.points, 1) if label.endswith(operation)]
        return list(range(max(1, min(calls) - NEAR), min(len(self.points), max(calls) + NEAR) + 1))

    def problems_after_death_at(self, point):
        """Kill the job at a point, let it go on, and tell what is wrong in the end.

        :param int point: from 1
        :rtype: list[str]
        """
        self._begin()
        left = point
        while (passed := len(self._turn(left))) < left:
            left -= passed
            if not passed:
                return ["the point was not reached"]
        for _turn in range(MOST_TURNS):
            self._turn(None)
            problems = self._problems()
            if not problems:
                break
        return problems

    def _begin(self):
        crash_scenario.begin(self._amazon.world)
        self._amazon.world.advance(MINUTES_BETWEEN * 60)
        crash_scenario.place_new_orders(self._amazon.world)
        database.drop(self._name)
        database.copy(self._source, self._name)

    def _turn(self, point):
        """Let one process take one turn. Returns the labels of the points that it passed."""
        self._amazon.world.advance(MINUTES_BETWEEN * 60)
        return tell(self._worker, self._output, point=point, sql=crash_scenario.NOTHING_WAITS).splitlines()

    def _problems(self):
        books = self._amazon.world.books(crash_scenario.SELLER)
        return crash_scenario.differences(
            books, json.loads(tell(self._worker, self._output, code=crash_scenario.CHECK))
        )


@contextmanager
def matrix(template, way="feed", module="crash_worker"):
    """Prepare the work on a copy of a template database; yields a :class:`Matrix`.

    :param str way: of stock and price: feed or patches
    :param str module: of tools/, which takes the turns
    """
    with (
        Simulator(clock="virtual") as amazon,
        database.copied(template) as source,
        database.copied(template) as name,
        tempfile.TemporaryDirectory() as folder,
    ):
        crash_scenario.begin(amazon.world)
        amazon.world.advance(MINUTES_BETWEEN * 60)
        crash_scenario.prepare(source, amazon.url, way)
        with worker(name, module) as process:
            yield Matrix(amazon, source, name, process, folder)


@contextmanager
def worker(name, module="crash_worker", options=()):
    """Start the Odoo process whose children take the turns.

    :param str module: of tools/, whose ``serve`` runs in it
    :param options: further options of the command odoo
    """
    reading, writing = os.pipe()
    command = [database.ODOO, "shell", "--database", name, "--no-http", "--log-level=critical", *options]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, pass_fds=[reading]
    )
    os.close(reading)
    process.stdin.write(SERVE.format(root=str(ROOT), module=module, pipe=reading))
    process.stdin.close()
    try:
        read_answer(process)  # it has left the database alone
        with os.fdopen(writing, "w") as pipe:
            process.stdin_pipe = pipe
            yield process
    finally:
        process.kill()
        process.wait()


def tell(process, output, **command):
    """Give the Odoo process a command. Returns what it wrote to the file ``output``."""
    output.write_text("")
    process.stdin_pipe.write(json.dumps({**command, "output": str(output)}) + "\n")
    process.stdin_pipe.flush()
    read_answer(process)
    return output.read_text()


def read_answer(process):
    """Wait for the process to tell that a turn is over, or that it is ready for the first."""
    for line in process.stdout:
        if line.startswith("turn "):
            return
    raise AssertionError("The Odoo process ended.")


def main():
    """Run all points, print the figure, return the exit status."""
    template, queue = database.template("test"), database.template("queue", addons=database.ADDONS)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        shares = [pool.submit(run_share, template, queue, number) for number in range(AT_ONCE)]
        results = [result for share in shares for result in share.result()]
    good = sum(results)
    say(f"\n{good} of {len(results)}")
    return int(good < len(results) or good < LEAST)


def run_share(template, queue, number):
    """Run every AT_ONCE-th point, and print what became of each. Returns a list of True and False."""
    results = []
    with matrix(template) as crashes:
        results += run_points(crashes, range(number + 1, len(crashes.points) + 1, AT_ONCE))
    with matrix(template, "patches") as crashes:
        results += run_points(crashes, crashes.around(PATCH)[number::AT_ONCE])
    with matrix(queue, module="crash_worker_queue") as crashes:
        results += run_points(crashes, range(number + 1, len(crashes.points) + 1, AT_ONCE * IN_THE_QUEUE))
    return results


def run_points(crashes, points):
    """Kill the job at these points. Returns a list of True and False."""
    results = []
    for point in points:
        problems = crashes.problems_after_death_at(point)
        results.append(not problems)
        verdict = "WRONG" if problems else "ok"
        say(f"{point:4} {verdict} {crashes.points[point - 1]} {'; '.join(problems)}")
        sys.stdout.flush()
    return results


if __name__ == "__main__":
    exit_with(main)
