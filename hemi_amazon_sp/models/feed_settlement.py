from datetime import timedelta

from odoo import fields, models
from odoo.tools import SQL

from ..amazon.errors import AmazonError
from .amazon_feed import CLOCK_SKEW, OPEN_STATES

SETTLE_AFTER = timedelta(minutes=15)  # Amazon lists a new feed well within this time


class HemiAmazonFeed(models.Model):
    """Feeds of which we do not know what Amazon has: they are looked for, and never sent again blindly."""

    _inherit = "hemi.amazon.feed"

    def _arrived(self, amazon_feed_id):
        """Take what createFeed answered.

        A worker that hung meanwhile may find that the feed was taken for lost, or for another, without it.

        :param str amazon_feed_id: Amazon's number of the feed
        """
        self.invalidate_recordset(["state", "amazon_feed_id"])
        self.env.cr.execute(SQL("SELECT state FROM hemi_amazon_feed WHERE id = %s FOR UPDATE", self.id))
        [state] = self.env.cr.fetchone()
        if self.amazon_feed_id == amazon_feed_id:
            return
        if state in OPEN_STATES:
            self._submitted(amazon_feed_id)
        else:
            self._came_late(amazon_feed_id)

    def _came_late(self, amazon_feed_id):
        """Amazon has a feed that had been given up, so what it carried may be there twice."""
        self.write({"amazon_feed_id": amazon_feed_id, "person_asked_at": fields.Datetime.now()})
        self.error = self.env._(
            "Amazon received this feed as number %(number)s, but so late that it had been given up, and "
            "what it carried was free for another feed. Compare both feeds in Seller Central before you do"
            " anything else.",
            number=amazon_feed_id,
        )
        self.account_id._need_person(self.env._("Was something sent to Amazon twice?"), self.error)

    def _settle(self, run):
        """Find out whether Amazon has a feed whose submission was cut off.

        Only one feed of a lane is open at a time, so a feed of Amazon's of the same type, time and
        marketplaces that is not yet ours must be this one; its report proves it by its message ids.
        """
        found = self._candidates(run)
        now = fields.Datetime.now()
        if len(found) == 1:
            self._submitted(found[0])
        elif found:
            self._cannot_be_settled(found)
        elif now > self.submitting_at + SETTLE_AFTER:
            self._dissolve(
                AmazonError(
                    "NotSubmitted",
                    self.env._("Amazon never received this feed. Its messages are sent again."),
                )
            )
        else:
            self.next_check_at = now + CLOCK_SKEW

    def _candidates(self, run):
        """Ask for the feeds that could be this one.

        :return: Amazon's numbers of them
        :rtype: list[str]
        """
        ours = self.search([("account_id", "=", self.account_id.id), ("amazon_feed_id", "!=", False)])
        known, marketplaces = (
            set(ours.mapped("amazon_feed_id")),
            set(self.marketplace_ids.mapped("amazon_id")),
        )
        return [
            feed["feedId"]
            for page in run.seller.get_feeds([self.feed_type], created_since=self.submitting_at - CLOCK_SKEW)
            for feed in page
            if feed["feedId"] not in known and set(feed.get("marketplaceIds", ())) == marketplaces
        ]

    def _cannot_be_settled(self, found):
        self.error = self.env._(
            "The connection was lost while this feed was submitted, and Amazon has several feeds that it "
            "could be: %(numbers)s. Nothing of it is sent again until a person has compared them with its "
            "messages in Seller Central.",
            numbers=", ".join(found),
        )
        self._ask_person()

    def _not_ours(self, foreign):
        """Amazon's report is about messages that we never sent in this feed, so the number is not ours.

        :param set foreign: message ids of the report
        """
        reason = self.env._(
            "The report of Amazon's feed %(number)s is about other messages (%(messages)s) than those of "
            "this feed, so it is not known what became of these.",
            number=self.amazon_feed_id,
            messages=", ".join(str(number) for number in sorted(foreign)[:5]),
        )
        if self._flow()._may_repeat:
            self._dissolve(AmazonError("NotOurs", reason))
        else:
            self.error = reason
            self._ask_person()

    def _ask_person(self):
        self.write({"state": "unknown", "next_check_at": False, "person_asked_at": fields.Datetime.now()})
        self.account_id._need_person(self.env._("Which feed did Amazon receive?"), self.error)
