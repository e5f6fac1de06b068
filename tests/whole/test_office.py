"""The back office in a real browser: by keyboard alone, and on a telephone."""

import os

import pytest

from tools import odoo_server

SCREENS = ("amazon", "hemi_amazon_problem", "hemi_amazon_listing", "hemi_amazon_feed_message") + (
    "hemi_amazon_order",
    "hemi_amazon_account",
)
MAKE = """
app = env["hemi.amazon.integration"].create({"name": "App"})
env["hemi.amazon.account"].create(
    {
        "name": "Alpha",
        "client_email": "a@seller.example",
        "merchant_id": "A2ALPHASELLER",
        "integration_id": app.id,
    }
)
env["product.product"].create({"name": "Lamp", "default_code": "LAMP-1", "is_storable": True})
"""


@pytest.fixture(scope="module")
def odoo():
    with odoo_server.serve(os.environ["HEMI_DATABASE_TEMPLATE"]) as server:
        server.shell(MAKE)
        yield server


@pytest.fixture
def browse(new_page):
    """Open pages that note what goes wrong in them."""

    def open_page(**size):
        page = new_page(**size)
        page.problems = []
        page.on("pageerror", lambda error: page.problems.append(str(error)))
        page.on("console", lambda line: line.type == "error" and page.problems.append(line.text))
        return page

    return open_page


def log_in(page, odoo):
    """By keyboard."""
    page.goto(f"{odoo.url}/web/login")
    page.wait_for_selector("input[name=login]")  # Odoo shows the form when its scripts are there
    page.focus("input[name=login]")
    page.keyboard.type("admin")
    while page.evaluate("document.activeElement.name") != "password":
        page.keyboard.press("Tab")
    page.keyboard.type("admin")
    page.keyboard.press("Enter")
    page.wait_for_selector(".o_main_navbar")


def test_a_listing_by_keyboard_alone(odoo, browse):
    page = browse()
    log_in(page, odoo)
    page.wait_for_function("window.odoo?.isReady")
    page.keyboard.press("Control+k")
    # before the palette has its commands a letter gets lost, and before the sign it searches elsewhere
    page.wait_for_selector(".o_command_palette .o_command")
    page.wait_for_selector(".o_command_palette_search input:focus")
    page.keyboard.type("/")
    page.wait_for_selector(".o_command_palette .o_namespace")
    page.keyboard.type("listings")
    page.wait_for_selector(".o_command.focused:has-text('Listings')")
    page.keyboard.press("Enter")
    page.wait_for_selector(".o_list_view .o_list_button_add")
    page.keyboard.press("Alt+c")
    page.wait_for_selector(".o_selected_row")
    for text, choice in (("Alpha", "Alpha"), ("KEY-1", None), ("LAMP-1", "Lamp")):
        page.keyboard.type(text)
        if choice:
            page.wait_for_selector(f".o-autocomplete--dropdown-item:has-text('{choice}')")
        page.keyboard.press("Tab")
    page.keyboard.press("Alt+s")
    page.wait_for_selector(".o_data_row:not(.o_selected_row):has-text('KEY-1')")
    read = "l = env['hemi.amazon.listing'].search([])"
    read += "\nprint(l.sku, l.product_id.default_code, l.account_id.name)"
    assert odoo.shell(read).split() == ["KEY-1", "LAMP-1", "Alpha"]
    assert page.problems == []


@pytest.mark.parametrize("width", [400, 1400])
def test_screens_fit_telephones_and_desktops(odoo, browse, width):
    page = browse(width=width)
    log_in(page, odoo)
    for screen in SCREENS:
        path = screen if screen == "amazon" else f"action-hemi_amazon_sp.{screen}_action"
        page.goto(f"{odoo.url}/odoo/{path}")
        page.wait_for_selector(".o_action_manager .o_content")
        page.wait_for_function("!document.querySelector('.o_loading_indicator')")
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), screen
    assert page.problems == []
