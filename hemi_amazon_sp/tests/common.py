import io

from odoo.addons.hemi_amazon_sp.amazon.lwa import Grant
from odoo.tests import TransactionCase, new_test_user
from odoo.tools import SQL

APPLICATION_ID = "amzn1.sp.solution.0f5c1d0e-1a2b-4c3d-8e4f-5a6b7c8d9e0f"
CLIENT_ID = "amzn1.application-oa2-client.0123456789abcdef0123456789abcdef"
CLIENT_SECRET = "amzn1.oa2-cs.v1." + "c0ffee00" * 8
REFRESH_TOKEN = "Atzr|test-refresh-token"
ACCESS_TOKEN = "Atza|test-access-token"
MERCHANT_ID = "A2EUSELLER0001"


def tables(env):
    """Give each table of the database as text."""
    env.flush_all()
    env.cr.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
    for (table,) in env.cr.fetchall():
        content = io.StringIO()
        env.cr._obj.copy_expert(SQL("COPY %s TO STDOUT", SQL.identifier(table)).code, content)
        yield table, content.getvalue()


class AmazonCase(TransactionCase):
    """An app, its credentials and one seller in Germany and France, not yet authorised."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": True, "no_reset_password": True})
        cls.germany = cls.env.ref("hemi_amazon_sp.marketplace_de")
        cls.france = cls.env.ref("hemi_amazon_sp.marketplace_fr")
        cls.integration = cls.env["hemi.amazon.integration"].create({"name": "Test App"})
        cls.credentials = cls.env["hemi.amazon.integration.credentials"].create(
            {
                "integration_id": cls.integration.id,
                "application_id": APPLICATION_ID,
                "client_id": CLIENT_ID,
                "client_secret": CLIENT_SECRET,
            }
        )
        cls.account = cls.make_account(MERCHANT_ID)

    @classmethod
    def make_account(cls, merchant_id, **values):
        return cls.env["hemi.amazon.account"].create(
            {
                "name": f"Seller {merchant_id}",
                "client_email": f"{merchant_id.lower()}@seller.example",
                "integration_id": cls.integration.id,
                "merchant_id": merchant_id,
                "home_marketplace_id": cls.germany.id,
                "orders_from": "2020-01-01",
            }
            | values
        )

    @classmethod
    def authorise(cls, account, marketplaces=None, refresh_token=REFRESH_TOKEN, access_token=ACCESS_TOKEN):
        """Authorise an account as if the seller had gone the whole way."""
        account._authorise(Grant(access_token, refresh_token, 3600))
        account.marketplace_ids = marketplaces or cls.germany | cls.france
        account.marketplaces_read_at = "2099-01-01"

    @classmethod
    def make_listing(cls, sku, account=None, **values):
        product = cls.env["product.product"].create(
            {
                "name": f"Product {sku}",
                "default_code": sku,
                "is_storable": True,
                "list_price": 20.0,
                "taxes_id": False,
            }
        )
        return cls.env["hemi.amazon.listing"].create(
            {"account_id": (account or cls.account).id, "sku": sku, "product_id": product.id} | values
        )

    @classmethod
    def make_user(cls, login, groups):
        return new_test_user(cls.env, login=login, groups=groups)
