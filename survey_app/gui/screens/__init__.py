"""Screens of the enumerator and those that everybody sees."""
