"""Judges recorded traffic by the vendor's own OpenAPI files: every request, and every answer of the sandbox.

Stricter than the files where they are silent: a field or a query parameter nobody declared is a violation too. More
lenient in one way: an error the file does not describe (401, 429 ...) is counted as undescribed, not as a violation.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from urllib.parse import parse_qsl, unquote
from uuid import UUID

from jsonschema import Draft4Validator, FormatChecker
from referencing import Registry, Resource, Specification

from tests.adapters.openapi_spec import FORM, HOME, Operation, Param, Spec
from tests.adapters.recording import Traffic

OWN_HEADERS = {"accept", "content-type", "authorization"}
"""Header parameters that OpenAPI describes elsewhere."""


@dataclass
class Findings:
    """What came of judging: counts, operations with a judged answer (`judged`), every violation in a sentence."""

    requests: int = 0
    answers: int = 0
    operations: Counter[str] = field(default_factory=Counter)
    judged: set[str] = field(default_factory=set)
    undescribed: Counter[str] = field(default_factory=Counter)
    violations: list[str] = field(default_factory=list)


def judge(traffic: Sequence[Traffic], specs: Sequence[Spec], prefix: str = "") -> Findings:
    """Judge every exchange whose path begins with `prefix`, which is not part of the vendor's paths."""
    findings, courts = Findings(), {id(spec): _Court(spec) for spec in specs}
    for one in traffic:
        if not one.path.startswith(prefix):
            continue
        path = one.path.removeprefix(prefix)
        operation = _operation(one, path, specs)
        findings.requests += 1
        if operation is None:
            findings.violations.append(f"{one.method} {path}: no such operation")
            continue
        findings.operations[operation.name] += 1
        court = courts[id(operation.spec)]
        told = [*court.request(one, path, operation)]
        said = court.answer(one, operation)
        if said is None:
            findings.undescribed[f"{operation.name} {one.status}"] += 1
        else:
            findings.answers += 1
            findings.judged.add(operation.name)
            told += said
        findings.violations += [f"{one.method} {path} ({one.status}): {sentence}" for sentence in told]
    return findings


def _operation(one: Traffic, path: str, specs: Sequence[Spec]) -> Operation | None:
    """The operation meant: the most literal path, and of several versions the one whose media types are asked for."""
    found = [
        operation
        for spec in specs
        for operation in spec.operations
        if operation.method == one.method and operation.pattern.fullmatch(path)
    ]
    return min(found, key=lambda it: (it.variables, bool(list(_media(one, it)))), default=None)


def _media(one: Traffic, operation: Operation) -> Iterator[str]:
    """What is wrong with the media types of a request."""
    good = {kind for status, kinds in operation.answers.items() if status[:1] in "2d" for kind in kinds}
    wanted = [kind.split(";")[0].strip() for kind in one.headers.get("accept", "*/*").split(",")]
    if good and not any(_fits(kind, offered) for kind in wanted for offered in good):
        yield f"Accept {', '.join(wanted)} is not among {sorted(good)}"
    sent = one.headers.get("content-type", "").split(";")[0].strip()
    if one.body and operation.bodies and not any(_fits(offered, sent) for offered in operation.bodies):
        yield f"Content-Type {sent or '(none)'} is not among {sorted(operation.bodies)}"


class _Court:
    """Judges by one file."""

    def __init__(self, spec: Spec) -> None:
        self._spec = spec
        self._registries: dict[bool, Registry[Any]] = {
            asked: Registry().with_resource(HOME, Resource(document, Specification.OPAQUE))
            for asked, document in ((True, spec.asked), (False, spec.answered))
        }

    def request(self, one: Traffic, path: str, operation: Operation) -> Iterator[str]:
        """What is wrong with a request."""
        yield from _media(one, operation)
        yield from self._params(one, path, operation)
        yield from _security(one, operation)
        if operation.bodies:
            if one.body:
                yield from self._body(one, operation)
            elif operation.body_required:
                yield "the body is missing"
        elif one.body:
            yield "a body was sent, and none is declared"

    def answer(self, one: Traffic, operation: Operation) -> list[str] | None:
        """What is wrong with an answer; None for an error the file does not describe."""
        declared = operation.answer(one.status)
        if declared is None:
            return None if one.status >= 400 else [f"the status {one.status} is not declared"]
        if not declared:
            return ["a body was answered with 204"] if one.status == 204 and one.answer else []
        kind = one.answer_headers.get("content-type", "").split(";")[0].strip()
        schemas = [schema for offered, schema in declared.items() if _fits(offered, kind)]
        if not schemas:
            return [f"the answer's Content-Type {kind or '(none)'} is not among {sorted(declared)}"]
        if "json" not in kind or schemas[0] is None:
            return []
        return list(self._value(one.answer, schemas[0], self._spec.answered, "answer"))

    def _body(self, one: Traffic, operation: Operation) -> Iterator[str]:
        kind = one.headers.get("content-type", "").split(";")[0].strip()
        schema = next((schema for offered, schema in operation.bodies.items() if _fits(offered, kind)), None)
        if schema is None:
            return
        if "json" in kind:
            yield from self._value(one.body, schema, self._spec.asked, "body")
        elif kind == FORM:
            told = dict(parse_qsl(one.body.decode(), keep_blank_values=True))
            fields = self._spec.follow(schema).get("properties", {})
            typed = {name: self._typed(text, fields.get(name, {})) for name, text in told.items()}
            yield from self._checked(typed, schema, self._spec.asked, "form")

    def _value(self, body: bytes, schema: Any, document: Any, where: str) -> Iterator[str]:
        try:
            value = json.loads(body)
        except ValueError:
            yield f"the {where} is not JSON"
            return
        yield from self._checked(value, schema, document, where)

    def _checked(self, value: Any, schema: Any, document: Any, where: str) -> Iterator[str]:
        registry = self._registries[document is self._spec.asked]
        validator = Draft4Validator(schema, registry=registry, format_checker=FORMATS)
        for error in validator.iter_errors(value):
            yield f"{where}{error.json_path[1:]}: {error.message[:200]}"
        for name in self._undeclared(value, schema, document):
            yield f"{where}{name} is not declared"

    def _undeclared(self, value: Any, schema: Any, document: Any) -> Iterator[str]:
        """Fields of objects that no part of their schema knows."""
        parts = list(self._parts(schema, document))
        if isinstance(value, list):
            for items in (part["items"] for part in parts if "items" in part):
                for place, item in enumerate(value):
                    yield from (f"[{place}]{name}" for name in self._undeclared(item, items, document))
        if not isinstance(value, dict) or not any(part.get("properties") for part in parts):
            return
        if any(part.get("additionalProperties") or part.get("patternProperties") for part in parts):
            return
        for name, item in value.items():
            known = [part["properties"][name] for part in parts if name in part.get("properties", {})]
            if not known:
                yield f".{name}"
            elif len(known) == 1:
                yield from (f".{name}{inner}" for inner in self._undeclared(item, known[0], document))

    def _parts(self, schema: Any, document: Any) -> Iterator[Mapping[str, Any]]:
        found = self._spec.follow(schema, document)
        if isinstance(found, Mapping):
            yield found
            for joint in ("allOf", "anyOf", "oneOf"):
                for one in found.get(joint, ()):
                    yield from self._parts(one, document)

    def _params(self, one: Traffic, path: str, operation: Operation) -> Iterator[str]:
        asked = parse_qsl(one.query, keep_blank_values=True)
        variables = operation.pattern.fullmatch(path)
        given = {
            "query": lambda it: [value for key, value in asked if key == it.name],
            "header": lambda it: [one.headers[it.name.lower()]] if it.name.lower() in one.headers else [],
            "path": lambda it: [unquote(variables[it.group])] if variables and it.group else [],
            "cookie": lambda _: [],
        }
        for param in operation.params:
            if param.place == "header" and param.name.lower() in OWN_HEADERS:
                continue
            yield from self._param(param, given[param.place](param))
        declared = {param.name for param in operation.params if param.place == "query"}
        declared |= {str(way["name"]) for ways in operation.security for way in ways if way.get("in") == "query"}
        for name in sorted({key for key, _ in asked} - declared):
            yield f"the query parameter {name} is not declared"

    def _param(self, param: Param, values: list[str]) -> Iterator[str]:
        where = f"{param.place} {param.name}"
        if not values:
            if param.required:
                yield f"{where} is missing"
            return
        if any("type" in part and part["type"] == "array" for part in self._parts(param.schema, self._spec.asked)):
            items = next(part["items"] for part in self._parts(param.schema, self._spec.asked) if "items" in part)
            texts = [
                text for value in values for text in (value.split(param.delimiter) if param.delimiter else [value])
            ]
            value: Any = [self._typed(text, items) for text in texts]
        elif len(values) > 1:
            yield f"{where} is given {len(values)} times"
            return
        else:
            value = self._typed(values[0], param.schema)
        yield from self._checked(value, param.schema, self._spec.asked, where)

    def _typed(self, text: str, schema: Any) -> Any:
        """The value a text stands for; the text itself where it does not fit."""
        types = {part.get("type") for part in self._parts(schema, self._spec.asked)}
        if "integer" in types and re.fullmatch(r"-?\d+", text):
            return int(text)
        if "number" in types and re.fullmatch(r"-?\d+(\.\d+)?([eE][+-]?\d+)?", text):
            return float(text)
        if "boolean" in types and text in ("true", "false"):
            return text == "true"
        return text


def _security(one: Traffic, operation: Operation) -> Iterator[str]:
    if operation.security and not any(all(_shown(one, way) for way in ways) for ways in operation.security):
        yield "no credentials are shown in any declared way"


def _shown(one: Traffic, way: Mapping[str, Any]) -> bool:
    scheme = one.headers.get("authorization", "").partition(" ")[0].lower()
    if way.get("type") == "apiKey":
        name = str(way["name"])
        return f"{name}=" in one.query if way["in"] == "query" else name.lower() in one.headers
    if way.get("type") in ("http", "basic"):
        return scheme == str(way.get("scheme", "basic")).lower()
    return scheme == "bearer"


def _fits(offered: str, kind: str) -> bool:
    """True when a media type, or a range with a star, takes in another (parameters and case do not count)."""
    first, second = (text.split(";")[0].strip().lower() for text in (offered, kind))
    if "*" in second:
        first, second = second, first
    return first in (second, "*/*", "*") or (first.endswith("/*") and second.startswith(first[:-1]))


FORMATS = FormatChecker(formats=())


@FORMATS.checks("date-time", raises=ValueError)
def _is_moment(value: Any) -> bool:
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


@FORMATS.checks("date", raises=ValueError)
def _is_day(value: Any) -> bool:
    return not isinstance(value, str) or (len(value) == 10 and date.fromisoformat(value) is not None)


@FORMATS.checks("uuid", raises=ValueError)
def _is_uuid(value: Any) -> bool:
    return not isinstance(value, str) or str(UUID(value)) == value.lower()


@FORMATS.checks("int32")
def _is_int32(value: Any) -> bool:
    return not isinstance(value, int) or -(2**31) <= value < 2**31
