# what others inherit comes first
from . import flow, outbox, report_kind, secret

# isort: split
from . import flow_listings, flow_message

# isort: split
from . import flow_listings_part

# isort: split
from . import order_import, order_partner

# isort: split
from . import (
    account_amazon,
    account_authorisation,
    account_fba,
    account_import,
    account_invoices,
    account_listings,
    account_move,
    account_orders,
    amazon_advice,
    amazon_call,
    amazon_consent,
    amazon_feed,
    amazon_feed_message,
    amazon_job,
    amazon_listing,
    amazon_marketplace,
    amazon_offer,
    amazon_order,
    amazon_quota,
    amazon_report,
    amazon_return,
    amazon_token,
    delivery_carrier,
    feed_results,
    feed_settlement,
    flow_cancel,
    flow_invoice,
    flow_price,
    flow_refund,
    flow_ship,
    flow_stock,
    integration,
    integration_credentials,
    order_address,
    order_changes,
    order_delivery,
    order_facts,
    order_failures,
    order_invoices,
    order_lines,
    order_products,
    order_reading,
    order_recovery,
    order_refunds,
    order_taxes,
    order_together,
    product_product,
    report_invoice,
    report_return,
    report_return_fba,
    return_booking,
    sale_order,
    sale_order_line,
    stock_picking,
)
