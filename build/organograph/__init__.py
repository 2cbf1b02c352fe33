"""Organograph publishes the structure of an organization as W3C ORG linked data; this package is its workshop."""

__version__ = "0.1.0"
