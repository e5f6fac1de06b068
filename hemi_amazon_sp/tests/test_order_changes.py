from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_orders import MarketplacesCase, an_order


@tagged("post_install", "-at_install")
class TestOrderChanges(MarketplacesCase):
    """What Amazon changes after the import."""

    def setUp(self):
        super().setUp()
        self.stock("LAMP-1", 100)

    # --- cancelled, asked to cancel

    def test_the_buyers_request_holds_the_transfer(self):
        sale_order = self.sale_order_of(
            an_order("de_buyer_asks_to_cancel", orderItems=self.without_request()),
            an_order("de_buyer_asks_to_cancel", later=5),
        )
        self.assertEqual(sale_order.hemi_amazon_hold, "cancellation")
        self.assertEqual(sale_order.hemi_amazon_hold_reason, "Found cheaper")
        with self.assertRaisesRegex(UserError, "The buyer asks to cancel"):
            self.validate(sale_order.picking_ids)
        self.assertIn("The buyer asks to cancel", self.activities(sale_order)[0])

    def test_a_request_before_there_is_a_sale_order_holds_it_when_it_is_made(self):
        pending = {"fulfillmentStatus": "PENDING"}
        waiting = self.take(an_order("de_buyer_asks_to_cancel", fulfillment=pending))
        self.assertEqual((waiting.state, waiting.sale_order_id.id), ("waiting", False))
        sale_order = self.sale_order_of(an_order("de_buyer_asks_to_cancel", later=5))
        self.assertEqual(sale_order.hemi_amazon_hold, "cancellation")
        self.assertIn("The buyer asks to cancel", self.activities(sale_order)[0])

    def without_request(self):
        items = an_order("de_buyer_asks_to_cancel")["orderItems"]
        del items[0]["cancellation"]
        return items

    def test_cancel_at_amazon_in_one_click(self):
        sale_order = self.sale_order_of(an_order("de_buyer_asks_to_cancel"))
        sale_order.picking_ids.action_amazon_cancel_for_buyer()
        self.assertEqual((sale_order.state, sale_order.picking_ids.state), ("cancel", "cancel"))
        self.assertFalse(sale_order.activity_ids)
        [message] = self.messages("cancel")
        self.assertEqual(message.payload["reason"], "BuyerCanceled")
        self.assertEqual(message.payload["items"], [sale_order.order_line.hemi_amazon_item])

    def test_the_warehouse_is_held_and_the_salesman_decides(self):
        sale_order = self.sale_order_of(an_order("de_buyer_asks_to_cancel"))
        packer = self.make_user("packer", "stock.group_stock_user,base.group_user")
        picking = sale_order.picking_ids.with_user(packer)
        self.assertEqual(picking.hemi_amazon_hold, "cancellation")
        with self.assertRaisesRegex(UserError, "is held"):
            picking.button_validate()
        salesman = self.make_user("salesman", "sales_team.group_sale_salesman_all_leads,base.group_user")
        sale_order.with_user(salesman).action_amazon_cancel_for_buyer()
        self.assertEqual(sale_order.state, "cancel")

    def test_ship_anyway_is_not_held_again_by_the_same_request(self):
        sale_order = self.sale_order_of(an_order("de_buyer_asks_to_cancel"))
        self.assertTrue(sale_order.activity_ids)
        sale_order.action_amazon_release()
        self.assertFalse(sale_order.activity_ids, "it is decided")
        self.sale_order_of(an_order("de_buyer_asks_to_cancel", later=9))
        self.assertFalse(sale_order.hemi_amazon_hold)
        self.validate(sale_order.picking_ids)
        self.assertEqual(sale_order.picking_ids.state, "done")

    def test_a_request_for_one_of_two_items_says_so(self):
        order = an_order("de_two_rates")
        request = {"cancellationRequest": {"requester": "BUYER", "cancelReason": "Wrong book"}}
        order["orderItems"][1]["cancellation"] = request
        sale_order = self.sale_order_of(order)
        self.assertIn("Wrong book. Only for BOOK-1", sale_order.hemi_amazon_hold_reason)

    def test_cancelled_there_after_a_part_left_cancels_the_rest(self):
        sale_order = self.sale_order_of(an_order("de_tax_included"))
        self.validate(sale_order.picking_ids, {"LAMP-1": 1})
        cancelled = {"fulfillmentStatus": "CANCELLED"}
        self.sale_order_of(an_order("de_tax_included", later=5, fulfillment=cancelled))
        self.assertEqual(sorted(sale_order.picking_ids.mapped("state")), ["cancel", "done"])
        self.assertIn("Cancelled at Amazon after delivery", self.activities(sale_order)[0])

    def test_a_locked_order_is_cancelled_too(self):
        sale_order = self.sale_order_of(an_order("de_tax_included"))
        sale_order.action_lock()
        cancelled = {"fulfillmentStatus": "CANCELLED"}
        self.sale_order_of(an_order("de_tax_included", later=5, fulfillment=cancelled))
        self.assertEqual(sale_order.state, "cancel")

    # --- quantities and money

    def lowered(self, quantity, total, **values):
        """The order of two lamps, of which ``quantity`` are left."""
        order = an_order("de_tax_included", later=5, **values)
        item = order["orderItems"][0]
        item["fulfillment"] = {"quantityFulfilled": 0, "quantityUnfulfilled": quantity}
        item["proceeds"] = {
            "proceedsTotal": {"amount": total, "currencyCode": "EUR"},
            "breakdowns": [
                {"type": "ITEM", "subtotal": {"amount": total, "currencyCode": "EUR"}},
            ],
        }
        order["proceeds"]["grandTotal"]["amount"] = total
        return order

    def test_a_lowered_quantity_lowers_order_and_transfer(self):
        sale_order = self.sale_order_of(an_order("de_tax_included"), self.lowered(1, "49.90"))
        self.assertEqual(sale_order.order_line[0].product_uom_qty, 1)
        self.assertEqual(sale_order.picking_ids.move_ids.filtered("product_uom_qty").product_uom_qty, 1)
        self.assertAlmostEqual(sale_order.amount_total, 49.90)

    def test_a_lowered_quantity_in_a_locked_order(self):
        sale_order = self.sale_order_of(an_order("de_tax_included"))
        sale_order.action_lock()
        self.sale_order_of(self.lowered(1, "49.90"))
        self.assertTrue(sale_order.locked)
        self.assertEqual(sale_order.picking_ids.move_ids.filtered("product_uom_qty").product_uom_qty, 1)

    def test_a_raised_quantity(self):
        more = an_order("de_tax_not_told", later=5)
        more["orderItems"][0]["quantityOrdered"] = 3
        more["orderItems"][0]["fulfillment"]["quantityUnfulfilled"] = 3
        more["orderItems"][0]["proceeds"]["breakdowns"][0]["subtotal"]["amount"] = "149.70"
        more["orderItems"][0]["proceeds"]["proceedsTotal"]["amount"] = "154.69"
        more["proceeds"]["grandTotal"]["amount"] = "154.69"
        sale_order = self.sale_order_of(an_order("de_tax_not_told"), more)
        self.assertEqual(sum(sale_order.picking_ids.move_ids.mapped("product_uom_qty")), 3)
        self.assertAlmostEqual(sale_order.amount_total, 154.69)

    def test_the_rest_is_cancelled_after_a_part_was_shipped(self):
        sale_order = self.sale_order_of(an_order("de_tax_included"))
        self.validate(sale_order.picking_ids, {"LAMP-1": 1})
        shipped = an_order("de_tax_included", later=5, fulfillment={"fulfillmentStatus": "SHIPPED"})
        shipped["orderItems"][0]["fulfillment"] = {"quantityFulfilled": 1, "quantityUnfulfilled": 0}
        self.sale_order_of(shipped)
        self.assertEqual(sale_order.order_line[0].product_uom_qty, 1)
        waiting = sale_order.picking_ids.filtered(lambda picking: picking.state not in ("done", "cancel"))
        self.assertFalse(waiting)

    def test_a_quantity_lowered_after_delivery_is_for_a_person(self):
        sale_order = self.sale_order_of(an_order("de_tax_included"))
        self.validate(sale_order.picking_ids)
        shipped = self.lowered(0, "49.90", fulfillment={"fulfillmentStatus": "SHIPPED"})
        shipped["orderItems"][0]["fulfillment"] = {"quantityFulfilled": 1, "quantityUnfulfilled": 0}
        self.sale_order_of(shipped)
        self.assertEqual(sale_order.order_line[0].product_uom_qty, 2)
        self.assertIn("Quantity changed at Amazon after delivery", self.activities(sale_order)[0])

    def test_a_tip_that_is_charged_later(self):
        later = an_order("us_delivery_tip_not_charged_yet", later=5)
        later["proceeds"]["grandTotal"]["amount"] = "23.00"
        sale_order = self.sale_order_of(an_order("us_delivery_tip_not_charged_yet"), later)
        self.assertAlmostEqual(sale_order.amount_total, 23.00)
        self.assertEqual(sale_order.order_line[-1].name, "Delivery tip")

    def test_the_same_news_twice_changes_nothing(self):
        sale_order = self.sale_order_of(an_order("de_promotion_on_both"))
        before = [
            line.read(["product_uom_qty", "price_unit", "price_total"]) for line in sale_order.order_line
        ]
        self.sale_order_of(an_order("de_promotion_on_both", later=5))
        after = [
            line.read(["product_uom_qty", "price_unit", "price_total"]) for line in sale_order.order_line
        ]
        self.assertEqual(before, after)

    # --- addresses and dates

    def test_a_new_address_goes_to_the_open_transfers(self):
        sale_order = self.sale_order_of(an_order("de_tax_included"))
        self.validate(sale_order.picking_ids, {"LAMP-1": 1})
        address = {"name": "Erika Muster", "addressLine1": "Neue Gasse 9", "city": "Bonn"}
        address |= {"postalCode": "53111", "countryCode": "DE"}
        self.sale_order_of(an_order("de_tax_included", later=5, recipient={"deliveryAddress": address}))
        self.assertEqual(sale_order.partner_shipping_id.street, "Neue Gasse 9")
        streets = {picking.state == "done": picking.partner_id.street for picking in sale_order.picking_ids}
        self.assertEqual(streets, {True: "Hauptstrasse 5", False: "Neue Gasse 9"})
        self.assertFalse(sale_order.picking_ids.activity_ids)

    def test_an_address_that_a_person_chose_stays(self):
        sale_order = self.sale_order_of(an_order("de_tax_included"))
        other = sale_order.partner_shipping_id.copy({"street": "By hand 1"})
        sale_order.partner_shipping_id = other
        self.sale_order_of(an_order("de_tax_included", later=5))
        self.assertEqual(sale_order.partner_shipping_id, other)

    def test_a_new_promise_moves_the_deadline(self):
        window = {"shipByWindow": {"latestDateTime": "2026-11-30T20:00:00Z"}}
        sale_order = self.sale_order_of(
            an_order("de_tax_included"), an_order("de_tax_included", later=5, fulfillment=window)
        )
        self.assertEqual(str(sale_order.picking_ids.date_deadline), "2026-11-30 20:00:00")

    # --- shipped by somebody else

    def shipped(self, status="SHIPPED", quantity=2):
        order = an_order("de_tax_included", later=5, fulfillment={"fulfillmentStatus": status})
        order["orderItems"][0]["fulfillment"] = {
            "quantityFulfilled": quantity,
            "quantityUnfulfilled": 2 - quantity,
        }
        return order

    def test_shipped_elsewhere_holds_the_transfer(self):
        sale_order = self.sale_order_of(an_order("de_tax_included"), self.shipped())
        self.assertEqual(sale_order.hemi_amazon_hold, "shipped")
        self.assertIn("Shipped outside Odoo", self.activities(sale_order)[0])
        with self.assertRaisesRegex(UserError, "Shipped outside Odoo"):
            self.validate(sale_order.picking_ids)

    def test_it_left_this_warehouse_and_amazon_is_not_told_again(self):
        sale_order = self.sale_order_of(an_order("de_tax_included"), self.shipped())
        sale_order.action_amazon_release()
        self.validate(sale_order.picking_ids)
        self.assertEqual(sale_order.order_line[0].qty_delivered, 2)
        self.assertFalse(self.messages("ship"))

    def test_it_left_another_place(self):
        sale_order = self.sale_order_of(an_order("de_tax_included"), self.shipped("PARTIALLY_SHIPPED", 1))
        sale_order.action_amazon_left_elsewhere()
        self.assertEqual(sale_order.order_line[0].qty_delivered, 1)
        waiting = sale_order.picking_ids.filtered(lambda picking: picking.state != "cancel")
        self.assertEqual(waiting.move_ids.product_uom_qty, 1)
        self.validate(waiting)
        self.assertEqual(self.messages("ship").payload["items"][0][1], 1)
        self.assertEqual(sale_order.order_line[0].qty_delivered, 2)

    def test_what_odoo_shipped_is_no_news(self):
        sale_order = self.sale_order_of(an_order("de_tax_included"))
        self.validate(sale_order.picking_ids)
        self.sale_order_of(self.shipped())
        self.assertFalse(sale_order.hemi_amazon_hold)
        self.assertFalse(self.activities(sale_order))

    # --- pending

    def test_a_pending_order_is_taken_off_the_stock_and_completed_later(self):
        self.account.reserve_pending = True
        pending = an_order("de_pending_reserved")
        sale_order = self.sale_order_of(pending)
        listing = self.env["hemi.amazon.listing"].search([("sku", "=", "LAMP-1")])
        flow = self.env["hemi.amazon.flow.listings"]
        flow._refresh_batch(self.account)
        self.assertEqual(listing.quantity_wanted, 99)
        ready = an_order("de_tax_included", later=5, orderId=pending["orderId"])
        ready["orderItems"][0]["orderItemId"] = pending["orderItems"][0]["orderItemId"]
        self.assertEqual(self.sale_order_of(ready), sale_order)
        self.assertEqual(sale_order.state, "sale")
        self.assertAlmostEqual(sale_order.amount_total, 104.79)
        self.assertEqual(sale_order.partner_id.name, "Erika Muster")
        self.assertEqual(sale_order.partner_shipping_id.street, "Hauptstrasse 5")
        flow._refresh_batch(self.account)
        self.assertEqual(listing.quantity_wanted, 98)

    def test_a_pending_order_that_is_cancelled(self):
        self.account.reserve_pending = True
        cancelled = {"fulfillmentStatus": "CANCELLED"}
        sale_order = self.sale_order_of(
            an_order("de_pending_reserved"), an_order("de_pending_reserved", later=5, fulfillment=cancelled)
        )
        self.assertEqual(sale_order.state, "cancel")
        self.assertFalse(self.messages("cancel"))

    # --- fulfilled by Amazon

    def test_amazon_ships_in_parts(self):
        sale_order = self.sale_order_of(an_order("de_by_amazon_partly_shipped"))
        rest = an_order("de_by_amazon_partly_shipped", later=5, fulfillment={"fulfillmentStatus": "SHIPPED"})
        rest["orderItems"][0]["fulfillment"] = {"quantityFulfilled": 3, "quantityUnfulfilled": 0}
        self.sale_order_of(rest)
        self.sale_order_of({**rest, "lastUpdatedTime": "2026-11-21T11:00:00Z"})
        line = sale_order.order_line
        self.assertEqual(line.qty_delivered, 3)
        self.assertEqual(sale_order.picking_ids.mapped("state"), ["done", "done"])
        here = line.product_id.with_context(location=self.account.fba_location_id.id)
        self.assertEqual(here.qty_available, -3)
        own = line.product_id.with_context(warehouse_id=self.account.warehouse_id.id)
        self.assertEqual(own.free_qty, 100)
        self.assertFalse(self.messages("ship"))

    def test_an_order_by_amazon_is_cancelled_without_telling_it(self):
        unshipped = {"fulfillmentStatus": "UNSHIPPED"}
        order = an_order("de_by_amazon_shipped", fulfillment=unshipped)
        order["orderItems"][0]["fulfillment"] = {"quantityFulfilled": 0, "quantityUnfulfilled": 2}
        sale_order = self.sale_order_of(order)
        self.assertFalse(sale_order.picking_ids)
        sale_order.action_cancel()
        self.assertFalse(self.messages("cancel"))

    def test_amazon_cannot_fulfil(self):
        sale_order = self.sale_order_of(an_order("de_unfulfillable"), an_order("de_unfulfillable", later=5))
        self.assertEqual(sale_order.state, "draft")
        self.assertEqual(len(self.activities(sale_order)), 1)
