"""Pure functions that make what the pages show; none of them knows of HTTP."""
