"""A database backend: Django's own for PostgreSQL, and every statement counted. See settings.py."""
