"""`make fuzz`: generated requests on the pages for sellers, which everybody can call.

A real Odoo process on a copy of a template database, the simulated Amazon, a seller on his way and one who is
connected. No answer may be a server error, hold a secret or lead elsewhere than to Seller Central, and the
database must be the same afterwards, but for the counts of visits. What the pages would rightly act upon,
a button's token with its session or a state with its browser's cookie, is not among what is sent.

COUNT (default 20000), SEED (default 1) and SECONDS (default 1800, after which it fails) come from the
environment.
"""

import http.client
import json
import os
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from urllib.parse import quote, urlsplit

from hypothesis import HealthCheck, Phase, given, seed, settings

from amazon_simulator import Simulator
from tools import crash_scenario, database, odoo_server
from tools.console import exit_with, run, say
from tools.fuzz_requests import FOLDER, NAMES, Request, requests

COUNTED_ONLY = "hemi_amazon_visit"
LONGEST_LINE = 65_000  # Python's HTTP server hangs up on a longer first line
NOT_DATA = ("SELECT pg_catalog.setval", "\\restrict", "\\unrestrict", "--")

# what is known to the server, and what no answer may hold
PREPARE = """
import json
from odoo.addons.hemi_amazon_sp import vault
from odoo.addons.hemi_amazon_sp.amazon.lwa import Grant
germany = env.ref("hemi_amazon_sp.marketplace_de")
accounts = env["hemi.amazon.account"].create([
    {{"client_email": "seller@seller.example", "merchant_id": merchant_id, "integration_id": integration.id,
      "home_marketplace_id": germany.id}} for merchant_id in ({seller!r}, "A3ONHISWAY0001", "A3NOTASKED0001")
])
accounts[0]._authorise(Grant("Atza|an-access-key", {token!r}, 3600))
consents = env["hemi.amazon.consent"]
[used] = consents._make_links(accounts[0]).values()
consents._end(accounts[0], "authorised")
[[on_his_way, link]] = consents._make_links(accounts[1]).items()
state = on_his_way._make_state("b" * 43)
sealed = consents._sealed_state(accounts[0], "c" * 43)
env.cr.commit()
env.cr.execute("SELECT link_digest, state_digest, browser_digest FROM hemi_amazon_consent")
digests = [value for row in env.cr.fetchall() for value in row if value]
env.cr.execute("SELECT refresh_key_encrypted, access_key_encrypted FROM hemi_amazon_token")
secrets = [value for row in env.cr.fetchall() for value in row]
credentials = integration.sudo().credentials_ids
secrets += [credentials.client_secret_encrypted, credentials._secret("client_secret")]
secrets.append(env["ir.config_parameter"].get_param("database.secret"))
print("prepared", json.dumps({{
    "known": {{
        "link": [link, used],
        "csrf_token": ["0" * 40 + "o99999999999"],
        "state": [state, sealed],
        "selling_partner_id": [*accounts.mapped("merchant_id"), "A0NOBODY000"],
        "spapi_oauth_code": ["ANcodeOfAmazon"],
        "error": ["access_denied"],
        "amazon_callback_uri": [{url!r} + "/apps/authorize/confirm/" + credentials.application_id,
                                "https://sellercentral.amazon.com/apps/authorize/confirm/x", "https://evil.example/"],
        "amazon_state": ["amazonsOwn"],
        "version": ["beta"],
    }},
    "secret": ["Atza|an-access-key", {token!r}, "seller@seller.example", *digests, *secrets],
}}))
"""


@dataclass
class Fuzz:
    """What was sent and what came of it."""

    server: object
    known: dict
    secret: list
    origin: str  # the one place that an answer may lead to
    deadline: float
    statuses: Counter = field(default_factory=Counter)
    skipped: int = 0

    def send(self, request):
        """Send one request and look at the answer.

        :raise AssertionError: if it is not as it must be
        """
        if time.monotonic() > self.deadline:
            self.skipped += 1
            return
        number = self.sent + 1  # mostly from an address of its own, or the limit of visits would answer all
        address = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
        request = replace(request, headers={"X-Forwarded-For": address} | request.headers)
        try:
            status, headers, body = exchange(self.server.url, request)
        except OSError as error:
            if len(request.target) > LONGEST_LINE:
                self.statuses["hung up"] += 1
                return
            raise AssertionError(f"no answer ({error!r}) to {request!s:.2000}") from error
        self.statuses[status] += 1
        assert status < 500, f"HTTP {status} for {request}"
        text = f"{headers}\n{body.decode('utf-8', 'replace')}"
        assert "Traceback" not in text, f"a traceback for {request}"
        sent = f"{request.target} {request.headers} {request.body}"
        for secret in self.secret:
            for shown in {secret, quote(secret, safe="")}:
                assert shown not in text or shown in sent, f"a secret in the answer to {request}"
        self._check_redirect(headers.get("Location"), request)

    def _check_redirect(self, location, request):
        parts = urlsplit(location or "")
        allowed = ("", self.origin, urlsplit(self.server.url).netloc, "127.0.0.1")
        assert parts.netloc in allowed, f"it leads to {parts.netloc}: {request}"

    @property
    def sent(self):
        """How many requests were sent."""
        return self.statuses.total()


def exchange(url, request):
    """Send a request over a connection of its own. Returns status, headers and body."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
    try:
        connection.request(request.method, request.target, request.body, request.headers)
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        connection.close()


@contextmanager
def prepared(template, seconds):
    """Start everything; yields a :class:`Fuzz`."""
    with Simulator(clock="real") as amazon, database.copied(template) as name:
        crash_scenario.begin(amazon.world)
        names = {"seller": crash_scenario.SELLER, "token": crash_scenario.TOKEN, "url": amazon.url}
        output = database.shell(name, crash_scenario.connect(amazon.url) + PREPARE.format(**names))
        words = json.loads(output.partition("prepared ")[2].splitlines()[0])
        with odoo_server.serve(name, options=("--proxy-mode", "--max-cron-threads=0")) as server:
            for page in NAMES:  # what is made when first needed is there before the dump
                exchange(server.url, Request("GET", FOLDER + page))
            origin, deadline = urlsplit(amazon.url).netloc, time.monotonic() + seconds
            yield Fuzz(server, words["known"], words["secret"], origin, deadline)


def contents(name):
    """Give all rows of a database, but the counts of visits."""
    dump = run(
        ["pg_dump", "--data-only", f"--exclude-table-data={COUNTED_ONLY}", f"--dbname={name}"], "No dump."
    )
    return [line for line in dump.splitlines() if line and not line.startswith(NOT_DATA)]


def fuzz(template, count, first=1, seconds=1800):
    """Send requests.

    :param int count: how many
    :param int first: the seed; the same seed sends the same
    :param float seconds: how long at most
    :return: what came of it, and the rows that were changed
    :rtype: tuple[Fuzz, list[str]]
    """
    with prepared(template, seconds) as fuzzing:
        before = contents(fuzzing.server.database)
        send = given(requests(fuzzing.known))(fuzzing.send)
        bounded = settings(
            max_examples=count,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        seed(first)(bounded(send))()
        after = contents(fuzzing.server.database)
        return fuzzing, sorted(set(before) ^ set(after))


def main():
    """Send, print the figures, return the exit status."""
    count, first = int(os.environ.get("COUNT", "20000")), int(os.environ.get("SEED", "1"))
    seconds, begin = float(os.environ.get("SECONDS", "1800")), time.monotonic()
    say(f"{count} requests on the pages for sellers, seed {first}.")
    fuzzing, changed = fuzz(database.template("test"), count, first, seconds)
    statuses = ", ".join(f"{status}: {number}" for status, number in fuzzing.statuses.most_common())
    say(f"{fuzzing.sent} requests in {time.monotonic() - begin:.0f} s; answers {statuses}")
    say(f"{len(changed)} rows changed, no server error, no secret, no way elsewhere")
    say("\n".join(line[:200] for line in changed[:10]))
    return int(bool(changed) or fuzzing.sent < count)


if __name__ == "__main__":
    exit_with(main)
