"""What goes wrong with an order tells nothing about its buyer: no log, no call, no activity, no error."""

import logging
from unittest.mock import patch

from odoo.addons.hemi_amazon_sp.amazon.personal_data import hide_personal, personal_values
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .common_personal_data import NEVER, ON_INVOICES, PersonalDataCase
from .test_no_leaks import TALKATIVE, Watch

PARTNERS = "odoo.addons.hemi_amazon_sp.models.order_partner.HemiAmazonOrderPartner._prepare_buyer"
RETURNS = "odoo.addons.hemi_amazon_sp.models.return_booking.HemiAmazonReturn._book"


@tagged("post_install", "-at_install")
class TestPersonalDataLeaks(PersonalDataCase):
    def setUp(self):
        super().setUp()
        self.watch = Watch()
        for name in TALKATIVE:
            logger = logging.getLogger(name)
            self.addCleanup(logger.setLevel, logger.level)
            logger.setLevel(logging.DEBUG)
        logging.getLogger().addHandler(self.watch)
        self.addCleanup(logging.getLogger().removeHandler, self.watch)

    def seen_by_others(self, order):
        """Give all that tells people, other than those who may read the order's encrypted content."""
        activities = self.env["mail.activity"].search([("res_model", "=", "hemi.amazon.account")])
        calls = self.env["hemi.amazon.call"].search([])
        turns = self.env["hemi.amazon.chore.turn"].search([])
        texts = [order.error, self.account.last_error, self.account.chore_problems, order.display_name]
        texts += activities.mapped("summary") + activities.mapped("note") + turns.mapped("problem")
        texts += [repr(calls.read()), *self.account.message_ids.mapped("body")]
        return "\n".join(str(text) for text in texts if text)

    def assert_silent(self, order):
        log = self.watch.text.getvalue()
        for place, text in (("the log", log), ("what others see", self.seen_by_others(order))):
            for name, word in (ON_INVOICES | NEVER).items():
                self.assertNotIn(word.lower(), text.lower(), f"{name} is in {place}")

    def break_partner(self, break_it):
        """Import an order whose buyer makes trouble.

        :param break_it: gets the values of the buyer
        """

        def prepare(model, record, order):
            values = original(model, record, order)
            return break_it(values) or values

        original = type(self.env["hemi.amazon.order.partner"])._prepare_buyer
        with patch(PARTNERS, prepare):
            order = self.take(self.personal_order())
        self.assertEqual(order.state, "failed")
        self.account._tell_failed_orders()
        return order

    def test_a_refusal_of_another_addon(self):
        def refuse(values):
            refusal = f"{values['name']} in {values['city']}: {values['email']} is not allowed"
            raise ValidationError(refusal)

        order = self.break_partner(refuse)
        self.assertIn("*** in ***: *** is not allowed", order.error)
        self.assert_silent(order)

    def test_a_refusal_of_the_database(self):
        order = self.break_partner(lambda values: values | {"country_id": 2**30})
        self.assertIn("A query with personal data was refused", self.watch.text.getvalue())
        self.assert_silent(order)

    def test_an_unexpected_error(self):
        def fail(values):
            raise ZeroDivisionError(repr(values))

        order = self.break_partner(fail)
        self.assertIn("ZeroDivisionError", order.error)
        self.assert_silent(order)

    def test_broken_orders(self):
        for section, value in {
            "salesChannel": {"marketplaceId": "AUNKNOWN00000"},
            "recipient": {"deliveryAddress": ["Zqxstrasse 77"]},
            "buyer": ["Zqxvorname Zqxname"],
            "orderItems": "Zqxgruss",
        }.items():
            with self.subTest(section):
                order = self.take(self.personal_order(**{section: value}))
                self.assertEqual(order.state, "failed", section)
                self.account._tell_failed_orders()
                self.assert_silent(order)

    def test_the_job_fails_in_the_middle(self):
        order = self.take(self.personal_order())
        self.env["hemi.amazon.order"]._take_page(self.account, [self.personal_order(2)])
        with patch(RETURNS, side_effect=UserError("no")):
            row = {"key": "k", "name": "R1", "order_name": order.name, "sku": "LAMP-1", "quantity": 1}
            row |= {"fulfilled_by": "MERCHANT", "status": "Approved", "is_refunded": False}
            self.env["hemi.amazon.return"]._take_rows(self.account, [row])
        self.assert_silent(order)

    def test_what_is_hidden(self):
        payload = self.personal_order()
        self.assertLessEqual(
            {NEVER["buyerName"], NEVER["giftMessage"], ON_INVOICES["city"]}, personal_values(payload)
        )
        # countries, kinds and numbers of orders are not personal
        text = f"The order {payload['orderId']} to DE fails: Zqxstadt, ZQXSTADT, Zqxstadts"
        self.assertEqual(
            hide_personal(text, payload),
            f"The order {payload['orderId']} to DE fails: ***, ***, Zqxstadts",
        )
        self.assertEqual(personal_values("no order"), set())
