"""`make chaos`: a day of many sellers on which everything goes wrong by chance; the books must end equal.

SEEDS (default 1,2,3,4,5) and ACCOUNTS (default 20) come from the environment. The same seed gives the same
day.
"""

import json
import os
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from amazon_simulator import Simulator
from tools import database
from tools.chaos_day import EVENTS, LOOK, MINUTES, PASS_TIME, PERSON, PREPARE, SKUS, Day
from tools.console import exit_with, say
from tools.crash import AT_ONCE, tell, worker
from tools.crash_scenario import connect

HOURS = 24
MOST_HOURS_AFTER = 40
UNDER_WAY = ("pending", "in_feed")
OPEN_FEEDS = ("prepared", "submitting", "submitted", "processing", "unknown")


@dataclass
class Story:
    """What came of a day. born and slowest count hours."""

    seed: int
    problems: list = field(default_factory=list)
    counts: Counter = field(default_factory=Counter)
    born: dict = field(default_factory=dict)
    slowest: int = 0

    def note(self, hour, odoo):
        """Follow each message from the hour it was first seen in to the hour of its answer."""
        for number, state in odoo["states"].items():
            self.born.setdefault(number, hour)
            if state in UNDER_WAY:
                self.slowest = max(self.slowest, hour + 1 - self.born[number])

    def row(self):
        """One line of the table."""
        verdict = "equal" if not self.problems else "NOT EQUAL"
        counts = self.counts
        return (
            f"seed {self.seed}: {verdict}; {counts['events']} events, {counts['calls']} calls, "
            f"{counts['faults']} of them struck, {counts['feeds']} feeds ({counts['sent again']} given up "
            f"and sent again), {counts['accepted']} messages accepted, {counts['rejected']} refused, "
            f"{counts['superseded']} not needed, {counts['persons']} settled by a person; the slowest took "
            f"{self.slowest * MINUTES // 60} h"
        )


def run_day(template, seed, accounts, hours=HOURS):
    """Run one day until all is quiet.

    :return: what came of it
    :rtype: Story
    """
    story = Story(seed)
    with (
        Simulator(clock="virtual") as amazon,
        database.copied(template) as name,
        tempfile.TemporaryDirectory() as folder,
    ):
        output, day = Path(folder, "output"), Day(amazon.world, seed, accounts)
        day.begin()
        database.shell(name, connect(amazon.url) + PREPARE.format(accounts=accounts, skus=SKUS))
        with worker(name) as process:
            day.go_wrong()
            for hour in range(hours):
                day.hour()
                tell(process, output, point=None, sql=PASS_TIME)
                events = tell(process, output, code=EVENTS.format(seed=seed * 1000 + hour))
                story.counts["events"] += int(events or 0)
                story.note(hour, look(process, output))
            amazon.world.clear_faults()
            finish(day, process, output, story, hours)
            count(amazon.world, story, look(process, output))
    return story


def finish(day, process, output, story, hours):
    """Let the job go on without trouble, and persons do their part, until all is quiet."""
    for hour in range(hours, hours + MOST_HOURS_AFTER):
        day.hour_of_rest()
        tell(process, output, point=None, sql=PASS_TIME)
        story.counts["persons"] += int(tell(process, output, code=PERSON.format(held=day.held())) or 0)
        odoo = look(process, output)
        story.note(hour, odoo)
        story.problems = day.differences(odoo) + left_over(odoo)
        if not story.problems:
            return


def left_over(odoo):
    """Tell what is still under way."""
    feeds = Counter(state for state in odoo["feeds"].values() if state in OPEN_FEEDS)
    if not (odoo["waiting"] or feeds):
        return []
    return [f"left over: messages {odoo['waiting']}, feeds {dict(feeds)}, refused {odoo['refusals']}"]


def look(process, output):
    """What Odoo holds."""
    return json.loads(tell(process, output, code=LOOK))


def count(world, story, odoo):
    """Add up the figures of the table."""
    calls = world.calls()
    story.counts.update(Counter(odoo["states"].values()))
    story.counts["calls"] = len(calls)
    story.counts["faults"] = sum(bool(call.get("fault")) for call in calls)
    story.counts["feeds"] = len(odoo["feeds"])
    story.counts["sent again"] = Counter(odoo["feeds"].values())["cancelled"]


def main():
    """Run the days, print the table, return the exit status."""
    seeds = [int(seed) for seed in os.environ.get("SEEDS", "1,2,3,4,5").split(",")]
    accounts, template = int(os.environ.get("ACCOUNTS", "20")), database.template("test")
    say(f"{len(seeds)} days of {accounts} accounts, six flows each, at a very unreliable Amazon.")
    with ThreadPoolExecutor(AT_ONCE) as pool:
        stories = []
        for story in pool.map(lambda seed: run_day(template, seed, accounts), seeds):
            stories.append(story)
            print("\n".join([story.row(), *story.problems]), flush=True)
    equal = sum(not story.problems for story in stories)
    say(f"\n{equal} of {len(stories)} days ended equal")
    return int(equal < len(stories))


if __name__ == "__main__":
    exit_with(main)
