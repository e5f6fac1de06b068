"""Cutting what is to be told into feeds, at exactly Amazon's two limits ("Feeds API best practices")."""

from ..errors import BAD_DOCUMENT, AmazonError
from . import MAX_BYTES


def batches(items, size_of, frame, max_items, separator=0, max_bytes=None):
    """Cut items into lists, in order, each as long as both limits allow.

    :param items: iterable; read as far as needed
    :param size_of: gives the bytes that one item takes in the document
    :param int frame: bytes of the document around its items
    :param int max_items: most items in one document
    :param int separator: bytes between two items
    :param int max_bytes: most bytes of one document; Amazon's limit if not given
    :return: iterator of lists; an item that is too large by itself is a list of its own
    """
    max_bytes = max_bytes or MAX_BYTES
    part, size = [], frame
    for item in items:
        more = size_of(item)
        if part and (len(part) == max_items or size + separator + more > max_bytes):
            yield part
            part, size = [], frame
        size += more + (separator if part else 0)
        part.append(item)
    if part:
        yield part


def check_limits(content, numbers, max_items, max_bytes):
    """See that a written document keeps both limits.

    :param bytes content: the document
    :param numbers: the numbers of its messages
    :raise AmazonError: ``BadDocument``
    """
    numbers = list(numbers)
    if len(numbers) == 1 and len(content) > max_bytes:
        problem = f"The message {numbers[0]} alone is larger than the {max_bytes} bytes that a feed may have."
    elif not 1 <= len(numbers) <= max_items or len(content) > max_bytes:
        problem = (
            f"A feed takes 1 to {max_items} messages and {max_bytes} bytes, not {len(numbers)} and "
            f"{len(content)}: split it first."
        )
    else:
        return
    raise AmazonError(BAD_DOCUMENT, problem)
