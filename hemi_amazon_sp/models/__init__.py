# what others inherit comes first
from . import chores, flow, outbox, secret

# isort: split
from . import flow_listings, flow_message

# isort: split
from . import flow_listings_part, integration, integration_credentials

# isort: split
from . import (
    account_amazon,
    account_authorisation,
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
    amazon_token,
    client_secret,
    delivery_carrier,
    encryption,
    feed_results,
    feed_settlement,
    flow_cancel,
    flow_invoice,
    flow_price,
    flow_refund,
    flow_ship,
    flow_stock,
    integration_secret,
    order_import,
    order_partner,
    order_refunds,
    product_product,
    sale_order,
    sale_order_line,
    secret_queue,
    secret_rotation,
    stock_picking,
)
