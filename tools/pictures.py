"""Takes the pictures of docs/ in a real browser, from the demo as it stands after its scenario."""

from contextlib import contextmanager

from playwright.sync_api import sync_playwright

from tools import demo, demo_scenario, pictures_story
from tools.console import exit_with, say
from tools.odoo_rpc import OdooUser
from tools.paths import ROOT

FOLDER = ROOT / "docs" / "pictures"
CHROMIUM = "/usr/bin/chromium"
DESKTOP, TELEPHONE = {"width": 1400, "height": 900}, {"width": 400, "height": 860}
CARDS = {"overview": "hemi_amazon_overview_action"}
ON_A_TELEPHONE = ("overview", "problems", "orders", "listings", "messages", "account", "sale_order")
LISTS = {
    "problems": "hemi_amazon_problem_action",
    "integrations": "hemi_amazon_integration_action",
    "credentials_list": "hemi_amazon_integration_credentials_action",
    "marketplaces": "hemi_amazon_marketplace_action",
    "accounts": "hemi_amazon_account_action",
    "orders": "hemi_amazon_order_action",
    "listings": "hemi_amazon_listing_action",
    "feeds": "hemi_amazon_feed_action",
    "messages": "hemi_amazon_feed_message_action",
    "limits": "hemi_amazon_quota_action",
    "orders_to_look_at": "hemi_amazon_order_failed_action",
    "returns": "hemi_amazon_return_action",
    "reports": "hemi_amazon_report_action",
    "calls": "hemi_amazon_call_action",
    "to_renew": "hemi_amazon_account_to_renew_action",
    "links": "hemi_amazon_consent_action",
    "erasures": "hemi_amazon_erasure_action",
}
# wizards: the form that they are opened on, and their button
WIZARDS = {
    "map_products": ("order_unknown_sku", "action_map_products"),
    "recover_orders": ("account", "Recover Orders"),
    "preview": ("account", "action_preview"),
}
BUYER_DATA = "Data of This Amazon Buyer"  # in the menu of a contact
TABS = {"account_orders": ("account", "Orders")}


def main():
    """Play the demo, then take every picture."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with demo.played(before=first_steps) as (erp, amazon, status):
        pictures_story.tell(erp, amazon, OdooUser(erp.url, erp.database))
        take_pictures(erp, amazon)
    return status


@contextmanager
def chromium():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


def first_steps(erp):
    """Take the picture of what a new database shows."""
    with chromium() as browser:
        page = logged_in(browser, erp, DESKTOP)
        shoot(page, "first_steps", f"{erp.url}/odoo/amazon", ".o_hemi_amazon_steps")


def take_pictures(erp, amazon):
    """Take the pictures of all screens.

    :param erp: the Odoo server after the scenario
    :param amazon: the simulated Amazon
    """
    with chromium() as browser:
        back_office(browser, erp)
        seller_pages(browser, erp, amazon)


def logged_in(browser, erp, viewport):
    """Open the back office.

    :return: the page
    """
    page = browser.new_page(viewport=viewport)
    page.goto(f"{erp.url}/web/login")
    page.fill("input[name=login]", "admin")
    page.fill("input[name=password]", "admin")
    page.click("button[type=submit]:visible")
    page.wait_for_selector(".o_main_navbar")
    return page


def back_office(browser, erp):
    page = logged_in(browser, erp, DESKTOP)
    cards = {
        name: f"{erp.url}/odoo/action-hemi_amazon_sp.{action}" for name, action in (LISTS | CARDS).items()
    }
    for name, address in cards.items():
        shoot(page, name, address, ".o_list_view, .o_kanban_view")
    addresses = {
        name: f"{erp.url}/odoo/{path}" for name, path in forms(OdooUser(erp.url, erp.database)).items()
    }
    for name, address in addresses.items():
        shoot(page, name, address, ".o_form_view")
    small = logged_in(browser, erp, TELEPHONE)
    for name in ON_A_TELEPHONE:
        shoot(small, f"{name}_telephone", (cards | addresses)[name], ".o_content")
    for name, (form, tab) in TABS.items():
        visit(page, addresses[form], ".o_form_view")
        page.click(f".o_notebook .nav-link:text-is('{tab}')")
        save(page, name)
    for name, (form, button) in WIZARDS.items():
        visit(page, addresses[form], ".o_form_view")
        page.click(f"button[name='{button}'], .o_form_statusbar button:has-text('{button}')")
        page.wait_for_selector(".modal .o_form_view")
        save(page, name)
    visit(page, f"{erp.url}/odoo/{a_buyer(OdooUser(erp.url, erp.database))}", ".o_form_view")
    page.click(".o_cp_action_menus button")
    page.click(f".o-dropdown--menu .o_menu_item:has-text('{BUYER_DATA}')")
    page.wait_for_selector(".modal .o_form_view")
    save(page, "buyer_data")
    page.goto(f"{erp.url}/odoo/action-hemi_amazon_sp.hemi_amazon_account_action/new")
    page.wait_for_selector(".o_form_view")
    save(page, "account_new")


def forms(user):
    """Give the address of a telling record of each form.

    :rtype: dict[str, str]
    """

    def first(model, action, domain, order="id"):
        return f"{action}/{user.call(model, 'search', domain, order=order, limit=1)[0]}"

    ours, imported = "action-hemi_amazon_sp.", [("hemi_amazon_order_id", "!=", False)]
    return {
        "integration": first("hemi.amazon.integration", f"{ours}hemi_amazon_integration_action", []),
        "credentials": first(
            "hemi.amazon.integration.credentials", f"{ours}hemi_amazon_integration_credentials_action", []
        ),
        "account": first("hemi.amazon.account", f"{ours}hemi_amazon_account_action", []),
        "marketplace": first("hemi.amazon.marketplace", f"{ours}hemi_amazon_marketplace_action", []),
        "listing": first("hemi.amazon.listing", f"{ours}hemi_amazon_listing_action", []),
        "feed": first("hemi.amazon.feed", f"{ours}hemi_amazon_feed_action", []),
        "message": first("hemi.amazon.feed.message", f"{ours}hemi_amazon_feed_message_action", []),
        "amazon_order": first("hemi.amazon.order", f"{ours}hemi_amazon_order_action", []),
        "sale_order": first("sale.order", "action-sale.action_orders", [*imported, ("state", "=", "sale")]),
        "sale_order_cancelled": first(
            "sale.order", "action-sale.action_orders", [*imported, ("state", "=", "cancel")]
        ),
        "transfer": first(
            "stock.picking",
            "action-stock.action_picking_tree_all",
            [("sale_id.hemi_amazon_order_id", "!=", False), ("state", "=", "done")],
        ),
        "invoice": first(
            "account.move",
            "action-account.action_move_out_invoice_type",
            [("line_ids.sale_line_ids.order_id.hemi_amazon_order_id", "!=", False)],
            "id",
        ),
        "sale_order_held": first(
            "sale.order", "action-sale.action_orders", [("hemi_amazon_hold", "!=", False)]
        ),
        "transfer_held": first(
            "stock.picking",
            "action-stock.action_picking_tree_all",
            [("sale_id.hemi_amazon_hold", "!=", False)],
        ),
        "order_unknown_sku": first(
            "hemi.amazon.order",
            f"{ours}hemi_amazon_order_action",
            [("has_unknown_sku", "=", True)],
            "id desc",
        ),
        "order_to_look_at": first(
            "hemi.amazon.order", f"{ours}hemi_amazon_order_action", [("state", "=", "failed")]
        ),
        "return": first("hemi.amazon.return", f"{ours}hemi_amazon_return_action", [("state", "=", "booked")]),
        "carrier": first(
            "delivery.carrier",
            "action-delivery.action_delivery_carrier_form",
            [("hemi_amazon_carrier_code", "!=", False)],
        ),
    }


def a_buyer(user):
    """Give the address of a buyer of Amazon."""
    imported = [("sale_order_ids.hemi_amazon_order_id.state", "=", "imported"), ("is_company", "=", False)]
    return f"action-base.action_partner_form/{user.call('res.partner', 'search', imported, limit=1)[0]}"


def seller_pages(browser, erp, amazon):
    """Go the seller's way once more, on a telephone and on a desktop."""
    user = OdooUser(erp.url, erp.database)
    for size, viewport in (("telephone", TELEPHONE), ("desktop", DESKTOP)):
        walk(browser.new_page(viewport=viewport), size, new_link(user, amazon))
        page = browser.new_page(viewport=viewport)
        page.goto(f"{erp.url}/hemi_amazon_sp/oauth/start?link=unknown")
        save(page, f"seller_wrong_link_{size}")
    page = browser.new_page(viewport=DESKTOP)
    page.goto(f"{amazon.url}/_sim/")
    save(page, "simulated_amazon")


def new_link(user, amazon):
    """Have a link sent to the first seller once more, and return it."""
    account = user.ref(demo_scenario.ACCOUNTS[0])
    [values] = user.call("hemi.amazon.account", "read", [account], ["client_email"])
    old = demo_scenario.mailed_link(amazon, values["client_email"])

    def newer():
        link = demo_scenario.mailed_link(amazon, values["client_email"])
        return link if link != old else None

    user.call("hemi.amazon.account", "action_oauth_began", [account])
    return demo_scenario.wait(newer, "the mail")


def walk(page, size, link):
    page.goto(link)
    save(page, f"seller_landing_{size}")
    page.click("button:has-text('Continue')")
    seller = demo_scenario.world()["sellers"][0]
    page.fill("#email", seller["email"])
    page.fill("#password", seller["password"])
    page.click("#signin")
    page.wait_for_selector("#authorize")
    save(page, f"seller_central_{size}")
    page.click("#authorize")
    page.wait_for_url("**/hemi_amazon_sp/**")
    save(page, f"seller_done_{size}")


def shoot(page, name, address, selector):
    visit(page, address, selector)
    save(page, name)


def visit(page, address, selector):
    page.goto(address)
    page.wait_for_selector(selector)
    page.wait_for_function(
        "document.fonts.status === 'loaded' && !document.querySelector('.o_loading_indicator')"
    )


def save(page, name):
    say(f"  {name}")
    page.screenshot(path=FOLDER / f"{name}.png")


if __name__ == "__main__":
    exit_with(main)
