from . import (
    abandon_message,
    buyer_data,
    cancel_at_amazon,
    map_products,
    paste_refresh_token,
    preview,
    recover_orders,
    settle_feed,
    take_over_orders,
)
