"""Turns a validated operation into nested closures that build the answer as plain dicts, and counts its cost.

graphql-core's own executor resolves field by field and is far too slow for pages of 250 products.
"""

from collections.abc import Callable, Mapping
from typing import Any, cast

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLIncludeDirective,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLSkipDirective,
    InlineFragmentNode,
    SelectionSetNode,
    get_named_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
)
from graphql.execution.values import get_argument_values, get_directive_values

from nexus_ui.sandbox.shopify.cost import MUTATION, Cost
from nexus_ui.sandbox.shopify.paging import Slice, checked_first
from nexus_ui.sandbox.shopify.refusals import Refusal

Build = Callable[[Any], Any]
Resolve = Callable[[Any, dict[str, Any]], Any]


class Compiler:
    """Compiles the selections of one request: its variables are known, so arguments are read once."""

    def __init__(
        self,
        schema: GraphQLSchema,
        resolvers: Mapping[str, Mapping[str, Resolve | Build]],
        fragments: Mapping[str, FragmentDefinitionNode],
        variables: dict[str, Any],
    ) -> None:
        """`resolvers[type][field]` takes the source alone, or source and arguments where the field has arguments."""
        self._schema, self._resolvers = schema, resolvers
        self._fragments, self._variables = fragments, variables
        self.touched: list[tuple[str, str]] = []

    def object(self, kind: GraphQLObjectType, selection: SelectionSetNode, cost: Cost) -> Build:
        """A builder for an object of this type."""
        return _record({key: self._field(kind, nodes, cost) for key, nodes in self._collect(kind, [selection]).items()})

    def _field(self, kind: GraphQLObjectType, nodes: list[FieldNode], cost: Cost) -> Build:
        name = nodes[0].name.value
        if name == "__typename":
            return lambda _: kind.name
        if name.startswith("__"):
            raise Refusal(f"The sandbox answers {name} only by itself, not beside other fields.")
        definition = kind.fields[name]
        self.touched.append((kind.name, name))
        target = get_named_type(definition.type)
        args = get_argument_values(definition, nodes[0], self._variables) if definition.args else None
        resolve = self._resolver(kind.name, name, args)
        if is_leaf_type(target):
            return resolve
        child = Cost(own=MUTATION if kind is self._schema.mutation_type else 1)
        cost.children.append(child)
        if isinstance(target, GraphQLInterfaceType):
            return self._abstract(target, nodes, resolve, child, is_list_type(_nullable(definition.type)))
        target = cast(GraphQLObjectType, target)
        if target.name.endswith("Connection"):
            return self._connection(target, nodes, resolve, args or {}, child)
        inner = self.object(target, _merged(nodes), child)
        if is_list_type(_nullable(definition.type)):
            return lambda source: [inner(item) for item in resolve(source)]
        return _once(resolve, inner, child if kind is self._schema.query_type else None)

    def _connection(
        self, kind: GraphQLObjectType, nodes: list[FieldNode], resolve: Build, args: dict[str, Any], cost: Cost
    ) -> Build:
        cost.first, cost.own = checked_first(args, nodes[0].name.value), 0
        parts: list[tuple[str, Callable[[Slice], Any]]] = []
        for key, found in self._collect(kind, [_merged(nodes)]).items():
            name = found[0].name.value
            if name == "__typename":
                parts.append((key, lambda _: kind.name))
            elif name == "pageInfo":
                parts.append((key, self._page_info(found)))
            elif name == "nodes":
                parts.append((key, self._nodes(kind, found, cost)))
            else:
                parts.append((key, self._edges(kind, found, cost)))

        def build(source: Any) -> Any:
            part = resolve(source)
            cost.most = max(cost.most, len(part.nodes))
            return {key: get(part) for key, get in parts}

        return build

    def _nodes(self, kind: GraphQLObjectType, found: list[FieldNode], cost: Cost) -> Callable[[Slice], Any]:
        inner = self._node_of(kind, "nodes", _merged(found), cost)
        return lambda part: [inner(node) for node in part.nodes]

    def _edges(self, kind: GraphQLObjectType, found: list[FieldNode], cost: Cost) -> Callable[[Slice], Any]:
        edge = cast(GraphQLObjectType, get_named_type(kind.fields["edges"].type))
        parts: list[tuple[str, Callable[[Slice, Any], Any]]] = []
        for key, nodes in self._collect(edge, [_merged(found)]).items():
            name = nodes[0].name.value
            if name == "cursor":
                parts.append((key, lambda part, node: part.cursor(node)))
            elif name == "node":
                parts.append((key, _second(self._node_of(edge, "node", _merged(nodes), cost))))
            else:
                parts.append((key, lambda _part, _node: edge.name))
        return lambda part: [{key: get(part, node) for key, get in parts} for node in part.nodes]

    def _node_of(self, holder: GraphQLObjectType, field: str, selection: SelectionSetNode, cost: Cost) -> Build:
        target = get_named_type(holder.fields[field].type)
        child = Cost(own=1)
        cost.children.append(child)
        if isinstance(target, GraphQLInterfaceType):
            return self._typed(target, selection, child)
        return self.object(cast(GraphQLObjectType, target), selection, child)

    def _page_info(self, found: list[FieldNode]) -> Callable[[Slice], Any]:
        kind = cast(GraphQLObjectType, self._schema.type_map["PageInfo"])
        getters: dict[str, Callable[[Slice], Any]] = {
            "hasNextPage": lambda part: part.more,
            "hasPreviousPage": lambda part: part.earlier,
            "startCursor": lambda part: part.cursor(part.nodes[0]) if part.nodes else None,
            "endCursor": lambda part: part.cursor(part.nodes[-1]) if part.nodes else None,
            "__typename": lambda _: "PageInfo",
        }
        pairs = [(key, getters[nodes[0].name.value]) for key, nodes in self._collect(kind, [_merged(found)]).items()]
        return lambda part: {key: get(part) for key, get in pairs}

    def _abstract(
        self, kind: GraphQLInterfaceType, nodes: list[FieldNode], resolve: Build, cost: Cost, many: bool
    ) -> Build:
        inner = self._typed(kind, _merged(nodes), cost)
        if many:
            return lambda source: [inner(item) for item in resolve(source)]
        return lambda source: inner(resolve(source))

    def _typed(self, kind: GraphQLInterfaceType, selection: SelectionSetNode, cost: Cost) -> Build:
        """A builder for things whose type is known only when they are there: costs as much as the dearest type."""
        builders: dict[str, Build] = {}
        dearest = Cost()
        for possible in self._schema.get_possible_types(kind):
            own = Cost()
            builders[possible.name] = self.object(possible, selection, own)
            if own.requested() > dearest.requested():
                dearest = own
        cost.children.append(dearest)
        return lambda typed: None if typed is None else builders[typed.typename](typed.source)

    def _resolver(self, kind: str, name: str, args: dict[str, Any] | None) -> Build:
        resolve: Any = self._resolvers[kind][name]
        if args is None:
            found: Build = resolve
            return found
        return lambda source: resolve(source, args)

    def _collect(self, kind: GraphQLObjectType, selections: list[SelectionSetNode]) -> dict[str, list[FieldNode]]:
        found: dict[str, list[FieldNode]] = {}
        for selection in selections:
            for node in selection.selections:
                if not self._included(node):
                    continue
                if isinstance(node, FieldNode):
                    found.setdefault(node.alias.value if node.alias else node.name.value, []).append(node)
                    continue
                if isinstance(node, FragmentSpreadNode):
                    fragment: FragmentDefinitionNode | InlineFragmentNode = self._fragments[node.name.value]
                else:
                    fragment = cast(InlineFragmentNode, node)
                if self._applies(fragment, kind):
                    for key, nodes in self._collect(kind, [fragment.selection_set]).items():
                        found.setdefault(key, []).extend(nodes)
        return found

    def _applies(self, fragment: FragmentDefinitionNode | InlineFragmentNode, kind: GraphQLObjectType) -> bool:
        condition = fragment.type_condition
        if condition is None or condition.name.value == kind.name:
            return True
        return any(interface.name == condition.name.value for interface in kind.interfaces)

    def _included(self, node: Any) -> bool:
        if not node.directives:
            return True
        skip = get_directive_values(GraphQLSkipDirective, node, self._variables)
        include = get_directive_values(GraphQLIncludeDirective, node, self._variables)
        return not (skip and skip["if"]) and not (include is not None and not include["if"])


def _record(getters: dict[str, Build]) -> Build:
    """A function that makes a dict of what the getters find, None for None.

    Written out as one dict display, which is a third faster than a loop; the keys were checked to be GraphQL names.
    """
    names = {f"get{place}": get for place, get in enumerate(getters.values())}
    entries = ", ".join(f"{key!r}: {name}(source)" for key, name in zip(getters, names, strict=True))
    build: Build = eval(f"lambda source: None if source is None else {{{entries}}}", names)  # noqa: S307 - see above
    return build


def _merged(nodes: list[FieldNode]) -> SelectionSetNode:
    if len(nodes) == 1 and nodes[0].selection_set is not None:
        return nodes[0].selection_set
    selections = [part for node in nodes if node.selection_set for part in node.selection_set.selections]
    return SelectionSetNode(selections=tuple(selections))


def _nullable(kind: Any) -> Any:
    return kind.of_type if is_non_null_type(kind) else kind


def _second(build: Build) -> Callable[[Slice, Any], Any]:
    return lambda _, node: build(node)


def _once(resolve: Build, inner: Build, cost: Cost | None) -> Build:
    """An object field; at the root its cost is nothing when the object is not there."""
    if cost is None:
        return lambda source: inner(resolve(source))

    def build(source: Any) -> Any:
        found = resolve(source)
        if found is None:
            cost.absent = True
            return None
        return inner(found)

    return build
