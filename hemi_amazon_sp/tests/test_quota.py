from odoo.addons.hemi_amazon_sp.amazon.errors import AmazonError
from odoo.addons.hemi_amazon_sp.amazon.throttle import LIMITS
from odoo.tests import tagged

from .common import AmazonCase


@tagged("post_install", "-at_install")
class TestQuota(AmazonCase):
    def setUp(self):
        super().setUp()
        self.enterContext(self.enter_registry_test_mode())
        self.limiter = self.env["hemi.amazon.quota"]._limiter(self.account)

    def quota(self, operation):
        return self.env["hemi.amazon.quota"].search(
            [("merchant_id", "=", self.account.merchant_id), ("operation", "=", operation)]
        )

    def test_the_burst_can_be_taken_and_no_more(self):
        for _call in range(LIMITS["createFeed"].burst):
            self.limiter.take("createFeed")
        with self.assertRaises(AmazonError) as caught:
            self.limiter.take("createFeed")
        self.assertEqual(caught.exception.code, "Throttled")
        self.assertEqual(caught.exception.outcome, "not_sent")
        self.assertAlmostEqual(caught.exception.retry_after, 1 / LIMITS["createFeed"].rate, delta=5)

    def test_asking_takes_nothing(self):
        for _call in range(LIMITS["createFeed"].burst * 2):
            self.assertEqual(self.limiter.wait("createFeed"), 0)

    def test_sellers_do_not_share(self):
        other = self.env["hemi.amazon.quota"]._limiter(self.make_account("A3OTHERSELLER1"))
        self.limiter.empty("createFeed")
        self.assertGreater(self.limiter.wait("createFeed"), 0)
        self.assertEqual(other.wait("createFeed"), 0)

    def test_a_429_empties_and_the_header_corrects(self):
        self.limiter.empty("getFeed")
        self.limiter.learn("getFeed", 0.5)
        self.assertAlmostEqual(self.limiter.wait("getFeed"), 2, delta=1)
        self.assertEqual(self.quota("getFeed").rate, 0.5)
