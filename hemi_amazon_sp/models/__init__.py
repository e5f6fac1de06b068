# what others inherit comes first
from . import flow, outbox, report_kind, secret

# isort: split
from . import flow_listings, flow_message

# isort: split
from . import flow_listings_part

# isort: split
from . import (
    account_amazon,
    account_authorisation,
    account_invoices,
    account_listings,
    account_move,
    account_orders,
    amazon_advice,
    amazon_call,
    amazon_change,
    amazon_consent,
    amazon_feed,
    amazon_feed_message,
    amazon_job,
    amazon_listing,
    amazon_marketplace,
    amazon_offer,
    amazon_order,
    amazon_quota,
    amazon_refresh,
    amazon_report,
    amazon_return,
    amazon_token,
    delivery_carrier,
    feed_results,
    feed_settlement,
    flow_cancel,
    flow_invoice,
    flow_listings_due,
    flow_listings_feed,
    flow_listings_patch,
    flow_listings_refresh,
    flow_price,
    flow_refund,
    flow_ship,
    flow_stock,
    integration,
    integration_credentials,
    order_import,
    order_invoices,
    order_partner,
    order_refunds,
    product_product,
    report_invoice,
    report_return,
    report_return_fba,
    return_booking,
    sale_order,
    sale_order_line,
    stock_picking,
)
