"""A package, so that its conftest.py and the one in the root do not share a name."""
