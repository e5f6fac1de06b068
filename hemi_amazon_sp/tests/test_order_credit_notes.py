"""Random orders of all marketplaces, invoiced and credited as an accountant does it."""

import unittest
from collections import Counter, defaultdict
from decimal import Decimal

from odoo.tests import tagged

from ..amazon.documents import adjustment
from .common_orders import MarketplacesCase

try:
    from hypothesis import HealthCheck, Phase, given, settings
    from hypothesis import strategies as st

    from .random_orders import MARKETPLACES, orders
except ModuleNotFoundError as error:
    if error.name != "hypothesis":
        raise
    st = None


@tagged("post_install", "-at_install")
@unittest.skipUnless(st, "hypothesis is not installed: no random orders")
class TestCreditNotes(MarketplacesCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["product.product"].search([]).invoice_policy = "order"

    def test_marketplaces_are_all(self):
        known = self.env["hemi.amazon.marketplace"].search([])
        ours = {market.amazon_id: (market.country_id.code, market.currency_id.name) for market in known}
        self.assertEqual(MARKETPLACES, ours)

    def test_every_order_can_be_invoiced_and_never_gives_back_more_than_was_paid(self):
        self.answers = Counter()
        shares = st.lists(st.sampled_from(["all", 0.1, 1 / 3, 0.5, 0.9]), min_size=2, max_size=3)

        @settings(
            derandomize=True,
            max_examples=50,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate],  # making a failure smaller takes minutes
        )
        @given(orders(most_items=2), shares)
        def run(payload, shares):
            with self.env.cr.savepoint() as savepoint:
                self.check(payload, shares)
                savepoint.rollback()
            self.env.invalidate_all()

        run()
        self.assertTrue(self.answers["sent"] and self.answers["refused"], self.answers)

    def check(self, payload, shares):
        record = self.take(payload)
        self.assertEqual(record.state, "imported", record.error)
        invoice = self.invoice(record.sale_order_id)
        if not invoice:
            return
        refunded, complete = defaultdict(Decimal), False
        for share in shares:
            note = self.credit(invoice, share)
            message = note.hemi_amazon_message_ids.filtered(lambda message: message.flow == "refund")
            # what is credited is what the buyer is to get; cents of Odoo's rounding stop no refund
            self.assertEqual(len(message), 1 if note.amount_total else 0, note.activity_ids.mapped("note"))
            total = sum(amount for _item, _component, amount in record._amounts(message)) if message else 0
            self.assertEqual(total, Decimal(f"{note.amount_total:.2f}"))
            refused = message and record._excess_of(message)
            if share == "all" and not refunded and not complete:
                self.assertFalse(refused, "the first credit note over all of it is right")
            if refused:
                self.answers["refused"] += 1
                message.state = "superseded"
            elif message:
                document = self.env["hemi.amazon.flow.refund"]._item(message)
                self.assertEqual(adjustment.problems(document), [], "Amazon takes it")
                self.answers["sent"] += 1
                message.state = "accepted"
                complete = complete or share == "all"
                for item, _component, amount in record._amounts(message):
                    refunded[item] += amount
        for item in payload["orderItems"]:
            paid = Decimal(item["proceeds"]["proceedsTotal"]["amount"])
            self.assertLessEqual(refunded[item["orderItemId"]], paid)

    def invoice(self, sale_order):
        """Invoice the whole order; None where there is nothing to invoice or to pay."""
        if not sale_order.amount_total:
            return None
        invoice = sale_order._create_invoices(final=True)
        if invoice.move_type != "out_invoice":
            return None
        invoice.action_post()
        self.assertEqual(invoice.amount_total, sale_order.amount_total)
        return invoice

    def credit(self, invoice, share):
        """Post a credit note over a share of the quantity of each line."""
        context = {"active_model": "account.move", "active_ids": invoice.ids}
        wizard = self.env["account.move.reversal"].with_context(**context)
        wizard = wizard.create({"journal_id": invoice.journal_id.id})
        note = self.env["account.move"].browse(wizard.refund_moves()["res_id"])
        if share != "all":
            for line in note.invoice_line_ids:
                line.quantity *= share
        note.action_post()
        return note
