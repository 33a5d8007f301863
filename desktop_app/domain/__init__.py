"""Registers and their rules, law, identifiers, names and arithmetic; knows no screen and no SQL."""
