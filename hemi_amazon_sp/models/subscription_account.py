from datetime import timedelta

from odoo import fields, models

from ..amazon.notifications import ORDER_CHANGE
from .account_orders import INTERVAL

# How often Amazon is asked while events tell what happens: the net below them.
ORDERS_NET = timedelta(minutes=30)
FIRST_LOOK_NET = timedelta(minutes=5)


class HemiAmazonAccount(models.Model):
    """What events change for an account: when it looks at what."""

    _inherit = "hemi.amazon.account"

    subscription_ids = fields.One2many("hemi.amazon.subscription", "account_id", "Events", readonly=True)

    def _subscription(self, kind):
        """Give the subscription of a kind, if there is one."""
        return self.subscription_ids.filtered(lambda row: row.kind == kind)

    def _hears(self, kind):
        """Tell whether events of a kind can be relied on.

        Amazon sends them, none was missed, and the queue is read.

        :param str kind: one of ``amazon/notifications.py``
        """
        row = self._subscription(kind)
        if row.state != "active" or row.missed_at:
            return False
        return self.env["hemi.amazon.chore.events"]._is_reading(self.integration_id)

    def _look_after(self, kind, pause):
        """Give the pause before Amazon is asked how something is doing.

        :param str kind: of the event that would tell sooner
        :param timedelta pause: without events
        """
        return max(pause, FIRST_LOOK_NET) if self._hears(kind) else pause

    def _orders_interval(self):
        """Give how often changes of orders are asked for without an event."""
        return ORDERS_NET if self._hears(ORDER_CHANGE) else INTERVAL

    def _orders_due_at(self):
        """Give the moment, naive UTC, at which changes are asked for: by the clock, or after an event."""
        by_event = self._subscription(ORDER_CHANGE).due_at
        by_clock = super()._orders_due_at()
        return min(by_event, by_clock) if by_event else by_clock

    def _note_orders_page(self, token, last_updated_before):
        more = super()._note_orders_page(token, last_updated_before)
        if not more:
            self._subscription(ORDER_CHANGE)._orders_were_read()
        return more
