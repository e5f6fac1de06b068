from . import abandon_message, cancel_at_amazon, paste_refresh_token, preview, recover_orders, settle_feed
