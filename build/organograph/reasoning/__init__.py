"""What follows from facts by OWL 2, and why facts clash."""
