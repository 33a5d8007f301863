"""Packages, sealing, merge and transports: how registers travel and meet again."""
