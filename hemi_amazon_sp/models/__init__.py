# what others inherit comes first
from . import chores, flow, outbox, report_kind, secret

# isort: split
from . import flow_listings, flow_message

# isort: split
from . import flow_listings_part, integration, integration_credentials

# isort: split
from . import order_import

# isort: split
from . import (
    account_amazon,
    account_authorisation,
    account_cause,
    account_fba,
    account_import,
    account_invoices,
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
    amazon_report,
    amazon_return,
    amazon_token,
    amazon_visit,
    client_secret,
    consent_callback,
    consent_login,
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
    mail_mail,
    order_changes,
    order_delivery,
    order_facts,
    order_failures,
    order_invoices,
    order_lines,
    order_partner,
    order_products,
    order_reading,
    order_recovery,
    order_refunds,
    order_taxes,
    product_product,
    report_invoice,
    report_return,
    report_return_fba,
    return_booking,
    sale_order,
    sale_order_line,
    secret_queue,
    secret_rotation,
    stock_picking,
)
