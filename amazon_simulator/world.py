"""All that the simulated Amazon knows, and the ways to look at it and to meddle with it.

The public methods of :class:`World` are also addresses below ``/_sim/`` (see ``control.py``). All are safe to
call from any thread.
"""

import functools
import threading
from datetime import timedelta

from . import books, reports, world_file
from .authority import Authority
from .buyers import Buyers
from .clock import RealClock, iso
from .documents import process
from .entities import ROLES, SECRET_LIFE, Application, Seller
from .faults import ANY_OPERATION, Fault, Faults
from .identifiers import Identifiers
from .inbox import Inbox
from .invoices_book import InvoiceBook
from .ledger import Ledger
from .limits import Limit, Limits
from .listing_builder import new_listing
from .locking import locked
from .notification_book import FEED_FINISHED, REPORT_FINISHED, NotificationBook
from .operations import OPERATIONS
from .orders_book import OrderBook
from .queue_book import JobBook, Queue
from .record import Record
from .returns_book import ReturnBook
from .secret_queue import SecretQueue, expiry_notice, new_secret_notice
from .storage import Storage

_OPERATIONS = frozenset(operation.name for operation in OPERATIONS)
_FAULTY = _OPERATIONS | {"lwa", "upload", "download", ANY_OPERATION}


class World(Buyers):
    """The state of the simulated Amazon.

    :param clock: ``RealClock`` or ``VirtualClock``
    :param float processing_seconds: how long a feed, a report or the check of an invoice takes
    :param float order_lag_seconds: how old a change of an order must be before searchOrders shows it without
        *Before parameter (Amazon: two minutes)
    :param seed: of identifiers and tokens; None takes one from the machine
    :param record: folder for traffic and documents, or None
    :param world: name of a file in ``worlds/`` or path of a JSON file with what exists from the beginning
    """

    def __init__(
        self, clock=None, processing_seconds=2.0, order_lag_seconds=120, seed=None, record=None, world=None
    ):
        self.lock = threading.RLock()
        self.clock = clock or RealClock()
        self.record = Record(self.clock, record)
        self.mail = Inbox(self.clock)
        self.order_lag = timedelta(seconds=order_lag_seconds)
        self._processing_seconds, self._seed, self._file = processing_seconds, seed, world
        self.url = ""
        self._create()

    def _create(self):
        self.identifiers = Identifiers(self._seed)
        self.applications, self.clients, self.sellers = {}, {}, {}
        self.browsers, self.confirmations = {}, {}
        self.limits, self.faults = Limits(), Faults()
        self.authority = Authority(self.clock, self.identifiers)
        self.storage = Storage(self.clock, self.identifiers, self.record, self.faults)
        self.storage.base_url = self.url
        self.notifications = NotificationBook(self)
        self.orders = OrderBook(self.notifications.order_changed)
        self.ledger = Ledger(self.orders)
        self.invoices, self.returns = InvoiceBook(self._processing_seconds), ReturnBook()
        self.queue = Queue(self._processing_seconds)
        telling = self.notifications.telling
        self.feeds = JobBook(self.queue, telling(FEED_FINISHED, functools.partial(process, self)))
        self.reports = JobBook(self.queue, telling(REPORT_FINISHED, functools.partial(reports.process, self)))
        if self._file:
            world_file.load(self, self._file)

    def serve_at(self, url):
        """Learn the address at which clients reach this world."""
        self.url = self.storage.base_url = url

    @locked
    def register_application(
        self,
        application_id,
        client_id,
        client_secret,
        redirect_uris,
        login_uri=None,
        state="draft",
        roles=None,
        name="",
        queue=None,
    ):
        """Register an application as its developer does. Its secret lives 180 days.

        :param roles: names of ``entities.ROLES``; None means all
        :param dict queue: own SQS queue for notices about the secret: url, and if wanted region, access_key,
            secret_key; notifications go to queues at the same host
        """
        application = Application(
            application_id,
            client_id,
            client_secret,
            tuple(redirect_uris),
            login_uri,
            state,
            frozenset(ROLES if roles is None else roles),
            self.clock.now() + SECRET_LIFE,
            name or application_id,
            SecretQueue(**queue) if queue else None,
        )
        self.applications[application_id] = self.clients[client_id] = application

    @locked
    def register_seller(
        self,
        seller_id,
        name,
        region,
        marketplaces,
        listings=(),
        email=None,
        password="password",
        private_refresh_token=None,
        application_id=None,
        vat_calculation=None,
    ):
        """Open a seller's account.

        :param listings: [{sku, asin, product_type, title, channel, quantity,
            prices: {marketplace id: "19.99"}}]
        :param str private_refresh_token: refresh token of a self-authorised application
        :param str application_id: which application; needed only if there are several
        :param str vat_calculation: how the seller uses Amazon's VAT calculation service: None (not at all),
            ``seller`` (uploads own invoices) or ``amazon`` (Amazon writes the invoices)
        """
        seller = Seller(
            seller_id,
            name,
            region,
            tuple(marketplaces),
            email or f"{seller_id.lower()}@example.com",
            password,
            vat_calculation,
        )
        for listing in listings:
            seller.listings[listing["sku"]] = new_listing(seller, self.clock.now(), **listing)
        self.sellers[seller_id] = seller
        if private_refresh_token:
            self.authority.authorize(self._application(application_id), seller, private_refresh_token)

    @locked
    def authorize(self, seller_id, application_id=None):
        """Authorise an application for a seller without a browser.

        :return str: the refresh token
        """
        return self.authority.authorize(
            self._application(application_id), self._seller(seller_id)
        ).refresh_token

    @locked
    def revoke(self, seller_id, application_id=None):
        """End a seller's authorisation of an application."""
        application = self._application(application_id)
        self.authority.revoke(application, seller_id)
        self.notifications.forget(application.id, seller_id)

    @locked
    def expire_secret(self, application_id=None):
        """Make an application's client secret too old at once."""
        self._application(application_id).secret_expires = self.clock.now()

    @locked
    def rotate_secret(self, application_id=None):
        """Give an application a new client secret, and send it to its queue if it has one.

        :return str: the new secret, as Seller Central shows it
        """
        application, now = self._application(application_id), self.clock.now()
        application.rotate(self.identifiers.secret("amzn1.oa2-cs.v1."), now)
        if application.queue:
            application.queue.send(new_secret_notice(application, now, self.identifiers.uuid()))
        return application.client_secret

    @locked
    def send_expiry_notice(self, application_id=None):
        """Send the notice that the client secret is about to end to the application's queue."""
        application = self._application(application_id)
        if application.queue is None:
            raise ValueError(f"{application.id} has no queue. Register it with one.")
        application.queue.send(expiry_notice(application, self.clock.now(), self.identifiers.uuid()))

    @locked
    def refuse_invoice(self, seller_id, order_id, reason):
        """Let Amazon refuse the next invoice or credit note of an order after its feed was done.

        :param str reason: shown in the VAT invoice data report
        """
        self.invoices.refuse_next(seller_id, self._order(seller_id, order_id).id, reason)

    @locked
    def add_fault(self, operation, kind, count=1, seller_id=None, **options):
        """Let something go wrong (kinds: ``faults.KINDS``).

        :param str operation: operationId, ``lwa``, ``upload``, ``download`` or ``*``
        :param int count: how often
        """
        _check_name(operation, _FAULTY)
        self.faults.add(Fault(operation, kind, count, seller_id, options))

    @locked
    def clear_faults(self):
        """Let nothing go wrong from now on."""
        self.faults.clear()

    @locked
    def set_limit(self, operation, rate, burst, seller_id=None):
        """Give an operation another limit, as Amazon's dynamic usage plans do."""
        _check_name(operation, _OPERATIONS)
        self.limits.change(operation, Limit(rate, burst), seller_id)

    @locked
    def advance(self, seconds):
        """Move the virtual clock, and do what became due on the way."""
        self.clock.advance(seconds)
        self.queue.settle(self.clock.now())
        return self.now()

    def now(self):
        """Return the time as Amazon writes it."""
        return iso(self.clock.now())

    @locked
    def books(self, seller_id=None):
        """Return what Amazon holds now: of one seller, or seller id -> that (see ``books.seller_books``)."""
        if seller_id is not None:
            return books.seller_books(self, self._seller(seller_id))
        return {seller.id: books.seller_books(self, seller) for seller in self.sellers.values()}

    def inbox(self):
        """Return the mails that arrived."""
        return self.mail.mails()

    def calls(self):
        """Return the calls that were made."""
        return self.record.calls()

    @locked
    def reset(self):
        """Begin again: as at the start, the virtual clock too. Files of the record stay."""
        self.clock.restart()
        self.mail.clear()
        self.record.clear()
        self._create()

    def close(self):
        """Close files."""
        self.record.close()

    def _application(self, application_id):
        if application_id is None and len(self.applications) == 1:
            return next(iter(self.applications.values()))
        if application_id not in self.applications:
            raise ValueError(f"There is no application {application_id!r}. Register it first.")
        return self.applications[application_id]

    def _seller(self, seller_id):
        if seller_id not in self.sellers:
            raise ValueError(f"There is no seller {seller_id!r}. Register it first.")
        return self.sellers[seller_id]

    def _order(self, seller_id, order_id):
        order = self.orders.find(seller_id, order_id)
        if order is None:
            raise ValueError(f"{seller_id} has no order {order_id}.")
        return order


def _check_name(operation, known):
    if operation not in known:
        raise ValueError(f"There is no operation {operation!r}. Choose one of: {', '.join(sorted(known))}.")
