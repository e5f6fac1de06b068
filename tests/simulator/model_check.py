"""Checks a recorded run against Amazon's own OpenAPI (Swagger 2.0) models and JSON schemas.

The simulator never reads these: here its answers, and the requests that it took, are judged by somebody else.
"""

import copy
import json
import re
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from urllib.parse import unquote

from jsonschema import Draft4Validator, Draft7Validator, FormatChecker
from jsonschema.exceptions import best_match
from referencing import Registry
from referencing.jsonschema import DRAFT4

LWA = "/auth/o2/token"
_LWA_KEYS = ({"access_token", "token_type", "expires_in"}, {"error", "error_description"})
_FORMATS = FormatChecker(formats=())
_RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")


@_FORMATS.checks("date-time", raises=ValueError)
def _is_date_time(value):
    return not isinstance(value, str) or bool(_RFC3339.fullmatch(value) and datetime.fromisoformat(value))


def check_traffic(path, models):
    """Check every exchange of a recorded run.

    :param path: ``traffic.jsonl``
    :param models: folder with Amazon's models
    :return list: what is wrong, one sentence each, beginning with the line number
    """
    book = _book(Path(models))
    problems = []
    for number, line in enumerate(Path(path).read_text(encoding="utf-8").splitlines(), 1):
        problems += [f"line {number}: {problem}" for problem in book.problems(json.loads(line))]
    return problems


def check_documents(folder, schemas):
    """Check the JSON documents of a recorded run: listings feeds and their processing reports.

    :param folder: that of the record, with ``documents/``
    :param schemas: folder with Amazon's JSON schemas
    :return list: what is wrong, one sentence each, beginning with the file name
    """
    names = {"uploaded": "listings-feed-schema-v2", "written": "listings-feed-processing-report-schema-v2"}
    problems = []
    for path in sorted((Path(folder) / "documents").glob("*.json")):
        schema = json.loads((Path(schemas) / f"{names[path.name.split('_')[1]]}.json").read_text("utf-8"))
        error = best_match(Draft7Validator(schema).iter_errors(json.loads(path.read_bytes())))
        problems += [f"{path.name}: {error.message}"] if error else []
    return problems


@cache
def _book(folder):
    return ModelBook(folder)


@dataclass
class Operation:
    """One operation of a model."""

    uri: str
    path: re.Pattern
    content: dict


class ModelBook:
    """All models of a folder.

    :param Path folder: with ``*.json``
    """

    def __init__(self, folder):
        self._operations, resources = {}, []
        for path in sorted(folder.glob("*.json")):
            model = json.loads(path.read_text(encoding="utf-8"))
            if "paths" in model:
                uri = f"urn:model:{path.stem}"
                resources.append((uri, DRAFT4.create_resource(_closed(model))))
                self._add(uri, model)
        self._registry = Registry().with_resources(resources)

    def _add(self, uri, model):
        for template, methods in model["paths"].items():
            pattern = re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(template)))
            for method, content in methods.items():
                if method != "parameters":
                    self._operations.setdefault(method.upper(), []).append(Operation(uri, pattern, content))

    def find(self, method, path):
        """Return the operation and its path parameters, (None, None) if there is none."""
        for operation in self._operations.get(method, []):
            if match := operation.path.fullmatch(path):
                return operation, {name: unquote(text) for name, text in match.groupdict().items()}
        return None, None

    def problems(self, exchange):
        """Return what is wrong with an exchange: its request if Amazon took it, its response always."""
        call = f"{exchange['method']} {exchange['path']}"
        if exchange["path"] == LWA:
            return [f"{call}: {problem}" for problem in _lwa_problems(exchange)]
        operation, path = self.find(exchange["method"], exchange["path"])
        if operation is None:
            return [f"{call}: Amazon's models have no such operation"]
        taken = exchange["status"] is None or exchange["status"] < 300
        found = self.request_problems(operation, path, exchange) if taken else []
        found += self.response_problems(operation, exchange)
        return [f"{call}: {problem}" for problem in found]

    def request_problems(self, operation, path, exchange):
        """Return what is wrong with parameters and body."""
        parameters = {(p["in"], p["name"]): p for p in operation.content.get("parameters", [])}
        given = {("path", name): text for name, text in path.items()}
        given |= {("query", name): texts for name, texts in exchange["query"].items()}
        problems = [
            f"{name} is no {where} parameter" for where, name in given if (where, name) not in parameters
        ]
        for key, parameter in parameters.items():
            if parameter["in"] == "body":
                problems += self._body_problems(operation, parameter, exchange["request"])
            elif key in given:
                problems += self._value_problems(parameter, given[key])
            elif parameter.get("required"):
                problems.append(f"the {parameter['in']} parameter {parameter['name']} is missing")
        return problems

    def response_problems(self, operation, exchange):
        """Return what is wrong with status and body of the answer."""
        status, body = exchange["status"], exchange["response"]
        if status is None or (status >= 500 and body is None):
            return []
        documented = operation.content["responses"].get(str(status))
        if documented is None:
            return [f"the status {status} is not documented"]
        if "schema" not in documented:
            return [] if body is None else [f"the answer {status} has a body"]
        return self._problems(operation, documented["schema"], body, f"answer {status}")

    def _body_problems(self, operation, parameter, body):
        if body is None:
            return ["the body is missing"] if parameter.get("required") else []
        return self._problems(operation, parameter["schema"], body, "body")

    def _value_problems(self, parameter, texts):
        """Check a path or query parameter; lists are separated by commas."""
        if isinstance(texts, list) and len(texts) > 1:
            return [f"{parameter['name']} is given {len(texts)} times"]
        text = texts[0] if isinstance(texts, list) else texts
        value = _typed(parameter, text)
        error = best_match(
            Draft4Validator(parameter_schema(parameter), format_checker=_FORMATS).iter_errors(value)
        )
        return [f"{parameter['name']}={text}: {error.message}"] if error else []

    def _problems(self, operation, schema, value, what):
        """Validate with the references of the operation's model."""
        located = {"$ref": f"{operation.uri}{schema['$ref']}"} if "$ref" in schema else schema
        validator = Draft4Validator(located, registry=self._registry, format_checker=_FORMATS)
        return [
            f"{what}: {'/'.join(map(str, error.absolute_path))}: {error.message}"
            for error in validator.iter_errors(value)
        ]


def parameter_schema(parameter):
    """Return the JSON schema in a path or query parameter."""
    known = ("type", "items", "enum", "minimum", "maximum", "minItems", "maxItems", "format", "pattern")
    return {key: parameter[key] for key in known if key in parameter}


def _typed(parameter, text):
    """Read text as the parameter's type; text that cannot be read stays text, and fails the check."""
    if parameter["type"] == "array":
        return [_typed({"type": "string", **parameter["items"]}, part) for part in text.split(",")]
    try:
        return json.loads(text) if parameter["type"] in ("integer", "number", "boolean") else text
    except ValueError:
        return text


def _closed(model):
    """Return a model in which objects have no properties beyond those that it names."""
    model = copy.deepcopy(model)
    _close(model.get("definitions", {}))
    return model


def _close(part):
    if isinstance(part, dict):
        if isinstance(part.get("properties"), dict) and "additionalProperties" not in part:
            part["additionalProperties"] = False
        for value in part.values():
            _close(value)
    elif isinstance(part, list):
        for value in part:
            _close(value)


def _lwa_problems(exchange):
    body, status = exchange["response"], exchange["status"]
    if status is None or body is None:
        return []
    granted, refused = _LWA_KEYS
    wanted = granted if status == 200 else refused
    return [] if wanted <= set(body) else [f"the answer {status} lacks {sorted(wanted - set(body))}"]
