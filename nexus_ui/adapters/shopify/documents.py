"""The GraphQL documents, each valid against the vendor's 2026-10 schema (a test holds them to it)."""

_LEVELS = """
fragment Levels on InventoryLevelConnection {
  nodes { location { id } quantities(names: ["available", "on_hand"]) { name quantity } }
  pageInfo { hasNextPage endCursor }
}
"""

_VARIANTS = (
    """
fragment Variants on ProductVariantConnection {
  nodes {
    id sku title price barcode position
    inventoryItem { id tracked inventoryLevels(first: $levels) { ...Levels } }
  }
  pageInfo { hasNextPage endCursor }
}
"""
    + _LEVELS
)

_PRODUCT = (
    """
fragment ProductFields on Product {
  id title status vendor updatedAt variants(first: $variants) { ...Variants }
}
"""
    + _VARIANTS
)

_LINES = """
fragment Lines on LineItemConnection {
  nodes { id sku title quantity originalUnitPriceSet { shopMoney { amount currencyCode } } variant { id } }
  pageInfo { hasNextPage endCursor }
}
"""

_ORDER = (
    """
fragment OrderFields on Order {
  id name processedAt updatedAt cancelledAt displayFinancialStatus displayFulfillmentStatus
  totalPriceSet { shopMoney { amount currencyCode } }
  lineItems(first: $lines) { ...Lines }
}
"""
    + _LINES
)

SETTING = """
query Setting {
  shop { id name myshopifyDomain currencyCode ianaTimezone }
  locations(first: 50) { nodes { id } pageInfo { hasNextPage endCursor } }
}
"""

IDENTITY = """
query Identity {
  shop { id name myshopifyDomain currencyCode ianaTimezone }
  currentAppInstallation { accessScopes { handle } }
}
"""

PRODUCTS = (
    """
query Products($first: Int!, $after: String, $query: String, $variants: Int!, $levels: Int!, $counted: Boolean!) {
  page: products(first: $first, after: $after, query: $query, sortKey: UPDATED_AT) {
    nodes { ...ProductFields }
    pageInfo { hasNextPage endCursor }
  }
  total: productsCount(query: $query, limit: null) @include(if: $counted) { count }
}
"""
    + _PRODUCT
)

STOCK = (
    """
query Stock($first: Int!, $after: String, $query: String, $variants: Int!, $levels: Int!, $counted: Boolean!) {
  page: products(first: $first, after: $after, query: $query, sortKey: UPDATED_AT) {
    nodes { id updatedAt variants(first: $variants) {
      nodes { id inventoryItem { id tracked inventoryLevels(first: $levels) { ...Levels } } }
      pageInfo { hasNextPage endCursor }
    } }
    pageInfo { hasNextPage endCursor }
  }
  total: productsCount(query: $query, limit: null) @include(if: $counted) { count }
}
"""
    + _LEVELS
)

ORDERS = (
    """
query Orders($first: Int!, $after: String, $query: String, $lines: Int!, $counted: Boolean!) {
  page: orders(first: $first, after: $after, query: $query, sortKey: UPDATED_AT) {
    nodes { ...OrderFields }
    pageInfo { hasNextPage endCursor }
  }
  total: ordersCount(query: $query, limit: null) @include(if: $counted) { count }
}
"""
    + _ORDER
)

MORE_VARIANTS = (
    """
query MoreVariants($id: ID!, $after: String, $levels: Int!) {
  product(id: $id) { variants(first: 100, after: $after) { ...Variants } }
}
"""
    + _VARIANTS
)

MORE_LEVELS = (
    """
query MoreLevels($id: ID!, $after: String) {
  inventoryItem(id: $id) { inventoryLevels(first: 100, after: $after) { ...Levels } }
}
"""
    + _LEVELS
)

MORE_LINES = (
    """
query MoreLines($id: ID!, $after: String) {
  order(id: $id) { lineItems(first: 100, after: $after) { ...Lines } }
}
"""
    + _LINES
)

ONE_PRODUCT = "query OneProduct { products(first: 1) { nodes { id } } }"

ONE_ORDER = 'query OneOrder { orders(first: 1, query: "status:any", sortKey: UPDATED_AT) { nodes { id } } }'

LOCATIONS = """
query Locations {
  locations(first: 50) { nodes { id } pageInfo { hasNextPage endCursor } }
}
"""

SET_STOCK = """
mutation SetStock($input: InventorySetQuantitiesInput!, $key: String!) {
  inventorySetQuantities(input: $input) @idempotent(key: $key) {
    inventoryAdjustmentGroup { id }
    userErrors { code field message }
  }
}
"""

LOOK_PRODUCTS = (
    """
query LookProducts($ids: [ID!]!, $variants: Int!, $levels: Int!) {
  nodes(ids: $ids) { __typename ...ProductFields }
}
"""
    + _PRODUCT
)

LOOK_ORDERS = (
    """
query LookOrders($ids: [ID!]!, $lines: Int!) {
  nodes(ids: $ids) { __typename ...OrderFields }
}
"""
    + _ORDER
)

LOOK_STOCK = (
    """
query LookStock($ids: [ID!]!, $levels: Int!) {
  nodes(ids: $ids) {
    __typename
    ... on InventoryItem {
      id tracked
      variants(first: 1) { nodes { id } pageInfo { hasNextPage endCursor } }
      inventoryLevels(first: $levels) { ...Levels }
    }
  }
}
"""
    + _LEVELS
)

WEBHOOKS = """
query Webhooks($after: String) {
  webhookSubscriptions(first: 100, after: $after) {
    nodes { id topic uri }
    pageInfo { hasNextPage endCursor }
  }
}
"""

ADD_WEBHOOK = """
mutation AddWebhook($topic: WebhookSubscriptionTopic!, $uri: String!) {
  webhookSubscriptionCreate(topic: $topic, webhookSubscription: {uri: $uri, format: JSON}) {
    webhookSubscription { id topic uri }
    userErrors { field message }
  }
}
"""

REMOVE_WEBHOOK = """
mutation RemoveWebhook($id: ID!) {
  webhookSubscriptionDelete(id: $id) {
    deletedWebhookSubscriptionId
    userErrors { field message }
  }
}
"""

ALL = (
    SETTING,
    IDENTITY,
    PRODUCTS,
    STOCK,
    ORDERS,
    MORE_VARIANTS,
    MORE_LEVELS,
    MORE_LINES,
    ONE_PRODUCT,
    ONE_ORDER,
    LOCATIONS,
    SET_STOCK,
    LOOK_PRODUCTS,
    LOOK_ORDERS,
    LOOK_STOCK,
    WEBHOOKS,
    ADD_WEBHOOK,
    REMOVE_WEBHOOK,
)
