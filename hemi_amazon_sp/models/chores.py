import logging
import time
from datetime import timedelta

import psycopg2
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..amazon.errors import AmazonError
from ..heirs import heirs
from ..transactions import in_own_transaction

_logger = logging.getLogger(__name__)

ADVISORY_LOCK = 0x48454D4A  # first half of the key of the advisory locks of chores
EVERY = timedelta(days=1)
AFTER_A_PROBLEM = timedelta(hours=1)
LONGEST_RUN = 60.0  # seconds that all chores together may take from the flows in one run of the job
MOST_STEPS = 20  # of one chore in a row; what asks for more asks again next time


class HemiAmazonChore(models.AbstractModel):
    """Work that is due once a day, for each Integration or for each account.

    A chore is a model that inherits this one; the job finds it by itself. It says:

    * ``_chore``: its code; ``_chore_label``: its name for people
    * ``_owner``: the model for whose records it is done
    * ``_pause_after_a_problem``: when it is tried again

    Each owner's chore is done in a transaction of its own. What goes wrong is shown on the owner
    (``chore_problems``), tried again later, and stops neither the other chores nor the flows.
    """

    _name = "hemi.amazon.chore"
    _description = "Amazon Chore"

    _chore = None
    _chore_label = None
    _owner = "hemi.amazon.account"
    _pause_after_a_problem = AFTER_A_PROBLEM

    @api.model
    def _chores(self):
        """Give all chores.

        :return: list of the chore models, by code
        """
        return sorted(heirs(self.env["hemi.amazon.chore"]), key=lambda chore: chore._chore)

    @api.model
    def _owners(self):
        """Give the records that it is done for; archived ones only if a chore says so."""
        return self.env[self._owner].search([("active", "=", True)])

    @api.model
    def _do(self, owner):
        """Do what is due now.

        :param owner: one record, in its company
        :return: when it wants to be called again, naive UTC; None: in a day
        :raise AmazonError, UserError: what people are told
        """
        raise NotImplementedError

    @api.model
    def _wake(self, owners, at=None):
        """Have this chore done for some owners soon.

        :param owners: records of ``_owner``
        :param datetime at: naive UTC; now if not given
        """
        at = at or fields.Datetime.now()
        turns = self.env["hemi.amazon.chore.turn"].sudo()._of(self, owners)
        turns.filtered(lambda turn: turn.next_at > at).next_at = at
        self.env.ref("hemi_amazon_sp.ir_cron_run").sudo()._trigger(at)


class HemiAmazonChoreTurn(models.Model):
    """When a chore is done next for an owner, and how it went the last time."""

    _name = "hemi.amazon.chore.turn"
    _description = "Amazon Chore Turn"
    _order = "next_at, id"
    _rec_name = "chore"

    chore = fields.Char(required=True)
    owner_model = fields.Char(required=True)
    owner_id = fields.Many2oneReference(model_field="owner_model", required=True)
    next_at = fields.Datetime(required=True, index=True)
    done_at = fields.Datetime()
    problem = fields.Text()

    _owner_unique = models.UniqueIndex(
        "(owner_model, owner_id, chore)", "This chore has its turn for this record already."
    )

    @api.model
    def _of(self, chore, owners):
        """Give the turns of a chore for some owners, made where there are none."""
        domain = [("chore", "=", chore._chore), ("owner_model", "=", chore._owner)]
        turns = self.search(domain + [("owner_id", "in", owners.ids)])
        known = set(turns.mapped("owner_id"))
        return turns | self.create(
            [
                {
                    "chore": chore._chore,
                    "owner_model": chore._owner,
                    "owner_id": owner_id,
                    "next_at": fields.Datetime.now(),
                }
                for owner_id in owners.ids
                if owner_id not in known
            ]
        )

    @api.model
    def _run_due(self):
        """Do all chores that are due, who waited longest first."""
        ends = time.monotonic() + LONGEST_RUN
        due = self._due()
        if due:
            self.env["ir.cron"]._commit_progress()
        for turn in due:
            if time.monotonic() > ends:
                self.env.ref("hemi_amazon_sp.ir_cron_run")._trigger()
                break
            turn._take()

    @api.model
    def _due(self):
        wanted = self.browse()
        for chore in self.env["hemi.amazon.chore"]._chores():
            wanted |= self._of(chore, chore._owners())
        self.search([("id", "not in", wanted.ids)]).unlink()  # of owners that are gone
        return self.search([("next_at", "<=", fields.Datetime.now())])

    def _take(self):
        """Do one chore for one owner. No second worker does it meanwhile."""
        cr = self.env.cr
        cr.execute(SQL("SELECT pg_try_advisory_lock(%s, %s)", ADVISORY_LOCK, self.id))
        if not cr.fetchone()[0]:
            return
        try:
            self._do_steps()
        finally:
            cr.rollback()
            cr.execute(SQL("SELECT pg_advisory_unlock(%s, %s)", ADVISORY_LOCK, self.id))

    def _do_steps(self):
        """Do the chore, again at once as long as it asks for it; each time is a transaction of its own."""
        for _step in range(MOST_STEPS):
            began_at = self.next_at
            next_at, problem = self._step()
            if self._close(began_at, next_at, problem) > fields.Datetime.now() or problem:
                break

    def _step(self):
        """:return: when the next turn is, naive UTC, and what went wrong, in words"""
        now = fields.Datetime.now()
        chores = self.env["hemi.amazon.chore"]._chores()
        chore = next(chore for chore in chores if chore._chore == self.chore)
        owner = self.env[self.owner_model].browse(self.owner_id)
        try:
            next_at = chore._do(owner.with_company(owner.company_id)) or now + EVERY
            self.env["ir.cron"]._commit_progress()
            return next_at, False
        except psycopg2.OperationalError:
            _logger.info("Amazon chore %s met another transaction", self.chore)
            # another transaction was faster, for instance a person's: the next run sees what it did
            self.env.cr.rollback()
            return now + timedelta(minutes=1), False
        except (AmazonError, UserError) as error:
            self.env.cr.rollback()
            return now + chore._pause_after_a_problem, str(error)
        except Exception as error:
            self.env.cr.rollback()
            _logger.exception("Amazon chore %s of %s %s failed", self.chore, self.owner_model, self.owner_id)
            return now + chore._pause_after_a_problem, self.env["hemi.amazon.job"]._words(error)

    def _close(self, began_at, next_at, problem):
        """Write down how it went, in a transaction of its own: a person may wake the chore meanwhile.

        :return: when the next turn is
        """
        turn_id = self.id

        def close(env):
            turn = env["hemi.amazon.chore.turn"].browse(turn_id)
            was_woken = turn.next_at != began_at
            turn.write(
                {
                    "next_at": turn.next_at if was_woken else next_at,
                    "done_at": fields.Datetime.now(),
                    "problem": problem,
                }
            )
            return turn.next_at

        closed = in_own_transaction(self.env, close)
        self.env["ir.cron"]._commit_progress()  # the next step sees what was written
        return closed

    @api.model
    def _problems(self, owners):
        """Give what went wrong in the last turns of some owners.

        :return: sentences by the id of the owner
        :rtype: dict[int, str]
        """
        labels = {chore._chore: chore._chore_label for chore in self.env["hemi.amazon.chore"]._chores()}
        domain = [
            ("owner_model", "=", owners._name),
            ("owner_id", "in", owners.ids),
            ("problem", "!=", False),
        ]
        lines = {}
        for turn in self.sudo().search(domain):
            lines.setdefault(turn.owner_id, []).append(f"{labels.get(turn.chore)}: {turn.problem}")
        return {owner_id: "\n".join(sentences) for owner_id, sentences in lines.items()}


class HemiAmazonChoreOwner(models.AbstractModel):
    """What has chores, and shows what went wrong in them."""

    _name = "hemi.amazon.chore.owner.mixin"
    _description = "Owner of Amazon Chores"

    chore_problems = fields.Text(
        "Problems of the Daily Chores",
        compute="_compute_chore_problems",
        help="What went wrong in the work that is done once a day, or with the events. It is tried again "
        "within an hour.",
    )

    def _compute_chore_problems(self):
        problems = self.env["hemi.amazon.chore.turn"]._problems(self)
        for owner in self:
            owner.chore_problems = problems.get(owner.id)
