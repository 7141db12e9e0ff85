"""What the product does, one verb per module. Calls adapters and catches their errors; no other room does either."""
