from unittest.mock import patch

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common_orders import MarketplacesCase, an_order


@tagged("post_install", "-at_install")
class TestOrderPartners(MarketplacesCase):
    """Who bought, and where it goes."""

    def again(self, shape, number, **changes):
        return an_order(shape, orderId=f"402-0000000-000001{number}", **changes)

    def test_buyer_and_address_are_found_again(self):
        first = self.sale_order_of(an_order("de_tax_included"))
        partners = self.env["res.partner"].search_count([])
        second = self.sale_order_of(self.again("de_tax_included", 1))
        self.assertEqual(second.partner_id, first.partner_id)
        self.assertEqual(second.partner_shipping_id, first.partner_shipping_id)
        self.assertEqual(self.env["res.partner"].search_count([]), partners)

    def test_spelling_and_telephone_make_no_other_address(self):
        first = self.sale_order_of(an_order("de_tax_included"))
        order = self.again("de_tax_included", 1)
        address = order["recipient"]["deliveryAddress"]
        address |= {"addressLine1": "HAUPTSTRASSE  5", "phone": "+49 30 1234"}
        self.assertEqual(self.sale_order_of(order).partner_shipping_id, first.partner_shipping_id)

    def test_another_address_is_another_contact_of_the_same_buyer(self):
        first = self.sale_order_of(an_order("de_tax_included"))
        order = self.again("de_tax_included", 1)
        order["recipient"]["deliveryAddress"]["addressLine1"] = "Nebenstrasse 1"
        second = self.sale_order_of(order)
        self.assertEqual(second.partner_id, first.partner_id)
        self.assertEqual(second.partner_shipping_id.parent_id, first.partner_id)
        self.assertEqual(second.partner_shipping_id.street, "Nebenstrasse 1")

    def test_one_alias_never_joins_two_people(self):
        first = self.sale_order_of(an_order("de_tax_included"))
        order = self.again("de_tax_included", 1)
        order["buyer"]["buyerName"] = "Karl Muster"
        self.assertNotEqual(self.sale_order_of(order).partner_id, first.partner_id)

    def test_a_buyer_without_alias_is_found_by_name_and_address(self):
        orders = [self.again("de_tax_included", number) for number in (1, 2)]
        for order in orders:
            del order["buyer"]["buyerEmail"]
        first, second = (self.sale_order_of(order) for order in orders)
        self.assertEqual(first.partner_id, second.partner_id)

    def test_nameless_buyers_of_a_place_share_a_partner(self):
        first = self.sale_order_of(an_order("de_by_amazon_shipped"))
        second = self.sale_order_of(self.again("de_by_amazon_shipped", 1))
        self.assertEqual(first.partner_id, second.partner_id)
        self.assertEqual(first.partner_id.zip, "10115")

    def test_a_business_is_a_company_with_its_number_and_order_number(self):
        sale_order = self.sale_order_of(an_order("fr_business_zero_rated"))
        company = sale_order.partner_id
        self.assertTrue(company.is_company)
        self.assertEqual((company.name, company.vat), ("Petit SARL", "FR23334175221"))
        self.assertIn("Jean Petit", company.child_ids.mapped("name"))
        self.assertEqual(sale_order.client_order_ref, "PO-2026-117")
        self.assertEqual(sale_order.origin, sale_order.hemi_amazon_order_id.name)

    def test_a_number_that_odoo_refuses_is_kept_in_words(self):
        partners = type(self.env["res.partner"])
        original, refused = partners.write, "The VAT number does not seem to be valid."

        def write(partner, values):
            if values.get("vat"):  # as base_vat does, where it is installed
                raise ValidationError(refused)
            return original(partner, values)

        self.patch(partners, "write", write)
        sale_order = self.sale_order_of(an_order("it_business_with_invalid_vat_number"))
        self.assertEqual(sale_order.state, "sale")
        self.assertFalse(sale_order.partner_id.vat)
        self.assertIn("IT-NOT-A-NUMBER", sale_order.partner_id.comment)

    def test_every_word_of_a_long_address_is_kept(self):
        order = an_order("de_long_odd_address")
        contact = self.sale_order_of(order).partner_shipping_id
        text = contact._display_address() + contact.name
        address = order["recipient"]["deliveryAddress"]
        for name, words in address.items():
            for word in words.split() if name not in ("countryCode", "addressType") else ():
                self.assertIn(word, text)

    # --- told late

    def test_a_placeholder_is_completed(self):
        bare = an_order("de_no_buyer_no_address")
        sale_order = self.sale_order_of(bare)
        placeholder = sale_order.partner_id
        full = an_order("de_tax_not_told", later=5)
        told = {name: full[name] for name in ("buyer", "recipient", "lastUpdatedTime")}
        self.sale_order_of(bare | told)
        self.assertEqual(sale_order.partner_id, placeholder)
        self.assertEqual((placeholder.name, placeholder.email), ("Erika Muster", full["buyer"]["buyerEmail"]))
        self.assertEqual(sale_order.partner_shipping_id.street, "Hauptstrasse 5")
        self.assertEqual(sale_order.picking_ids.partner_id, sale_order.partner_shipping_id)
        self.assertEqual(self.sale_order_of(full).partner_id, placeholder)

    def test_a_placeholder_gives_way_to_a_known_buyer(self):
        full = an_order("de_tax_not_told", later=5)
        known = self.sale_order_of(full).partner_id
        bare = an_order("de_no_buyer_no_address")
        sale_order = self.sale_order_of(bare)
        told = {name: full[name] for name in ("buyer", "recipient", "lastUpdatedTime")}
        self.sale_order_of(bare | told)
        self.assertEqual((sale_order.partner_id, sale_order.partner_invoice_id), (known, known))
        self.assertEqual(sale_order.partner_shipping_id.parent_id, known)
        self.assertEqual(sale_order.picking_ids.partner_id, sale_order.partner_shipping_id)

    # --- no confirmations

    def test_amazon_alone_tells_its_buyers_of_a_shipment(self):
        company, comment = self.env.company, self.env.ref("mail.mt_comment")
        company.stock_move_email_validation = True
        amazons = self.sale_order_of(an_order("de_tax_included")).picking_ids
        other = amazons.copy({"sale_id": False, "origin": "by telephone"})
        (amazons | other).partner_id.phone = "+49 30 123456"
        for picking in amazons | other:
            for move in picking.move_ids:
                move.write({"quantity": move.product_uom_qty, "picked": True})
            picking._action_done()
        self.assertEqual((amazons | other).mapped("state"), ["done", "done"])
        told = (amazons | other).filtered(lambda picking: comment in picking.message_ids.subtype_id)
        self.assertEqual(told, other)
        if "has_received_warning_stock_sms" in company._fields:
            company.write({"stock_text_confirmation": True, "stock_confirmation_type": "sms"})
            with patch("odoo.modules.module.current_test", False):
                self.assertEqual((amazons | other)._check_warn_sms(), other)

    # --- no marketing

    def test_an_alias_gets_no_marketing_but_mail_about_the_order(self):
        buyer = self.sale_order_of(an_order("de_tax_included")).partner_id
        self.assertTrue(buyer.is_blacklisted)
        composer = self.env["mail.compose.message"].create(
            {
                "composition_mode": "mass_mail",
                "model": "res.partner",
                "res_ids": str(buyer.ids),
                "subject": "Buy more",
                "body": "<p>Now</p>",
                "use_exclusion_list": True,
            }
        )
        composer._action_send_mail()
        [marketing] = self.env["mail.mail"].sudo().search([("subject", "=", "Buy more")])
        self.assertEqual((marketing.state, marketing.failure_type), ("cancel", "mail_bl"))
        message = buyer.message_post(
            body="Your order", subject="Your order", partner_ids=buyer.ids, message_type="comment"
        )
        self.assertNotIn("canceled", message.notification_ids.mapped("notification_status"))
        self.assertEqual(message.notification_ids.res_partner_id, buyer)
