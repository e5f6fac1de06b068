from . import (
    test_account,
    test_amazon_order,
    test_flows,
    test_quota,
    test_secrets,
    test_views,
)
