"""All tests in parts with one summary: plain Python, the addons in Odoo, and whole paths."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from xml.etree import ElementTree

from tools import database
from tools.console import Failure, exit_with, say, step
from tools.paths import LOCAL, ODOO_CONFIG, ROOT

REPORTS = LOCAL / "reports"
WHOLE_LOG = "whole-paths.log"
ADDON_TESTS = ROOT / database.ADDON / "tests"
QUEUE_TESTS = ROOT / database.QUEUE_ADDON / "tests"
WHOLE_TESTS = ROOT / "tests" / "whole"
NO_TESTS_COLLECTED = 5
# What the addon does not need and works with: kits, and tax numbers that are checked.
BESIDES = ("sale_mrp", "base_vat")
# pyproject.toml switches pytest-odoo off, because it wants a database in every run
WITH_ODOO = ["-o", "addopts=-ra", "--odoo-http"]


@dataclass
class Outcome:
    """One test, or a part that could not begin. kind: passed, failed or skipped; reason: of a skip."""

    part: str
    name: str
    kind: str
    reason: str = ""


def main():
    """Run all parts, print the summary, return the exit status."""
    outcomes = [*plain_part(), *odoo_parts()]
    summarise(outcomes)
    return int(any(outcome.kind == "failed" for outcome in outcomes))


def plain_part():
    """Everything below tests/ that needs no database."""
    folders = [path for path in sorted((ROOT / "tests").glob("*/")) if path.is_dir() and path != WHOLE_TESTS]
    return run_pytest("plain", folders)


def odoo_parts():
    """The addons' own tests, then whole paths, each on copies of a template database.

    The addon's own tests run with modules that it does not need, whole paths without them.
    """
    folders = [path for path in (ADDON_TESTS, WHOLE_TESTS) if any(path.glob("test_*.py"))]
    if not folders:
        return
    try:
        besides, template = database.template("besides", BESIDES), database.template("test")
        queue = database.template("queue", addons=database.ADDONS)
    except Failure as failure:
        say(f"\n{failure}")
        yield Outcome("addon", "installation of the addon", "failed")
        return
    os.environ.update(
        HEMI_DATABASE_TEMPLATE=template, HEMI_QUEUE_TEMPLATE=queue, HEMI_ODOO_CONFIG=str(ODOO_CONFIG)
    )
    with ThreadPoolExecutor() as threads:  # whole paths wait most of their time
        whole = threads.submit(whole_part) if WHOLE_TESTS in folders else None
        if ADDON_TESTS in folders:
            yield from addon_parts(besides, queue)
        if whole:
            yield from whole.result()
            print((REPORTS / WHOLE_LOG).read_text())


def addon_parts(besides, queue):
    """The addons' own tests."""
    with database.copied(besides) as name:
        yield from run_pytest("addon", [ADDON_TESTS], *WITH_ODOO, f"--odoo-database={name}")
    with database.copied(queue) as name:
        yield from run_pytest("queue addon", [QUEUE_TESTS], *WITH_ODOO, f"--odoo-database={name}")


def whole_part():
    """Whole paths; what they print is kept for the end, for other tests run beside them."""
    REPORTS.mkdir(parents=True, exist_ok=True)
    with open(REPORTS / WHOLE_LOG, "w") as output:
        return run_pytest("whole paths", [WHOLE_TESTS], output=output)


def run_pytest(part, folders, *options, output=None):
    """Run pytest on folders in a process of its own and return the outcomes of its tests.

    :param output: file for what it prints; by default it is printed at once
    """
    if not folders:
        return []
    REPORTS.mkdir(parents=True, exist_ok=True)
    report = REPORTS / f"{part.replace(' ', '-')}.xml"
    report.unlink(missing_ok=True)
    config = ROOT / "pyproject.toml"
    command = [sys.executable, "-m", "pytest", "-q", "-c", config, f"--junitxml={report}", *options, *folders]
    with step(f"Tests: {part}"):
        status = subprocess.run(command, cwd=ROOT, stdout=output, stderr=output).returncode
    outcomes = read_report(part, report) if report.exists() else []
    if status not in (0, NO_TESTS_COLLECTED) and all(outcome.kind != "failed" for outcome in outcomes):
        outcomes.append(Outcome(part, f"pytest ended with status {status}", "failed"))
    return outcomes


def read_report(part, report):
    """The outcomes in a JUnit report."""
    outcomes = []
    for case in ElementTree.parse(report).iter("testcase"):
        name = f"{case.get('classname')}::{case.get('name')}"
        skipped = case.find("skipped")
        if case.find("failure") is not None or case.find("error") is not None:
            outcomes.append(Outcome(part, name, "failed"))
        elif skipped is not None:
            outcomes.append(Outcome(part, name, "skipped", skipped.get("message") or "no reason given"))
        else:
            outcomes.append(Outcome(part, name, "passed"))
    return outcomes


def summarise(outcomes):
    """Print the counts per part, every failure, and every reason to skip with the tests that it took."""
    say("\nSummary")
    for part in dict.fromkeys(outcome.part for outcome in outcomes):
        say(f"  {part:12} {counts(outcome for outcome in outcomes if outcome.part == part)}")
    say(f"  {'total':12} {counts(outcomes)}")
    for outcome in outcomes:
        if outcome.kind == "failed":
            say(f"  FAILED {outcome.part}: {outcome.name}")
    reasons = dict.fromkeys(outcome.reason for outcome in outcomes if outcome.kind == "skipped")
    for reason in reasons:
        names = [
            outcome.name for outcome in outcomes if outcome.kind == "skipped" and outcome.reason == reason
        ]
        say(f"  skipped {len(names)} because: {reason} ({', '.join(names[:3])}{' ...' * (len(names) > 3)})")


def counts(outcomes):
    """How many passed, failed and were skipped, as a text."""
    kinds = [outcome.kind for outcome in outcomes]
    return ", ".join(f"{kinds.count(kind)} {kind}" for kind in ("passed", "failed", "skipped"))


if __name__ == "__main__":
    exit_with(main)
