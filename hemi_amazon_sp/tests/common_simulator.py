"""Tests against the simulated Amazon, over HTTP: they look at what Amazon holds and Odoo shows."""

import io
import unittest

import pypdf
from odoo import fields
from odoo.tests import Form, common

from .common import APPLICATION_ID, CLIENT_ID, CLIENT_SECRET, MERCHANT_ID, AmazonCase

try:
    from amazon_simulator import Simulator
except ModuleNotFoundError as error:
    if error.name != "amazon_simulator":
        raise
    Simulator = None

PRIVATE_TOKEN = "Atzr|private-token-of-the-seller"
GERMANY, FRANCE = "A1PA6795UKMFR9", "A13V1IB3VIYZZH"


def a_pdf():
    """Write a PDF of one empty page."""
    content = io.BytesIO()
    writer = pypdf.PdfWriter()
    writer.add_blank_page(200, 200)
    writer.write(content)
    return content.getvalue()


@unittest.skipUnless(Simulator, "the package amazon_simulator is not beside the addon")
class SimulatorCase(AmazonCase):
    """One authorised seller in Germany and France, with the listings LAMP-1 and LAMP-2 at Amazon and here."""

    clock = "virtual"  # stands still; "running" refills Amazon's limits as fast as the machine's time ours

    @classmethod
    def _request_handler(cls, session, request, /, **options):
        """Let requests to the simulated Amazon pass; Odoo's own handler cannot read a pair of timeouts."""
        if request.url.startswith(cls.amazon.url):
            return common._super_send(session, request, **options)
        return super()._request_handler(session, request, **options)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.amazon = cls.enterClassContext(Simulator(clock=cls.clock))
        cls.integration.write({"environment": "custom", "base_url": cls.amazon.url})

    def setUp(self):
        super().setUp()
        self.world = self.amazon.world
        self.world.reset()
        self.world.register_application(
            application_id=APPLICATION_ID,
            client_id=CLIENT_ID,
            client_secret=CLIENT_SECRET,
            redirect_uris=[self.integration.redirect_uri],
            login_uri=self.integration.login_uri,
            state="draft",
        )
        self.register_seller(MERCHANT_ID, PRIVATE_TOKEN, ["LAMP-1", "LAMP-2"])
        self.authorise(self.account, refresh_token=PRIVATE_TOKEN)
        self.env["hemi.amazon.token"].search([]).access_expires_at = "2000-01-01"
        self.account.listings_way = "feed"  # the tests of feeds; those of patches say so
        self.lamp, self.other_lamp = self.make_listing("LAMP-1"), self.make_listing("LAMP-2")
        self.stock(self.lamp, 10)
        for operation in ("createFeed", "searchOrders", "getFeedDocument"):
            self.world.set_limit(operation, 100, 1000)
        self.patch(type(self.env["account.move"]), "_amazon_pdf", lambda move: a_pdf())

    def register_seller(self, seller_id, token, skus, **options):
        self.world.register_seller(
            seller_id=seller_id,
            name="Test Seller",
            region="eu",
            marketplaces=[GERMANY, FRANCE],
            email="seller@seller.example",
            password="secret",
            private_refresh_token=token,
            listings=[
                {
                    "sku": sku,
                    "asin": "B000000001",
                    "product_type": "LAMP",
                    "title": sku,
                    "channel": "DEFAULT",
                    "quantity": 0,
                    "prices": {GERMANY: "10.00", FRANCE: "10.00"},
                }
                for sku in skus
            ],
            **options,
        )

    def stock(self, listing, quantity):
        """Put a quantity of the listing's product on the shelf."""
        location = self.account.warehouse_id.lot_stock_id
        self.env["stock.quant"]._update_available_quantity(listing.product_id, location, quantity)

    def run_job(self, turns=1, real_pdf=False):
        """Let the job run; between turns minutes pass at Amazon, and all that Odoo put off becomes due."""
        for _turn in range(turns):
            self.world.advance(180)
            now = fields.Datetime.now()
            self.env["hemi.amazon.account"].search([]).write({"next_run_at": False, "orders_read_at": False})
            self.env["hemi.amazon.feed"].search([("next_check_at", "!=", False)]).next_check_at = now
            self.env["hemi.amazon.feed.message"].search([]).next_attempt_at = now
            self.env["hemi.amazon.quota"].search([]).unlink()
            with self.allow_pdf_render() if real_pdf else self.enter_registry_test_mode():
                self.env.ref("hemi_amazon_sp.ir_cron_run").method_direct_trigger()

    def settle(self):
        """Run the job until everything that was on its way has its answer."""
        self.run_job(4)

    def place_order(self, items=None, marketplace=GERMANY, **values):
        """Have a buyer order at Amazon and the job import it.

        :return: the sale order
        """
        items = items or [{"sku": "LAMP-1", "quantity": 2, "unitPrice": "20.00", "shipping": "5.00"}]
        order = {"marketplaceId": marketplace, "items": items, "createdHoursAgo": 24}
        order_id = self.world.place_order(MERCHANT_ID, order | values)
        self.run_job()
        order = self.env["hemi.amazon.order"].search([("name", "=", order_id)])
        self.assertEqual(order.state, "imported", order.error or self.account.last_error)
        return order.sale_order_id

    def deliver(self, sale_order, tracking="TRACK123"):
        """Deliver a sale order as the warehouse does.

        :return: the transfer
        """
        carrier = self.env["delivery.carrier"].create(
            {
                "name": "DHL Parcel",
                "product_id": self.env.ref("hemi_amazon_sp.product_shipping").id,
                "hemi_amazon_carrier_code": "DHL",
            }
        )
        picking = sale_order.picking_ids
        picking.write({"carrier_id": carrier.id, "carrier_tracking_ref": tracking})
        picking.action_assign()
        picking.button_validate()
        self.assertEqual(picking.state, "done")
        return picking

    def invoice(self, sale_order):
        """Invoice a sale order and post the invoice."""
        invoice = sale_order._create_invoices()
        invoice.action_post()
        return invoice

    def credit(self, invoice, quantities=None):
        """Post a credit note.

        :param dict quantities: SKU -> quantity that is credited; all of the invoice if not given
        """
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"journal_id": invoice.journal_id.id})
        )
        credit_note = self.env["account.move"].browse(wizard.refund_moves()["res_id"])
        if quantities is not None:
            with Form(credit_note) as form:
                for index in reversed(range(len(credit_note.invoice_line_ids))):
                    sku = credit_note.invoice_line_ids[index].sale_line_ids.hemi_amazon_sku
                    component = credit_note.invoice_line_ids[index].sale_line_ids.hemi_amazon_component
                    if component == "Principal" and sku in quantities:
                        with form.invoice_line_ids.edit(index) as line:
                            line.quantity = quantities[sku]
                    else:
                        form.invoice_line_ids.remove(index)
        credit_note.action_post()
        return credit_note

    def messages(self, flow):
        return self.env["hemi.amazon.feed.message"].search([("flow", "=", flow)])
