"""Takes the pictures of docs/ in a real browser, from the demo as it stands after its scenario."""

from contextlib import contextmanager

from playwright.sync_api import sync_playwright

from tools import demo, demo_scenario, pictures_dark, pictures_story
from tools.console import exit_with, say
from tools.odoo_rpc import OdooUser
from tools.paths import ROOT

FOLDER = ROOT / "docs" / "pictures"
SEEN = ROOT / ".local" / "pictures"
CHROMIUM = "/usr/bin/chromium"
SIZES = {"desktop": {"width": 1400, "height": 900}, "telephone": {"width": 400, "height": 860}}
LOOKS = ("desktop_light", "telephone_light", "desktop_dark", "telephone_dark")
CHART_TAKES = 1500  # milliseconds until its bars have grown
RECORDS = ".o_data_row, .o_group_header, .o_kanban_record:not(.o_kanban_ghost), .o_view_nocontent"
READY = """
    document.fonts.status === 'loaded' && !document.querySelector('.o_loading_indicator')
    && Array.from(document.images).every((image) => image.complete)
"""
FORM = ".o_form_view .o_field_widget"
SELLER = ("seller_landing", "seller_central", "seller_done", "seller_wrong_link")
# what the docs show of the other looks, and how its name ends there; of the light desktop they show all
IN_DOCS = {
    "telephone_light": (
        ("overview", "problems", "orders", "listings", "messages", "account", "sale_order", *SELLER),
        "_telephone",
    ),
    "desktop_dark": (("overview", "problems", "account"), "_dark"),
}
LISTS = {
    "overview": "hemi_amazon_overview_action",
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
    "preview": ("account_paused", "action_preview"),
}
BUYER_DATA = "Data of This Amazon Buyer"  # in the menu of a contact
TABS = {"account_orders": ("account", "Orders")}


def main():
    """Play the demo, then take every picture.

    All screens are taken on a desktop and on a telephone, light and dark, into ``SEEN``, to be looked at;
    the pictures of docs/ are some of them.
    """
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
    """Take the pictures of what a new database shows."""
    pictures_dark.prepare(OdooUser(erp.url, erp.database))
    with chromium() as browser:
        for look in LOOKS:
            page = logged_in(browser, erp, look)
            shoot(page, look, "first_steps", f"{erp.url}/odoo/amazon", ".o_hemi_amazon_steps")


def take_pictures(erp, amazon):
    """Take the pictures of all screens.

    :param erp: the Odoo server after the scenario
    :param amazon: the simulated Amazon
    """
    with chromium() as browser:
        for look in LOOKS:
            back_office(browser, erp, look)
        seller_pages(browser, erp, amazon)


def logged_in(browser, erp, look):
    """Open the back office.

    :return: the page
    """
    context = browser.new_context(viewport=SIZES[look.split("_")[0]])
    if look.endswith("dark"):
        pictures_dark.darken(context, erp.url)
    page = context.new_page()
    page.goto(f"{erp.url}/web/login")
    page.fill("input[name=login]", "admin")
    page.fill("input[name=password]", "admin")
    page.click("button[type=submit]:visible")
    page.wait_for_selector(".o_main_navbar")
    return page


def back_office(browser, erp, look):
    page, user = logged_in(browser, erp, look), OdooUser(erp.url, erp.database)
    for name, action in LISTS.items():
        shoot(page, look, name, f"{erp.url}/odoo/action-hemi_amazon_sp.{action}", RECORDS)
    addresses = {name: f"{erp.url}/odoo/{path}" for name, path in forms(user).items()}
    for name, address in addresses.items():
        shoot(page, look, name, address, FORM)
    shoot(
        page,
        look,
        "account_new",
        f"{erp.url}/odoo/action-hemi_amazon_sp.hemi_amazon_account_action/new",
        FORM,
    )
    if look.startswith("desktop"):
        behind_buttons(page, look, addresses, f"{erp.url}/odoo/{a_buyer(user)}")


def behind_buttons(page, look, addresses, buyer):
    """Take what opens by a click: tabs, wizards, and the window on a buyer's data."""
    for name, (form, tab) in TABS.items():
        visit(page, addresses[form], FORM)
        page.click(f".o_notebook .nav-link:text-is('{tab}')")
        page.locator(f".o_notebook .nav-link:text-is('{tab}')").scroll_into_view_if_needed()
        save(page, look, name)
    for name, (form, button) in WIZARDS.items():
        visit(page, addresses[form], FORM)
        page.click(f"button[name='{button}'], .o_form_statusbar button:has-text('{button}')")
        page.wait_for_selector(".modal .o_form_view")
        save(page, look, name)
        if name == "preview":
            page.click(".modal .o_data_row td")
            page.wait_for_selector(".modal .ace_line")
            save(page, look, "preview_document")
    visit(page, buyer, FORM)
    page.click(".o_cp_action_menus button")
    page.click(f".o-dropdown--menu .o_menu_item:has-text('{BUYER_DATA}')")
    page.wait_for_selector(".modal .o_form_view")
    save(page, look, "buyer_data")


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
        "account_paused": first(
            "hemi.amazon.account", f"{ours}hemi_amazon_account_action", [("paused", "=", True)]
        ),
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
    """Go the seller's way once more, on each size, light and dark."""
    user = OdooUser(erp.url, erp.database)
    for look in LOOKS:
        size, scheme = look.split("_")
        page = browser.new_page(viewport=SIZES[size], color_scheme=scheme)
        walk(page, look, new_link(user, amazon))
        page.goto(f"{erp.url}/hemi_amazon_sp/oauth/start?link=unknown")
        save(page, look, "seller_wrong_link")
    page = browser.new_page(viewport=SIZES["desktop"])
    page.goto(f"{amazon.url}/_sim/")
    save(page, "desktop_light", "simulated_amazon")


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


def walk(page, look, link):
    page.goto(link)
    save(page, look, "seller_landing")
    page.click("button:has-text('Continue')")
    seller = demo_scenario.world()["sellers"][0]
    page.fill("#email", seller["email"])
    page.fill("#password", seller["password"])
    page.click("#signin")
    page.wait_for_selector("#authorize")
    save(page, look, "seller_central")
    page.click("#authorize")
    page.wait_for_url("**/hemi_amazon_sp/**")
    save(page, look, "seller_done")


def shoot(page, look, name, address, selector):
    visit(page, address, selector)
    save(page, look, name)


def visit(page, address, selector):
    page.goto(address)
    page.wait_for_selector(selector)
    page.wait_for_function(READY)
    if page.query_selector("canvas"):
        page.wait_for_timeout(CHART_TAKES)


def save(page, look, name):
    """Take a picture to look at, and for the docs if they show it."""
    say(f"  {look}/{name}")
    picture = page.screenshot(path=SEEN / look / f"{name}.png")
    chosen, ending = IN_DOCS.get(look, ((), ""))
    if look == "desktop_light" or name in chosen:
        (FOLDER / f"{name}{ending}.png").write_bytes(picture)


if __name__ == "__main__":
    exit_with(main)
