from collections import defaultdict
from decimal import Decimal

from odoo import api, fields, models

from .order_lines import components_of

# refunds that Amazon has, or is about to have
COUNTED = ("in_feed", "accepted")


class HemiAmazonOrder(models.Model):
    """What the buyer paid for each item, and what was given back of it: no refund may exceed the rest."""

    _inherit = "hemi.amazon.order"

    paid = fields.Json(
        readonly=True,
        help="Order item -> component of a refund -> amount paid, in the currency of the order.",
    )

    @api.model
    def _paid_of(self, order):
        """Read what the buyer paid.

        :param orders.Order order: the order as read
        :return: order item -> component -> amount as text; tax is part of the component where the price
            includes it and Amazon does not collect it, else a component of its own
        :rtype: dict[str, dict[str, str]]
        """
        paid = defaultdict(lambda: defaultdict(Decimal))
        for item in order.items:
            for charge in item.charges:
                component, tax_component = components_of(charge)
                tax = Decimal(0) if item.tax_included and not item.facilitator else charge.tax
                paid[item.item_id][component] += charge.gross - tax
                paid[item.item_id][tax_component] += tax
        return {
            item: {component: str(amount) for component, amount in amounts.items()}
            for item, amounts in paid.items()
        }

    def _paid_for(self, item, component):
        """Give what the buyer paid for a component of an order item.

        :return: amount in the currency of the order, 0 for what was not bought
        :rtype: Decimal
        """
        return Decimal((self.paid or {}).get(item, {}).get(component, "0"))

    def _excess_of(self, message):
        """Find what a refund gives back beyond what the buyer paid and was not refunded yet.

        :param message: the message of the refund
        :return: a sentence per item and component that is too high
        :rtype: list[str]
        """
        refunded = self._refunded_before(message)
        excess = []
        for item, component, amount in self._amounts(message):
            paid = self._paid_for(item, component)
            left = paid - refunded[item, component]
            if amount > left:
                excess.append(
                    self.env._(
                        "%(component)s of item %(item)s: %(amount)s, of %(paid)s paid %(left)s are left",
                        component=component,
                        item=item,
                        amount=amount,
                        paid=paid,
                        left=left,
                    )
                )
        return excess

    def _refunded_before(self, message):
        """Add up the refunds that Amazon has or gets before this one.

        :param message: the message of the refund; none for one that is not written yet
        :return: (order item, component) -> amount
        :rtype: dict[tuple[str, str], Decimal]
        """
        refunded = defaultdict(Decimal)
        for other in self.message_ids - message:
            is_before = other.state == "pending" and (not message or other.id < message.id)
            if other.flow == "refund" and (is_before or self._may_be_paid(other)):
                for item, component, amount in self._amounts(other):
                    refunded[item, component] += amount
        return refunded

    @api.model
    def _may_be_paid(self, message):
        """Tell whether Amazon has, or is about to have, or may have carried out a refund."""
        stopped = message.result_code == "FATAL" and message.state in ("rejected", "abandoned")
        return stopped or message.state in COUNTED

    @api.model
    def _amounts(self, message):
        """Give order item, component and amount of each part of a refund."""
        return [
            (item["item"], component, Decimal(amount))
            for item in message.payload["items"]
            for component, amount in item["components"]
        ]
