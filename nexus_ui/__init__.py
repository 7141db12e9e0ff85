"""Nexus Connections: the control panel for a seller's marketplace accounts."""
