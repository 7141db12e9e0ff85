"""The judge itself: what is right passes, and each kind of wrong is found, in OpenAPI 3 and in Swagger 2."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.adapters.openapi_judge import judge
from tests.adapters.openapi_spec import Spec
from tests.adapters.recording import Traffic

KIND = "application/vnd.things.v2+json"
THING = {
    "type": "object",
    "required": ["id", "secret"],
    "properties": {
        "id": {"type": "integer", "format": "int32", "readOnly": True},
        "secret": {"type": "string", "writeOnly": True},
        "note": {"nullable": True, "allOf": [{"$ref": "#/components/schemas/Note"}]},
        "price": {"type": "number", "minimum": "0"},
        "at": {"type": "string", "format": "date-time"},
    },
}
PARAMS = [
    {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}},
    {"name": "tags", "in": "query", "schema": {"type": "array", "items": {"type": "integer"}}},
    {"name": "kind", "in": "query", "required": True, "schema": {"type": "string", "enum": ["a", "b"]}},
    {"name": "X-Site", "in": "header", "schema": {"type": "integer"}},
]
THREE = Spec(
    {
        "openapi": "3.0.1",
        "servers": [{"url": "https://api.example{base}", "variables": {"base": {"default": "/v2"}}}],
        "security": [{"token": []}],
        "paths": {
            "/things/{id}": {
                "parameters": PARAMS,
                "put": {
                    "operationId": "put-thing",
                    "requestBody": {
                        "required": True,
                        "content": {KIND: {"schema": {"$ref": "#/components/schemas/Thing"}}},
                    },
                    "responses": {
                        200: {"content": {KIND: {"schema": {"$ref": "#/components/schemas/Thing"}}}},
                        "204": {"content": {KIND: []}},
                    },
                },
            },
            "/things/mine": {"get": {"operationId": "get-mine", "responses": {"default": {"description": "any"}}}},
        },
        "components": {
            "schemas": {"Thing": THING, "Note": {"type": "object", "properties": {"text": {"type": "string"}}}},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "in": "header"}},
        },
    }
)
TWO = Spec(
    {
        "swagger": "2.0",
        "basePath": "/old",
        "consumes": ["application/json"],
        "produces": ["application/json"],
        "paths": {
            "/sums": {
                "post": {
                    "operationId": "sum",
                    "parameters": [
                        {"name": "ids", "in": "query", "type": "array", "items": {"type": "integer"}},
                        {"name": "body", "in": "body", "required": True, "schema": {"$ref": "#/definitions/Sum"}},
                    ],
                    "responses": {"200": {"schema": {"$ref": "#/definitions/Sum"}}},
                }
            }
        },
        "definitions": {"Sum": {"type": "object", "properties": {"total": {"type": "number", "x-nullable": True}}}},
    }
)
GOOD = Traffic(
    method="PUT",
    path="/shop/v2/things/7",
    query="kind=a&tags=1&tags=2",
    headers={"accept": KIND, "content-type": f"{KIND}; charset=utf-8", "authorization": "Bearer x", "x-site": "3"},
    body=b'{"secret": "s", "note": null}',
    status=200,
    answer_headers={"content-type": KIND},
    answer=b'{"id": 7, "note": {"text": "t"}, "at": "2026-11-23T10:00:00Z"}',
)
OLD = replace(
    GOOD,
    method="POST",
    path="/shop/old/sums",
    query="ids=1,2",
    headers={"content-type": "application/json"},
    body=b'{"total": null}',
    answer_headers={"content-type": "application/json"},
    answer=b'{"total": 3.5}',
)


def violations(traffic: Traffic) -> list[str]:
    """What the judge finds."""
    return judge([traffic], [THREE, TWO], "/shop").violations


def test_what_is_right_passes() -> None:
    """Read-only and write-only fields, null behind allOf, repeated lists, media types with parameters, an empty 204."""
    found = judge(
        [GOOD, OLD, replace(GOOD, status=204, answer=b""), replace(GOOD, path="/elsewhere")], [THREE, TWO], "/shop"
    )

    assert [] == found.violations
    assert (3, 3) == (found.requests, found.answers)
    assert {"put-thing": 2, "sum": 1} == dict(found.operations)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"path": "/shop/v2/thing/7"}, "no such operation"),
        ({"path": "/shop/v2/things/seven"}, "path id: 'seven' is not of type 'integer'"),
        ({"query": "tags=1"}, "query kind is missing"),
        ({"query": "kind=c"}, "query kind: 'c' is not one of"),
        ({"query": "kind=a&kind=b"}, "query kind is given 2 times"),
        ({"query": "kind=a&tags=x"}, "query tags[0]: 'x' is not of type 'integer'"),
        ({"query": "kind=a&page=2"}, "the query parameter page is not declared"),
        ({"headers": GOOD.headers | {"x-site": "north"}}, "header X-Site: 'north'"),
        ({"headers": GOOD.headers | {"accept": "application/vnd.things.v1+json"}}, "Accept application/vnd.things.v1"),
        ({"headers": GOOD.headers | {"content-type": "application/json"}}, "Content-Type application/json"),
        ({"headers": GOOD.headers | {"authorization": "Basic x"}}, "no credentials are shown"),
        ({"body": b""}, "the body is missing"),
        ({"body": b"{"}, "the body is not JSON"),
        ({"body": b'{"note": null}'}, "body: 'secret' is a required property"),
        ({"body": b'{"secret": "s", "colour": "red"}'}, "body.colour is not declared"),
        ({"body": b'{"secret": "s", "note": {"txt": "t"}}'}, "body.note.txt is not declared"),
        ({"answer": b'{"note": null}'}, "answer: 'id' is a required property"),
        ({"answer": b'{"id": 5000000000}'}, "answer.id: 5000000000 is not a 'int32'"),
        ({"answer": b'{"id": 7, "at": "yesterday"}'}, "answer.at: 'yesterday' is not a 'date-time'"),
        ({"answer": b"<html>"}, "the answer is not JSON"),
        ({"answer_headers": {"content-type": "text/html"}}, "the answer's Content-Type text/html"),
        ({"status": 201}, "the status 201 is not declared"),
        ({"status": 204}, "a body was answered with 204"),
    ],
)
def test_each_kind_of_wrong_is_found(change: dict[str, Any], sentence: str) -> None:
    """One sentence that names what and where."""
    found = violations(replace(GOOD, **change))

    assert any(sentence in told for told in found), found


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"query": "ids=1,x"}, "query ids[1]: 'x'"),
        ({"body": b'{"total": "3"}'}, "body.total"),
        ({"answer": b'{"total": "3"}'}, "answer.total"),
        ({"body": b""}, "the body is missing"),
    ],
)
def test_swagger_2_is_judged_alike(change: dict[str, Any], sentence: str) -> None:
    """Lists behind commas, bodies among the parameters, definitions."""
    assert any(sentence in told for told in violations(replace(OLD, **change)))


def test_an_error_the_file_does_not_describe_is_counted_apart() -> None:
    """Vendors leave out 401 and 429 everywhere."""
    found = judge([replace(GOOD, status=429)], [THREE], "/shop")

    assert [] == found.violations
    assert {"put-thing 429": 1} == dict(found.undescribed)


def test_the_more_literal_path_is_meant() -> None:
    """/things/mine is not the thing called mine."""
    found = judge([replace(GOOD, method="GET", path="/shop/v2/things/mine", query="", body=b"")], [THREE], "/shop")

    assert {"get-mine": 1} == dict(found.operations)
    assert [] == found.violations


def test_yaml_keeps_dates_as_texts(tmp_path: Path) -> None:
    """An example of 2026-11-23 is no date, and a base of one's own replaces the server's."""
    document = {"openapi": "3.0.0", "servers": [{"url": "host.example/v1"}], "paths": {}, "x-day": "2026-11-23"}
    file = tmp_path / "spec.yaml"
    file.write_text(json.dumps(document).replace('"2026-11-23"', "2026-11-23"))

    assert "2026-11-23" == Spec.load(file).asked["x-day"]
    assert "/v1" == Spec.load(file).base
    assert "" == Spec.load(file, base="").base
