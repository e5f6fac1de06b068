import random
import time

from odoo import api, fields, models
from odoo.tools import SQL

from ..amazon.errors import THROTTLED, AmazonError
from ..amazon.throttle import LIMITS, Bucket
from ..transactions import in_own_transaction

NO_SELLER = "-"
SHORTEST_REST, LONGEST_REST = 15.0, 1800.0  # seconds that an operation rests after failures in a row


class HemiAmazonQuota(models.Model):
    """The limits that Amazon sets, as token buckets that all workers and hosts share.

    The arithmetic is in ``amazon/throttle.py``; here is the row, its lock, and the database's clock, so
    that hosts whose clocks differ
    agree.
    """

    _name = "hemi.amazon.quota"
    _description = "Amazon Limit"
    _order = "merchant_id, region, operation"
    _rec_name = "operation"

    application_id = fields.Char(required=True, readonly=True)
    merchant_id = fields.Char("Merchant ID", required=True, readonly=True)
    region = fields.Char(required=True, readonly=True)
    operation = fields.Char(required=True, readonly=True, help="Amazon's name of the operation.")
    rate = fields.Float(
        digits=(16, 6), required=True, help="Calls that Amazon grants per second, on average."
    )
    burst = fields.Float(digits=(16, 6), required=True, help="Calls that can be saved up.")
    tokens = fields.Float(digits=(16, 6), required=True, readonly=True, help="Calls that are saved up.")
    updated_at = fields.Float(
        digits=(16, 6), required=True, readonly=True, help="Seconds since 1970, when the tokens were counted."
    )

    failure_count = fields.Integer(
        "Failures", readonly=True, help="How often the operation failed in a row; it rests longer each time."
    )
    rests_until = fields.Float(
        digits=(16, 6), readonly=True, help="Seconds since 1970, when it is tried again."
    )

    _key_unique = models.UniqueIndex(
        "(application_id, merchant_id, region, operation)", "There is a limit for this operation already."
    )
    _numbers_usable = models.Constraint(
        "CHECK(rate > 0 AND burst >= 1)", "A limit grants at least one call, and more as time goes by."
    )

    @api.model
    def _limiter(self, account):
        """Give the limiter of an account for the one door of ``amazon/client.py``."""
        credentials = account.integration_id._credentials()
        return Limiter(self.env, (credentials.application_id, account.merchant_id, account.region))

    @api.model
    def _limiter_of_app(self, application_id, region):
        """Give the limiter of what an app does for itself, without a seller."""
        return Limiter(self.env, (application_id, NO_SELLER, region))

    @api.model
    def _locked_row(self, key):
        """Lock the row of a limit, made if need be.

        :param tuple key: application, merchant, region, operation
        :return: the row and the time of the database, in seconds since 1970
        """
        limit = LIMITS[key[3]]
        # before any query, so that what is read is what the worker before us wrote: workers that only
        # met at the row would fail one another's transactions
        self.env.cr.execute(SQL("LOCK TABLE hemi_amazon_quota IN SHARE ROW EXCLUSIVE MODE"))
        self.env.cr.execute(
            SQL(
                """INSERT INTO hemi_amazon_quota (application_id, merchant_id, region, operation, rate,
                burst, tokens, updated_at)
                   VALUES (%s, %s, %s, %s, %s, %s, %s, extract(epoch FROM clock_timestamp()))
                   ON CONFLICT (application_id, merchant_id, region, operation) DO NOTHING""",
                *key,
                limit.rate,
                limit.burst,
                limit.burst,
            )
        )
        self.env.cr.execute(
            SQL(
                """SELECT id, extract(epoch FROM clock_timestamp())::float FROM hemi_amazon_quota
                    WHERE application_id = %s AND merchant_id = %s AND region = %s AND operation = %s""",
                *key,
            )
        )
        quota_id, now = self.env.cr.fetchone()
        return self.browse(quota_id), now

    def _bucket(self):
        return Bucket(rate=self.rate, burst=self.burst, tokens=self.tokens, updated_at=self.updated_at)

    def _left(self):
        """Give the calls that are saved up now, by this host's clock: for people to see.

        :rtype: float
        """
        return max(0.0, self._bucket().refill(time.time()).tokens)

    def _rest(self, now):
        """Let the operation rest, ever longer, and not all accounts' at the same moment."""
        pause = min(SHORTEST_REST * 2 ** min(self.failure_count, 10), LONGEST_REST)
        self.write(
            {
                "failure_count": self.failure_count + 1,
                "rests_until": now + pause * random.uniform(0.5, 1),
            }
        )

    def _keep(self, bucket):
        self.write(
            {
                "rate": bucket.rate,
                "burst": bucket.burst,
                "tokens": bucket.tokens,
                "updated_at": bucket.updated_at,
            }
        )


class Limiter:
    """What the door asks before each call, for one application, seller and region."""

    def __init__(self, env, scope):
        self._env = env
        self._scope = scope
        self._failing = set()

    def take(self, operation):
        """Take one token.

        :param str operation: Amazon's name of the operation
        :raise AmazonError: code Throttled, with ``retry_after`` seconds, if there is none, or the operation
            rests after failures
        """
        wait = self._change(operation, lambda bucket, now: bucket.take(now))
        if wait:
            raise AmazonError(
                THROTTLED, "The limit is used up for now.", operation=operation, retry_after=wait
            )

    def wait(self, operation, reserve=0):
        """Tell how many seconds it is until :meth:`take` succeeds; 0 means now.

        :param str operation: Amazon's name of the operation
        :param int reserve: tokens that must be left for more urgent callers
        """
        return self._change(operation, lambda bucket, now: (bucket, bucket.take(now, reserve)[1]))

    def learn(self, operation, rate):
        """Correct the rate by what Amazon said with an answer.

        :param float rate: calls per second
        """
        self._change(operation, lambda bucket, now: (bucket.refill(now).learn(rate), 0.0))

    def empty(self, operation):
        """Amazon answered 429: nothing is left."""
        self._change(operation, lambda bucket, now: (bucket.empty(now), 0.0))

    def failed(self, operation):
        """Amazon did not do it for a reason that passes: it rests a while."""
        self._with_row(operation, lambda quota, now: quota._rest(now))

    def succeeded(self, operation):
        """Amazon answered as it should: earlier failures are forgotten."""
        if operation in self._failing:
            self._with_row(operation, lambda quota, now: quota.write({"failure_count": 0, "rests_until": 0}))
            self._failing.discard(operation)

    def _change(self, operation, change):
        def work(quota, now):
            resting = quota.rests_until - now
            bucket, wait = change(quota._bucket(), now) if resting <= 0 else (quota._bucket(), resting)
            if bucket != quota._bucket():
                quota._keep(bucket)
            return wait, quota.failure_count

        wait, failures = self._with_row(operation, work)
        if failures:
            self._failing.add(operation)
        return wait

    def _with_row(self, operation, work):
        def locked(env):
            return work(*env["hemi.amazon.quota"].sudo()._locked_row((*self._scope, operation)))

        return in_own_transaction(self._env, locked)
