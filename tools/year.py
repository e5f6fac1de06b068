"""`make year`: a virtual year of many sellers and one application; nothing lapses, and nothing is left over.

Authorisations are given, renewed at once, late or never, and revoked; the application's secret is rotated
through a queue; orders come in, are delivered, and are erased. SEED (default 1), ACCOUNTS (30) and DAYS (400)
come from the environment. The same seed gives the same year.
"""

import json
import os
import re
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from amazon_simulator import Simulator
from amazon_simulator.leaks import forms, secrets_given
from tools import aws, database
from tools.console import exit_with, say
from tools.crash import tell, worker
from tools.crash_scenario import connect
from tools.year_life import BEGIN, CALLBACK, DAY, LOOK, PREPARE, Life

START = "2027-01-01T06:00:00Z"
TIME_LEFT = timedelta(days=31)  # 30 days after the delivery, and the day of the run
PERSONAL = re.compile(rb"zqx([a-z]+)-(\d+)", re.IGNORECASE)
ON_INVOICES = {"name", "street"}
MOST_ACCESS_TOKENS = 60  # of thousands: the newest, which still work


@dataclass
class Year:
    """What came of a year."""

    problems: list = field(default_factory=list)
    figures: dict = field(default_factory=dict)

    def table(self):
        """Lines of the table."""
        width = max(map(len, self.figures))
        return [f"{name:{width}}  {value}" for name, value in self.figures.items()]


class Run:
    """One run: the simulated Amazon, the Odoo process, and what was seen of both."""

    def __init__(self, amazon, process, output, life, redirect_uri):
        self._amazon, self._process, self._output = amazon, process, output
        self.life, self._redirect_uri = life, redirect_uri
        self.year, self.rotations, self.least_left = Year(), 0, timedelta(days=999)
        self._mails_read, self._secret = 0, life.application.client_secret

    @property
    def now(self):
        """Amazon's time, naive UTC."""
        return self._amazon.world.clock.now().replace(tzinfo=None)

    def ask(self, code):
        """Run code in Odoo at this very moment.

        :raise AssertionError: with the traceback
        """
        text = tell(self._process, self._output, code=code, now=self.now.isoformat())
        if not text.startswith("ok "):
            raise AssertionError(f"Odoo failed on {self.now}: {text}")
        return text[3:]

    def day(self, number, last, seed):
        """Let time pass until a day, and live it.

        :param int last: the day before, which may be long ago
        """
        life, world = self.life, self._amazon.world
        world.advance((number - last) * 86400)
        life.morning(number)
        self._sellers_follow(number)
        world.advance(3600)  # what buyers did can be seen now
        invited = [seller.id for seller in life.sellers if seller.must_be_invited(number, self.now)]
        left = self.life.application.secret_expires.replace(tzinfo=None) - self.now
        self.least_left = min(self.least_left, left)
        authorised = {seller.id: life.is_authorised(seller) for seller in life.sellers}
        seen = json.loads(self.ask(DAY.format(seed=seed * 1000 + number, invited=invited)))
        self._sellers_follow(number)
        self._judge_flows(number, authorised, seen)
        self._judge_secret(number, seen)
        world.advance(3600)  # Amazon does what it was told, before a long pause lets the documents expire

    def _sellers_follow(self, day):
        mails = self._amazon.world.inbox()
        fresh, self._mails_read = mails[self._mails_read :], len(mails)
        for seller in self.life.sellers:
            links = [link for mail in fresh if seller.email in mail["to"] for link in mail["links"]]
            links = [link for link in links if "/oauth/start" in link]
            if links and seller.follows(day, self.now):
                self._authorise(seller, links[-1])

    def _authorise(self, seller, link):
        address = self.ask(BEGIN.format(link=parse_qs(urlsplit(link).query)["link"][0]))
        state = parse_qs(urlsplit(address).query)["state"][0]
        code = self.life.code_of(seller, self._redirect_uri)
        self.ask(CALLBACK.format(state=state, seller=seller.id, code=code))
        seller.consents.append(self.now)

    # --- judging

    def _judge_flows(self, day, authorised, seen):
        """A flow stands still only while Amazon does not let it work."""
        for seller in self.life.sellers:
            if not seller.consents or (len(seller.consents) == 1 and seller.consents[0] >= self.now):
                continue
            account = seen["accounts"][seller.id]
            has_read = account["read_at"] and datetime.fromisoformat(account["read_at"]) >= self.now
            if not authorised[seller.id]:
                seller.stopped += 1
            elif not has_read:
                seller.wrongly_stopped.append(f"day {day}: {account['error'] or account['state']}")
            if account["problems"]:
                self.year.problems.append(f"{seller.id}, day {day}: {account['problems']}")

    def _judge_secret(self, day, seen):
        application = self.life.application
        if application.client_secret != self._secret:
            self.rotations, self._secret = self.rotations + 1, application.client_secret
        problems = [problem for problem in seen["problems"] if problem]
        self.year.problems += [f"day {day}: {problem}" for problem in problems]

    def finish(self, name):
        """Judge what is left in the end, and fill the table."""
        look, year, life = json.loads(self.ask(LOOK)), self.year, self.life
        year.problems += self._lapses() + self._orders(look)
        dump = subprocess.run(["pg_dump", name], capture_output=True, check=True).stdout
        old, young = self._personal(dump, look["orders"])
        leaks = _secrets_in(dump, self._amazon.world)
        year.problems += [f"personal data older than its time: {found}" for found in old[:10]]
        year.problems += [f"a secret is in the dump: {leak[:6]}..." for leak in leaks]
        if not young:
            year.problems.append("the search found no personal data at all, not even of young orders")
        erased = [order for order in look["orders"].values() if order["erased"]]
        if look["reported"] != len(erased):
            year.problems.append(f"{len(erased)} orders erased, {look['reported']} reported")
        year.figures |= {
            "Orders placed": len(life.placed),
            "Orders imported, delivered and told": f"{len(look['orders'])}, {len(look['told'])}",
            "Orders erased": len(erased),
            "Personal strings found": f"{len(young)} in time, {len(old)} too old",
            "Secrets in the dump": len(leaks),
            "Rotations": f"{self.rotations}, at least {self.least_left.days} days before the end",
        }

    def _lapses(self):
        problems = []
        for kind in ("at once", "late", "never", "revokes"):
            sellers = [seller for seller in self.life.sellers if seller.kind == kind]
            stopped = max((seller.stopped for seller in sellers), default=0)
            consents = sum(len(seller.consents) for seller in sellers)
            self.year.figures[f"Sellers who renew {kind}" if kind != "revokes" else "Sellers who revoke"] = (
                f"{len(sellers)}, {consents} consents, stood still for {stopped} days at most"
            )
            if kind == "at once" and stopped:
                problems.append(f"who renews at once stood still for {stopped} days")
        for seller in self.life.sellers:
            if seller.wrongly_stopped:
                problems.append(f"{seller.id} ({seller.kind}) stood still: {seller.wrongly_stopped[:3]}")
        if self.least_left < timedelta(0):
            problems.append("the secret was not rotated in time")
        return problems

    def _orders(self, look):
        """Nothing that could come in is lost: of sellers who are connected all orders are here and told."""
        problems = []
        for name, seller in self.life.placed.items():
            if not self.life.is_authorised(seller):
                continue
            order = look["orders"].get(name)
            if order is None:
                problems.append(f"the order {name} of {seller.id} did not come in")
            elif order["delivered"] and name not in look["told"] and not self._is_recent(order["delivered"]):
                problems.append(f"the shipment of {name} was not told")
        return problems

    def _is_recent(self, moments):
        return self.now - datetime.fromisoformat(max(moments)) < timedelta(days=3)

    def _personal(self, dump, orders):
        """Give what of buyers is in the dump: what is too old, and what is in time."""
        by_number = {int(name.rpartition("-")[2]): order for name, order in orders.items()}
        old, young = [], []
        for kind, number in sorted({(kind.lower().decode(), int(n)) for kind, n in PERSONAL.findall(dump)}):
            order = by_number[number]
            if order["invoiced"] and kind in ON_INVOICES:
                continue
            over = max(
                order["delivered"], default=order["closed"] if order["status"] == "CANCELLED" else None
            )
            is_old = over and self.now - datetime.fromisoformat(over) > TIME_LEFT
            (old if is_old else young).append(f"{kind} of order {number}, over since {over}")
        return old, young


def _secrets_in(dump, world):
    """Give the secrets that are in a dump, in any form."""
    tokens = list(world.authority._access_tokens)
    secrets = [secret for secret in secrets_given(world) if secret not in set(tokens[:-MOST_ACCESS_TOKENS])]
    return [secret for secret in secrets if any(form.encode() in dump for form in forms(secret))]


def run_year(template, seed, accounts, days):
    """Live the days of a year.

    :param days: numbers of the days on which something happens; between them Odoo stands still
    :return: what came of it
    :rtype: Year
    """
    with (
        aws.queue("secrets") as address,
        Simulator(clock="virtual", start=START) as amazon,
        database.copied(template) as name,
        tempfile.TemporaryDirectory() as folder,
    ):
        prepare = connect(amazon.url) + PREPARE.format(accounts=accounts, queue=address)
        redirect_uri = database.shell(name, prepare).rpartition("prepared ")[2].strip()
        life = Life(amazon.world, seed, accounts)
        life.begin(redirect_uri, address)
        mail = ("--smtp=127.0.0.1", f"--smtp-port={amazon.smtp_port}", "--email-from=erp@company.example")
        with worker(name, "year_worker", mail) as process:
            run, last = Run(amazon, process, Path(folder, "output"), life, redirect_uri), 0
            for day in days:
                run.day(day, last, seed)
                last = day
            run.finish(name)
        return run.year


def main():
    """Run the year, print the table, return the exit status."""
    seed, accounts, days = (
        int(os.environ.get(name, default)) for name, default in (("SEED", 1), ("ACCOUNTS", 30), ("DAYS", 400))
    )
    template, began = database.template("test"), time.monotonic()
    say(f"A year of {days} days, {accounts} accounts and one application; seed {seed}.")
    year = run_year(template, seed, accounts, range(days))
    say("\n".join([*year.table(), f"{time.monotonic() - began:.0f} seconds", *year.problems]))
    say("WRONG" if year.problems else "All in time, nothing left over")
    return int(bool(year.problems))


if __name__ == "__main__":
    exit_with(main)
