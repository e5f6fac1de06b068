"""Whatever Amazon answers and whoever dies when: no refund twice, none lost, no arrow beside the tables."""

import re
import sys
import unittest
from datetime import timedelta
from decimal import Decimal

from freezegun import freeze_time
from odoo import Command, fields
from odoo.addons.hemi_amazon_sp.amazon.documents import adjustment
from odoo.addons.hemi_amazon_sp.models.amazon_feed import HemiAmazonFeed
from odoo.addons.hemi_amazon_sp.models.amazon_feed_message import HemiAmazonFeedMessage
from odoo.tests import tagged

from .common import AmazonCase
from .fake_amazon import FakeAmazon, Killed

try:
    from hypothesis import HealthCheck, Phase, given, settings
    from hypothesis import strategies as st
except ModuleNotFoundError:
    given = None

EVENTS = ["turn"] * 10 + ["hours", "late", "person", "person", "foreign", "silent"]
AMOUNT = Decimal("10.00")
DEEPEST = 12  # frames between a write and the method of its arrow


def arrows_of(model):
    """Read the table of a model's docstring.

    :return: (from, to) -> names of the methods that may do it; from is None for new records
    :rtype: dict[tuple[str | None, str], set[str]]
    """
    lines = [line for line in model.__doc__.splitlines() if line.strip()]
    rules = [number for number, line in enumerate(lines) if line.strip().startswith("====")]
    starts = [match.start() for match in re.finditer(r"=+", lines[rules[0]])]
    arrows, row, before = {}, (), ""
    for line in lines[rules[1] + 1 : rules[2]]:
        source, target, text = (
            line[start:end].strip() for start, end in zip(starts, [*starts[1:], None], strict=True)
        )
        if target:
            sources = [name.strip() for name in f"{before} {source}".split(",")]
            targets = [name.strip() for name in re.sub(r"\(.*?\)", "", target).split(",")]
            row = [(None if name == "(new)" else name, to) for name in sources for to in targets]
            row += [(to, name) for name, to in row if "(and back)" in target]
            before = ""
        elif source:
            before = f"{before} {source}"
        for arrow in row:
            arrows.setdefault(arrow, set()).update(re.findall(r":meth:`(?:[\w.]*\.)?(\w+)`", text))
    return arrows


class Run:
    """A turn of the job whose commits are savepoints, and which can die at each."""

    def __init__(self, case, amazon):
        self.account, self.env = case.account, case.env
        self.seller = self.door = self.limiter = amazon
        self.problems, self.cause = [], None
        self._case, self._amazon = case, amazon

    def commit(self):
        self._case.commit()
        if self._amazon.choose(["lives"] * 15 + ["dies"]) == "dies":
            raise Killed

    def is_over(self):
        return False

    def again(self, _moment):
        pass


@tagged("post_install", "-at_install")
@unittest.skipUnless(given, "hypothesis is not installed")
class TestStateMachine(AmazonCase):
    def setUp(self):
        super().setUp()
        self.authorise(self.account)
        self.clock = self.enterContext(freeze_time("2026-11-25 08:00:00"))
        self.notes = self.env["account.move"]
        for number in range(2):
            self.notes |= self.make_refund(f"404-000000{number}-0000000", f"1000000000000{number}")
        self.seen = set()
        for model in ("hemi.amazon.feed", "hemi.amazon.feed.message"):
            self.record_arrows(self.env[model])
        self.patch(self.env.cr, "rollback", self.die)

    def make_refund(self, order_name, item):
        """Post a credit note about a shipped order; what the buyer paid would allow it many times over."""
        order = self.env["hemi.amazon.order"].create(
            {
                "name": order_name,
                "account_id": self.account.id,
                "marketplace_id": self.germany.id,
                "status": "SHIPPED",
                "paid": {item: {"Principal": "1000.00"}},
            }
        )
        note = self.env["account.move"].create(
            {
                "move_type": "out_refund",
                "partner_id": self.env.company.partner_id.id,
                "invoice_line_ids": [Command.create({"name": "Back", "price_unit": 10.0, "tax_ids": False})],
            }
        )
        note.action_post()
        payload = {
            "currency": "EUR",
            "reason": "CustomerReturn",
            "items": [{"item": item, "components": [("Principal", str(AMOUNT))]}],
        }
        note._amazon_leave("refund", order, payload)
        return note

    # --- the world of one example

    def record_arrows(self, model):
        """Keep every change of ``state``, with the methods that were on the stack."""
        write, create = type(model).write, type(model).create

        def note(name, before, after):
            frame, names = sys._getframe(2), set()
            for _depth in range(DEEPEST):
                names.add(frame.f_code.co_name)
                frame = frame.f_back
            self.check_arrow(name, before, after, names)

        def recording_write(records, values):
            for record in records if "state" in values else ():
                if record.state != values["state"]:
                    note(records._name, record.state, values["state"])
            return write(records, values)

        def recording_create(records, values_list):
            for values in values_list if isinstance(values_list, list) else [values_list]:
                note(records._name, None, values.get("state", records._fields["state"].default(records)))
            return create(records, values_list)

        self.patch(type(model), "write", recording_write)
        self.patch(type(model), "create", recording_create)

    def check_arrow(self, name, before, after, methods):
        arrow = (before, after)
        self.assertIn(arrow, self.tables[name], f"{name}: this arrow is in no table")
        self.assertTrue(self.tables[name][arrow] & methods, f"{name} {arrow}: not by the method of the table")
        self.seen.add((name, *arrow))

    tables = {
        "hemi.amazon.feed": arrows_of(HemiAmazonFeed),
        "hemi.amazon.feed.message": arrows_of(HemiAmazonFeedMessage),
    }

    def commit(self):
        self.env.flush_all()
        self.mark.close(rollback=False)
        self.mark = self.env.cr.savepoint()

    def die(self):
        self.mark.rollback()
        self.env.invalidate_all()

    def messages_now(self):
        return self.env["hemi.amazon.feed.message"].search([("account_id", "=", self.account.id)])

    # --- events

    def turn(self, amazon):
        """The job's turn of this account, as far as refunds go."""
        self.clock.tick(timedelta(minutes=amazon.choose([11, 3, 4, 6, 6, 20])))
        amazon.work()
        run, job = Run(self, amazon), self.env["hemi.amazon.job"]
        flow = self.env["hemi.amazon.flow"]._flow_model("refund")
        try:
            for step in (self.env["hemi.amazon.feed"]._follow, flow._send):
                job._step(run, step.__name__, step)
            self.commit()
        except Killed:
            self.die()
        self.assertFalse([problem for problem in run.problems if "unexpected" in problem])

    def hours(self, _amazon):
        self.clock.tick(timedelta(hours=9))

    def late(self, amazon):
        """A worker that hung comes back with Amazon's answer, up to ten minutes late."""
        if amazon.hanging:
            document, number = amazon.hanging.pop()
            self.env["hemi.amazon.feed"].search([("amazon_document_id", "=", document)])._arrived(number)
            self.commit()

    def foreign(self, amazon, silent=False):
        amazon.submit_elsewhere(
            adjustment.FEED_TYPE, self.account.marketplace_ids.mapped("amazon_id"), silent
        )

    def silent(self, amazon):
        self.foreign(amazon, silent=True)

    def person(self, amazon):
        """A person who looks into Amazon's books before pressing anything."""
        for feed in self.env["hemi.amazon.feed"].search([("state", "=", "unknown")]):
            self.settle(feed, amazon)
        for message in self.messages_now().filtered(lambda message: message.state == "rejected"):
            if amazon.may_still_come(message.id):
                continue
            message._abandon("Amazon has it") if amazon.holds(message.id) else message.action_retry()
        self.commit()

    def settle(self, feed, amazon):
        others = self.env["hemi.amazon.feed"].search([]) - feed
        taken, ours = set(others.mapped("amazon_feed_id")), set(feed.message_ids.ids)
        numbers = [
            each.number
            for each in amazon.feeds.values()
            if set(each.messages) == ours and each.number not in taken
        ]
        wizard = self.env["hemi.amazon.settle"].create(
            {
                "feed_id": feed.id,
                "answer": "has" if numbers else "none",
                "amazon_feed_id": numbers[-1] if numbers else False,
            }
        )
        wizard.action_settle()

    # --- what is proven

    def check_money(self, amazon):
        for message in self.messages_now():
            paid = amazon.refunds.get(message.id, [])
            self.assertLessEqual(sum(paid), AMOUNT, f"money went out twice; {message.state}")
            if message.state == "rejected":
                self.assertTrue(message._record().activity_ids, "rejected, and nobody was asked")

    def check_end(self, amazon):
        for message in self.messages_now():
            self.assertIn(message.state, ("accepted", "abandoned"), message.feed_id.error)
            self.assertEqual(amazon.refunds.get(message.id), [AMOUNT], message.state)
        states = self.env["hemi.amazon.feed"].search([]).mapped("state")
        self.assertLessEqual(set(states), {"done", "done_errors", "fatal", "cancelled"})

    def live(self, data):
        """One world: trouble for a while, then everything turns good."""
        trouble = [True]

        def choose(options):
            return data.draw(st.sampled_from(options)) if trouble[0] else options[0]

        amazon = FakeAmazon(choose)
        for event in data.draw(st.lists(st.sampled_from(EVENTS), min_size=12, max_size=40)):
            getattr(self, event)(amazon)
            self.check_money(amazon)
        trouble[0] = False
        while amazon.hanging:
            self.late(amazon)
        for _turn in range(30):
            for event in ("turn", "person"):
                getattr(self, event)(amazon)
            if set(self.messages_now().mapped("state")) <= {"accepted", "abandoned"}:
                break
        self.hours(amazon)
        amazon.work()
        self.check_money(amazon)
        self.check_end(amazon)

    def test_no_interleaving_of_answers_sends_money_twice_or_loses_it(self):
        start = fields.Datetime.now()

        @settings(
            derandomize=True,
            max_examples=150,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate],  # making a failure smaller takes minutes
        )
        @given(st.data())
        def lives(data):
            self.clock.move_to(start)
            everything = self.env.cr.savepoint()
            self.mark = self.env.cr.savepoint()
            try:
                self.live(data)
            finally:
                everything.close(rollback=True)
                self.env.invalidate_all()

        lives()
        feed = {arrow[1:] for arrow in self.seen if arrow[0] == "hemi.amazon.feed"}
        self.assertEqual(set(self.tables["hemi.amazon.feed"]) - feed, set(), "arrows that were never taken")
