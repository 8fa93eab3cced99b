"""No tables of its own; Django sends `post_migrate` (setup.py) only to apps with this module."""
