import statistics
from datetime import timedelta

from odoo import api, fields, models

from ..amazon import listing_ways
from ..amazon.documents import listings
from ..amazon.errors import AmazonError

LAST_FEEDS = 5  # tell how long the next one will take


class HemiAmazonFlowListings(models.AbstractModel):
    """Stock and price, together: few changes one by one, many in a JSON_LISTINGS_FEED per marketplace.

    Amazon takes one marketplace per feed and per patch, so a price travels to its own marketplace, and
    stock, which belongs to seller and SKU, with those of the home marketplace.

    How the wanted values follow what changes in Odoo is in ``flow_listings_refresh.py``, what of them is due
    in ``flow_listings_due.py``, the feeds in ``flow_listings_feed.py``, the patches in
    ``flow_listings_patch.py``.
    """

    _name = "hemi.amazon.flow.listings"
    _inherit = "hemi.amazon.flow"
    _description = "Update Stock and Price"

    _flow = "listings"
    _flow_label = "Update Stock and Price"
    _flags = ("update_stock", "update_price")
    _urgency = 50
    _feed_type = listings.FEED_TYPE
    _content_type = listings.CONTENT_TYPE
    _may_repeat = True
    _reserve = 5  # ships, cancellations and refunds find these tokens whatever happens to stock and price

    @api.model
    def _send(self, run):
        self._refresh(run)
        due = self._due_counts(run.account)
        if not due:
            return
        by_feed, problem = self._by_feed(run, due), None
        try:
            self._send_feeds(run, [marketplace for marketplace in due if marketplace in by_feed])
        except AmazonError as error:
            problem = error  # the limits of the two ways have nothing to do with one another
        self._send_patches(run, [marketplace for marketplace in due if marketplace not in by_feed])
        if problem:
            raise problem

    @api.model
    def _send_feeds(self, run, marketplaces):
        for marketplace in marketplaces:
            if self._is_ready(run, marketplace):
                self._send_marketplace(run, marketplace)

    @api.model
    def _by_feed(self, run, due):
        """Choose the marketplaces whose changes go by feed.

        :param dict due: marketplace -> number of SKUs
        :return: a set of marketplaces
        """
        way = run.account.listings_way
        if way == "automatic":
            takes = self._feed_takes(run.account)
            return listing_ways.by_feed(
                due,
                {marketplace: self._lane_wait(run.account, marketplace, takes) for marketplace in due},
                self._feed_wait(run),
                run.limiter.wait("patchListingsItem"),
                takes,
            )
        return set(due) if way == "feed" else set()

    @api.model
    def _feed_takes(self, account):
        """Give the seconds from the submission of a feed to its answer: as the last ones of a day took."""
        day_ago = fields.Datetime.now() - timedelta(days=1)
        done = [("state", "in", ("done", "done_errors")), ("submitted_at", ">", day_ago)]
        last = self.env["hemi.amazon.feed"].search(
            [("account_id", "=", account.id), ("flow", "=", self._flow), *done], limit=LAST_FEEDS
        )
        times = [(feed.finished_at - feed.submitted_at).total_seconds() for feed in last if feed.finished_at]
        return statistics.median(times) if times else listing_ways.FEED_TAKES

    @api.model
    def _feed_wait(self, run):
        """Give the seconds until Amazon's limits let a feed pass."""
        try:
            self._check_limits(run)
        except AmazonError as error:
            return error.retry_after
        return 0.0

    # --- lanes: one feed of a marketplace after the other

    @api.model
    def _lane(self, marketplace):
        return f"{self._feed_type} {marketplace.amazon_id}"

    @api.model
    def _is_ready(self, run, marketplace):
        """Tell whether no feed is open there and the last one is long enough ago."""
        if self.env["hemi.amazon.feed"]._is_open(run.account, self._lane(marketplace)):
            return False
        ready_at = self._ready_at(run.account, marketplace)
        if self._wait(ready_at):
            run.again(ready_at)
            return False
        return True

    @api.model
    def _lane_wait(self, account, marketplace, feed_takes):
        """Give the seconds, more or less, until a feed may follow the last one."""
        is_open = self.env["hemi.amazon.feed"]._is_open(account, self._lane(marketplace))
        wait = self._wait(self._ready_at(account, marketplace))
        return max(wait, feed_takes) if is_open else wait

    @api.model
    def _ready_at(self, account, marketplace):
        """Give the moment from which a feed may follow the last one, or False if there was none.

        After a feed that was full, the next one need not wait: the changes were there before.
        """
        lane = [("account_id", "=", account.id), ("lane", "=", self._lane(marketplace))]
        last = self.env["hemi.amazon.feed"].search([*lane, ("submitted_at", "!=", False)], limit=1)
        if not last or last.message_count == listings.MAX_MESSAGES:
            return last.submitted_at
        return last.submitted_at + timedelta(minutes=account.listing_interval)

    @api.model
    def _wait(self, moment):
        """Give the seconds until a moment, 0 if it has passed."""
        return max(0.0, (moment - fields.Datetime.now()).total_seconds()) if moment else 0.0

    @api.model
    def _parts(self):
        return self._flow_model("stock"), self._flow_model("price"), self._flow_model("terms")

    @api.model
    def _execute(self, query):
        """Run set-based SQL on listings and offers, whose cached values are then read anew.

        :param SQL query: the query
        """
        models_of_rows = (self.env["hemi.amazon.listing"], self.env["hemi.amazon.offer"])
        for model in models_of_rows:
            model.flush_model()
        self.env.cr.execute(query)
        for model in models_of_rows:
            model.invalidate_model()
