"""Asking and deciding, as verbs."""
