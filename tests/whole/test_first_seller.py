"""From an empty database to six flows accepted: through the screens, as a person does it."""

import subprocess

import pytest
from playwright.sync_api import expect

from amazon_simulator.leaks import forms, secrets_given
from tools import database, demo_scenario
from tools.odoo_rpc import OdooUser

WORLD = demo_scenario.world()
APPLICATION, SELLER = WORLD["applications"][0], WORLD["sellers"][0]
MERCHANT_ID, EMAIL = SELLER["seller_id"], "seller@alpenlicht.example"
SKUS = ("AL-LAMP-01", "AL-LAMP-02", "AL-CHAIR-01", "AL-TABLE-01", "AL-MUG-01")


@pytest.fixture(scope="module")
def user(erp):
    return OdooUser(erp.url, erp.database)


@pytest.fixture
def odoo_page(erp, new_page):
    """The back office's browser, logged in."""
    page = new_page()
    page.goto(f"{erp.url}/web/login")
    page.fill("input[name=login]", "admin")
    page.fill("input[name=password]", "admin")
    page.click("button[type=submit]:visible")
    page.wait_for_selector(".o_main_navbar")
    return page


def new_record(page, erp, action):
    page.goto(f"{erp.url}/odoo/action-hemi_amazon_sp.{action}/new")
    page.wait_for_selector(".o_form_view")


def fill(page, field, value):
    page.fill(f".o_form_view .o_field_widget[name={field}] input", value)


def choose(page, field, text):
    """Choose a record in a many2one field."""
    fill(page, field, text)
    page.click(f".o-autocomplete--dropdown-menu >> text={text}")


def save(page):
    page.click(".o_form_button_save")
    expect(page.locator(".o_form_button_save")).to_be_hidden()


def test_first_seller(erp, amazon, user, odoo_page, new_page):
    set_up_the_app(odoo_page, erp, amazon)
    register_addresses(amazon, user)
    make_account(odoo_page, erp)
    stock_the_shelves(erp)
    odoo_page.click("button:has-text('Oauth Began')")
    expect(odoo_page.locator(".o_statusbar_status .o_arrow_button_current")).to_have_text("Link sent")

    link = demo_scenario.wait(lambda: demo_scenario.mailed_link(amazon, EMAIL), "the mail with the link")
    authorise_as_seller(new_page(), link)

    odoo_page.reload()
    expect(odoo_page.locator(".o_statusbar_status .o_arrow_button_current")).to_have_text("Authorised")
    run_all_flows(user, erp)
    check_screens(odoo_page, erp, user)


def set_up_the_app(page, erp, amazon):
    new_record(page, erp, "hemi_amazon_integration_action")
    fill(page, "name", "Our App")
    page.click(".o_field_widget[name=environment] .o_select_menu_toggler")
    page.click(".o_select_menu_item:has-text('Custom base URL')")
    fill(page, "base_url", amazon.url)
    save(page)
    new_record(page, erp, "hemi_amazon_integration_credentials_action")
    choose(page, "integration_id", "Our App")
    for name in ("application_id", "client_id", "client_secret"):
        fill(page, name, APPLICATION[name])
    save(page)
    assert APPLICATION["client_secret"] not in page.content()


def register_addresses(amazon, user):
    """What the developer copies from the Integration into Seller Central."""
    [integration] = user.read("hemi.amazon.integration", [], ["redirect_uri", "login_uri"])
    uris = {"redirect_uris": [integration["redirect_uri"]], "login_uri": integration["login_uri"]}
    amazon.world.register_application(**(APPLICATION | uris))


def make_account(page, erp):
    new_record(page, erp, "hemi_amazon_account_action")
    fill(page, "client_email", EMAIL)
    fill(page, "merchant_id", MERCHANT_ID)
    choose(page, "home_marketplace_id", "Germany")
    save(page)


def authorise_as_seller(page, link):
    page.goto(link)
    page.click("button:has-text('Continue')")
    page.fill("#email", SELLER["email"])
    page.fill("#password", SELLER["password"])
    page.click("#signin")
    page.click("#authorize")
    page.wait_for_url("**/hemi_amazon_sp/oauth/**")
    assert "authorised" in page.inner_text("body").lower() or "connected" in page.inner_text("body").lower()


def run_all_flows(user, erp):
    [account] = user.call("hemi.amazon.account", "search", [("merchant_id", "=", MERCHANT_ID)])
    demo_scenario.wait_for_orders(user, account)
    demo_scenario.work_on_orders(user, account, user.call("delivery.carrier", "search", [], limit=1)[0])
    demo_scenario.wait_for_amazon(user, [account])
    flows = {result.flow: result.word for result in demo_scenario.results(user, account)}
    assert flows == dict.fromkeys(("stock", "price", "ship", "cancel", "refund", "invoice"), "accepted")


def stock_the_shelves(erp):
    erp.shell(
        f"""
account = env["hemi.amazon.account"].search([("merchant_id", "=", {MERCHANT_ID!r})])
account.write({{"orders_from": "2020-01-01", "listing_interval": 1}})
for sku in {SKUS!r}:
    product = env["product.product"].create({{"name": sku, "is_storable": True, "list_price": 30}})
    env["hemi.amazon.listing"].create({{"account_id": account.id, "sku": sku, "product_id": product.id}})
    env["stock.quant"]._update_available_quantity(product, account.warehouse_id.lot_stock_id, 50)
if not env["delivery.carrier"].search([], limit=1):
    product = env.ref("hemi_amazon_sp.product_shipping")
    env["delivery.carrier"].create({{"name": "DHL", "product_id": product.id}})
env["delivery.carrier"].search([]).hemi_amazon_carrier_code = "DHL"
env.cr.commit()
"""
    )


def check_screens(page, erp, user):
    """What Odoo then shows on a transfer."""
    [picking] = user.read(
        "stock.picking",
        [("sale_id.hemi_amazon_order_id", "!=", False), ("state", "=", "done")],
        ["id"],
        limit=1,
    )
    page.goto(f"{erp.url}/odoo/action-stock.action_picking_tree_all/{picking['id']}")
    expect(page.locator(".o_field_widget[name=hemi_amazon_state]")).to_contain_text("Accepted")


def test_neither_the_dump_nor_the_log_nor_a_file_holds_a_secret(erp, amazon):
    """After the test above: all that it left, at the log level debug."""
    dump = subprocess.run(["pg_dump", erp.database], capture_output=True, check=True).stdout
    assert MERCHANT_ID.encode() in dump
    places = {"dump": dump, "log": erp.log.read_bytes()}
    files = (path for path in database.filestore(erp.database).rglob("*") if path.is_file())
    places |= {str(path): path.read_bytes() for path in files}
    secrets = secrets_given(amazon.world)
    assert len(secrets) >= 3
    needles = [form.encode() for secret in secrets for form in forms(secret)]
    found = {place for place, content in places.items() if any(needle in content for needle in needles)}
    assert found == set()
