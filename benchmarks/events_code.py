"""Code that runs inside Odoo for the benchmark of events; figures are the JSON of the last line."""

# The queue of the app. Without events it is not there.
QUEUE = """
from odoo.addons.hemi_amazon_sp.amazon import queue
queue.WAIT = 0  # the stand-in for AWS knows all its messages at once
account.write({"listings_way": "feed", "listing_interval": 1, "read_returns": False})
if EVENTS:
    integration.credentials_ids.write({
        "queue_url": QUEUE_URL, "aws_region": "eu-west-1", "access_key": "reader", "secret_key": "secret",
    })
    integration.use_events = True
"""
# Hours in virtual time, of Amazon and of Odoo together. The job is called once a minute, as Odoo's scheduler
# can; buyers order and stock changes at moments that chance has chosen, the same with and without events.
LIVE = """
import random, requests
from datetime import timedelta
from odoo import fields
from odoo.addons.hemi_amazon_sp.amazon import queue
queue.WAIT = 0
account = env["hemi.amazon.account"].search([])
integration = account.integration_id
cron = env.ref("hemi_amazon_sp.ir_cron_run")
chance = random.Random(1)
clock = fields.Datetime.now()
fields.Datetime.now = staticmethod(lambda *_values: clock)

def amazon(path, **values):
    answer = requests.post(f"{URL}/_sim/{path}", json=values, timeout=60)
    answer.raise_for_status()
    return answer.json()

def go_to(second):
    global clock
    passed = second - (clock - began).total_seconds()
    clock += timedelta(seconds=passed)
    amazon("clock", seconds=passed)

def turn():
    env["hemi.amazon.quota"].search([]).unlink()  # it lives by the clock of the database
    env.cr.commit()
    cron.method_direct_trigger()
    env.cr.commit()
    env.invalidate_all()

def calls():
    found = {}
    for call in requests.get(f"{URL}/_sim/calls", timeout=60).json():
        found[call["operation"]] = found.get(call["operation"], 0) + 1
    return found

began = clock
WARM = 30  # minutes
for minute in range(3):  # marketplaces, subscriptions, the first look
    go_to(60 * minute)
    turn()
account.update_stock = True
turn()
# the feed of the beginning is done, and all goes its way
for minute in range(3, WARM):
    go_to(60 * minute)
    turn()
before = calls()
first = WARM * 60
last = first + HOURS * 3600
moments = sorted([(chance.uniform(first, last), "order") for _number in range(HOURS * ORDERS)]
                 + [(chance.uniform(first, last), "stock") for _number in range(HOURS * CHANGES)])
placed, seen, ended, settled, known = {}, {}, {}, {}, set()
minute = WARM
while minute * 60 <= last + 3600:
    while moments and moments[0][0] < minute * 60:
        second, what = moments.pop(0)
        go_to(second)
        if what == "order":
            item = {"sku": "LAMP-1", "quantity": 1, "unitPrice": "20.00"}
            order = {"marketplaceId": MARKETPLACE, "items": [item]}
            placed[amazon("orders", seller_id=SELLER, order=order)] = clock
        else:
            product = env["product.product"].search([("default_code", "=", f"LAMP-{chance.randint(2, 100)}")])
            location = account.warehouse_id.lot_stock_id
            env["stock.quant"]._update_available_quantity(product, location, 1)
            env.cr.commit()
    go_to(minute * 60)
    turn()
    for order in env["hemi.amazon.order"].search([("name", "in", list(placed)), ("state", "=", "imported")]):
        seen.setdefault(order.name, clock)
    for feed in env["hemi.amazon.feed"].search([("state", "=", "done")]):
        settled.setdefault(feed.amazon_feed_id, clock)
    minute += 1
books = requests.get(f"{URL}/_sim/books", params={"seller_id": SELLER}, timeout=60).json()
for feed in books["feeds"]:
    moment = fields.Datetime.to_datetime(feed["createdTime"][:19].replace("T", " "))
    ended[feed["feedId"]] = moment + timedelta(seconds=PROCESSING)
after = calls()
print(json.dumps({
    "orders": [(seen[name] - moment).total_seconds() for name, moment in placed.items() if name in seen],
    "feeds": [(settled[number] - ended[number]).total_seconds() for number in settled
              if ended[number] > began + timedelta(seconds=first)],
    "lost": len(placed) - len(seen),
    "error": account.last_error or integration.chore_problems,
    "calls": {name: after[name] - before.get(name, 0) for name in ("searchOrders", "getFeed")},
}))
"""
# What an event costs Odoo: a full queue is read by the chore alone.
READ = """
from odoo.addons.hemi_amazon_sp.amazon import queue
queue.WAIT = 0
integration = env["hemi.amazon.integration"].search([])
chore = env["hemi.amazon.chore.events"]
chore._do(integration)  # boto3 is loaded, and the queue is empty
empty = cpu()
for _look in range(10):
    chore._do(integration)
env.cr.commit()
empty = (cpu() - empty) / 10
import boto3
sqs = boto3.client("sqs", "eu-west-1", endpoint_url=QUEUE_URL.rsplit("/", 2)[0],
                   aws_access_key_id="x", aws_secret_access_key="x")

def event(number):
    return json.dumps({
        "NotificationType": "ORDER_CHANGE", "EventTime": "2026-11-25T10:00:00Z",
        "Payload": {"OrderChangeNotification": {
            "SellerId": SELLER, "AmazonOrderId": f"303-1234567-{number:07}",
            "Summary": {"OrderStatus": "Unshipped"},
        }},
    })

for start in range(0, COUNT, 10):
    sqs.send_message_batch(QueueUrl=QUEUE_URL, Entries=[
        {"Id": str(number), "MessageBody": event(number)} for number in range(start, start + 10)
    ])
busy, began = cpu(), time.monotonic()
chore._do(integration)
env.cr.commit()
seconds, busy = time.monotonic() - began, cpu() - busy
left = int(sqs.get_queue_attributes(
    QueueUrl=QUEUE_URL, AttributeNames=["ApproximateNumberOfMessages"]
)["Attributes"]["ApproximateNumberOfMessages"])
print(json.dumps({"count": COUNT - left, "seconds": seconds, "cpu": busy, "empty": empty}))
"""
