"""What happens after the demo, so that every screen has something to show."""

import time
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import requests

from amazon_simulator import order_builder
from tools import database, demo_scenario

GERMANY = "A1PA6795UKMFR9"
WISH, UNKNOWN, BROKEN = "028-4471099-1000091", "028-4471099-1000092", "028-4471099-1000093"
SHOWN_AFTER = 125  # seconds: Amazon keeps what changed in an order back for two minutes


def tell(erp, amazon, user):
    """Let buyers order, want to cancel and send back, and the job hear of it.

    :param erp: the Odoo server after the scenario
    :param amazon: the simulated Amazon
    :param OdooUser user: of the back office
    """
    account, seller = user.ref(demo_scenario.ACCOUNTS[0]), demo_scenario.world()["sellers"][0]
    sku, seller_id = seller["listings"][0]["sku"], seller["seller_id"]
    for order_id, item in ((WISH, sku), (UNKNOWN, "NEW-LAMP-7"), (BROKEN, sku)):
        meddle(amazon, "orders", seller_id=seller_id, order=an_order(seller_id, order_id, item))
    broken = {"orderId": BROKEN, "createdTime": "soon", "lastUpdatedTime": "2026-11-24T10:00:00Z"}
    meddle(amazon, "garbled-orders", seller_id=seller_id, order_id=BROKEN, shown=broken)
    [shipment, *_others] = requests.get(f"{amazon.url}/_sim/books", timeout=60).json()[seller_id]["shipments"]
    item = {"sku": shipment_sku(user, shipment), "quantity": 1, "reason": "CR-UNWANTED_ITEM"}
    meddle(amazon, "returns", seller_id=seller_id, order_id=shipment["orderId"], items=[item])
    database.sql(erp.database, "UPDATE hemi_amazon_report SET asked_at = asked_at - interval '7 hours'")
    time.sleep(SHOWN_AFTER)  # asking meanwhile would use the limit up, and the pictures would say so
    demo_scenario.wait(lambda: is_heard(erp, user, account), "the orders and the return", user, [account])
    erase_buyer(user)
    sell_cheaper(user, account, sku)
    pause(user, user.ref(demo_scenario.ACCOUNTS[1]))


def sell_cheaper(user, account, sku):
    """Give a listing a sale price in each marketplace and companies one of their own; wait for Amazon."""
    tenth_less = {"applied_on": "3_global", "compute_price": "percentage", "percent_price": 10}
    companies = {"name": "Amazon Business", "item_ids": [[0, 0, tenth_less]]}
    currency = user.read("hemi.amazon.offer", [("listing_id.account_id", "=", account)], ["currency_id"])[0]
    companies["currency_id"] = currency["currency_id"][0]
    pricelist = user.call("product.pricelist", "create", companies)
    user.call("hemi.amazon.account", "write", [account], {"business_pricelist_id": pricelist})
    [listing] = user.call("hemi.amazon.listing", "search", [("account_id", "=", account), ("sku", "=", sku)])
    offers = [("listing_id", "=", listing)]
    days = {"sale_starts_on": str(date.today()), "sale_ends_on": str(date.today() + timedelta(days=14))}
    user.call(
        "hemi.amazon.offer",
        "write",
        user.call("hemi.amazon.offer", "search", offers),
        {"sale_price": 39.9, **days},
    )
    told = [*offers, ("terms_sent_at", "!=", False)]
    demo_scenario.wait(
        lambda: user.call("hemi.amazon.offer", "search_count", told), "the sale price", user, [account]
    )


def pause(user, account):
    """Let an account stand still with something to tell."""
    user.call("hemi.amazon.account", "action_pause", [account])
    merchant = [("account_id", "=", account), ("channel", "=", "merchant")]
    [listing, *_others] = user.call("hemi.amazon.listing", "search", merchant)
    user.call("hemi.amazon.listing", "write", [listing], {"stock_rule": "fixed", "stock_fixed": 7})


def erase_buyer(user):
    """Let the buyer of a cancelled order ask to be forgotten."""
    cancelled = [("hemi_amazon_order_id.status", "=", "CANCELLED")]
    buyer = user.read("sale.order", cancelled, ["partner_id"])[0]["partner_id"][0]
    window = user.call("hemi.amazon.buyer.data", "create", {"partner_id": buyer})
    user.call("hemi.amazon.buyer.data", "action_erase", [window])


def meddle(amazon, path, **values):
    requests.post(f"{amazon.url}/_sim/{path}", json=values, timeout=60).raise_for_status()


def an_order(seller_id, order_id, sku):
    """Write an order whose buyer wants it wrapped, and one of them to cancel it."""
    item = {"sku": sku, "quantity": 1, "unitPrice": "49.90", "shipping": "4.90", "title": "Lamp Alba"}
    item["orderItemId"] = order_id.replace("-", "")[-14:]
    short = {"orderId": order_id, "marketplaceId": GERMANY, "items": [item], "createdHoursAgo": 3}
    seller = SimpleNamespace(id=seller_id, marketplaces=[GERMANY], listings={})
    order = order_builder.complete(short, seller, None, datetime.now(UTC) - timedelta(minutes=5))
    [line] = order["orderItems"]
    packing = {"giftOption": {"giftMessage": "Happy birthday, Marta!", "giftWrapLevel": "Classic"}}
    line.setdefault("fulfillment", {})["packing"] = packing
    if order_id == WISH:
        request = {"requester": "BUYER", "cancelReason": "Ordered by mistake"}
        line["cancellation"] = {"cancellationRequest": request}
    return order


def shipment_sku(user, shipment):
    lines = [
        ("order_id.client_order_ref", "=", shipment["orderId"]),
        ("hemi_amazon_component", "=", "Principal"),
    ]
    return user.read("sale.order.line", lines, ["hemi_amazon_sku"])[0]["hemi_amazon_sku"]


def is_heard(erp, user, account):
    """Tell whether all has come in; the job is made to look again at once."""
    database.sql(erp.database, "UPDATE hemi_amazon_account SET orders_read_at = NULL, next_run_at = NULL")
    orders = [("name", "in", (WISH, UNKNOWN, BROKEN)), ("state", "!=", "waiting")]
    returns = [("account_id", "=", account), ("state", "=", "booked")]
    heard = user.call("hemi.amazon.order", "search_count", orders)
    return heard == 3 and user.call("hemi.amazon.return", "search_count", returns)
