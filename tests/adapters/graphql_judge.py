"""Judges recorded GraphQL traffic by the vendor's own schema: documents, variables, and every value of the answers."""

import gzip
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from graphql import (
    GraphQLError,
    GraphQLResolveInfo,
    GraphQLSchema,
    OperationDefinitionNode,
    build_client_schema,
    execute_sync,
    get_operation_ast,
    parse,
    validate,
)
from graphql.execution.values import get_variable_values

from tests.adapters.openapi_judge import Findings
from tests.adapters.recording import Traffic


def load(introspection: Path) -> GraphQLSchema:
    """A schema from the packed answer to an introspection query."""
    return build_client_schema(json.loads(gzip.decompress(introspection.read_bytes()))["data"], assume_valid=True)


def judge_graphql(traffic: Sequence[Traffic], schema: GraphQLSchema, suffix: str) -> Findings:
    """Judge every exchange whose path ends with `suffix`. An answer without data is counted as undescribed."""
    findings = Findings()
    known: dict[str, list[GraphQLError]] = {}
    for one in traffic:
        if not one.path.endswith(suffix):
            continue
        findings.requests += 1
        asked = json.loads(one.body)
        document = parse(asked["query"])
        operation = get_operation_ast(document, asked.get("operationName"))
        assert operation is not None
        name = operation.name.value if operation.name else "unnamed"
        findings.operations[name] += 1
        if asked["query"] not in known:
            known[asked["query"]] = validate(schema, document)
        told = [error.message for error in known[asked["query"]]] + _variables(schema, operation, asked)
        data = json.loads(one.answer).get("data") if one.status == 200 else None
        if data is None:
            findings.undescribed[f"{name} {one.status}"] += 1
        else:
            findings.answers += 1
            findings.judged.add(name)
            told += _answer(schema, document, asked, data)
        findings.violations += [f"{name} ({one.status}): {sentence}" for sentence in told]
    return findings


def _variables(schema: GraphQLSchema, operation: OperationDefinitionNode, asked: dict[str, Any]) -> list[str]:
    given = asked.get("variables") or {}
    coerced = get_variable_values(schema, operation.variable_definitions, given)
    wrong = [error.message for error in coerced] if isinstance(coerced, list) else []
    declared = {definition.variable.name.value for definition in operation.variable_definitions}
    return wrong + [f"nobody declared the variable ${name}" for name in sorted(set(given) - declared)]


def _answer(schema: GraphQLSchema, document: Any, asked: dict[str, Any], data: Any) -> list[str]:
    """What the schema would not have answered: the answer is run through it and must come out as it went in."""
    made = execute_sync(
        schema,
        document,
        root_value=data,
        variable_values=asked.get("variables"),
        operation_name=asked.get("operationName"),
        field_resolver=_as_answered,
        type_resolver=lambda value, *_: value.get("__typename"),
    )
    if made.errors:
        return [error.message for error in made.errors]
    return [] if made.data == data else ["the answer holds more than was asked for, or values of another kind"]


def _as_answered(source: Any, info: GraphQLResolveInfo, **_: Any) -> Any:
    key = info.path.key
    if key not in source:
        raise GraphQLError(f"{'.'.join(map(str, info.path.as_list()))} is missing in the answer")
    return source[key]
