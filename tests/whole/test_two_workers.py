"""Two real Odoo processes work on the same accounts at once, and a small day of the chaos run."""

import json
import os
from collections import Counter

import pytest

from amazon_simulator import Simulator
from tools import chaos, crash, database
from tools.chaos_day import EVENTS, PASS_TIME, PREPARE, SKUS, Day
from tools.crash_scenario import connect

HOURS, HOURS_AFTER, ACCOUNTS = 5, 6, 3
LET_TIME_PASS = f"env.cr.execute({PASS_TIME!r})\nenv.cr.commit()\nresult = 'passed'"
# as a queue hands out work: the scheduled action itself is run by one process at a time
WORK = "env['hemi.amazon.job']._cron_run()\nenv.cr.commit()\nresult = 'done'"


@pytest.fixture
def amazon():
    # it must run as Odoo's does: what Odoo takes for a second, Amazon's limits must take for one too
    with Simulator(clock="running") as simulator:
        yield simulator


@pytest.fixture
def name(amazon):
    with database.copied(os.environ["HEMI_DATABASE_TEMPLATE"]) as copy:
        database.shell(copy, connect(amazon.url) + PREPARE.format(accounts=ACCOUNTS, skus=SKUS))
        yield copy


def work_at_once(workers):
    """Let all workers run the job at the same time. Returns what each left as its result."""
    for process, output in workers:
        output.write_text("")
        process.stdin_pipe.write(json.dumps({"code": WORK, "output": str(output)}) + "\n")
        process.stdin_pipe.flush()
    for process, _output in workers:
        crash.read_answer(process)
    return [output.read_text() for _process, output in workers]


def test_two_workers_at_once_double_nothing(amazon, name, tmp_path):
    day = Day(amazon.world, 7, ACCOUNTS)
    day.begin()
    with crash.worker(name) as one, crash.worker(name) as two:
        workers = [(one, tmp_path / "one"), (two, tmp_path / "two")]
        for hour in range(HOURS + HOURS_AFTER):
            day.hour() if hour < HOURS else day.hour_of_rest()
            crash.tell(one, tmp_path / "one", code=LET_TIME_PASS)
            if hour < HOURS:
                assert crash.tell(one, tmp_path / "one", code=EVENTS.format(seed=hour))
            assert work_at_once(workers) == ["done", "done"]  # no deadlock, no traceback
        odoo = chaos.look(one, tmp_path / "one")
    assert day.differences(odoo) + chaos.left_over(odoo) == []
    assert Counter(odoo["states"].values())["accepted"] > 0
    assert [call for call in amazon.world.calls() if call["status"] == 429] == []


def test_a_small_day_of_chaos_ends_equal():
    story = chaos.run_day(os.environ["HEMI_DATABASE_TEMPLATE"], seed=11, accounts=2, hours=8)
    assert story.problems == []
    assert story.counts["faults"] > 0 and story.counts["accepted"] > 0
