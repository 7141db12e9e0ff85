"""What the product does, one verb per module. The only callers of adapters, and the only room that catches their errors."""
