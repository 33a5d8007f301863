"""Workbooks as branches keep them: reading cells safely, recognising sheets, reading rows."""
