"""Keeping secrets: sealing at rest, masking in text, passwords and tokens. The only room that knows cryptography.

Knows only the vocabulary; never the database and never a marketplace.
"""
