"""Random orders within Amazon's model: to the cent, once, whatever the order of arrival."""

import copy
import unittest
from collections import Counter
from decimal import Decimal

from odoo.tests import tagged

from .common_orders import MarketplacesCase

try:
    from hypothesis import HealthCheck, given, settings
    from hypothesis import strategies as st
except ModuleNotFoundError as error:
    if error.name != "hypothesis":
        raise
    st = None

CENT = Decimal("0.01")
# marketplace: Amazon's id, currency, smallest unit, whether prices contain tax
PLACES = {
    "DE": ("A1PA6795UKMFR9", "EUR", CENT, True),
    "GB": ("A1F83G8C2ARO7P", "GBP", CENT, True),
    "SE": ("A2NODRKZP88ZB9", "SEK", CENT, True),
    "JP": ("A1VC38T7YXB528", "JPY", Decimal(1), True),
    "US": ("ATVPDKIKX0DER", "USD", CENT, False),
    "CA": ("A2EUQ1WTGCTBG2", "CAD", CENT, False),
}


class Writer:
    """Writes an order from numbers.

    :param dict numbers: place, rate, facilitator, told, tip, and items, each with sku, quantity, price,
        shipping, wrap and off (what is taken off item and shipping, in percent)
    """

    def __init__(self, numbers):
        self.numbers = numbers
        self.marketplace, self.currency, self.unit, self.included = PLACES[numbers["place"]]

    def money(self, amount):
        return {"amount": str(amount.quantize(self.unit)), "currencyCode": self.currency}

    def amount(self, number):
        return (Decimal(number) * CENT).quantize(self.unit) if self.unit == CENT else Decimal(number)

    def tax(self, amount):
        rate = Decimal(self.numbers["rate"])
        return (amount * rate / (100 + rate if self.included else 100)).quantize(self.unit)

    def order(self, number=1, minutes=0, **changes):
        items = [self.item(index, item) for index, item in enumerate(self.numbers["items"])]
        tip = self.amount(self.numbers["tip"])
        total = sum(Decimal(item["proceeds"]["proceedsTotal"]["amount"]) for item in items) + tip
        proceeds = {"grandTotal": self.money(total)}
        if tip:
            proceeds["breakdowns"] = [{"type": "DELIVERY_TIP", "subtotal": self.money(tip)}]
        return {
            "orderId": f"402-0000000-{number:07}",
            "createdTime": "2026-11-20T10:00:00Z",
            "lastUpdatedTime": f"2026-11-20T10:{minutes:02}:00Z",
            "salesChannel": {"channelName": "AMAZON", "marketplaceId": self.marketplace},
            "buyer": {"buyerName": "Some Body", "buyerEmail": "some@marketplace.amazon.example"},
            "recipient": {
                "deliveryAddress": {
                    "name": "Some Body",
                    "addressLine1": "Street 1",
                    "city": "Town",
                    "countryCode": self.numbers["place"],
                }
            },
            "proceeds": proceeds,
            "fulfillment": {"fulfillmentStatus": "UNSHIPPED", "fulfilledBy": "MERCHANT"},
            "orderItems": items,
        } | changes

    def item(self, index, numbers):
        amounts = {
            "ITEM": self.amount(numbers["price"]) * numbers["quantity"],
            "SHIPPING": self.amount(numbers["shipping"]),
            "GIFT_WRAP": self.amount(numbers["wrap"]),
        }
        off = {kind: amounts[kind] * numbers["off"] // 100 for kind in ("ITEM", "SHIPPING")}
        taxes = {kind: self.tax(amount) for kind, amount in amounts.items()} | {
            "DISCOUNT": -sum(self.tax(amount) for amount in off.values())
        }
        parts = [{"type": kind, "subtotal": self.money(amount)} for kind, amount in amounts.items() if amount]
        parts += self.discounts(off)
        if self.numbers["told"]:
            parts.append(self.taxes(taxes))
        total = sum(amounts.values()) - sum(off.values())
        if self.numbers["told"] and not self.included:
            total += sum(taxes.values())
        item = {
            "orderItemId": f"4000000000000{index}",
            "quantityOrdered": numbers["quantity"],
            "product": {"sellerSku": numbers["sku"], "title": "Thing"},
            "proceeds": {"proceedsTotal": self.money(total), "breakdowns": parts},
        }
        if self.numbers["facilitator"]:
            item["tax"] = {"taxCollections": [{"model": "MARKETPLACE_FACILITATOR"}]}
        return item

    def discounts(self, off):
        details = [{"subtype": kind, "value": self.money(amount)} for kind, amount in off.items() if amount]
        if not details:
            return []
        subtotal = self.money(-sum(off.values()))
        return [{"type": "DISCOUNT", "subtotal": subtotal, "detailedBreakdowns": details}]

    def taxes(self, taxes):
        return {
            "type": "TAX",
            "subtotal": self.money(sum(taxes.values())),
            "detailedBreakdowns": [
                {"subtype": kind, "value": self.money(tax)} for kind, tax in taxes.items() if tax
            ],
        }


def numbers():
    """Give the strategy of the numbers of an order."""
    item = st.fixed_dictionaries(
        {
            "sku": st.sampled_from(["LAMP-1", "LAMP-2", "BOOK-1", "NEVER-SEEN"]),
            "quantity": st.integers(1, 30),
            "price": st.integers(1, 30000),
            "shipping": st.sampled_from([0, 0, 399, 1250]),
            "wrap": st.sampled_from([0, 0, 395]),
            "off": st.sampled_from([0, 0, 10, 33, 100]),
        }
    )
    return st.fixed_dictionaries(
        {
            "place": st.sampled_from(sorted(PLACES)),
            "rate": st.sampled_from(["0", "5", "7", "8.875", "10", "19", "20", "25"]),
            "facilitator": st.booleans(),
            "told": st.booleans(),
            "tip": st.sampled_from([0, 0, 300]),
            "items": st.lists(item, min_size=1, max_size=4),
        }
    )


@tagged("post_install", "-at_install")
@unittest.skipUnless(st, "hypothesis is not installed: no random orders")
class TestRandomOrders(MarketplacesCase):
    def for_all(self, check, examples):
        """Check many random orders, each in a database without the others."""

        @settings(
            max_examples=examples,
            derandomize=True,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(numbers())
        def run(example):
            with self.env.cr.savepoint() as savepoint:
                check(example)
                savepoint.rollback()
            self.env.invalidate_all()

        run()

    def shown(self, sale_order):
        """What matters of the lines, without those that were emptied."""
        return sorted(
            (
                line.hemi_amazon_item or "",
                line.product_id.id,
                line.product_uom_qty,
                round(line.price_total, 2),
            )
            for line in sale_order.order_line
            if line.product_uom_qty and line.price_total or line._amazon_is_item()
        )

    def test_the_total_is_equal_to_the_cent_and_twice_is_once(self):
        def check(example):
            order = Writer(example).order()
            record = self.take(order)
            sale_order = record.sale_order_id
            self.assertEqual(record.state, "imported", record.error)
            digits = sale_order.currency_id.decimal_places
            self.assertEqual(
                f"{sale_order.amount_total:.{digits}f}", order["proceeds"]["grandTotal"]["amount"]
            )
            self.assertLessEqual(
                abs(record.rounding), sale_order.currency_id.rounding * len(sale_order.order_line)
            )
            before = self.shown(sale_order)
            self.take(order, order)
            self.take(Writer(example).order(minutes=5))
            self.assertEqual(self.shown(sale_order), before)
            self.assertEqual(self.env["hemi.amazon.order"].search_count([("name", "=", record.name)]), 1)

        self.for_all(check, 50)

    def test_the_order_of_arrival_does_not_matter(self):
        def check(example):
            before = copy.deepcopy(example)
            before["items"][0]["quantity"] += 1
            before["tip"] = 0
            old, new = Writer(before).order, Writer(example).order
            sequences = {
                1: [old(1, minutes=1), new(1, minutes=2)],
                2: [new(2, minutes=2), old(2, minutes=1)],
                3: [old(3, minutes=1), new(3, minutes=2), old(3, minutes=1), new(3, minutes=2)],
            }
            shown = []
            for payloads in sequences.values():
                for payload in payloads:
                    record = self.take(payload)
                sale_order = record.sale_order_id
                shown.append((self.shown(sale_order), f"{sale_order.amount_total:.2f}", sale_order.state))
            self.assertEqual(shown[0], shown[1])
            self.assertEqual(shown[0], shown[2])

        self.for_all(check, 12)

    def test_refunds_never_give_back_more_than_was_paid(self):
        """Refunds of any share of any component, in one feed: the cap holds by item and component."""
        flow = self.env["hemi.amazon.flow.refund"]
        self.patch(self.env.registry["hemi.amazon.flow.refund"], "_not_needed", lambda *_arguments: False)

        def check(example):
            record = self.take(Writer(example).order())
            record.status = "SHIPPED"
            shares = [item["price"] % 120 + 1 for item in example["items"]] + [60]
            for share in shares:
                record.sale_order_id._amazon_leave("refund", record, self.refund(record, share))
            sent = flow._sendable(record.message_ids.filtered(lambda message: message.flow == "refund"))
            back = Counter()
            for message in sent:
                for item, component, amount in record._amounts(message):
                    back[item, component] += amount
            for (item, component), amount in back.items():
                self.assertLessEqual(amount, Decimal(record.paid[item][component]))
            self.assertEqual(
                len(record.message_ids.filtered(lambda message: message.state == "rejected")),
                len(shares) - len(sent),
            )

        self.for_all(check, 12)

    def refund(self, record, share):
        """Write what a credit note over a share of everything, in percent, leaves for Amazon."""
        return {
            "currency": record.currency_id.name,
            "reason": "CustomerReturn",
            "items": [
                {
                    "item": item,
                    "components": [
                        (component, str((Decimal(amount) * share / 100).quantize(CENT)))
                        for component, amount in paid.items()
                        if Decimal(amount) > 0
                    ],
                }
                for item, paid in record.paid.items()
            ],
        }
