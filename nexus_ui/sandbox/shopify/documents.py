"""GraphQL documents: parsed and held against the schema once, remembered by their text."""

import re
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    build_schema,
    execute_sync,
    parse,
    validate,
)
from graphql.execution.values import get_variable_values

from nexus_ui.sandbox.shopify.refusals import Refusal

_KEEP = 256
_NO_FIELD = re.compile(r"Cannot query field '(\w+)' on type '(\w+)'")
_NO_ARGUMENT = re.compile(r"Unknown argument '(\w+)' on field '(\w+)\.(\w+)'")


class Refused(Exception):
    """The document is not one the API accepts; `errors` is what it answers."""

    def __init__(self, errors: list[dict[str, Any]]) -> None:
        super().__init__(str(errors))
        self.errors = errors


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document that passed, with its operations and fragments by name."""

    document: DocumentNode
    operations: dict[str, OperationDefinitionNode]
    fragments: dict[str, FragmentDefinitionNode]

    def operation(self, name: str | None) -> OperationDefinitionNode:
        """The operation to run. Raises Refusal when the name does not say which."""
        if name is None and len(self.operations) == 1:
            return next(iter(self.operations.values()))
        found = self.operations.get(name or "")
        if found is None:
            raise Refusal(f"No operation named {name!r}" if name else "An operation name is required")
        return found


class Documents:
    """The schema, and the documents already held against it."""

    def __init__(self) -> None:
        """Read the schema of this folder."""
        self.schema: GraphQLSchema = build_schema((Path(__file__).parent / "schema.graphql").read_text("utf-8"))
        self._prepared: OrderedDict[str, Prepared] = OrderedDict()

    def prepare(self, text: str) -> Prepared:
        """Parse and validate. Raises Refused with Shopify's errors."""
        known = self._prepared.get(text)
        if known is not None:
            self._prepared.move_to_end(text)
            return known
        prepared = self._check(text)
        self._prepared[text] = prepared
        if len(self._prepared) > _KEEP:
            self._prepared.popitem(last=False)
        return prepared

    def variables(self, operation: OperationDefinitionNode, given: dict[str, Any]) -> dict[str, Any]:
        """Variables with defaults filled in. Raises Refused for values of the wrong type."""
        found = get_variable_values(self.schema, operation.variable_definitions, given)
        if isinstance(found, list):
            raise Refused([_told(error, "INVALID_VARIABLE") for error in found])
        return found

    def introspect(self, prepared: Prepared, name: str | None, variables: dict[str, Any]) -> Any:
        """What a question about the schema itself is answered."""
        found = execute_sync(self.schema, prepared.document, variable_values=variables, operation_name=name)
        return found.data

    def _check(self, text: str) -> Prepared:
        try:
            document = parse(text)
            errors = validate(self.schema, document)
        except GraphQLError as error:
            raise Refused([_told(error)]) from error
        except RecursionError as error:
            raise Refused([{"message": "Query is nested too deeply"}]) from error
        if errors:
            raise Refused([_told(error) for error in errors])
        return _sorted(document)


def _sorted(document: DocumentNode) -> Prepared:
    operations: dict[str, OperationDefinitionNode] = {}
    fragments: dict[str, FragmentDefinitionNode] = {}
    for part in document.definitions:
        if isinstance(part, OperationDefinitionNode):
            operations[part.name.value if part.name else ""] = part
        elif isinstance(part, FragmentDefinitionNode):
            fragments[part.name.value] = part
    return Prepared(document, operations, fragments)


def _told(error: GraphQLError, code: str = "") -> dict[str, Any]:
    said: dict[str, Any] = {
        "message": error.message,
        "locations": [{"line": place.line, "column": place.column} for place in error.locations or []],
    }
    no_field = _NO_FIELD.match(error.message)
    no_argument = _NO_ARGUMENT.match(error.message)
    if no_field:
        name, kind = no_field.groups()
        said["message"] = f"Field '{name}' doesn't exist on type '{kind}'"
        said["extensions"] = {"code": "undefinedField", "typeName": kind, "fieldName": name}
    elif no_argument:
        argument, _, name = no_argument.groups()
        said["message"] = f"Field '{name}' doesn't accept argument '{argument}'"
        said["extensions"] = {
            "code": "argumentNotAccepted",
            "name": name,
            "typeName": "Field",
            "argumentName": argument,
        }
    elif code:
        said["extensions"] = {"code": code}
    return said
