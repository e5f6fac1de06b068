"""A small language for the structure of XML documents: which elements, in which order, how often."""

import re
from dataclasses import dataclass

from ..clock import parse


@dataclass(frozen=True)
class Field:
    """An element.

    :param check: takes the text, returns what is wrong with it or None; None for elements with children
    :param tuple children: ``Field`` and ``Choice``, in their order
    :param int most: None means any number
    :param dict attributes: name -> allowed values; all are required
    """

    name: str
    check: object = None
    children: tuple = ()
    least: int = 1
    most: int | None = 1
    attributes: tuple = ()

    def option(self, tag):
        """Return the field for an element's tag, None if it does not belong here."""
        return self if tag == self.name else None


@dataclass(frozen=True)
class Choice:
    """Exactly one of several elements."""

    options: tuple
    least: int = 1
    most: int = 1

    @property
    def name(self):
        """All names, for messages."""
        return " or ".join(option.name for option in self.options)

    def option(self, tag):
        """Return the field for an element's tag, None if it does not belong here."""
        return next((option for option in self.options if option.name == tag), None)


def optional(name, check=None, children=(), most=1, attributes=()):
    """An element that may be missing."""
    return Field(name, check, tuple(children), 0, most, attributes)


def problem(element, field):
    """Return the first thing that is wrong with an element and everything in it, None if all is right."""
    return _attribute_problem(element, field) or (
        _order_problem(element, field.children) if field.children else _text_problem(element, field)
    )


def _attribute_problem(element, field):
    allowed = dict(field.attributes)
    for name in element.attrib:
        if name not in allowed:
            return _at(element, f"Attribute '{name}' is not allowed to appear in element '{element.tag}'.")
    for name, values in allowed.items():
        if element.get(name) not in values:
            return _at(
                element,
                f"Value '{element.get(name)}' of attribute '{name}' on element '{element.tag}' is not valid.",
            )
    return None


def _text_problem(element, field):
    if len(element):
        return _at(element, f"Element '{element.tag}' must have no element children.")
    reason = field.check(element.text or "")
    return reason and _at(
        element, f"The value '{element.text or ''}' of element '{element.tag}' is not valid: {reason}"
    )


def _order_problem(element, particles):
    """Match the children against the sequence of particles."""
    children, position = list(element), 0
    if any((text or "").strip() for text in (element.text, *(child.tail for child in children))):
        return _at(element, f"Element '{element.tag}' cannot have character children.")
    for particle in particles:
        count = 0
        while position < len(children) and (particle.most is None or count < particle.most):
            field = particle.option(children[position].tag)
            if field is None:
                break
            if found := problem(children[position], field):
                return found
            position, count = position + 1, count + 1
        if count < particle.least:
            return _missing(element, children[position:], particle)
    if position < len(children):
        return _at(
            children[position], f"Invalid content was found starting with element '{children[position].tag}'."
        )
    return None


def _missing(element, rest, particle):
    if rest:
        return _at(
            rest[0],
            f"Invalid content was found starting with element '{rest[0].tag}'. "
            f"One of '{particle.name}' is expected.",
        )
    return _at(
        element,
        f"The content of element '{element.tag}' is not complete. One of '{particle.name}' is expected.",
    )


def _at(element, text):
    return f"XML Parsing Error at Line {element.sourceline}: {text}"


def pattern(expression, description):
    """Text that matches a regular expression as a whole."""
    compiled = re.compile(expression, re.ASCII)
    return lambda text: None if compiled.fullmatch(text) else description


def text_of(longest, shortest=1):
    """A normalized string: no line breaks or tabs, and a length."""

    def check(text):
        if any(character in text for character in "\n\r\t"):
            return "line breaks and tabs are not allowed."
        return None if shortest <= len(text) <= longest else f"the length must be {shortest} to {longest}."

    return check


def one_of(values):
    """One of a list of values, case-sensitive."""
    return lambda text: None if text in values else "it is not one of the allowed values."


def date_time(text):
    """An XML dateTime; Amazon's documents always carry a time zone."""
    try:
        parse(text)
    except ValueError:
        return "it is not a dateTime with a time zone."
    return None


ID_NUMBER = pattern(r"\d{1,20}", "1 to 20 digits are expected.")
ORDER_ID = pattern(r"\w{3}-\w{7}-\w{7}", "an order id in 3-7-7 format is expected.")
ORDER_ITEM_CODE = pattern(r"\d{14}", "14 digits are expected.")
STRING = text_of(50)
POSITIVE_INTEGER = pattern(r"\+?0*[1-9]\d*", "a positive integer is expected.")
AMOUNT = pattern(
    r"[+-]?(\d+(\.\d{0,2})?|\.\d{1,2})", "a decimal with at most two fraction digits is expected."
)
BOOLEAN = one_of({"true", "false", "1", "0"})
CURRENCIES = frozenset(
    [
        "USD",
        "GBP",
        "EUR",
        "JPY",
        "CAD",
        "CNY",
        "INR",
        "MXN",
        "BRL",
        "AUD",
        "TRY",
        "SGD",
        "SEK",
        "PLN",
        "AED",
        "SAR",
        "EGP",
    ]
)
