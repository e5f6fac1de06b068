# what others inherit comes first
from . import flow, outbox, secret

# isort: split
from . import flow_listings, flow_message

# isort: split
from . import flow_listings_part

# isort: split
from . import (
    account_amazon,
    account_authorisation,
    account_cause,
    account_links,
    account_listings,
    account_marketplaces,
    account_move,
    account_orders,
    account_renewal,
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
    amazon_visit,
    consent_callback,
    consent_login,
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
    mail_mail,
    order_import,
    order_partner,
    order_refunds,
    product_product,
    sale_order,
    sale_order_line,
    stock_picking,
)
