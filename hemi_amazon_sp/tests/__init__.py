from . import (
    test_account,
    test_amazon_order,
    test_flows,
    test_oauth,
    test_oauth_amazon,
    test_oauth_login_uri,
    test_oauth_mail,
    test_oauth_pages,
    test_oauth_wrong_ways,
    test_quota,
    test_secrets,
    test_views,
)
