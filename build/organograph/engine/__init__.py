"""A fast engine for SHACL: shapes are compiled once into passes over dictionaries of integers and queries over a store."""

from organograph.engine.data import Data
from organograph.engine.description import Unusable, parsed
from organograph.engine.plan import Plan, Report, compile_shapes
from organograph.engine.shapes import Result

__all__ = ["Data", "Plan", "Report", "Result", "Unusable", "compile_shapes", "parsed"]
