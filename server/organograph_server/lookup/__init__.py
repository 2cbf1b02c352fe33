"""Finds the things of a dataset by their names, and tells what can be asked of them."""
