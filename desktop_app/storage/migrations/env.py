"""Alembic asks for this file; the migrations are run by ``storage/migrate.py``."""
