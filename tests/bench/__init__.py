"""Benchmarks: `python -m tests.bench.<name>`. Each measures its baseline too, and ends with one JSON object."""
