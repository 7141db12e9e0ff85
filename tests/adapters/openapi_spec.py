"""A vendor's OpenAPI 3 or Swagger 2 file as one shape: operations with parameters, bodies, answers and security.

Tolerant of the defects listed in `specs/SOURCES.md`: what no validator could use (a text where a number belongs, an
unknown type, a pattern Python cannot read) asks nothing instead of failing.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import yaml

METHODS = ("get", "put", "post", "delete", "patch", "head", "options")
TYPES = {"string", "number", "integer", "boolean", "array", "object", "null"}
NUMBERS = {"minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "multipleOf", "minProperties"}
HOME = "urn:spec"
"""The address references lead to."""

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Param:
    """A parameter outside the body. `delimiter` splits a list that stands in one value; empty: it is repeated.

    `group` names the part of the operation's pattern that holds a path parameter.
    """

    name: str
    place: str
    required: bool
    schema: Any
    delimiter: str = ""
    group: str = ""


@dataclass(frozen=True)
class Operation:
    """One method of one path. `bodies` and the values of `answers` map media types to schemas (None: anything)."""

    name: str
    method: str
    pattern: re.Pattern[str]
    variables: int
    params: tuple[Param, ...]
    bodies: Mapping[str, Any]
    body_required: bool
    answers: Mapping[str, Mapping[str, Any]]
    security: tuple[tuple[Mapping[str, Any], ...], ...]
    spec: "Spec" = field(repr=False)

    def answer(self, status: int) -> Mapping[str, Any] | None:
        """What is declared for a status; None when nothing is."""
        for key in (str(status), f"{status // 100}XX", f"{status // 100}xx", "default"):
            if key in self.answers:
                return self.answers[key]
        return None


class Spec:
    """One file. `base` replaces the path its servers (or basePath) name."""

    def __init__(self, document: Mapping[str, Any], base: str | None = None) -> None:
        self.old = "swagger" in document
        self.asked: Any = _plain(document, "readOnly")
        self.answered: Any = _plain(document, "writeOnly")
        self.base = self._own_base() if base is None else base

    @classmethod
    def load(cls, path: Path, base: str | None = None) -> "Spec":
        """Read a JSON or YAML file."""
        text = path.read_text(encoding="utf-8")
        return cls(json.loads(text) if path.suffix == ".json" else yaml.load(text, _Loader), base)  # noqa: S506

    @cached_property
    def operations(self) -> tuple[Operation, ...]:
        """Every operation of the file."""
        return tuple(self._each_operation())

    def follow(self, node: Any, document: Any = None) -> Any:
        """The node a `$ref` stands for, or the node itself."""
        seen = 0
        while isinstance(node, Mapping) and isinstance(node.get("$ref"), str) and seen < 20:
            target = self.asked if document is None else document
            for part in node["$ref"].removeprefix(f"{HOME}#/").split("/"):
                target = target[unquote(part).replace("~1", "/").replace("~0", "~")]
            node, seen = target, seen + 1
        return node

    def _own_base(self) -> str:
        if self.old:
            return str(self.asked.get("basePath") or "").rstrip("/")
        servers = self.asked.get("servers") or [{"url": ""}]
        return _server_path(servers[0])

    def _each_operation(self) -> Iterator[Operation]:
        for path, item in self.asked["paths"].items():
            entry = self.follow(item)
            for method in METHODS:
                if method in entry:
                    yield self._operation(path, method, entry, entry[method])

    def _operation(self, path: str, method: str, item: Mapping[str, Any], told: Mapping[str, Any]) -> Operation:
        listed = [self.follow(one) for one in (*item.get("parameters", ()), *told.get("parameters", ()))]
        latest = {(one["name"], one["in"]): one for one in listed}.values()
        bodies, required = self._bodies(told, list(latest))
        server = (told.get("servers") or item.get("servers") or [None])[0]
        base = _server_path(server) if server and not self.base else self.base
        pieces = re.split(r"\{[^{}]+\}", path)
        names = re.findall(r"\{([^{}]+)\}", path)
        pattern = re.escape(base + pieces[0]) + "".join(
            f"(?P<v{place}>[^/]+){re.escape(piece)}" for place, piece in enumerate(pieces[1:])
        )
        renamed = {f"v{place}": name for place, name in enumerate(names)}
        params = tuple(_param(one, renamed) for one in latest if one["in"] not in ("body", "formData"))
        return Operation(
            name=told.get("operationId") or f"{method.upper()} {path}",
            method=method.upper(),
            pattern=re.compile(pattern),
            variables=len(names),
            params=params,
            bodies=bodies,
            body_required=required,
            answers={str(status): self._answer(told, one) for status, one in told.get("responses", {}).items()},
            security=self._security(told),
            spec=self,
        )

    def _bodies(self, told: Mapping[str, Any], params: list[Any]) -> tuple[dict[str, Any], bool]:
        if not self.old:
            body = self.follow(told.get("requestBody")) or {}
            return {kind: one.get("schema") for kind, one in _content(body).items()}, bool(body.get("required"))
        kinds = told.get("consumes") or self.asked.get("consumes") or [JSON]
        for one in params:
            if one["in"] == "body":
                return dict.fromkeys(kinds, one.get("schema")), bool(one.get("required"))
        fields = {one["name"]: one for one in params if one["in"] == "formData"}
        needed = [name for name, one in fields.items() if one.get("required")]
        schema = {"type": "object", "properties": {name: _bare(one) for name, one in fields.items()}}
        return (
            (dict.fromkeys(kinds, schema | ({"required": needed} if needed else {})), bool(needed))
            if fields
            else ({}, False)
        )

    def _answer(self, told: Mapping[str, Any], node: Any) -> dict[str, Any]:
        answer = self.follow(node)
        if not self.old:
            return {kind: one.get("schema") for kind, one in _content(answer).items()}
        if "schema" not in answer:
            return {}
        return dict.fromkeys(told.get("produces") or self.asked.get("produces") or [JSON], answer["schema"])

    def _security(self, told: Mapping[str, Any]) -> tuple[tuple[Mapping[str, Any], ...], ...]:
        known = self.asked.get("securityDefinitions") or self.asked.get("components", {}).get("securitySchemes") or {}
        ways = told.get("security", self.asked.get("security")) or []
        return tuple(tuple(self.follow(known[name]) for name in way if name in known) for way in ways)


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]  # chosen at run time
    """YAML as JSON would hold it: dates stay texts. The C loader is ten times faster, where there is one."""


_Loader.yaml_implicit_resolvers = {
    first: [entry for entry in entries if entry[0] != "tag:yaml.org,2002:timestamp"]
    for first, entries in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _server_path(server: Mapping[str, Any]) -> str:
    url = str(server.get("url", ""))
    for name, variable in (server.get("variables") or {}).items():
        url = url.replace(f"{{{name}}}", str(variable.get("default", "")))
    return urlsplit(url if "://" in url or url.startswith("/") else f"//{url}").path.rstrip("/")


def _content(node: Mapping[str, Any]) -> Mapping[str, Any]:
    """Media types of a body; bol's 204 has lists in their place."""
    content = node.get("content") or {}
    if not isinstance(content, Mapping):
        return {}
    return {kind: one for kind, one in content.items() if isinstance(one, Mapping)}


def _param(one: Mapping[str, Any], renamed: Mapping[str, str]) -> Param:
    group = {name: group for group, name in renamed.items()}
    content = next(iter(_content(one).values()), {})
    schema = one.get("schema", content.get("schema")) or _bare(one)
    if "collectionFormat" in one or "type" in one:
        delimiter = {"multi": "", "ssv": " ", "pipes": "|", "tsv": "\t"}.get(one.get("collectionFormat", "csv"), ",")
    else:
        style = one.get("style", "form" if one["in"] in ("query", "cookie") else "simple")
        joined = {"spaceDelimited": " ", "pipeDelimited": "|"}.get(style, ",")
        delimiter = "" if one.get("explode", style == "form") and style == "form" else joined
    return Param(one["name"], one["in"], bool(one.get("required")), schema, delimiter, group.get(one["name"], ""))


def _bare(one: Mapping[str, Any]) -> dict[str, Any]:
    """The schema that stands directly in a Swagger 2 parameter."""
    return {key: value for key, value in one.items() if key not in ("name", "in", "required", "description", "example")}


def _plain(node: Any, unseen: str) -> Any:
    """The document in JSON Schema's own words: null as a type, no defects, nothing required that cannot be `unseen`."""
    if isinstance(node, list):
        return [_plain(one, unseen) for one in node]
    if not isinstance(node, Mapping):
        return node
    plain = {str(key): _plain(value, unseen) for key, value in node.items() if not _defect(key, value)}
    if "$ref" in plain:
        plain["$ref"] = f"{HOME}{plain['$ref']}"
    if isinstance(plain.get("required"), list) and isinstance(plain.get("properties"), dict):
        hidden = {
            name for name, one in plain["properties"].items() if isinstance(one, dict) and one.get(unseen) is True
        }
        plain["required"] = [name for name in plain["required"] if name not in hidden]
        if not plain["required"]:
            del plain["required"]
    if isinstance(plain.get("required"), bool) and not plain.keys() & {"in", "content"}:
        del plain["required"]
    if plain.get("nullable") is True or plain.get("x-nullable") is True:
        rest = {key: value for key, value in plain.items() if key not in ("nullable", "x-nullable", "in", "name")}
        return {**{key: plain[key] for key in ("in", "name") if key in plain}, "anyOf": [{"type": "null"}, rest]}
    return plain


def _defect(key: Any, value: Any) -> bool:
    if key == "$ref":
        return isinstance(value, str) and not value.startswith("#/")
    if key in NUMBERS:
        return isinstance(value, str | bool)
    if key == "type" and isinstance(value, str):
        return value not in TYPES and value not in ("apiKey", "http", "oauth2", "openIdConnect", "basic")
    if key == "pattern" and isinstance(value, str):
        try:
            re.compile(value)
        except re.error:
            return True
    return False
