"""What the benchmarks are put together from. The baselines stand alone: they import nothing of the product."""
