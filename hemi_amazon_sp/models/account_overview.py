import json
from collections import Counter
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.misc import format_date

from .amazon_feed import OPEN_STATES
from .amazon_listing import STOCK_WAITS
from .amazon_offer import PRICE_WAITS
from .offer_terms import TERMS_WAIT

DAYS = 14  # of orders in the graph of a card
SOON = 0.2  # less than this share of a limit is left: said on the card
SAVED_UP = 5  # calls: limits that save up fewer are always near their end
BEHIND = timedelta(hours=2)  # stock or prices that wait for longer

WAITING = f"""
    SELECT account_id, min(since), count(*) FROM (
        SELECT account_id, quantity_wanted_at AS since FROM hemi_amazon_listing
         WHERE account_id = ANY(%(with_stock)s) AND {STOCK_WAITS}
        UNION ALL
        SELECT account_id, price_wanted_at FROM hemi_amazon_offer
         WHERE account_id = ANY(%(with_price)s) AND {PRICE_WAITS}
        UNION ALL
        SELECT account_id, terms_wanted_at FROM hemi_amazon_offer
         WHERE account_id = ANY(%(with_price)s) AND {TERMS_WAIT}
    ) AS waiting GROUP BY account_id
"""
UNMATCHED = """
    SELECT account.id, EXISTS (SELECT FROM hemi_amazon_listing WHERE account_id = account.id),
           (SELECT count(*) FROM hemi_amazon_listing
             WHERE account_id = account.id AND product_id IS NULL AND active)
      FROM hemi_amazon_account account WHERE account.id = ANY(%s)
"""


class HemiAmazonAccount(models.Model):
    """What the cards of the overview show: few queries, however many accounts there are."""

    _inherit = "hemi.amazon.account"

    health = fields.Selection(
        [
            ("new", "Not connected"),
            ("stopped", "Stands still"),
            ("attention", "Needs you"),
            ("paused", "Paused"),
            ("working", "Working"),
            ("good", "All well"),
        ],
        compute="_compute_health",
    )
    problem_count = fields.Integer("Problems", compute="_compute_problem_count")
    late_count = fields.Integer(
        "Late to Ship",
        compute="_compute_problem_count",
        help="Orders whose promised day of shipping has passed.",
    )
    waiting_count = fields.Integer(
        "Waiting",
        compute="_compute_waiting",
        help="Messages, stock and prices that Amazon has not answered yet.",
    )
    waiting_since = fields.Datetime(
        compute="_compute_waiting", help="Since when the oldest change of stock or price waits for Amazon."
    )
    is_behind = fields.Boolean(
        compute="_compute_waiting", help="Stock or prices at Amazon are older than 2 hours."
    )
    has_listings = fields.Boolean(compute="_compute_unmatched_count")
    unmatched_count = fields.Integer("Without Product", compute="_compute_unmatched_count")
    orders_today = fields.Integer(compute="_compute_orders_graph")
    orders_graph = fields.Text(compute="_compute_orders_graph")
    secret_state = fields.Selection(related="integration_id.secret_state")
    scarce_limit = fields.Char(
        compute="_compute_scarce_limit",
        help="The limit of Amazon of which the least is left, if it is little.",
    )

    @api.depends("state", "cause", "paused")
    def _compute_health(self):
        for account in self:
            account.health = account._health()

    def _health(self):
        if self.state in ("not_authorised", "link_sent"):
            return "new"
        if self.state == "failed" or self.cause:
            return "stopped"
        if self.paused:
            return "paused"
        if self.problem_count or self.is_behind or self.to_renew or self.unmatched_count:
            return "attention"
        return "working" if self.waiting_count else "good"

    def _compute_problem_count(self):
        counts, late = Counter(), Counter()
        groups = self.env["hemi.amazon.problem"]._read_group(
            [("account_id", "in", self.ids)], ["account_id", "kind"], ["__count"]
        )
        for account, kind, count in groups:
            counts[account] += count
            late[account] += count if kind == "late" else 0
        for account in self:
            account.problem_count, account.late_count = counts[account], late[account]

    def _compute_waiting(self):
        messages = dict(
            self.env["hemi.amazon.feed.message"]._read_group(
                [("account_id", "in", self.ids), ("state", "in", ("pending", "in_feed"))],
                ["account_id"],
                ["__count"],
            )
        )
        listings = self._waiting_listings()
        limit = fields.Datetime.now() - BEHIND
        for account in self:
            since, count = listings.get(account.id, (False, 0))
            account.waiting_since = since
            account.waiting_count = count + messages.get(account, 0)
            account.is_behind = account.state == "authorised" and bool(since) and since < limit

    def _waiting_listings(self):
        """Give how much stock and how many prices wait for Amazon, and since when.

        :return: account id -> moment, naive UTC, and number
        :rtype: dict[int, tuple[datetime, int]]
        """
        for model in ("hemi.amazon.listing", "hemi.amazon.offer"):
            self.env[model].flush_model()
        self.env.cr.execute(
            SQL(
                WAITING,
                with_stock=self.filtered("update_stock").ids,
                with_price=self.filtered("update_price").ids,
            )
        )
        return {account_id: (since, count) for account_id, since, count in self.env.cr.fetchall()}

    def _compute_unmatched_count(self):
        self.env["hemi.amazon.listing"].flush_model(["product_id", "active"])
        self.env.cr.execute(SQL(UNMATCHED, self.ids))
        found = {row[0]: row[1:] for row in self.env.cr.fetchall()}
        for account in self:
            account.has_listings, account.unmatched_count = found.get(account.id, (False, 0))

    def action_open_unmatched(self):
        """Open the listings that have no product yet."""
        return self._open("hemi_amazon_listing", [("account_id", "in", self.ids)], search_default_unmatched=1)

    def _compute_orders_graph(self):
        today = fields.Date.context_today(self)
        since = today - timedelta(days=DAYS - 1)
        groups = self.env["hemi.amazon.order"]._read_group(
            [("account_id", "in", self.ids), ("purchased_at", ">=", since)],
            ["account_id", "purchased_at:day"],
            ["__count"],
        )
        days = {(account, day.date()): count for account, day, count in groups}
        dates = [since + timedelta(days=number) for number in range(DAYS)]
        for account in self:
            account.orders_today = days.get((account, today), 0)
            account.orders_graph = account._graph([(date, days.get((account, date), 0)) for date in dates])

    def _graph(self, values):
        """Give the data of Odoo's bar graph of a dashboard.

        :param list values: pairs of date and number
        :rtype: str
        """
        bars = [
            {"label": format_date(self.env, date, date_format="d MMM"), "value": count, "type": "past"}
            for date, count in values
        ]
        return json.dumps(
            [{"key": self.env._("Orders"), "values": bars, "title": "", "is_sample_data": False}]
        )

    def _compute_scarce_limit(self):
        """Amazon's limits are of the app and the seller; the one that is nearest to its end counts."""
        quotas = self.env["hemi.amazon.quota"].search(
            [("merchant_id", "in", self.mapped("merchant_id")), ("burst", ">=", SAVED_UP)]
        )
        quotas = quotas.grouped(lambda quota: (quota.merchant_id, quota.region))
        for account in self:
            mine = quotas.get((account.merchant_id, account.region), ())
            scarce = min(mine, key=lambda quota: quota._left() / quota.burst, default=None)
            account.scarce_limit = (
                scarce is not None
                and scarce._left() < SOON * scarce.burst
                and self.env._(
                    "%(operation)s: %(left)s of %(burst)s left",
                    operation=scarce.operation,
                    left=int(scarce._left()),
                    burst=int(scarce.burst),
                )
            )

    # --- one click to the reason

    def action_open_problems(self):
        """Open what needs a person."""
        return self._open("hemi_amazon_problem", [("account_id", "in", self.ids)])

    def action_open_integration(self):
        """Open the app whose secret ends."""
        return self.integration_id._get_records_action(name=self.env._("Integration"))

    def action_open_waiting(self):
        """Open the messages that wait, or the feeds, or the listings if only they do."""
        mine = ("account_id", "in", self.ids)
        for model, states in (("feed.message", ("pending", "in_feed")), ("feed", OPEN_STATES)):
            waiting = [mine, ("state", "in", states)]
            if self.env[f"hemi.amazon.{model}"].search_count(waiting, limit=1):
                return self._open(f"hemi_amazon_{model.replace('.', '_')}", waiting)
        return self._open("hemi_amazon_listing", [mine], search_default_due=1)
