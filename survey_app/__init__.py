"""Offline digital-readiness surveys: from the village interview to a number a province can trust."""

__version__ = "0.1.0"
