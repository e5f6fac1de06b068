"""The journeys of the back office in a real browser; an error on its console fails them."""

from odoo import Command
from odoo.tests import HttpCase, new_test_user, tagged

from .common_simulator import SimulatorCase

USER = "hemi_amazon_sp.hemi_amazon_sp_group_user,sales_team.group_sale_salesman,stock.group_stock_user"
MANAGER = "hemi_amazon_sp.hemi_amazon_sp_group_manager"


@tagged("post_install", "-at_install")
class TestTours(SimulatorCase, HttpCase):
    def setUp(self):
        super().setUp()
        for login, groups in (("office", USER), ("chief", MANAGER)):
            user = new_test_user(self.env, login, groups, password=login)
            user.company_ids = [Command.set(self.account.company_id.ids)]
            user.company_id = self.account.company_id

    def test_first_steps_as_a_manager(self):
        self.env["hemi.amazon.account"].search([]).unlink()
        self.env["hemi.amazon.integration"].search([]).unlink()
        self.start_tour("/odoo/amazon", "hemi_amazon_sp_first_steps", login="chief")
        account = self.env["hemi.amazon.account"].search([("merchant_id", "=", "A2TOURSELLER01")])
        self.assertEqual((account.state, account.integration_id.name), ("link_sent", "Tour App"))

    def test_a_problem_as_a_user(self):
        sale_order = self.place_order([{"sku": "LAMP-1", "quantity": 1, "unitPrice": "20.00"}])
        self.deliver(sale_order)
        [message] = sale_order.picking_ids.hemi_amazon_message_ids
        message._reject("6001", "The carrier is not known.")
        self.account.last_error = False
        self.start_tour("/odoo/amazon", "hemi_amazon_sp_problem", login="office")
        self.assertEqual(message.state, "pending")

    def test_a_listing_as_a_user(self):
        action = "/odoo/action-hemi_amazon_sp.hemi_amazon_listing_action"
        self.start_tour(action, "hemi_amazon_sp_listing", login="office")
        self.assertEqual((self.lamp.stock_rule, self.lamp.stock_fixed), ("fixed", 5))
