"""A simulated AWS over HTTP, with a queue into which the simulated Amazon puts what concerns the secret."""

import json
import unittest

from odoo import fields
from odoo.addons.hemi_amazon_sp.amazon import queue

from .common import APPLICATION_ID, CLIENT_ID, CLIENT_SECRET
from .common_simulator import PRIVATE_TOKEN
from .test_secret_age import SecretCase

try:
    import boto3
    from moto.server import ThreadedMotoServer
except ModuleNotFoundError:
    ThreadedMotoServer = None

REGION, ACCESS_KEY, SECRET_KEY = "eu-west-1", "AKIAQUEUEREADER00001", "secret-key/of+aws"


@unittest.skipUnless(ThreadedMotoServer, "the package moto is not installed")
class AwsCase(SecretCase):
    """The app has a queue, registered at Amazon and entered here."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        server.start()
        cls.addClassCleanup(server.stop)
        host, port = server.get_host_and_port()
        cls.aws_url = f"http://{host}:{port}"
        cls.sqs = boto3.client(
            "sqs", REGION, endpoint_url=cls.aws_url, aws_access_key_id="x", aws_secret_access_key="x"
        )

    def setUp(self):
        super().setUp()
        self.patch(queue, "WAIT", 0)  # the simulated AWS knows all its messages at once
        self.queue_url = self.sqs.create_queue(QueueName="secrets")["QueueUrl"]
        self.addCleanup(self.sqs.delete_queue, QueueUrl=self.queue_url)
        self.credentials.write(
            {
                "queue_url": self.queue_url,
                "aws_region": REGION,
                "access_key": ACCESS_KEY,
                "secret_key": SECRET_KEY,
            }
        )
        self.register_application({"url": self.queue_url})
        self.world.set_limit("rotateApplicationClientSecret", 100, 100)

    def register_application(self, sqs_queue):
        self.world.register_application(
            application_id=APPLICATION_ID,
            client_id=CLIENT_ID,
            client_secret=CLIENT_SECRET,
            redirect_uris=[self.integration.redirect_uri],
            login_uri=self.integration.login_uri,
            state="draft",
            queue=sqs_queue,
        )
        self.register_seller(self.account.merchant_id, PRIVATE_TOKEN, ["LAMP-1", "LAMP-2"])

    @property
    def application(self):
        return self.world.applications[APPLICATION_ID]

    def messages_left(self):
        """Give the bodies of what is in the queue and can be received; they stay."""
        answer = self.sqs.receive_message(QueueUrl=self.queue_url, MaxNumberOfMessages=10)
        for message in answer.get("Messages", []):
            self.sqs.change_message_visibility(
                QueueUrl=self.queue_url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0
            )
        return [json.loads(message["Body"]) for message in answer.get("Messages", [])]

    def send(self, body):
        text = body if isinstance(body, str) else json.dumps(body)
        self.sqs.send_message(QueueUrl=self.queue_url, MessageBody=text)

    def step(self):
        """Do one step of the chore in a transaction of its own.

        :return: what it returned: when it wants the next one
        """
        self.env.flush_all()
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            env = self.env(cr=cr)
            chore = env["hemi.amazon.chore.secret"]
            result = chore._do(env["hemi.amazon.integration"].browse(self.integration.id))
        self.env.invalidate_all()
        return result

    def let_pass(self, **duration):
        """Let time pass since Amazon was asked."""
        self.credentials.rotation_asked_at = fields.Datetime.subtract(
            self.credentials.rotation_asked_at, **duration
        )
