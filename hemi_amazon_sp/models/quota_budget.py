from collections import Counter
from datetime import timedelta

from odoo import fields, models

from .account_orders import INTERVAL

HOUR = timedelta(hours=1)
WRITES_FEEDS = ("createFeed", "createFeedDocument")


class HemiAmazonQuota(models.Model):
    """What of each limit was used, and what the next hour needs: said before a limit holds the work up."""

    _inherit = "hemi.amazon.quota"

    left_now = fields.Float(digits=(16, 1), compute="_compute_left_now", help="Calls saved up.")
    granted_next_hour = fields.Integer(
        compute="_compute_left_now", help="What is saved up, and what Amazon grants within an hour."
    )
    used_last_hour = fields.Integer(compute="_compute_used", help="Calls of the last 60 minutes.")
    refused_last_hour = fields.Integer(
        compute="_compute_used", help="Of them, those that Amazon refused (429)."
    )
    needed_next_hour = fields.Integer(
        compute="_compute_needed",
        help="What waits now needs so many calls; or what the last hour used, if that is more.",
    )
    is_bottleneck = fields.Boolean(
        "Bottleneck", compute="_compute_needed", help="More is needed in the next hour than Amazon grants."
    )

    def _compute_left_now(self):
        for quota in self:
            quota.left_now = quota._left()
            quota.granted_next_hour = int(quota._left() + quota.rate * HOUR.total_seconds())

    def _accounts(self):
        """Give the account that each limit is counted for.

        :rtype: dict
        """
        sellers = [("merchant_id", "in", self.mapped("merchant_id"))]
        accounts = self.env["hemi.amazon.account"].sudo().search(sellers)
        known = {(account.merchant_id, account.region): account for account in accounts}
        return {quota: known.get((quota.merchant_id, quota.region), accounts.browse()) for quota in self}

    def _compute_used(self):
        since = fields.Datetime.now() - HOUR
        accounts = self._accounts()
        ids = [account.id for account in accounts.values()]
        domain = [("called_at", ">=", since), ("account_id", "in", ids)]
        used, refused = Counter(), Counter()
        groups = ["account_id", "operation", "status"]
        for account, operation, status, count in (
            self.env["hemi.amazon.call"].sudo()._read_group(domain, groups, ["__count"])
        ):
            used[account, operation] += count
            refused[account, operation] += count if status == 429 else 0
        for quota, account in accounts.items():
            quota.used_last_hour = used[account, quota.operation]
            quota.refused_last_hour = refused[account, quota.operation]

    def _compute_needed(self):
        accounts = self._accounts()
        needs = {account: account._calls_needed() for account in set(accounts.values()) if account}
        for quota, account in accounts.items():
            need = needs.get(account, {}).get(quota.operation, 0)
            quota.needed_next_hour = max(need, quota.used_last_hour)
            quota.is_bottleneck = quota.needed_next_hour > quota.granted_next_hour


class HemiAmazonAccount(models.Model):
    """What one account will ask of Amazon in the next hour."""

    _inherit = "hemi.amazon.account"

    def _calls_needed(self):
        """Give the calls that what waits needs within an hour.

        :return: Amazon's operation -> number
        :rtype: dict[str, int]
        """
        if self.state != "authorised" or self.paused:
            return {}
        due = self.env["hemi.amazon.flow.listings"]._due_counts(self)
        waiting = [("account_id", "=", self.id), ("state", "=", "pending")]
        flows = self.env["hemi.amazon.feed.message"]._read_group(waiting, ["flow"])
        by_feed = self.listings_way != "patches"
        rounds = max(1, 60 // self.listing_interval)
        feeds = len(flows) + (len(due) * rounds if by_feed else 0)
        patches = 0 if self.listings_way == "feed" else sum(due.values())
        return {
            "searchOrders": HOUR // INTERVAL,
            "patchListingsItem": patches,
            **dict.fromkeys(WRITES_FEEDS, feeds),
        }

    def _limits(self):
        """Give the limits that are counted for this account."""
        mine = [("merchant_id", "=", self.merchant_id), ("region", "=", self.region)]
        return self.env["hemi.amazon.quota"].search(mine)

    def _words_of_bottleneck(self):
        """Name the limits that the next hour needs more of than Amazon grants."""
        tight = self._limits().filtered("is_bottleneck")
        return " ".join(
            self.env._(
                "%(operation)s: %(needed)s calls are needed in the next hour, Amazon grants %(granted)s.",
                operation=quota.operation,
                needed=quota.needed_next_hour,
                granted=quota.granted_next_hour,
            )
            for quota in tight
        )

    def action_open_limits(self):
        """Open the limits of this account."""
        return self._open("hemi_amazon_quota", [("id", "in", self._limits().ids)])
