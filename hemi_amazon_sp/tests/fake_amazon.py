"""A seller at Amazon that keeps books of refunds, and goes wrong in every way that a feed can go wrong."""

from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

from lxml import etree
from odoo import fields
from odoo.addons.hemi_amazon_sp.amazon.errors import CONNECTION, UNKNOWN, AmazonError

FINAL = ("DONE", "FATAL", "CANCELLED")
# what becomes of a feed: status, which messages are carried out, what the report is like
FATES = [
    ("DONE", "all", "good"),
    ("DONE", "all", "warnings"),
    ("DONE", "rest", "errors"),
    ("DONE", "rest", "miscounted"),
    ("DONE", "none", "whole feed"),
    ("DONE", "all", "foreign"),
    ("DONE", "rest", "foreign"),
    ("DONE", "all", "unreadable"),
    ("DONE", "rest", "unreadable"),
    ("DONE", "all", "missing"),
    ("DONE", "none", "missing"),
    ("FATAL", "all", "missing"),
    ("FATAL", "none", "missing"),
    ("FATAL", "rest", "errors"),
    ("FATAL", "rest", "missing"),
    *[("CANCELLED", "none", "missing")] * 3,
]
SUBMISSIONS = ["good"] * 6 + [
    "dropped before",
    "dropped after",
    "server error before",
    "server error after",
    "throttled",
    "refused",
    "dies before",
    "dies after",
    "hangs",
]


class Killed(BaseException):
    """The process is gone; what it had not committed as well."""


@dataclass
class Feed:
    """A feed as Amazon has it."""

    number: str
    feed_type: str
    marketplaces: list
    created: object
    listed: object  # getFeeds shows it from then on
    messages: dict  # message id -> amount
    silent: bool = False
    status: str = "IN_QUEUE"
    report: str = "missing"
    failed: set = field(default_factory=set)


class FakeAmazon:
    """Stands in for ``SellingPartner``, ``Door`` and ``Limiter`` of a run.

    :param choose: takes a list and gives one of its members; the first is always the good one
    """

    def __init__(self, choose):
        self.choose = choose
        self.feeds, self.documents = {}, {}
        self.refunds = {}  # message id -> amounts that the buyer got
        self.hanging = []  # document and feed number that a worker does not know yet to have arrived

    # --- the door and the limiter

    def wait(self, _operation, _reserve=0):
        return 0

    def upload(self, url, content, _content_type):
        self._disturb()
        self.documents[url] = content

    def download(self, url, _compression=None):
        return self._report(self.feeds[url])

    # --- the operations

    def create_feed_document(self, _content_type):
        self._disturb()
        number = f"document-{len(self.documents)}"
        return {"feedDocumentId": number, "url": number}

    def create_feed(self, feed_type, marketplaces, document, _options=None):
        what = self.choose(SUBMISSIONS)
        if what == "throttled":
            raise AmazonError("QuotaExceeded", "Slower.", status=429)
        if what == "refused":
            raise AmazonError("InvalidInput", "No.", status=400)
        if what in ("dropped before", "server error before", "dies before"):
            self._break(what)
        feed = self._add(feed_type, marketplaces, amounts_of(self.documents[document]))
        if what == "hangs":
            self.hanging.append((document, feed.number))
        if what != "good":
            self._break(what)
        return {"feedId": feed.number}

    def get_feeds(self, feed_types, created_since=None):
        self._disturb()
        now = fields.Datetime.now()
        yield [
            {"feedId": feed.number, "marketplaceIds": feed.marketplaces}
            for feed in self.feeds.values()
            if feed.feed_type in feed_types and feed.created >= created_since and feed.listed <= now
        ]

    def get_feed(self, number):
        self._disturb()
        feed = self.feeds[number]
        if feed.status not in FINAL:
            self._go_on(feed)
        answer = {"feedId": number, "processingStatus": feed.status}
        if feed.status in FINAL and feed.report != "missing":
            answer["resultFeedDocumentId"] = number
        return answer

    def get_feed_document(self, number):
        self._disturb()
        return {"url": number}

    def cancel_feed(self, number):
        feed = self.feeds[number]
        if feed.status != "IN_QUEUE":
            raise AmazonError("InvalidInput", "It has begun.", status=400)
        feed.status = "CANCELLED"

    def work(self):
        """Amazon goes on with its queue, whether anybody asks for a feed or not."""
        for feed in self.feeds.values():
            if feed.status not in FINAL and feed.created < fields.Datetime.now() - timedelta(minutes=30):
                self._go_on(feed)

    # --- what others do

    def submit_elsewhere(self, feed_type, marketplaces, silent):
        """Another program of the seller submits a feed of three messages."""
        amounts = {9_000_000 + len(self.feeds) * 10 + number: Decimal(1) for number in range(3)}
        self._add(feed_type, marketplaces, amounts, silent)

    def holds(self, message_id):
        return message_id in self.refunds

    def may_still_come(self, message_id):
        return any(message_id in feed.messages and feed.status not in FINAL for feed in self.feeds.values())

    # --- inside

    def _disturb(self):
        what = self.choose(["nothing"] * 12 + ["server error", "dies"])
        if what != "nothing":
            self._break(what)

    def _break(self, what):
        if what.startswith(("dies", "hangs")):
            raise Killed
        if what.startswith("server error"):
            raise AmazonError("ServiceUnavailable", "Sorry.", status=503)
        raise AmazonError(CONNECTION, "The connection broke.", outcome=UNKNOWN)

    def _add(self, feed_type, marketplaces, amounts, silent=False):
        now, number = fields.Datetime.now(), str(50_000_000 + len(self.feeds))
        listed = now + timedelta(minutes=self.choose([0, 1, 12, 12]))
        feed = Feed(number, feed_type, marketplaces, now, listed, amounts, silent)
        self.feeds[number] = feed
        return feed

    def _go_on(self, feed):
        feed.status = self.choose(["DONE", "DONE", "IN_QUEUE", "IN_PROGRESS", "IN_PROGRESS"])
        if feed.status != "DONE":
            return
        feed.status, carried_out, feed.report = self.choose(FATES)
        first = {min(feed.messages)}
        feed.failed = {"all": set(), "none": set(feed.messages), "rest": first}[carried_out]
        for number, amount in feed.messages.items():
            if number not in feed.failed:
                self.refunds.setdefault(number, []).append(amount)

    def _report(self, feed):
        if feed.report in ("unreadable", "foreign"):
            feed.report = self.choose(["errors", feed.report])
        if feed.report == "unreadable":
            return b"<html>Service unavailable</html>"
        if feed.report == "foreign":
            return report_of({77_777: "Error"}, 1, 1)
        results = dict.fromkeys(feed.failed, "Error")
        if feed.report == "miscounted":
            results = {}
        elif feed.report == "whole feed":
            results = {0: "Error"}
        elif feed.report == "warnings" or (feed.number not in self._ours and not feed.silent):
            results = dict.fromkeys(feed.messages, "Warning") | results
        return report_of(results, len(feed.messages), len(feed.failed))

    @property
    def _ours(self):
        return {number for number, feed in self.feeds.items() if min(feed.messages) < 9_000_000}


def amounts_of(document):
    """Read message id -> amount from a document of refunds."""
    return {
        int(message.findtext("MessageID")): sum(Decimal(amount.text) for amount in message.iter("{*}Amount"))
        for message in etree.fromstring(document).iter("{*}Message")
    }


def report_of(results, processed, failed):
    """Write a processing report.

    :param dict results: message id -> Error or Warning
    """
    lines = "".join(
        f"<Result><MessageID>{number}</MessageID><ResultCode>{code}</ResultCode>"
        "<ResultMessageCode>1</ResultMessageCode><ResultDescription>So.</ResultDescription></Result>"
        for number, code in results.items()
    )
    return (
        "<ProcessingReport><StatusCode>Complete</StatusCode><ProcessingSummary>"
        f"<MessagesProcessed>{processed}</MessagesProcessed>"
        f"<MessagesSuccessful>{processed - failed}</MessagesSuccessful>"
        f"<MessagesWithError>{failed}</MessagesWithError></ProcessingSummary>{lines}</ProcessingReport>"
    ).encode()
