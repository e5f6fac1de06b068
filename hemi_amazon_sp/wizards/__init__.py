from . import cancel_at_amazon, paste_refresh_token, settle_feed
