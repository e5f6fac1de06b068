"""A stand-in for AWS."""

import logging
from contextlib import contextmanager


@contextmanager
def queue(name):
    """Serve a simulated AWS with an empty SQS queue. Yields the queue's address.

    :param str name: of the queue
    """
    import boto3
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.WARNING)  # it prints every request
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        keys = {"aws_access_key_id": "x", "aws_secret_access_key": "x"}
        sqs = boto3.client("sqs", "eu-west-1", endpoint_url=f"http://{host}:{port}", **keys)
        yield sqs.create_queue(QueueName=name)["QueueUrl"]
    finally:
        server.stop()
