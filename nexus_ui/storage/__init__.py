"""Our memory: tables, engine and upgrades, and one module of named queries per noun. Knows only the vocabulary.

Every query function opens its own short transaction and returns frozen values, never rows or sessions.
"""
