from decimal import Decimal

from odoo.tests import tagged

from .common_orders import MarketplacesCase, an_order


@tagged("post_install", "-at_install")
class TestOrderTaxes(MarketplacesCase):
    """Which tax a line gets, and what becomes of tax that is none of ours."""

    def lamp_tax(self, **values):
        tax = self.make_tax("DE", 19, **values)
        self.env["hemi.amazon.listing"].search([("sku", "=", "LAMP-1")]).product_id.taxes_id = tax
        return tax

    def test_a_tax_that_is_in_the_price(self):
        tax = self.lamp_tax(name="VAT in the price", price_include_override="tax_included")
        sale_order = self.sale_order_of(an_order("de_tax_included"))
        lamp, shipping = sale_order.order_line
        self.assertEqual((lamp.tax_ids, lamp.price_unit, shipping.price_unit), (tax, 49.90, 4.99))
        self.assertAlmostEqual(sale_order.amount_tax, 16.73)
        self.assertFalse(sale_order.hemi_amazon_order_id.rounding)

    def test_where_tax_comes_on_top_no_word_of_tax_means_none(self):
        """Groceries, or a buyer who is exempt: nothing of the price is tax."""
        for told in (True, False):
            with self.subTest(told=told):
                order = an_order("us_tax_on_top_of_ours_missing", orderId=f"111-0000000-000000{told:d}")
                [item] = order["orderItems"]
                item["proceeds"]["proceedsTotal"]["amount"] = "39.99"
                order["proceeds"]["grandTotal"]["amount"] = "39.99"
                item["proceeds"]["breakdowns"][1]["subtotal"]["amount"] = "0.00"
                del item["proceeds"]["breakdowns"][1 + told :]
                sale_order = self.sale_order_of(order)
                self.assertFalse(sale_order.order_line.tax_ids)
                self.assertEqual((sale_order.amount_tax, sale_order.amount_total), (0.0, 39.99))

    def test_the_products_tax_comes_before_another_of_the_same_rate(self):
        tax = self.lamp_tax(name="Another VAT", sequence=99)
        sale_order = self.sale_order_of(an_order("de_tax_included"))
        self.assertEqual(sale_order.order_line.tax_ids, tax)

    def test_a_tax_of_the_fiscal_position_comes_before_the_countrys(self):
        other = self.make_tax("FR", 20, name="FR 20 % of a position", sequence=99)
        self.make_position_abroad("FR", other, sequence=0)
        sale_order = self.sale_order_of(an_order("fr_tax_of_destination"))
        self.assertEqual(sale_order.order_line[0].tax_ids, other)

    def test_one_activity_names_all_missing_taxes(self):
        order = an_order("de_two_rates")
        for item, tax in zip(order["orderItems"], ("5.00", "1.05"), strict=True):
            [part] = [part for part in item["proceeds"]["breakdowns"] if part["type"] == "TAX"]
            part["subtotal"]["amount"] = part["detailedBreakdowns"][0]["value"]["amount"] = tax
        record = self.take(order)
        self.assertEqual(record.tax_missing, "11.14 % in DE (SKU LAMP-1), 3 % in DE (SKU BOOK-1)")
        [activity] = record.sale_order_id.activity_ids
        self.assertIn("11.14 % in DE", activity.note)
        self.assertAlmostEqual(record.sale_order_id.amount_total, 85.90)
        self.assertFalse(record.sale_order_id.order_line.tax_ids)

    def test_the_missing_tax_is_found_once_it_is_there(self):
        tax = self.make_tax("BE", 21)
        record = self.take(an_order("be_tax_missing"))
        self.assertTrue(
            record.tax_missing, "Odoo invoices no tax of a country where the company has no number"
        )
        self.make_position_abroad("BE", tax, "BE0477472701")
        again = self.take(an_order("be_tax_missing", orderId="404-0000000-7654321"))
        self.assertFalse(again.tax_missing)
        self.assertEqual(again.sale_order_id.order_line.tax_ids, tax)

    def test_what_is_imported_can_be_invoiced(self):
        """Odoo takes only taxes of one country on an invoice."""
        shapes = ("fr_tax_of_destination", "it_tax_of_destination", "gb_pounds_with_vat", "be_tax_missing")
        self.make_tax("BE", 21)
        for shape in shapes:
            with self.subTest(shape=shape):
                sale_order = self.sale_order_of(an_order(shape))
                sale_order.order_line.product_id.invoice_policy = "order"
                invoice = sale_order._create_invoices()
                invoice.action_post()
                self.assertEqual(invoice.amount_total, sale_order.amount_total)

    def test_the_rounding_is_counted(self):
        record = self.take(an_order("fr_tax_of_destination"))
        self.assertAlmostEqual(record.rounding, -0.01)
        rounding = self.env.ref("hemi_amazon_sp.product_rounding")
        self.assertEqual(record.sale_order_id.order_line[-1].product_id, rounding)
        self.assertFalse(self.activities(record.sale_order_id))

    def test_all_of_an_order_with_missing_tax_can_be_refunded(self):
        """Amazon takes tax that prices include for a part of the price."""
        for shape in ("be_tax_missing", "us_tax_on_top_of_ours_missing", "fr_ioss_deemed_supplier"):
            with self.subTest(shape=shape):
                record = self.take(an_order(shape))
                paid = {
                    component: Decimal(amount)
                    for parts in record.paid.values()
                    for component, amount in parts.items()
                    if Decimal(amount)
                }
                lines = {}
                for line in record.sale_order_id.order_line:
                    amount = Decimal(f"{line.price_total:.2f}")
                    component = line.hemi_amazon_component
                    lines[component] = lines.get(component, 0) + amount
                self.assertEqual(lines, paid)
