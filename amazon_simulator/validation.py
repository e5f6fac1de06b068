"""Checks of parameters and bodies, from small tables written after Amazon's models."""

import json
from dataclasses import dataclass
from decimal import Decimal

import fastjsonschema

from .clock import parse
from .errors import Refusal, invalid

JSON = "application/json"


@dataclass(frozen=True)
class Parameter:
    """A query parameter.

    :param str kind: ``string``, ``integer``, ``boolean`` or ``date-time``
    :param bool many: a list, separated by commas (``collectionFormat: csv``)
    :param int most: of the list
    """

    name: str
    kind: str = "string"
    many: bool = False
    required: bool = False
    values: frozenset | None = None
    most: int | None = None
    low: int | None = None
    high: int | None = None
    default: object = None


def read_query(parameters, pairs):
    """Read a query by its table.

    :param dict parameters: name -> ``Parameter``
    :param list pairs: (name, text) as received
    :return dict: name -> value; parameters that are missing have their default
    :raise Refusal: InvalidInput
    """
    values = {name: parameter.default for name, parameter in parameters.items()}
    given = set()
    for name, text in pairs:
        if name not in parameters:
            raise invalid(f"Invalid query parameter: {name}")
        if name in given:
            raise invalid(f"The query parameter {name} is given more than once; separate values by commas.")
        given.add(name)
        values[name] = _read(parameters[name], text)
    for name, parameter in parameters.items():
        if parameter.required and name not in given:
            raise invalid(f"Missing required parameter: {name}")
    return values


def _read(parameter, text):
    if not parameter.many:
        return _read_one(parameter, text)
    values = [_read_one(parameter, part) for part in text.split(",")]
    if parameter.most and len(values) > parameter.most:
        raise invalid(f"Too many '{parameter.name}' values provided. Expected a maximum of {parameter.most}.")
    return values


def _read_one(parameter, text):
    try:
        value = _READERS[parameter.kind](text)
    except (ValueError, KeyError):
        raise _invalid_value(parameter, text) from None
    too_low = parameter.low is not None and value < parameter.low
    too_high = parameter.high is not None and value > parameter.high
    if too_low or too_high or (parameter.values and value not in parameter.values):
        raise _invalid_value(parameter, text)
    return value


def _read_text(text):
    if not text:
        raise ValueError
    return text


def _read_integer(text):
    if not text.removeprefix("-").isdecimal() or not text.isascii():
        raise ValueError
    return int(text)


_READERS = {
    "string": _read_text,
    "integer": _read_integer,
    "date-time": parse,
    # Amazon's own SDK for Python writes True and False.
    "boolean": lambda text: {"true": True, "false": False}[text.lower()],
}


def _invalid_value(parameter, text):
    return invalid(
        f"Invalid value for parameter {parameter.name}.", f"{text!r} is not a valid {parameter.name}."
    )


class Body:
    """A JSON body.

    :param dict properties: name -> JSON schema
    :param tuple required: names
    """

    def __init__(self, properties, required=()):
        self._check = fastjsonschema.compile(closed(properties, required), use_default=False)

    def read(self, content_type, content):
        """Return the body; numbers with a point are ``Decimal``.

        :raise Refusal: 415 for another content type, InvalidInput for a body that the schema refuses
        """
        if content_type.split(";")[0].strip().lower() != JSON:
            raise Refusal(415, "UnsupportedMediaType", f"The content type must be {JSON}.")
        try:
            return self._check(json.loads(content, parse_float=Decimal))
        except json.JSONDecodeError as error:
            raise invalid("The request body is not valid JSON.", str(error)) from error
        except UnicodeDecodeError as error:
            raise invalid("The request body is not UTF-8.", str(error)) from error
        except fastjsonschema.JsonSchemaException as error:
            raise invalid("Invalid request body.", error.message.replace("data", "body", 1)) from error


def closed(properties, required=()):
    """Return the schema of an object that has no other properties."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


TEXT = {"type": "string", "minLength": 1}
