from odoo import Command
from odoo.tests import tagged

from .common_orders import MarketplacesCase, an_order


@tagged("post_install", "-at_install")
class TestOrderSettings(MarketplacesCase):
    """What the account says of its orders, and what its marketplaces say otherwise."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        company = cls.env.company.id
        plan = cls.env["account.analytic.plan"].create({"name": "Channels"})
        cls.analytic, cls.french_analytic = cls.env["account.analytic.account"].create(
            [{"name": name, "plan_id": plan.id, "company_id": company} for name in ("Amazon", "Amazon FR")]
        )
        cls.journal, cls.french_journal = cls.env["account.journal"].create(
            [{"name": name, "code": name, "type": "sale", "company_id": company} for name in ("AMZ", "AMZFR")]
        )
        cls.team, cls.french_team = cls.env["crm.team"].create(
            [{"name": "Amazon", "company_id": company}, {"name": "Amazon FR", "company_id": company}]
        )
        cls.term = cls.env["account.payment.term"].create({"name": "Paid by Amazon"})
        cls.seller = cls.make_user("seller", "sales_team.group_sale_salesman,base.group_user")
        cls.account.write(
            {
                "team_id": cls.team.id,
                "salesperson_id": cls.seller.id,
                "payment_term_id": cls.term.id,
                "journal_id": cls.journal.id,
                "analytic_account_id": cls.analytic.id,
                "marketplace_setting_ids": [
                    Command.create(
                        {
                            "marketplace_id": cls.france.id,
                            "team_id": cls.french_team.id,
                            "journal_id": cls.french_journal.id,
                            "analytic_account_id": cls.french_analytic.id,
                        }
                    )
                ],
            }
        )

    def test_the_accounts_settings(self):
        sale_order = self.sale_order_of(an_order("de_tax_included"))
        self.assertEqual((sale_order.team_id, sale_order.user_id), (self.team, self.seller))
        self.assertEqual(sale_order.payment_term_id, self.term)
        self.assertEqual(sale_order._create_invoices().journal_id, self.journal)
        for line in sale_order.order_line:
            self.assertEqual(line.analytic_distribution, {str(self.analytic.id): 100.0})

    def test_a_marketplace_has_its_own(self):
        sale_order = self.sale_order_of(an_order("fr_tax_of_destination"))
        self.assertEqual((sale_order.team_id, sale_order.user_id), (self.french_team, self.seller))
        self.assertEqual(
            (sale_order.payment_term_id, sale_order.journal_id), (self.term, self.french_journal)
        )
        self.assertEqual(
            sale_order.order_line[0].analytic_distribution, {str(self.french_analytic.id): 100.0}
        )

    def test_quotations_only(self):
        self.account.confirm_orders = False
        sale_order = self.sale_order_of(an_order("de_partly_shipped"))
        self.assertEqual(sale_order.state, "draft")
        sale_order.action_confirm()
        self.assertEqual(sale_order.picking_ids.move_ids.product_uom_qty, 2)

    def test_a_quotation_by_amazon_is_delivered_when_it_is_confirmed_by_hand(self):
        self.account.confirm_orders = False
        sale_order = self.sale_order_of(an_order("de_by_amazon_shipped"))
        self.assertFalse(sale_order.picking_ids)
        sale_order.action_confirm()
        self.assertEqual(sale_order.picking_ids.state, "done")

    def test_gift_and_programs_are_on_the_transfer(self):
        packer = self.make_user("packer", "stock.group_stock_user,base.group_user")
        picking = self.sale_order_of(an_order("de_gift_wrap", programs=["PRIME"])).picking_ids
        picking = picking.with_user(packer)
        self.assertEqual(picking.hemi_amazon_programs, "Prime")
        self.assertEqual(str(picking.hemi_amazon_deliver_by), "2026-11-26 22:59:59")
        self.assertIn("Alles Gute!", picking.hemi_amazon_note)

    def test_cash_on_delivery_is_told_with_the_shipment(self):
        self.stock("LAMP-1", 5)
        sale_order = self.sale_order_of(an_order("jp_cash_on_delivery"))
        self.validate(sale_order.picking_ids)
        carrier = self.env["delivery.carrier"].create(
            {"name": "Yamato", "product_id": self.env.ref("hemi_amazon_sp.product_shipping").id}
        )
        sale_order.picking_ids.write({"carrier_id": carrier.id, "carrier_tracking_ref": "1"})
        shipment = self.env["hemi.amazon.flow.ship"]._item(self.messages("ship"))
        self.assertTrue(shipment.cod_collection)
