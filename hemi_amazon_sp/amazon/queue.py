"""The company's own SQS queue, into which Amazon puts a new client secret, and notifications.

It is AWS, not the Selling Partner API: boto3 signs and sends, within our timeouts, and our errors come out.
boto3 is imported on first use; it takes half a second and few databases need it.
"""

import logging
import re
import time
from dataclasses import dataclass, field

from .errors import BAD_ADDRESS, CONNECTION, TIMEOUT, AmazonError
from .regions import check_secure
from .transport import aside

CONNECT_TIMEOUT, READ_TIMEOUT = 5, 10  # seconds; the wait of a long poll is within the second
WAIT = 1  # seconds of a long poll: a short one asks only some of SQS's servers and can miss messages
HIDDEN_FOR = 60  # seconds that a message which was received is hidden from other readers
BATCH = 10  # messages that one call of SQS gives, deletes or releases at most
MOST_MESSAGES = 100  # of one look into the queue
SESSION_NAME = "hemi_amazon_sp"
# "Amazon SQS queue and message identifiers": https://sqs.<region>.amazonaws.com/<account>/<name>
QUEUE_ADDRESS = re.compile(
    r"https://sqs\.([a-z]{2}[a-z-]*-\d)\.amazonaws\.com(?:\.cn)?/\d{12}/[\w-]{1,80}(?:\.fifo)?"
)
# At DEBUG level these print whole requests and answers, secrets of messages and keys of STS among them.
_TALKATIVE = ("parsers", "endpoint", "auth", "hooks", "httpsession", "client", "awsrequest", "retryhandler")


@dataclass(frozen=True)
class Message:
    """One message.

    :param str handle: with which it is deleted or released
    :param str body: holds a secret
    """

    handle: str = field(repr=False)
    body: str = field(repr=False)


class Queue:
    """A queue, read with a key of the company's own AWS account, or with a role that the key may assume.

    :param str url: address of the queue
    :param str region: AWS region, such as ``eu-west-1``
    :param str access_key: access key id
    :param str secret_key: secret access key
    :param str role_arn: of the role to assume; None to use the key itself
    :param str endpoint: address that stands in for AWS, in tests; None for AWS
    :param journal: see ``Transport``
    """

    def __init__(self, url, region, access_key, secret_key, role_arn=None, endpoint=None, journal=None):
        self._url = url
        self._region = region
        self._endpoint = endpoint
        self._journal = journal
        self._keys = {"aws_access_key_id": access_key, "aws_secret_access_key": secret_key}
        if role_arn:
            self._keys = self._keys_of_role(role_arn)
        self._sqs = self._service("sqs")

    def receive(self):
        """Give the messages that are there, each hidden from other readers for a minute.

        :rtype: list[Message]
        :raise AmazonError: ``Timeout``, ``Connection``, or AWS's code
        """
        messages = []
        while len(messages) < MOST_MESSAGES:
            answer = self._call(
                self._sqs,
                "receive_message",
                MaxNumberOfMessages=BATCH,
                WaitTimeSeconds=WAIT,
                VisibilityTimeout=HIDDEN_FOR,
            )
            batch = [Message(entry["ReceiptHandle"], entry["Body"]) for entry in answer.get("Messages", [])]
            if not batch:
                break
            messages += batch
        return messages

    def delete(self, messages):
        """Delete messages for good. One that AWS could not delete comes again.

        :param list messages: of :meth:`receive`
        """
        self._in_batches("delete_message_batch", messages)

    def release(self, messages):
        """Let other readers see messages again at once.

        :param list messages: of :meth:`receive`
        """
        self._in_batches("change_message_visibility_batch", messages, VisibilityTimeout=0)

    def _in_batches(self, operation, messages, **values):
        for start in range(0, len(messages), BATCH):
            entries = [
                {"Id": str(number), "ReceiptHandle": message.handle, **values}
                for number, message in enumerate(messages[start : start + BATCH])
            ]
            self._call(self._sqs, operation, Entries=entries)

    def _keys_of_role(self, role_arn):
        answer = self._call(
            self._service("sts"), "assume_role", RoleArn=role_arn, RoleSessionName=SESSION_NAME
        )
        keys = answer["Credentials"]
        return {
            "aws_access_key_id": keys["AccessKeyId"],
            "aws_secret_access_key": keys["SecretAccessKey"],
            "aws_session_token": keys["SessionToken"],
        }

    def _service(self, name):
        import boto3
        from botocore.config import Config

        _silence()
        config = Config(
            connect_timeout=CONNECT_TIMEOUT,
            read_timeout=READ_TIMEOUT,
            retries={"total_max_attempts": 1},  # the job tries again
            ignore_configured_endpoint_urls=True,  # no other place than AWS by environment or ~/.aws
        )
        session = boto3.session.Session(region_name=self._region, **self._keys)
        return session.client(name, endpoint_url=self._endpoint, config=config)

    def _call(self, service, operation, **values):
        """Call AWS, once. Texts of its exceptions stay out of ours but for its own error messages."""
        from botocore.exceptions import BotoCoreError, ClientError

        if operation != "assume_role":
            values["QueueUrl"] = self._url
        started, status, code, is_worth_noting = time.monotonic(), None, None, True
        try:
            answer = getattr(service, operation)(**values)
            # a queue that is looked into once a minute and is empty would fill the log of calls
            is_worth_noting = operation != "receive_message" or bool(answer.get("Messages"))
            status = answer["ResponseMetadata"]["HTTPStatusCode"]
            return answer
        except ClientError as error:
            status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
            code = str(error.response.get("Error", {}).get("Code") or status)
            raise _refusal(error, code, status, operation) from None
        except BotoCoreError as error:
            failure = _failure(error, operation)
            code = failure.code
            raise failure from None
        finally:
            if self._journal and is_worth_noting:
                aside(self._journal, _entry(operation, status, code, time.monotonic() - started))


def check_address(url):
    """Return the AWS region that the address of a queue names.

    :raise AmazonError: ``BadAddress``, if it is not AWS's
    """
    match = QUEUE_ADDRESS.fullmatch(url or "")
    if not match:
        raise AmazonError(
            BAD_ADDRESS,
            "This is not the address of an SQS queue. It looks like "
            "https://sqs.eu-west-1.amazonaws.com/123456789012/name.",
        )
    return match[1]


def arn_of(url, region):
    """Return the resource name by which Amazon knows a queue.

    :param str url: its address, which ends with the AWS account and the name
    :param str region: AWS region
    :raise AmazonError: ``BadAddress``, if Amazon sends no notifications to such a queue: standard queues only
        ("Set up notifications with Amazon SQS"), of the partition ``aws`` (pattern of Amazon's model)
    """
    account, name = url.rsplit("/", 2)[1:]
    if name.endswith(".fifo") or region.startswith("cn-"):
        raise AmazonError(
            BAD_ADDRESS,
            "Amazon sends events to standard queues only, not to FIFO queues nor to those of AWS in China.",
        )
    return f"arn:aws:sqs:{region}:{account}:{name}"


def endpoint_of(url):
    """Return the address that stands in for AWS, by the address of its queue.

    :raise AmazonError: ``BadAddress``
    """
    parts = check_secure(url)
    return f"{parts.scheme}://{parts.netloc}"


def _silence():
    logging.getLogger("botocore").setLevel(logging.INFO)
    for name in _TALKATIVE:
        logging.getLogger(f"botocore.{name}").addFilter(_no_details)


def _no_details(record):
    return record.levelno >= logging.WARNING


def _refusal(error, code, status, operation):
    text = error.response.get("Error", {}).get("Message") or "AWS refused without saying why."
    return AmazonError(code, text, status=status, operation=f"AWS {operation}")


def _failure(error, operation):
    from botocore.exceptions import ConnectTimeoutError, ReadTimeoutError

    timed_out = isinstance(error, ConnectTimeoutError | ReadTimeoutError)
    what = "did not answer in time" if timed_out else "could not be reached"
    code = TIMEOUT if timed_out else CONNECTION
    return AmazonError(code, f"AWS {what} ({type(error).__name__}).", operation=f"AWS {operation}")


def _entry(operation, status, code, seconds):
    return {
        "operation": f"AWS {operation}",
        "method": "POST",
        "path": operation,
        "status": status,
        "duration_ms": round(seconds * 1000),
        "request_id": None,
        "sent_bytes": 0,
        "received_bytes": 0,
        "error_code": code,
    }
