"""Amazon's order numbers, as people paste them."""

import re

# "An Amazon-defined order identifier, in 3-7-7 format" (Orders API). Orders of other channels start with a
# letter, such as S01.
_NUMBER = re.compile(r"[0-9A-Z][0-9]{2}-[0-9]{7}-[0-9]{7}")
_BETWEEN = re.compile(r"[^\w-]+")
# The dashes that mail programs and word processors put in place of a hyphen.
_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"))


def read_order_numbers(text):
    """Find the order numbers in a text; anything that is no letter, digit or hyphen parts them.

    :param str text: such as ``"302-1234567-1234567, 302-7654321-7654321"``
    :return: the numbers, each once, in their order; and the words that are none
    :rtype: tuple[list[str], list[str]]
    """
    words = dict.fromkeys(filter(None, _BETWEEN.split((text or "").translate(_DASHES).upper())))
    numbers = [word for word in words if _NUMBER.fullmatch(word)]
    return numbers, [word for word in words if word not in numbers]
