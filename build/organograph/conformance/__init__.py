"""Graphs against rules (W3C SHACL): findings in words, traced to where their facts were written."""
