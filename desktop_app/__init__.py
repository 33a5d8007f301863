"""Tizilim: compliance registers for branches and headquarters."""

__version__ = "0.1.0"
