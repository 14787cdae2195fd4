"""The quality gates, one file each; registry.py lists them."""
