"""Encrypted database: connection, keys, tables from classes, change log, search, backup.

Reading needs only the driver; SQLAlchemy is imported with the first write or migration,
because it costs half a second that the first painted list must not wait for.
"""
