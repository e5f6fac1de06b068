from . import abandon_message, cancel_at_amazon, paste_refresh_token, preview, settle_feed
