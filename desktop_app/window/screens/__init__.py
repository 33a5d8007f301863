"""Screens of the window."""
