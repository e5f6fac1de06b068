from datetime import timedelta
from decimal import Decimal

from odoo.addons.hemi_amazon_sp.amazon.selling_partner import SellingPartner
from odoo.addons.hemi_amazon_sp.models.account_amazon import FLAGS
from odoo.tests import tagged

from .common import MERCHANT_ID
from .common_simulator import FRANCE, GERMANY, SimulatorCase


@tagged("post_install", "-at_install")
class TestFlows(SimulatorCase):
    def books(self):
        return self.world.books(MERCHANT_ID)

    def test_stock_and_price_reach_amazon(self):
        self.account.stock_buffer = 3
        self.settle()
        books = self.books()
        self.assertEqual(books["stock"]["LAMP-1"]["quantity"], 7)
        self.assertEqual(books["stock"]["LAMP-2"]["quantity"], 0)
        prices = {market: price["amount"] for market, price in books["prices"]["LAMP-1"].items()}
        self.assertEqual(prices, {GERMANY: Decimal("20.00"), FRANCE: Decimal("20.00")})
        self.assertEqual((self.lamp.quantity_sent, bool(self.lamp.quantity_sent_at)), (7, True))
        self.assertEqual(set(self.lamp.offer_ids.mapped("price_sent")), {20.0})

    def test_what_has_not_changed_is_not_sent_again(self):
        self.settle()
        self.account.listing_interval = 1
        feeds = self.env["hemi.amazon.feed"].search_count([])
        self.env["hemi.amazon.feed"].search([]).submitted_at = "2020-01-01"
        self.run_job()
        self.assertEqual(self.env["hemi.amazon.feed"].search_count([]), feeds)
        self.stock(self.lamp, 5)
        self.settle()
        self.assertEqual(self.env["hemi.amazon.feed"].search_count([]), feeds + 1)
        self.assertEqual(self.books()["stock"]["LAMP-1"]["quantity"], 15)

    def test_no_quantity_for_what_amazon_fulfils(self):
        self.lamp.channel = "amazon"
        self.settle()
        self.assertFalse(self.lamp.quantity_sent_at)
        self.assertTrue(self.lamp.offer_ids[0].price_sent_at)

    def test_a_refused_listing_is_shown_and_not_sent_again(self):
        stranger = self.make_listing("NOT-AT-AMAZON")
        self.settle()
        self.assertTrue(stranger.quantity_refused_at)
        self.assertTrue(stranger.answer)
        self.assertEqual(set(stranger.sudo().hemi_amazon_message_ids.mapped("state")), {"rejected"})
        self.assertTrue(stranger.activity_ids)
        self.assertTrue(self.lamp.quantity_sent_at)
        messages = self.env["hemi.amazon.feed.message"].search_count([])
        self.env["hemi.amazon.feed"].search([]).submitted_at = "2020-01-01"
        self.settle()
        self.assertEqual(self.env["hemi.amazon.feed.message"].search_count([]), messages)

    def test_a_refused_listing_is_sent_again_when_a_person_asks(self):
        stranger = self.make_listing("NOT-AT-AMAZON")
        self.settle()
        messages = self.env["hemi.amazon.feed.message"].search([("res_id", "=", stranger.id)])
        messages.action_retry()
        self.assertEqual(set(messages.mapped("state")), {"superseded"})
        self.assertFalse(stranger.quantity_refused_at)
        self.assertFalse(any(stranger.offer_ids.mapped("price_refused_at")))

    def test_a_sku_that_amazon_cannot_have_is_refused_here_and_the_others_go(self):
        endless = self.make_listing("X" * 41)
        self.settle()
        self.assertIn("40 characters", endless.answer)
        self.assertTrue(endless.activity_ids)
        self.assertTrue(self.lamp.quantity_sent_at)
        self.assertEqual(self.env["hemi.amazon.feed"].search_count([("state", "!=", "done")]), 0)

    def test_shipment(self):
        sale_order = self.place_order()
        picking = self.deliver(sale_order)
        self.assertEqual(picking.hemi_amazon_state, "pending")
        self.settle()
        [shipment] = self.books()["shipments"]
        self.assertEqual(shipment["orderId"], sale_order.client_order_ref)
        self.assertEqual((shipment["carrier"], shipment["trackingNumber"]), ("DHL", "TRACK123"))
        self.assertEqual([item["quantity"] for item in shipment["packageItems"]], [2])
        self.assertEqual(picking.hemi_amazon_state, "accepted")

    def test_shipment_waits_for_its_tracking_number(self):
        picking = self.deliver(self.place_order(), tracking=False)
        self.settle()
        self.assertEqual(picking.hemi_amazon_state, "pending")
        self.assertIn("tracking number", picking.hemi_amazon_answer)
        picking.carrier_tracking_ref = "LATE1"
        self.settle()
        self.assertEqual(picking.hemi_amazon_state, "accepted")

    def test_parcels_of_one_transfer(self):
        sale_order = self.place_order()
        picking = sale_order.picking_ids
        picking.action_assign()
        line = picking.move_line_ids
        line.quantity = 1
        other = line.copy({"quantity": 1, "picking_id": picking.id, "move_id": line.move_id.id})
        for package_line in line | other:
            package_line.result_package_id = self.env["stock.package"].create({})
        self.deliver(sale_order, tracking="ONE,TWO")
        self.settle()
        shipments = self.books()["shipments"]
        self.assertEqual({shipment["trackingNumber"] for shipment in shipments}, {"ONE", "TWO"})
        self.assertEqual(
            [item["quantity"] for shipment in shipments for item in shipment["packageItems"]], [1, 1]
        )

    def test_cancellation_asks_why_and_reaches_amazon(self):
        sale_order = self.place_order()
        action = sale_order.action_cancel()
        self.assertEqual(action["res_model"], "hemi.amazon.cancel")
        self.assertEqual(sale_order.state, "sale")
        wizard = (
            self.env["hemi.amazon.cancel"]
            .with_context(**action["context"])
            .create({"reason": "PricingError"})
        )
        wizard.action_cancel_order()
        self.assertEqual(sale_order.state, "cancel")
        self.settle()
        [cancellation] = self.books()["cancellations"]
        self.assertEqual(cancellation["orderId"], sale_order.client_order_ref)
        self.assertEqual(cancellation["cancelReason"], "PricingError")
        self.assertEqual(sale_order.hemi_amazon_state, "accepted")

    def test_refund_by_item_and_component(self):
        sale_order = self.place_order()
        self.deliver(sale_order)
        credit_note = self.credit(self.invoice(sale_order))
        self.settle()
        self.run_job(4)
        [refund] = self.books()["refunds"]
        self.assertEqual(refund["components"], {"Principal": Decimal("40.00"), "Shipping": Decimal("5.00")})
        self.assertEqual(credit_note.hemi_amazon_state, "accepted", credit_note.hemi_amazon_answer)

    def test_a_credit_note_that_is_posted_again_is_not_refunded_again(self):
        sale_order = self.place_order()
        self.deliver(sale_order)
        credit_note = self.credit(self.invoice(sale_order))
        self.settle()
        self.run_job(4)
        credit_note.button_draft()
        credit_note.action_post()
        self.settle()
        self.assertEqual(len(self.books()["refunds"]), 1)
        self.assertIn("told of", credit_note.activity_ids.mapped("summary")[-1])

    def test_a_credit_note_that_is_withdrawn_in_time_is_not_refunded(self):
        sale_order = self.place_order()
        credit_note = self.credit(self.invoice(sale_order))
        credit_note.button_draft()
        self.deliver(sale_order)
        self.settle()
        self.run_job(4)
        self.assertEqual(self.books()["refunds"], [])
        self.assertEqual(credit_note.hemi_amazon_state, "superseded")

    def test_what_happened_while_a_flow_was_off_is_not_done_later(self):
        self.account.ship_orders = False
        picking = self.deliver(self.place_order())
        self.account.ship_orders = True
        self.settle()
        self.assertEqual(self.books()["shipments"], [])
        self.assertEqual(picking.hemi_amazon_state, "superseded")

    def test_a_feed_whose_submission_was_cut_off_is_found_at_amazon(self):
        picking = self.deliver(self.place_order())
        self.world.add_fault("createFeed", "drop_after", count=3)
        self.run_job()
        feed = self.env["hemi.amazon.feed"].search([("flow", "=", "ship")])
        self.assertEqual(feed.state, "submitting")
        self.world.clear_faults()
        self.settle()
        self.run_job(2)
        self.assertEqual(len(self.books()["shipments"]), 1)
        self.assertEqual(picking.hemi_amazon_state, "accepted", picking.hemi_amazon_answer)

    def test_a_feed_that_never_arrived_is_sent_again(self):
        picking = self.deliver(self.place_order())
        self.world.add_fault("createFeed", "drop_before", count=3)
        self.run_job()
        feed = self.env["hemi.amazon.feed"].search([("flow", "=", "ship")])
        self.assertEqual(feed.state, "submitting")
        self.world.clear_faults()
        feed.submitting_at -= timedelta(minutes=20)
        self.settle()
        self.run_job(2)
        self.assertEqual((feed.state, len(self.books()["shipments"])), ("cancelled", 1))
        self.assertEqual(picking.hemi_amazon_state, "accepted", picking.hemi_amazon_answer)

    def test_a_person_settles_what_cannot_be_found(self):
        picking = self.deliver(self.place_order())
        self.world.add_fault("createFeed", "drop_before", count=3)
        self.run_job()
        self.world.clear_faults()
        feed = self.env["hemi.amazon.feed"].search([("flow", "=", "ship")])
        feed._cannot_be_settled(["1", "2"])
        self.settle()
        self.assertEqual(picking.hemi_amazon_state, "in_feed")
        self.env["hemi.amazon.settle"].create({"feed_id": feed.id, "answer": "none"}).action_settle()
        self.settle()
        self.assertEqual(picking.hemi_amazon_state, "accepted", picking.hemi_amazon_answer)
        self.assertEqual(len(self.books()["shipments"]), 1)

    def test_a_report_that_cannot_be_read_stops_no_other_feed(self):
        picking = self.deliver(self.place_order())
        self.run_job()
        self.world.add_fault("download", "server_error", count=2)
        self.settle()
        self.run_job(2)
        self.assertEqual(picking.hemi_amazon_state, "accepted", picking.hemi_amazon_answer)
        self.assertTrue(self.lamp.quantity_sent_at)

    def test_refund_waits_for_the_shipment(self):
        sale_order = self.place_order()
        self.credit(self.invoice(sale_order))
        self.settle()
        self.assertEqual(self.books()["refunds"], [])

    def test_invoice_with_its_metadata(self):
        invoice = self.invoice(self.place_order())
        self.settle()
        [uploaded] = self.books()["invoices"]
        self.assertEqual(uploaded["invoiceNumber"], invoice.name)
        self.assertEqual(uploaded["orderId"], invoice.hemi_amazon_order_id.name)
        self.assertEqual(uploaded["totalAmount"], Decimal("45.00"))
        self.assertEqual(invoice.hemi_amazon_state, "accepted", invoice.hemi_amazon_answer)

    def test_rejection_is_on_the_record_with_an_activity(self):
        sale_order = self.place_order()
        picking = self.deliver(sale_order)
        order = sale_order.hemi_amazon_order_id
        order.name = "402-9999999-9999999"  # Amazon does not know it
        self.settle()
        self.assertEqual(picking.hemi_amazon_state, "rejected")
        self.assertTrue(picking.hemi_amazon_answer)
        self.assertTrue(picking.activity_ids)
        self.assertIn("rejected", picking.message_ids[0].body)

    def test_each_flag_stops_its_flow_and_no_other(self):
        self.account.listing_interval = 1
        for number, flag in enumerate(FLAGS):
            with self.subTest(flag=flag):
                self.account.write({name: name != flag for name in FLAGS})
                arrived = self.arrived(self.make_work(number + 1))
                self.assertEqual({name for name in FLAGS if not arrived[name]}, {flag})

    def make_work(self, number):
        """Make work for all six flows and let the job do it.

        :return: the delivered and the cancelled sale order
        """
        shipped, cancelled = self.place_order(), self.place_order()
        self.stock(self.other_lamp, 10)
        self.other_lamp.product_id.list_price = 100 + number
        self.stock(self.lamp, 10)
        self.deliver(shipped)
        if not self.account.ship_orders:
            self.ship_elsewhere(shipped)
        self.credit(self.invoice(shipped))
        cancelled.hemi_amazon_cancel_reason = "NoInventory"
        cancelled.action_cancel()
        self.env["hemi.amazon.feed"].search([]).submitted_at = "2020-01-01"
        self.run_job(7)
        return shipped, cancelled

    def ship_elsewhere(self, sale_order):
        """Somebody confirms the shipment by other means; a refund is possible only then."""
        [item] = set(sale_order.order_line.mapped("hemi_amazon_item"))
        package = {
            "packageReferenceId": "1",
            "carrierCode": "DHL",
            "trackingNumber": "ELSEWHERE",
            "shipDate": self.world.now(),
            "orderItems": [{"orderItemId": item, "quantity": 2}],
        }
        with self.enter_registry_test_mode():
            door = self.account._door(self.env["hemi.amazon.quota"]._limiter(self.account))
            SellingPartner(door, MERCHANT_ID).confirm_shipment(
                sale_order.client_order_ref, {"marketplaceId": GERMANY, "packageDetail": package}
            )

    def arrived(self, orders):
        """Tell which of the flows' work is in Amazon's books."""
        shipped, cancelled = (order.client_order_ref for order in orders)
        books = self.books()
        product = self.other_lamp.product_id

        def holds(book, order):
            return any(entry["orderId"] == order for entry in books[book])

        return {
            "update_stock": books["stock"]["LAMP-2"]["quantity"]
            == product.with_context(warehouse_id=self.account.warehouse_id.id).free_qty,
            "update_price": books["prices"]["LAMP-2"][GERMANY]["amount"] == product.list_price,
            "ship_orders": any(
                shipment["orderId"] == shipped and shipment["trackingNumber"] == "TRACK123"
                for shipment in books["shipments"]
            ),
            "upload_invoices": holds("invoices", shipped),
            "cancel_orders": holds("cancellations", cancelled),
            "refund_orders": holds("refunds", shipped),
        }
