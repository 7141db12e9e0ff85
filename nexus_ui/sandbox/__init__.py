"""Simulated marketplaces speaking the real protocols over HTTP, with fault switches.

Knows no other room. One folder per marketplace, found by `server`; everything a shop owns lives in `world`.
"""
