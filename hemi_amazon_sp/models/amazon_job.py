import logging
import random
import time
from datetime import timedelta

import psycopg2
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..amazon.causes import STALE_KEY
from ..amazon.errors import THROTTLED, AmazonError
from ..amazon.selling_partner import SellingPartner
from ..transactions import in_own_transaction

_logger = logging.getLogger(__name__)

ADVISORY_LOCK = 0x48454D49  # first half of the key of our PostgreSQL advisory locks
QUIET = timedelta(minutes=5)
LONGEST_RUN = 120.0  # seconds that one account may take from the others
BACK_OFF, LONGEST_BACK_OFF = timedelta(minutes=2), timedelta(hours=1)
MARKETPLACES_EVERY = timedelta(days=1)


class Run:
    """One account's turn in one run of the job: its door to Amazon, and when it wants its next turn."""

    def __init__(self, account):
        self.account = account
        self.env = account.env
        self.limiter = self.env["hemi.amazon.quota"]._limiter(account)
        self.door = account._door(self.limiter)
        self.seller = SellingPartner(self.door, account.merchant_id)
        self.problems = []
        self.cause = None  # and the operation that was denied: why Amazon does not serve the account
        self.again_at = fields.Datetime.now() + QUIET
        self._ends = time.monotonic() + LONGEST_RUN

    def commit(self):
        self.env["ir.cron"]._commit_progress()

    def is_over(self):
        return time.monotonic() > self._ends

    def again(self, moment):
        """Ask for the next turn at a moment, naive UTC; the earliest wish counts."""
        if moment:
            self.again_at = min(self.again_at, moment)


class HemiAmazonJob(models.AbstractModel):
    """The one job: results, orders and all flows of all accounts."""

    _name = "hemi.amazon.job"
    _description = "Amazon Job"

    @api.model
    def _cron_run(self):
        """Work on every account that is due, who waited longest first; one account's trouble costs the others
        nothing."""
        self._run_chores()
        self.env["hemi.amazon.consent"]._expire_links()
        accounts = self._due_accounts()
        self.env["ir.cron"]._commit_progress(remaining=len(accounts))
        self._give_turns(accounts)
        self._ask_again()

    @api.model
    def _give_turns(self, accounts):
        """Give all accounts their turn, one after the other, as long as the job may run."""
        for account in accounts:
            self._run_account(account)
            if not self.env["ir.cron"]._commit_progress(1):
                break

    @api.model
    def _run_chores(self):
        """Do the day's chores first: without them an account could stand still. They never stop the flows."""
        try:
            self.env["hemi.amazon.chore.turn"]._run_due()
        except Exception:
            self.env.cr.rollback()
            _logger.exception("The chores of Amazon failed")

    @api.model
    def _due_accounts(self):
        now = fields.Datetime.now()
        domain = [
            ("state", "=", "authorised"),
            ("paused", "=", False),
            "|",
            "|",
            ("next_run_at", "=", False),
            ("next_run_at", "<=", now),
            ("id", "in", self._waiting_account_ids()),
        ]
        return self.env["hemi.amazon.account"].search(domain, order="last_run_at nulls first, id")

    @api.model
    def _waiting_account_ids(self):
        """Give the accounts for which something came up since their last turn."""
        self.env["hemi.amazon.feed.message"].flush_model()
        waiting = self.env["hemi.amazon.feed.message"]._read_group(
            [("state", "=", "pending"), ("next_attempt_at", "<=", fields.Datetime.now())], ["account_id"]
        )
        return [account.id for (account,) in waiting]

    @api.model
    def _run_account(self, account):
        """Give one account its turn. No second worker works on it meanwhile.

        :return: whether it got its turn; no, if another worker is at it
        :rtype: bool
        """
        cr = self.env.cr
        cr.execute(SQL("SELECT pg_try_advisory_lock(%s, %s)", ADVISORY_LOCK, account.id))
        if not cr.fetchone()[0]:
            return False
        again_at, problems = fields.Datetime.now() + self._back_off(account), []
        authorised_at, cause = account.authorised_at, account._known_cause()
        try:
            again_at, problems, cause = self._take_turn(account)
        except Exception as error:
            _logger.exception("Amazon account %s failed", account.id)
            problems = [self._words(error)]
        finally:
            cr.rollback()  # all that counts is committed; in a broken transaction nothing could be unlocked
            cr.execute(SQL("SELECT pg_advisory_unlock(%s, %s)", ADVISORY_LOCK, account.id))
        self._close(account, again_at, problems, cause, authorised_at)
        return True

    @api.model
    def _take_turn(self, account):
        """Do what is due for one account.

        :return: when it wants its next turn, naive UTC; what went wrong, in words; and why Amazon does not
            serve the account, for ``_note_cause``
        :rtype: tuple[datetime, list[str], tuple]
        """
        try:
            run = Run(account.with_company(account.company_id))
        except (AmazonError, UserError) as error:
            cause = isinstance(error, AmazonError) and account._cause_of(error)
            again_at = fields.Datetime.now() + self._back_off(account)
            return again_at, [self._words(error)], (cause, None) if cause else account._known_cause()
        for name, step in self._steps(run):
            self._step(run, name, step)
        run.again(self.env["hemi.amazon.feed"]._next_check(account))
        return run.again_at, run.problems, run.cause or account._known_cause(is_served=True)

    @api.model
    def _steps(self, run):
        """Give what is done in a turn, in order.

        :return: list of name and callable
        """
        env = run.env  # with the account's company
        steps = [
            (self.env._("Marketplaces"), self._read_marketplaces),
            (self.env._("Results"), env["hemi.amazon.feed"]._follow),
            (self.env._("Orders"), env["hemi.amazon.order"]._read),
            (self.env._("Recover Orders"), env["hemi.amazon.order"]._fetch_requested),
            (self.env._("Orders to Look At"), env["hemi.amazon.order"]._look_after_failed),
            (self.env._("Listings"), env["hemi.amazon.listing"]._read),
        ]
        flows = env["hemi.amazon.flow"]._flows()
        wanted = [flow for flow in flows if flow._urgency and flow._is_on(run.account)]
        steps += [(flow._flow_label, flow._send) for flow in wanted]
        return [*steps, (self.env._("Reports"), env["hemi.amazon.report"]._follow)]

    @api.model
    def _step(self, run, name, step):
        """Do one step; what goes wrong in it leaves the other steps alone."""
        if run.is_over():
            run.again(fields.Datetime.now())
            return
        try:
            step(run)
            run.commit()
        except psycopg2.OperationalError:
            # another transaction was faster, for instance a person's: the next turn sees what it did
            self.env.cr.rollback()
            run.again(fields.Datetime.now())
        except AmazonError as error:
            run.commit()
            run.again(fields.Datetime.now() + self._pause(run.account, error))
            self._look_for_cause(run, error)
            if error.code != THROTTLED:
                run.problems.append(f"{name}: {self._words(error)}")
        except Exception as error:
            self.env.cr.rollback()
            _logger.exception("Amazon account %s: %s failed", run.account.id, name)
            run.problems.append(f"{name}: {self._words(error)}")

    @api.model
    def _look_for_cause(self, run, error):
        """Find out, once in a turn, why Amazon does not serve the account."""
        cause = None if run.cause else run.account._cause_of(error, run.seller)
        if cause == STALE_KEY:
            self.env["hemi.amazon.token"]._forget_access_key(run.account)
        elif cause:
            run.cause = cause, error.operation

    @api.model
    def _pause(self, account, error):
        return timedelta(seconds=error.retry_after) if error.retry_after else self._back_off(account)

    @api.model
    def _back_off(self, account):
        """Give the pause after a failure: longer each time, and not the same for all accounts."""
        pause = min(BACK_OFF * 2 ** min(account.failure_count, 10), LONGEST_BACK_OFF)
        return pause * random.uniform(0.5, 1)

    @api.model
    def _words(self, error):
        """Give a sentence about an error for the account's form."""
        if isinstance(error, AmazonError | UserError):
            return str(error)
        return self.env._("An unexpected error (%s). It is in the log of the server.", type(error).__name__)

    @api.model
    def _close(self, account, again_at, problems, cause, authorised_at):
        """Write down how the turn went, in a transaction of its own: a person may change the account too.

        If the seller authorised meanwhile, what Amazon said was about the keys before, and it is tried anew.
        """
        values = {
            "last_run_at": fields.Datetime.now(),
            "next_run_at": again_at,
            "last_error": "\n".join(problems) or False,
            "failure_count": account.failure_count + 1 if problems else 0,
        }
        account_id = account.id

        def keep(env):
            account = env["hemi.amazon.account"].browse(account_id)
            renewed = account.authorised_at != authorised_at
            account.write(values | ({"next_run_at": fields.Datetime.now()} if renewed else {}))
            account._note_cause(*(cause if not renewed else (None, None)))

        in_own_transaction(self.env, keep)

    @api.model
    def _read_marketplaces(self, run):
        account = run.account
        read_at = account.marketplaces_read_at
        if not read_at or read_at < fields.Datetime.now() - MARKETPLACES_EVERY:
            account._keep_marketplaces(run.seller.get_marketplace_participations())

    @api.model
    def _ask_again(self):
        """Have the job called at the moment when the next account or chore is due."""
        moments = list(filter(None, self._next_moments()))
        if not moments:
            return
        cron = self.env.ref("hemi_amazon_sp.ir_cron_run")
        # the trigger of this very run is still there, so only those ahead count
        now = fields.Datetime.now()
        asked = [("cron_id", "=", cron.id), ("call_at", ">", now), ("call_at", "<=", min(moments))]
        if not self.env["ir.cron.trigger"].search_count(asked, limit=1):
            cron._trigger(max(min(moments), now))

    @api.model
    def _next_moments(self):
        """Give when something is due, naive UTC; False where nothing is."""
        account = self.env["hemi.amazon.account"].search(
            [("state", "=", "authorised"), ("paused", "=", False), ("next_run_at", "!=", False)],
            order="next_run_at",
            limit=1,
        )
        # a chore that is overdue had no time in this run, and has asked for the next one itself
        ahead = [("next_at", ">", fields.Datetime.now())]
        turn = self.env["hemi.amazon.chore.turn"].search(ahead, order="next_at", limit=1)
        return [account.next_run_at, turn.next_at]
