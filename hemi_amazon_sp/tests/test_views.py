import base64

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, tagged

from .common import APPLICATION_ID, CLIENT_ID, CLIENT_SECRET
from .test_amazon_order import OrderCase, make_payload

USER = "hemi_amazon_sp.hemi_amazon_sp_group_user"
MANAGER = "hemi_amazon_sp.hemi_amazon_sp_group_manager"


class ViewCase(OrderCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = cls.make_user("amazon_user", USER)
        cls.manager = cls.make_user("amazon_manager", MANAGER)

    def form(self, model):
        return Form(self.env[model].with_user(self.manager))


@tagged("post_install", "-at_install")
class TestSetUpForms(ViewCase):
    def integration_form(self):
        form = self.form("hemi.amazon.integration")
        form.name = "Second App"
        return form

    def test_integration_with_its_credentials(self):
        form = self.integration_form()
        self.assertTrue(form.redirect_uri.endswith("/hemi_amazon_sp/oauth/callback"))
        self.assertTrue(form.login_uri.endswith("/hemi_amazon_sp/oauth/login"))
        with form.credentials_ids.new() as credentials:
            credentials.application_id = APPLICATION_ID
            credentials.client_id = CLIENT_ID
            credentials.client_secret = CLIENT_SECRET
        integration = form.save()
        self.assertEqual((integration.environment, integration.state), ("production", "draft"))
        self.assertEqual(integration.credentials_ids._secret("client_secret"), CLIENT_SECRET)

    def test_a_stored_secret_is_not_shown_and_kept_when_nothing_is_entered(self):
        form = Form(self.credentials.with_user(self.manager))
        self.assertTrue(form.client_secret_stored)
        self.assertFalse(form.client_secret)
        form.application_id = "amzn1.sellerapps.app.0f5c1d0e"
        form.save()
        self.assertEqual(self.credentials._secret("client_secret"), CLIENT_SECRET)

    def test_wrong_credentials(self):
        wrong = {
            "application_id": ("12345", "starts with amzn1.sp.solution. or amzn1.sellerapps.app."),
            "client_id": ("amzn1.sp.solution.12345", "starts with amzn1.application-oa2-client."),
            "arn": ("role/name", "looks like arn:aws:iam::123456789012:role/name"),
        }
        for name, (value, message) in wrong.items():
            wrong_value = self.assertRaisesRegex(ValidationError, message)
            with self.subTest(name), wrong_value, self.env.cr.savepoint():
                form = Form(self.credentials.with_user(self.manager))
                setattr(form, name, value)
                form.save()

    def test_base_url(self):
        form = self.integration_form()
        form.environment = "custom"
        with self.assertRaisesRegex(AssertionError, "base_url is a required field"):
            form.save()
        form.base_url = "http://amazon.example"
        with self.assertRaisesRegex(ValidationError, "Plain http is only allowed on this machine"):
            form.save()
        form.base_url = "http://127.0.0.1:8070"
        self.assertEqual(form.save().base_url, "http://127.0.0.1:8070")

    def account_form(self, **values):
        form = self.form("hemi.amazon.account")
        values = {"client_email": "new@seller.example", "merchant_id": "A3NEWSELLER003"} | values
        for name, value in values.items():
            setattr(form, name, value)
        return form

    def test_account(self):
        form = self.account_form(integration_id=self.integration, home_marketplace_id=self.germany)
        account = form.save()
        self.assertEqual(account.name, "new@seller.example")
        self.assertEqual((account.state, account.region), ("not_authorised", "eu"))
        flags = (
            "update_stock",
            "update_price",
            "ship_orders",
            "upload_invoices",
            "cancel_orders",
            "refund_orders",
        )
        self.assertEqual([flag for flag in flags if not account[flag]], [])

    def test_a_merchant_id_is_written_in_capitals(self):
        form = self.account_form(integration_id=self.integration, home_marketplace_id=self.germany)
        form.merchant_id = " a2small9letters "
        self.assertEqual(form.merchant_id, "A2SMALL9LETTERS")

    def test_wrong_account(self):
        wrong = {
            "merchant_id": ("b2euseller", "finds it in Seller Central under Settings, Account Info"),
            "client_email": ("nobody", "is not one e-mail address"),
        }
        for name, (value, message) in wrong.items():
            wrong_value = self.assertRaisesRegex(ValidationError, message)
            with self.subTest(name), wrong_value, self.env.cr.savepoint():
                self.account_form(**{name: value}).save()

    def test_keys_are_shown_as_dates_only(self):
        form = Form(self.account.with_user(self.manager))
        self.assertTrue(form.access_key_valid_until)
        self.assertTrue(form.refresh_key_generated_on)

    def test_refresh_token_is_required(self):
        wizard = self.env["hemi.amazon.refresh.token"].with_user(self.manager)
        form = Form(wizard.with_context(default_account_id=self.account.id))
        with self.assertRaisesRegex(AssertionError, "refresh_token is a required field"):
            form.save()


@tagged("post_install", "-at_install")
class TestUserOfAmazon(ViewCase):
    def test_sees_what_was_set_up_but_does_not_change_it(self):
        for record in (self.integration, self.account, self.germany):
            with self.subTest(record._name):
                form = Form(record.with_user(self.user))
                form.name = "Another Name"
                with self.assertRaises(AccessError):
                    form.save()

    def test_never_sees_credentials(self):
        view = self.env["hemi.amazon.integration"].with_user(self.user).get_view(view_type="form")
        self.assertNotIn("credentials_ids", view["arch"])
        with self.assertRaises(AccessError):
            Form(self.credentials.with_user(self.user))

    def test_matches_a_listing(self):
        listing = self.make_listing("LAMP-1")
        product = listing.product_id
        listing.product_id = False
        form = Form(listing.with_user(self.user))
        form.product_id = product
        self.assertEqual(form.save().product_id, product)

    def test_deals_with_rejected_messages(self):
        order = self.take(make_payload())
        messages = self.env["hemi.amazon.feed.message"]

        def retry(message):
            messages.browse(message.id).with_user(self.user).action_retry()

        def abandon(message):
            wizard = self.env["hemi.amazon.abandon"].with_user(self.user).with_context(active_ids=message.ids)
            form = Form(wizard)
            form.reason = "Cancelled by hand in Seller Central"
            form.save().action_abandon()

        for deal, state in ((retry, "pending"), (abandon, "abandoned")):
            with self.subTest(state):
                message = order.sale_order_id._amazon_leave("cancel", order, {})
                message._reject("17", "No such order.")
                deal(message)
                self.assertEqual(message.state, state)
                action = message.with_user(self.user).action_open_record()
                self.assertEqual(
                    (action["res_model"], action["res_id"]), ("sale.order", order.sale_order_id.id)
                )

    def test_opens_what_belongs_to_an_account(self):
        account = self.account.with_user(self.user)
        order = self.take(make_payload())
        action = account.with_context(amazon_model="hemi.amazon.order").action_open()
        self.assertEqual(action["name"], "Orders")
        self.assertEqual(self.env[action["res_model"]].search(action["domain"]), order)

    def test_list_actions_are_for_managers(self):
        action = self.env.ref("hemi_amazon_sp.hemi_amazon_account_oauth_began_action")
        context = {"active_model": "hemi.amazon.account", "active_ids": self.account.ids}
        with self.assertRaises(AccessError):
            action.with_user(self.user).with_context(**context).run()
        action.with_user(self.manager).with_context(**context).run()
        self.assertTrue(self.account.oauth_began)

    def test_menus(self):
        root = self.env.ref("hemi_amazon_sp.menu_root").id
        configuration = self.env.ref("hemi_amazon_sp.menu_configuration").id
        salesman = self.make_user("salesman", "sales_team.group_sale_salesman")
        shown = {
            user.login: {root, configuration} & self.env["ir.ui.menu"].with_user(user)._visible_menu_ids()
            for user in (self.manager, self.user, salesman)
        }
        self.assertEqual(
            shown, {"amazon_manager": {root, configuration}, "amazon_user": {root}, "salesman": set()}
        )

    def test_every_screen_opens(self):
        actions = self.env["ir.actions.act_window"].search([("res_model", "=like", "hemi.amazon.%")])
        hidden = {
            f"hemi.amazon.{name}"
            for name in (
                "buyer.data",
                "consent",
                "erasure",
                "integration.credentials",
                "refresh.token",
                "settle",
                "take.over",
            )
        }
        self.assertGreater(len(actions), 10)
        for action in actions.filtered(lambda action: action.res_model not in hidden):
            with self.subTest(action.xml_id):
                model = self.env[action.res_model].with_user(self.user)
                views = [(False, mode) for mode in (*action.view_mode.split(","), "search")]
                for mode, view in model.get_views(views)["views"].items():
                    self.assertTrue(view["arch"], mode)


@tagged("post_install", "-at_install")
class TestOthersRecords(ViewCase):
    """Who has nothing to do with Amazon goes on with his own work, and sees what Amazon said."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_listing("LAMP-1")

    def setUp(self):
        super().setUp()
        self.order = self.take(make_payload()).sale_order_id

    def test_salesman(self):
        salesman = self.make_user("salesman", "sales_team.group_sale_salesman_all_leads")
        form = Form(self.order.with_user(salesman))
        self.assertEqual(form.hemi_amazon_status, "UNSHIPPED")
        self.assertEqual(form.hemi_amazon_order_id.sudo().name, "402-1234567-1234567")
        form.client_order_ref = "seen"
        form.save()
        self.assertEqual(self.order.client_order_ref, "seen")

    def test_salesman_cancels_with_a_reason(self):
        salesman = self.make_user("salesman", "sales_team.group_sale_salesman_all_leads")
        action = self.order.with_user(salesman).action_cancel()
        form = Form(self.env[action["res_model"]].with_user(salesman).with_context(**action["context"]))
        form.reason = "PricingError"
        form.save().action_cancel_order()
        self.assertEqual(self.order.state, "cancel")
        self.assertEqual(Form(self.order.with_user(salesman)).hemi_amazon_state, "pending")

    def test_warehouse_user(self):
        # Odoo itself refuses delivery orders to a warehouse user who may not read zip prefixes of carriers
        picker = self.make_user("picker", "stock.group_stock_user,base.group_partner_manager")
        picking = self.order.picking_ids
        picking.move_ids.write({"quantity": 2, "picked": True})
        picking._action_done()
        form = Form(picking.with_user(picker))
        self.assertEqual(form.hemi_amazon_state, "pending")
        self.assertEqual(form.hemi_amazon_order_id.sudo().name, "402-1234567-1234567")

    def test_accountant(self):
        accountant = self.make_user("accountant", "account.group_account_invoice")
        invoice = self.order._create_invoices()
        invoice.action_post()
        self.assertEqual(Form(invoice.with_user(accountant)).hemi_amazon_state, "pending")
        reversal = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"journal_id": invoice.journal_id.id})
        )
        refund = self.env["account.move"].browse(reversal.reverse_moves()["res_id"])
        with Form(refund.with_user(accountant)) as form:
            form.hemi_amazon_refund_reason = "NoInventory"
        self.assertEqual(refund.hemi_amazon_refund_reason, "NoInventory")

    def test_amazon_orders_are_found(self):
        salesman = self.make_user("salesman", "sales_team.group_sale_salesman_all_leads")
        found = self.env["sale.order"].with_user(salesman).search([("hemi_amazon_order_id", "!=", False)])
        self.assertIn(self.order, found)

    def test_carrier(self):
        carrier = self.env["delivery.carrier"].search([], limit=1)
        with Form(carrier) as form:
            form.hemi_amazon_carrier_code = "Other"
            form.hemi_amazon_carrier_name = "Bicycle Courier"
            form.hemi_amazon_untracked = True
        self.assertEqual(carrier.hemi_amazon_carrier_name, "Bicycle Courier")


@tagged("post_install", "-at_install")
class TestResults(ViewCase):
    def feed(self, flow, **values):
        flow = self.env["hemi.amazon.flow"]._flow_model(flow)
        feed = self.env["hemi.amazon.feed"]._prepare_feed(flow, self.account, self.germany, b"document", 1)
        feed.write(values)
        return feed

    def test_a_document_is_kept_as_it_is_and_not_in_the_database_once_more(self):
        feed = self.feed("listings")
        self.assertEqual((feed._read_document(), base64.b64decode(feed.document)), (b"document",) * 2)
        domain = [("res_model", "=", feed._name), ("res_field", "=", "document"), ("res_id", "=", feed.id)]
        file = self.env["ir.attachment"].search(domain)
        self.assertEqual((file.mimetype, file.index_content), ("application/json", False))

    def test_downloads_are_named(self):
        names = {
            "ship": ("POST_ORDER_FULFILLMENT_DATA-17.xml", "POST_ORDER_FULFILLMENT_DATA-17-report.xml"),
            "listings": ("JSON_LISTINGS_FEED-17.json", "JSON_LISTINGS_FEED-17-report.json"),
            "invoice": ("UPLOAD_VAT_INVOICE-17.pdf", "UPLOAD_VAT_INVOICE-17-report.txt"),
        }
        for flow, expected in names.items():
            with self.subTest(flow):
                form = Form(self.feed(flow, amazon_feed_id="17").with_user(self.user))
                self.assertEqual((form.document_name, form.report_name), expected)

    def test_the_address_is_given_for_many_integrations_at_once(self):
        integrations = self.integration.create([{"name": "One"}, {"name": "Two"}])
        integrations.invalidate_recordset()
        self.assertEqual(len(set(integrations.mapped("redirect_uri"))), 1)
