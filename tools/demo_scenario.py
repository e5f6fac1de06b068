"""What `make demo` plays: two sellers authorise, orders come in, the back office works, all six flows reach
Amazon."""

import json
import re
import time

import requests

from tools.console import Failure, say
from tools.demo_table import Result, print_table
from tools.odoo_rpc import OdooUser
from tools.paths import ROOT

WORLD = ROOT / "amazon_simulator" / "worlds" / "demo.json"
ACCOUNTS = ("hemi_amazon_sp.demo_account_eu", "hemi_amazon_sp.demo_account_na")
CARRIERS = {"eu": "hemi_amazon_sp.demo_carrier_dhl", "na": "hemi_amazon_sp.demo_carrier_ups"}
MESSAGE_FLOWS = ("ship", "cancel", "refund", "invoice")
PATIENCE = 90  # seconds until a step of the scenario counts as failed
TIMEOUT = 60


def play(erp, amazon):
    """Play the whole scenario and print its table.

    :param erp: the Odoo server: url and database
    :param amazon: the simulated Amazon: url
    :return int: 0 when every flow that applies to an account was accepted
    """
    user = OdooUser(erp.url, erp.database)
    set_up_application(user, amazon)
    accounts = [user.ref(xmlid) for xmlid in ACCOUNTS]
    for account in accounts:
        authorise(user, amazon, account)
    for account in accounts:
        wait_for_orders(user, account)
        [values] = user.call("hemi.amazon.account", "read", [account], ["region"])
        work_on_orders(user, account, user.ref(CARRIERS[values["region"]]))
    wait_for_amazon(user, accounts)
    return print_table([result for account in accounts for result in results(user, account)])


# --- connecting


def set_up_application(user, amazon):
    """Register Odoo's addresses at the simulated Amazon, as a developer does in Seller Central."""
    integration = user.ref("hemi_amazon_sp.demo_integration")
    user.call("hemi.amazon.integration", "write", [integration], {"base_url": amazon.url})
    [uris] = user.call("hemi.amazon.integration", "read", [integration], ["redirect_uri", "login_uri"])
    [application] = world()["applications"]
    application |= {"redirect_uris": [uris["redirect_uri"]], "login_uri": uris["login_uri"]}
    requests.post(f"{amazon.url}/_sim/applications", json=application, timeout=TIMEOUT).raise_for_status()


def world():
    """Return what the simulated Amazon knew from the beginning."""
    return json.loads(WORLD.read_text())


def authorise(user, amazon, account):
    """Send the link, then do what the seller does: open it, continue, sign in at Seller Central and
    authorise."""
    [values] = user.call("hemi.amazon.account", "read", [account], ["name", "client_email", "merchant_id"])
    say(f"{values['name']}: sending the link to {values['client_email']}")
    user.call("hemi.amazon.account", "action_oauth_began", [account])
    link = wait(lambda: mailed_link(amazon, values["client_email"]), "the mail with the link")
    page = consent(link, values["merchant_id"])
    [after] = user.call("hemi.amazon.account", "read", [account], ["state"])
    if after["state"] != "authorised":
        raise Failure(f"{values['name']} is not authorised. The last page said:\n{page.text[:2000]}")
    say(f"{values['name']}: authorised in Seller Central")


def mailed_link(amazon, address):
    """Return the newest link that was mailed to an address, if there is one."""
    mails = requests.get(
        f"{amazon.url}/_sim/inbox", headers={"accept": "application/json"}, timeout=TIMEOUT
    ).json()
    links = [
        link for mail in mails if address in mail["to"] for link in mail["links"] if "/oauth/start" in link
    ]
    return links[-1] if links else None


def consent(link, merchant_id):
    """Go the seller's way through the pages.

    :return: the last page
    """
    browser = requests.Session()
    page = submit(browser, browser.get(link, timeout=TIMEOUT))  # Continue
    [seller] = [seller for seller in world()["sellers"] if seller["seller_id"] == merchant_id]
    page = submit(browser, page, email=seller["email"], password=seller["password"])
    return submit(browser, page, authorize="1")


def submit(browser, page, **values):
    """Submit the form of a page, its hidden fields included."""
    form = re.search(r"<form[^>]*>", page.text)
    if not form:
        raise Failure(
            f"No form on the page {page.url.split('?')[0]} (HTTP {page.status_code}):\n{page.text[:2000]}"
        )
    hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.text)
    action = re.search(r'action="([^"]*)"', form[0])
    target = requests.compat.urljoin(page.url, action[1].replace("&amp;", "&") if action else page.url)
    return browser.post(target, data=dict(hidden) | values, timeout=TIMEOUT)


# --- the back office


def wait_for_orders(user, account):
    """Wait until the job has read the orders."""
    read = wait(
        lambda: count(user, "hemi.amazon.order", account, state="imported"), "the orders", user, [account]
    )
    say(f"{read} orders imported")


def work_on_orders(user, account, carrier):
    """Cancel the first order, deliver and invoice the others, give one a credit note; leave the unknown SKU
    to a person."""
    [values] = user.call("hemi.amazon.account", "read", [account], ["region", "name"])
    domain = [
        ("hemi_amazon_order_id.account_id", "=", account),
        ("hemi_amazon_order_id.status", "=", "UNSHIPPED"),
    ]
    orders = user.read("sale.order", domain, ["name", "picking_ids", "order_line"], order="client_order_ref")
    unknown = user.ref("hemi_amazon_sp.product_unknown_sku")
    known = [
        order
        for order in orders
        if not user.call(
            "sale.order.line", "search", [("order_id", "=", order["id"]), ("product_id", "=", unknown)]
        )
    ]
    cancelled, *delivered = known
    cancel(user, cancelled["id"])
    for number, order in enumerate(delivered):
        deliver(user, order, carrier, f"{values['region'].upper()}{order['id']:010}")
        invoice = make_invoice(user, order["id"])
        if not number:
            refund(user, invoice)
    say(f"{values['name']}: 1 order cancelled, {len(delivered)} delivered and invoiced, 1 refunded")


def cancel(user, order):
    wizard = user.call("hemi.amazon.cancel", "create", [{"sale_order_id": order, "reason": "NoInventory"}])
    user.call("hemi.amazon.cancel", "action_cancel_order", wizard)


def deliver(user, order, carrier, tracking):
    pickings = order["picking_ids"]
    user.call("stock.picking", "write", pickings, {"carrier_id": carrier, "carrier_tracking_ref": tracking})
    user.call("stock.picking", "action_assign", pickings)
    user.call("stock.picking", "button_validate", pickings, context={"skip_sms": True})


def make_invoice(user, order):
    context = {"active_model": "sale.order", "active_ids": [order], "active_id": order}
    wizard = user.call(
        "sale.advance.payment.inv", "create", [{"advance_payment_method": "delivered"}], context=context
    )
    user.call("sale.advance.payment.inv", "create_invoices", wizard, context=context)
    [invoice] = user.call(
        "account.move", "search", [("line_ids.sale_line_ids.order_id", "=", order), ("state", "=", "draft")]
    )
    user.call("account.move", "action_post", [invoice])
    return invoice


def refund(user, invoice):
    [journal] = user.call("account.move", "read", [invoice], ["journal_id"])
    context = {"active_model": "account.move", "active_ids": [invoice]}
    values = {"move_ids": [(6, 0, [invoice])], "journal_id": journal["journal_id"][0], "reason": "Returned"}
    wizard = user.call("account.move.reversal", "create", [values], context=context)
    action = user.call("account.move.reversal", "refund_moves", wizard, context=context)
    user.call("account.move", "action_post", [action["res_id"]])


# --- results


def wait_for_amazon(user, accounts):
    """Run the job until nothing waits for an answer of Amazon's."""
    say("Waiting for Amazon's answers")

    def quiet():
        waiting = user.call(
            "hemi.amazon.feed.message", "search_count", [("state", "in", ("pending", "in_feed"))]
        )
        unsent = sum(result.waiting for account in accounts for result in results(user, account))
        return not waiting and not unsent

    try:
        wait(quiet, "Amazon's answers", user, accounts)
    except Failure as failure:
        say(f"\n{failure}")
        explain(user)


def explain(user):
    """Tell what still waits, and why; the table says the rest."""
    for account in user.read("hemi.amazon.account", [("last_error", "!=", False)], ["name", "last_error"]):
        say(f"  {account['name']}: {account['last_error']}")
    waiting = [("state", "in", ("pending", "in_feed"))]
    for message in user.read(
        "hemi.amazon.feed.message", waiting, ["display_name", "state", "waiting_for", "feed_id"]
    ):
        say(
            f"  {message['display_name']}: {message['state']}, {message['waiting_for'] or message['feed_id']}"
        )
    for feed in user.read(
        "hemi.amazon.feed", [("finished_at", "=", False)], ["display_name", "state", "error"]
    ):
        say(f"  {feed['display_name']}: {feed['state']}, {feed['error'] or 'no problem known'}")


def wait(condition, what, user=None, accounts=(), patience=PATIENCE):
    """Wait until a condition holds; with a user, the job is asked to run meanwhile.

    :param int patience: seconds
    :return: what the condition gave
    """
    end = time.monotonic() + patience
    while time.monotonic() < end:
        if value := condition():
            return value
        if user:
            user.call("hemi.amazon.account", "action_run_now", list(accounts))
        time.sleep(2)
    raise Failure(f"Waited {patience} seconds for {what} in vain.")


def count(user, model, account, **values):
    domain = [("account_id", "=", account), *((name, "=", value) for name, value in values.items())]
    return user.call(model, "search_count", domain)


def results(user, account):
    """Give a result for each flow of an account.

    :rtype: list[Result]
    """
    [values] = user.call("hemi.amazon.account", "read", [account], ["name", "marketplace_ids"])
    domain = [("id", "in", values["marketplace_ids"]), ("takes_invoices", "=", True)]
    takes_invoices = user.call("hemi.amazon.marketplace", "search_count", domain)
    found = [listing_result(user, account, values["name"], flow) for flow in ("stock", "price")]
    for flow in MESSAGE_FLOWS:
        states = [
            count(user, "hemi.amazon.feed.message", account, flow=flow, state=state)
            for state in ("accepted", "rejected")
        ]
        waiting = sum(
            count(user, "hemi.amazon.feed.message", account, flow=flow, state=state)
            for state in ("pending", "in_feed")
        )
        found.append(
            Result(values["name"], flow, *states, waiting, flow != "invoice" or bool(takes_invoices))
        )
    return found


def listing_result(user, account, name, flow):
    """Count listings whose stock, or offers whose price, Amazon accepted, refused or has still to hear of."""
    if flow == "stock":
        model, field = "hemi.amazon.listing", "quantity"
        domain = [("account_id", "=", account), ("channel", "=", "merchant"), ("product_id", "!=", False)]
    else:
        model, field = "hemi.amazon.offer", "price"
        domain = [("account_id", "=", account), ("listing_id.product_id", "!=", False)]
    rows = user.read(
        model, domain, [f"{field}_{part}" for part in ("wanted", "sent", "sent_at", "refused_at")]
    )
    accepted = sum(
        bool(row[f"{field}_sent_at"]) and row[f"{field}_sent"] == row[f"{field}_wanted"] for row in rows
    )
    rejected = sum(bool(row[f"{field}_refused_at"]) for row in rows)
    return Result(name, flow, accepted, rejected, len(rows) - accepted - rejected, True)
