from . import (
    test_amazon_order,
    test_quota,
    test_secrets,
)
